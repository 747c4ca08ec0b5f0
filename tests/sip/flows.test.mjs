// SPDX-License-Identifier: GPL-3.0-or-later
// flows.test.mjs - calls that hear recorded words and answer by keys: questions, a wish for no more calls, a number outside; calls we dial for a
// flow, answering machines that are left a message, and the far side asked after a talk. Run by tests/sip/run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSeat } from "./lib/browser.mjs";
import { acknowledges, Caller } from "./lib/caller.mjs";
import { Carrier } from "./lib/carrier.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";

const PORT = 5080, LINE = "+74957654321";
/* Two questions; 9 in the first is a wish for no more calls, 2 in the second a number outside. */
const nodes = [
	{ flow: 5, node: 1, type: "survey", words: "Довольны? Один, два. Не звонить: девять.", keys: "9:4", answers: "129", next: 2, other: 3, wait_ms: 800, tries: 1, question: 11, result: 30 },
	{ flow: 5, node: 2, type: "survey", words: "Ещё раз? Один, два.", keys: "2:5", answers: "12", next: 3, other: 3, wait_ms: 800, tries: 1, question: 12 },
	{ flow: 5, node: 3, type: "end", words: "Спасибо.", result: 31 },
	{ flow: 5, node: 4, type: "opt_out", words: "Не позвоним.", result: 32 },
	{ flow: 5, node: 5, type: "outside", words: "Соединяем.", number: "+74951112233", wait_ms: 15000, other: 3 },
	{ flow: 6, node: 1, type: "survey", words: "Оцените разговор от одного до пяти.", keys: "", answers: "12345", next: 2, other: 2, wait_ms: 3000, tries: 1, question: 20 },
	{ flow: 6, node: 2, type: "end", words: "Спасибо." },
	{ flow: 7, node: 1, type: "end", words: " " },
	{ flow: 8, node: 1, type: "callback", words: "Перезвонить? Один.", queue: 99, wait_ms: 9000, tries: 1, other: 2 },
	{ flow: 8, node: 2, type: "end", words: " " },
];
const inbound = { numbers: [{ number: LINE, project: 1, queue: 10, flow: 5 }], queues: [{ queue: 10, project: 1, wait_ms: 60000 }], members: [], nodes };

const answers = (c, r) => {
	if (r.method === "INVITE") c.reply(r, 180, "Ringing");
	if (r.method === "INVITE") c.reply(r, 200, "OK", { sdp: true });
	if (r.method === "BYE" || r.method === "CANCEL") c.reply(r, 200, "OK");
};

async function scene(body, script = acknowledges) {
	const carrier = await Carrier.start(PORT, script);
	const tel = await telWithTrunk(PORT);
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		await tel.tell({ kind: "inbound", ...inbound });
		await body(tel, carrier);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
		assert.equal(tel.process.exitCode, null);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

const steps = (tel, call) => tel.events.filter((e) => e.kind === "flow" && e.call === call).map(({ question, digits, result, refused, number }) =>
	JSON.parse(JSON.stringify({ question, digits, result, refused, number })));
const asked = (tel, call, question) => tel.wait((e) => e.kind === "flow" && e.call === call && e.question === question && !e.digits, 9000);
const arrived = (tel, n = 1) => tel.wait((e) => e.kind === "call_in" && tel.events.filter((x) => x.kind === "call_in").indexOf(e) === n - 1);
const loud = (c) => c.heard.filter((p) => [...p].some((b) => ((b ^ 0x55) & 0x7f) > 0x20)).length;

test("a question is told when asked and when answered; no answer, a wrong key and a hang-up keep what was said", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		await caller.call();
		const { call } = await arrived(tel);
		await asked(tel, call, 11);
		for (let i = 0; i < 200 && loud(c) < 10; i++) await sleep(20);
		caller.press("5"); // answers nothing, and it is asked once: on without an answer
		await tel.call(call, "ended", 15000);
		assert.deepEqual(steps(tel, call), [{ question: 11, result: 30 }, { result: 31 }]);
		const second = new Caller(c);
		await second.call();
		const other = (await arrived(tel, 2)).call;
		await asked(tel, other, 11);
		second.press("2");
		await asked(tel, other, 12);
		second.hangUp();
		const end = await tel.call(other, "ended");
		assert.deepEqual([end.cause, end.by], ["hung_up", "contact"]);
		assert.deepEqual(steps(tel, other), [{ question: 11, result: 30 }, { question: 11, digits: "2" }, { question: 12 }]);
	}));

test("keys of a carrier without telephone events are heard in its sound; where it has them, sound is no key", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		caller.body = c.sdp("sendrecv", "8").replace("a=rtpmap:101 telephone-event/8000\r\n", "");
		await caller.call();
		const { call } = await arrived(tel);
		await asked(tel, call, 11);
		await caller.sound("1");
		await asked(tel, call, 12);
		await sleep(100);
		await caller.sound("1");
		await tel.call(call, "ended", 15000);
		assert.deepEqual(steps(tel, call), [{ question: 11, result: 30 }, { question: 11, digits: "1" }, { question: 12 }, { question: 12, digits: "1" }, { result: 31 }]);
		assert.deepEqual(tel.events.filter((e) => e.kind === "dtmf" && e.call === call).map((e) => e.digits), ["1", "1"]);
		const other = new Caller(c);
		await other.call();
		const second = (await arrived(tel, 2)).call;
		await asked(tel, second, 11);
		await other.sound("1");
		await tel.call(second, "ended", 15000);
		assert.deepEqual(tel.events.filter((e) => e.kind === "dtmf" && e.call === second), []);
	}));

test("the key for no more calls is told at once, and we hang up after saying so", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		await caller.call();
		const { call } = await arrived(tel);
		await asked(tel, call, 11);
		caller.press("9");
		await tel.wait((e) => e.kind === "flow" && e.refused);
		assert.deepEqual(steps(tel, call).slice(1), [{ question: 11, digits: "9" }, { result: 32, refused: true }]);
		const end = await tel.call(call, "ended", 9000);
		assert.deepEqual([end.cause, end.by], ["hung_up", "system"]);
		assert.ok(await caller.gone());
	}));

test("to a number outside when app has asked the gate; what it forbids, and who does not answer, lead on in the flow", () =>
	scene(async (tel, c) => {
		const lead = async (n) => {
			const caller = new Caller(c);
			await caller.call();
			const { call } = await arrived(tel, n);
			await asked(tel, call, 11);
			caller.press("1");
			await asked(tel, call, 12);
			caller.press("2");
			assert.equal((await tel.wait((e) => e.kind === "flow" && e.call === call && e.number, 9000)).number, "+74951112233");
			return { caller, call };
		};
		const transfer = (call) => tel.send({ kind: "transfer", call, how: "blind", number: "+74951112233", trunk: 1, from: "+74957654321" });
		const a = await lead(1);
		transfer(a.call);
		await tel.call(a.call, "passed", 9000);
		const outside = c.saw("INVITE").at(-1);
		assert.match(outside.line, /\+74951112233/);
		a.caller.hangUp();
		const end = await tel.call(a.call, "ended");
		assert.deepEqual([end.cause, end.by], ["hung_up", "contact"]);
		assert.ok(await c.sees("BYE", 1));
		const b = await lead(2);
		tel.send({ kind: "talk", call: b.call, turn: "back" });
		await tel.call(b.call, "ended", 9000);
		assert.deepEqual(steps(tel, b.call).at(-1), { result: 31 });
		c.busy = true;
		const d = await lead(3);
		transfer(d.call);
		await tel.call(d.call, "ended", 9000);
		assert.deepEqual(steps(tel, d.call).at(-1), { result: 31 });
		assert.equal(tel.events.filter((e) => e.call === d.call && e.state === "passed").length, 0);
	}, (c, r) => (r.method === "INVITE" && c.busy ? c.reply(r, 486, "Busy") : answers(c, r))));

test("a call dialled for a flow: nobody is looked for, keys are answers, and the flow hangs up", () =>
	scene(async (tel, c) => {
		const id = dial(tel, { flow: 5 });
		await tel.call(id, "ivr", 9000);
		await asked(tel, id, 11);
		c.press(c.invite, "1");
		await asked(tel, id, 12);
		c.press(c.invite, "1");
		const end = await tel.call(id, "ended", 9000);
		assert.deepEqual([end.cause, end.by], ["hung_up", "system"]);
		assert.deepEqual(steps(tel, id), [{ question: 11, result: 30 }, { question: 11, digits: "1" }, { question: 12 }, { question: 12, digits: "1" }, { result: 31 }]);
		assert.equal(tel.events.filter((e) => e.call === id && e.state === "queued").length, 0);
		assert.equal(await c.sees("BYE"), 1);
		const none = dial(tel, { flow: 99 });
		assert.equal((await tel.wait((e) => e.kind === "refused" && e.call === none)).text, "flow");
	}, answers));

test("who asks to be called back out of a queue that is gone: the call ends, and everything else goes on", () =>
	scene(async (tel, c) => {
		const id = dial(tel, { flow: 8 });
		await tel.call(id, "ivr", 9000);
		c.press(c.invite, "1");
		assert.equal((await tel.call(id, "ended", 9000)).by, "system");
		assert.deepEqual(tel.events.filter((e) => e.kind === "ticket"), []);
	}, answers));

test("a call under way ends by the version it began with, hours and all; the next one walks by the new", () =>
	scene(async (tel, c) => {
		const ask = (more) => ({ flow: 8, node: 1, type: "survey", words: "Да — один.", keys: "", answers: "1", next: 2, other: 3, wait_ms: 9000, tries: 1, ...more });
		const end = (node, result) => ({ flow: 8, node, type: "end", words: " ", result });
		const since = Date.now() - 60000, until = Date.now() + 600000;
		const told = (nodes, opens) => tel.tell({ kind: "inbound", ...inbound, numbers: [{ ...inbound.numbers[0], flow: 8 }], nodes, opens });
		const call = async (n, question) => {
			const caller = new Caller(c);
			await caller.call();
			const { call } = await arrived(tel, n);
			await asked(tel, call, question);
			return { call, press: () => caller.press("1") };
		};
		await told([ask({ question: 81 }), { flow: 8, node: 2, type: "hours", hours: 802, next: 3, other: 4, keys: "" }, end(3, 31), end(4, 32)], [{ hours: 802, since, until }]);
		const old = await call(1, 81);
		await told([ask({ question: 82, next: 3 }), { flow: 8, node: 2, type: "hours", hours: 802, next: 3, other: 4, keys: "" }, end(3, 33), end(4, 34)], []);
		const fresh = await call(2, 82);
		old.press();
		await tel.call(old.call, "ended", 15000);
		assert.deepEqual(steps(tel, old.call), [{ question: 81 }, { question: 81, digits: "1" }, { result: 31 }], "open, as it was told with the old one");
		fresh.press();
		await tel.call(fresh.call, "ended", 15000);
		assert.deepEqual(steps(tel, fresh.call), [{ question: 82 }, { question: 82, digits: "1" }, { result: 33 }]);
	}));

test("words of this call's own are said in place of the flow's", () =>
	scene(async (tel, c) => {
		const silent = dial(tel, { flow: 7 });
		await tel.call(silent, "ended", 9000);
		assert.equal(loud(c), 0);
		const id = dial(tel, { flow: 7, nodes: [{ flow: 7, node: 1, type: "end", words: "Анна, ваш заказ готов.", voice: "ru" }] });
		await tel.call(id, "ended", 15000);
		assert.ok(loud(c) > 20, `${loud(c)} packets of a voice`);
	}, answers));

test("an answering machine: after its beep it is left the message, and the call counts as a machine's", () =>
	scene(async (tel, c) => {
		const id = dial(tel, { flow: 5, judging: true, text: "Перезвоните нам, пожалуйста." });
		await tel.call(id, "answered", 9000);
		const stop = c.speak(c.invite, 1000); // the beep of its greeting
		await tel.call(id, "ivr", 9000);
		c.heard.length = 0;
		await sleep(400);
		stop();
		assert.ok(loud(c) === 0 || stop.gap > 150, `${loud(c)} packets into the greeting`); // a beep that was cut by a busy machine is over
		for (let i = 0; i < 200 && loud(c) < 10; i++) await sleep(20);
		assert.ok(loud(c) >= 10, "words are heard");
		const end = await tel.call(id, "ended", 15000);
		assert.deepEqual([end.cause, end.by], ["machine", "system"]);
		assert.deepEqual(steps(tel, id), []);
	}, answers));

test("after a talk the far side is asked while its operator is in wrap-up already; who hangs up first is not asked", () =>
	scene(async (tel, c) => {
		tel.send({ kind: "operator_start", operator: 7, project: 1, wrap_up_ms: 60000, preview_ms: 3000 });
		const seat = await openSeat({ codec: "pcma", offer: (sdp) => tel.sdp({ kind: "operator_leg", operator: 7, sdp }) });
		try {
			await tel.wait((e) => e.kind === "leg" && e.up, 20000);
			tel.send({ kind: "operator_ready", operator: 7 });
			await tel.operator(7, "ready");
			const id = dial(tel, { operator: 7, after: 6 });
			await tel.call(id, "connected", 9000);
			tel.send({ kind: "hangup", call: id, by: "operator" });
			const rating = await tel.call(id, "rating");
			await tel.operator(7, "wrap_up");
			await asked(tel, id, 20);
			for (let i = 0; i < 100 && !c.heard.length; i++) await sleep(20);
			c.press(c.invite, "5");
			const end = await tel.call(id, "ended", 9000);
			assert.deepEqual([end.cause, end.by, rating.operator], ["hung_up", "operator", undefined]);
			assert.deepEqual(steps(tel, id), [{ question: 20 }, { question: 20, digits: "5" }]);
			tel.send({ kind: "wrap_up_done", operator: 7, then: "ready" });
			await tel.operator(7, "ready", 5000, end.seq);
			const next = dial(tel, { operator: 7, after: 6 });
			await tel.call(next, "connected", 9000);
			c.request(c.saw("INVITE").at(-1), "BYE");
			assert.equal((await tel.call(next, "ended")).by, "contact");
			assert.equal(tel.events.filter((e) => e.call === next && e.state === "rating").length, 0);
		} finally {
			await seat.close();
		}
	}, answers));
