// SPDX-License-Identifier: GPL-3.0-or-later
// inbound.test.mjs - calls to us: the number called, the queue with its music, who takes them, and what is refused. Run by tests/sip/run.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSeat } from "./lib/browser.mjs";
import { acknowledges, Caller } from "./lib/caller.mjs";
import { Carrier } from "./lib/carrier.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";
import { mostly, readRecording } from "./lib/tel.mjs";

const PORT = 5080, LINE = "+74957654321";
const numbers = [{ number: LINE, project: 1, queue: 10, records: true }, { number: "+78005550000", alias: "zvonar-line", project: 1, queue: 11 }];
const queues = [{ queue: 10, project: 1, wait_ms: 60000, target_ms: 20000, level: 1 }, { queue: 11, project: 1, wait_ms: 1500, priority: 5 }];

/** tel with the numbers above and a carrier. */
async function scene(body, { inbound = { numbers, queues, members: [] }, row = {}, ends = false } = {}) {
	const carrier = await Carrier.start(PORT, acknowledges);
	const tel = await telWithTrunk(PORT, row);
	try {
		if (inbound) await tel.tell({ kind: "inbound", ...inbound });
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		await body(tel, carrier);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
		assert.equal(tel.process.exitCode, ends ? 0 : null);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

const arrived = (tel, n = 1) => tel.wait((e) => e.kind === "call_in" && tel.events.filter((x) => x.kind === "call_in").indexOf(e) === n - 1);

/** Operators at seats of one page, ready in this order; closes over the whole of body. */
async function withSeats(tel, operators, body) {
	for (const operator of operators) tel.send({ kind: "operator_start", operator, project: 1, wrap_up_ms: 60000, preview_ms: 3000 });
	const seat = await openSeat({ codec: "pcma", seats: operators.length, offer: (sdp, i) => tel.sdp({ kind: "operator_leg", operator: operators[i], sdp }) });
	try {
		for (const operator of operators) await tel.wait((e) => e.kind === "leg" && e.operator === operator && e.up, 20000);
		await body(seat);
	} finally {
		await seat.close();
	}
}

const ready = async (tel, operator) => {
	tel.send({ kind: "operator_ready", operator });
	await tel.operator(operator, "ready");
};

test("a call waits in its queue with music, is told with its number and caller, and its end is the caller's", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		assert.equal(await caller.call(), 200);
		const e = await arrived(tel);
		assert.deepEqual([e.number, e.from, e.project, e.trunk], [LINE, "+79161234567", 1, 1]);
		assert.equal((await tel.call(e.call, "answered")).queue, 10);
		assert.equal((await tel.call(e.call, "queued")).queue, 10);
		const floor = await tel.wait((x) => x.kind === "floor" && x.rows.some((r) => r.queued === 1));
		assert.equal(floor.rows[0].waiting, 0, "who calls us is nobody the pacer has to save");
		for (let i = 0; i < 100 && c.heard.length < 20; i++) await sleep(20);
		assert.ok(c.heard.length >= 20, "packets of music come");
		caller.hangUp();
		const end = await tel.call(e.call, "ended");
		assert.deepEqual([end.cause, end.by, end.operator], ["hung_up", "contact", undefined]);
		assert.equal(tel.events.filter((x) => x.kind === "recording").length, 0, "music is not recorded");
	}));

test("nobody comes: the call ends by the queue's limit with a BYE", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c, { to: "zvonar-line" });
		assert.equal(await caller.call(), 200);
		const e = await arrived(tel);
		assert.equal(e.number, "+78005550000");
		const end = await tel.call(e.call, "ended");
		assert.deepEqual([end.cause, end.by], ["no_answer", "system"]);
		assert.ok(await caller.gone());
	}));

test("numbers as carriers write them; hidden callers; what is asserted counts", () =>
	scene(async (tel, c) => {
		const ways = [["84957654321", {}, "+79161234567"], ["4957654321", { from: "8(916)123-45-67" }, "89161234567"], ["74957654321", { from: "anonymous" }, undefined], ["74957654321", { from: "ivan1985" }, undefined], ["%2B74957654321", { from: "%2B79161234567" }, "79161234567"],
			[LINE, { from: "anonymous", headers: ["P-Asserted-Identity: <sip:+79031112233@carrier>"] }, "+79031112233"]];
		for (const [i, [to, options, from]] of ways.entries()) {
			const caller = new Caller(c, { to, ...options });
			assert.equal(await caller.call(), 200, to);
			const e = await arrived(tel, i + 1);
			assert.deepEqual([e.number, e.from], [LINE, from]);
			caller.hangUp();
			await tel.call(e.call, "ended");
		}
	}));

test("a call that comes while tel ends is sent elsewhere, not answered and cut", () =>
	scene(async (tel, c) => {
		assert.equal(await new Caller(c).call(), 200);
		await tel.call((await arrived(tel)).call, "queued");
		tel.process.kill("SIGTERM"); // the end takes a moment, since there is a call
		assert.ok(await c.sees("BYE"));
		assert.equal(await new Caller(c).call(), 503);
		assert.equal(await tel.exited, 0);
	}, { ends: true }));

test("who hangs up before he has acknowledged our answer hung up: it is no fault of the trunk", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		assert.equal(await caller.call({ ack: false }), 200);
		caller.hangUp();
		const end = await tel.call((await arrived(tel)).call, "ended");
		assert.deepEqual([end.cause, end.by], ["hung_up", "contact"]);
	}));

test("a caller of sixty digits over many proxies: told as far as app listens, and the call goes on", () =>
	scene(async (tel, c) => {
		const route = `Record-Route: <sip:${"a".repeat(700)}@127.0.0.1:${PORT};lr>`;
		const caller = new Caller(c, { from: "7".repeat(60), headers: Array(6).fill(route) });
		assert.equal(await caller.call(), 200);
		const e = await arrived(tel);
		assert.equal(e.from, "7".repeat(40));
		await tel.call(e.call, "queued");
		caller.hangUp();
		await tel.call(e.call, "ended");
		assert.deepEqual(tel.events.filter((x) => x.kind === "dialog"), []);
	}));

test("refused: a number that is not ours, a foreign codec, no channel left, and everything before app has spoken", async () => {
	await scene(async (tel, c) => {
		assert.equal(await new Caller(c, { to: "+74957654322" }).call(), 404);
		assert.equal(await new Caller(c, { to: "-" }).call(), 404);
		assert.equal(await new Caller(c, { sdp: c.sdp("sendrecv", "18").replace("a=rtpmap:101 telephone-event/8000\r\n", "") }).call(), 488);
		const first = new Caller(c);
		assert.equal(await first.call(), 200);
		assert.equal(await new Caller(c).call(), 503);
		assert.equal(tel.events.filter((e) => e.kind === "call_in").length, 1);
	}, { row: { channels: 1 } });
	await scene(async (tel, c) => {
		const early = new Caller(c);
		assert.equal(await early.call(), 503);
		assert.equal(early.final.headers["retry-after"], "5", "not now: no carrier takes it for a number that does not exist");
		assert.equal(tel.events.filter((e) => e.kind === "call_in").length, 0);
		await tel.tell({ kind: "inbound", numbers, queues: [], members: [] }); // the number is ours, who serves it is not known yet
		tel.send({ kind: "trunk_test", request: 5, trunk: 1 }); // answered after that
		await tel.wait((e) => e.kind === "trunk_tested", 9000);
		assert.equal(await new Caller(c).call(), 503);
	}, { inbound: null });
});

test("an INVITE without an offer gets ours, and the answer comes with the ACK; one never acknowledged ends by itself", () =>
	scene(async (tel, c) => {
		const late = new Caller(c, { sdp: "" });
		assert.equal(await late.call(), 200);
		assert.match(late.answer.body, /m=audio/);
		await tel.call((await arrived(tel)).call, "queued");
		for (let i = 0; i < 100 && c.heard.length < 20; i++) await sleep(20);
		assert.ok(c.heard.length >= 20);
		late.hangUp();
		const mute = new Caller(c);
		assert.equal(await mute.call({ ack: false }), 200);
		const end = await tel.call((await arrived(tel, 2)).call, "ended", 15000);
		assert.deepEqual([end.cause, end.by], ["no_answer", "system"]);
	}));

test("without app calls still come in and wait, and are told when it is back; a new tel ends those of a dead one", () =>
	scene(async (tel, c) => {
		tel.socket.destroy();
		const caller = new Caller(c);
		assert.equal(await caller.call(), 200);
		await sleep(200);
		const hello = await tel.connect(2);
		const e = await arrived(tel);
		assert.deepEqual([hello.calls[0].call, hello.calls[0].state], [e.call, "queued"]);
		const { dialog } = await tel.wait((x) => x.kind === "dialog" && x.call === e.call);
		tel.send({ kind: "bye", trunk: 1, dialog });
		assert.ok(await caller.gone());
		const bye = c.requests.find((r) => r.method === "BYE" && r.headers["call-id"] === caller.id);
		assert.equal(bye.headers.from, caller.answer.headers.to, "our side of the dialog");
		assert.match(bye.headers.to, new RegExp(caller.tag));
	}));

test("an operator takes who waits: both hear each other, the talk alone is recorded", () =>
	scene(async (tel, c) => {
		await withSeats(tel, [7], async (seat) => {
			const caller = new Caller(c);
			await caller.call();
			const stop = caller.speak(1000), e = await arrived(tel);
			await tel.call(e.call, "queued");
			await sleep(1200);
			await ready(tel, 7);
			const connected = await tel.call(e.call, "connected");
			assert.equal(connected.operator, 7);
			assert.ok(connected.wait_ms >= 1000, `${connected.wait_ms}`);
			await tel.operator(7, "talking");
			assert.ok(await seat.hears(1000));
			await sleep(1000);
			tel.send({ kind: "hangup", call: e.call, by: "operator" });
			assert.equal((await tel.call(e.call, "ended")).by, "operator");
			assert.ok(await caller.gone());
			await tel.operator(7, "wrap_up");
			const told = await tel.wait((x) => x.kind === "recording" && x.call === e.call && x.state === "closed");
			const r = readRecording(path.join(tel.recordings, told.path));
			assert.match(told.path, /^\d{4}-\d\d\/[0-9a-f-]{36}\.wav$/);
			assert.ok(r.seconds < (Date.now() - connected.at) / 1000 + 1, "from the talk on");
			assert.ok(mostly(r.sides[0], 440, 0.3) > 0.6 && mostly(r.sides[1], 1000, 0.3) > 0.6);
			stop();
		});
	}));

test("who is next: priority, then the longest wait, for the operators who serve the queue", () =>
	scene(async (tel, c) => {
		await withSeats(tel, [7, 8], async () => {
			const plain = new Caller(c), second = new Caller(c), rich = new Caller(c, { to: "zvonar-line" });
			await plain.call();
			const first = await arrived(tel);
			await tel.call(first.call, "queued");
			await second.call();
			const later = await arrived(tel, 2);
			await rich.call();
			const best = await arrived(tel, 3);
			await tel.call(best.call, "queued");
			await ready(tel, 8); // serves queue 11 alone
			assert.equal((await tel.call(best.call, "connected")).operator, 8);
			await ready(tel, 7);
			assert.equal((await tel.call(first.call, "connected")).operator, 7);
			plain.hangUp();
			await tel.operator(7, "wrap_up");
			assert.equal(tel.events.find((e) => e.call === later.call && e.state === "connected"), undefined);
			tel.send({ kind: "wrap_up_done", operator: 7, then: "ready" });
			assert.equal((await tel.call(later.call, "connected")).operator, 7);
		});
	}, { inbound: { numbers, queues: [queues[0], { ...queues[1], wait_ms: 60000 }],
		members: [{ queue: 10, operator: 7, level: 1 }, { queue: 11, operator: 8, level: 3 }, { queue: 11, operator: 7, level: 1 }] } }));

test("sipp calls us: a hundred calls in three seconds wait, hear music and hang up", async (t) => {
	try {
		execFileSync("which", ["sipp"]);
	} catch {
		return t.skip("no sipp here");
	}
	const tel = await telWithTrunk(PORT, { host: "127.0.0.5" });
	try {
		await tel.tell({ kind: "inbound", numbers, queues, members: [] });
		await sleep(300); // the trunk's address is resolved; nobody answers its OPTIONS
		const sipp = spawn("sipp", ["-sn", "uac", "127.0.0.1:5060", "-i", "127.0.0.5", "-p", "5090", "-s", LINE, "-d", "1000", "-m", "100", "-r", "33", "-nostdin"], { stdio: "ignore" });
		t.after(() => sipp.kill("SIGKILL"));
		assert.equal(await new Promise((done) => sipp.on("exit", done)), 0, "sipp counts each call as a success");
		await tel.wait((e) => e.kind === "figures" && e.calls === 0, 12000);
		const ended = () => tel.events.filter((e) => e.kind === "call" && e.state === "ended");
		for (const end = performance.now() + 9000; ended().length < 100 && performance.now() < end;) await sleep(20); // the figures may be those from before the first call
		const ends = ended();
		assert.deepEqual([ends.length, new Set(ends.map((e) => e.cause)).size, ends[0].by], [100, 1, "contact"]);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		assert.equal(await tel.stop(), 0);
	}
});

// A menu: 1 is the queue, then a message may be left; at night the message at once.
const nodes = [
	{ flow: 5, node: 1, type: "hours", next: 2, other: 4, hours: 3 },
	{ flow: 5, node: 2, type: "menu", words: "Отдел продаж — один.", keys: "1:3 2:4", other: 4, wait_ms: 1000, tries: 2 },
	{ flow: 5, node: 3, type: "queue", queue: 11, other: 4 },
	{ flow: 5, node: 4, type: "voicemail", words: "Оставьте сообщение.", wait_ms: 5000, next: 5 },
	{ flow: 5, node: 5, type: "end", words: "Спасибо." },
	{ flow: 6, node: 1, type: "hours", hours: 3, next: 1, other: 1 },
];
const withFlow = (open, flow = 5) => ({ inbound: {
	numbers: [{ number: LINE, project: 1, queue: 10, flow }], queues, members: [], nodes,
	opens: open ? [{ hours: 3, since: Date.now() - 60000, until: Date.now() + 600000 }] : [],
} });
const loud = (c) => c.heard.filter((p) => [...p].some((b) => ((b ^ 0x55) & 0x7f) > 0x20)).length;

test("a menu is spoken; a key leads to the queue; nobody there: a message is left after the beep, and we hang up", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		await caller.call();
		const { call } = await arrived(tel);
		await tel.call(call, "ivr");
		for (let i = 0; i < 200 && loud(c) < 10; i++) await sleep(20);
		assert.ok(loud(c) >= 10, "words are heard");
		caller.press("1");
		assert.equal((await tel.call(call, "queued")).queue, 11);
		assert.equal((await tel.wait((e) => e.kind === "dtmf")).digits, "1");
		const stop = caller.speak(1000);
		await tel.wait((e) => e.kind === "call" && e.state === "ivr" && e.at > tel.events.find((x) => x.state === "queued").at);
		await tel.wait((e) => e.kind === "recording" && e.state === "open", 9000);
		await sleep(1500);
		caller.press("#");
		const end = await tel.call(call, "ended", 9000);
		assert.deepEqual([end.cause, end.by], ["hung_up", "system"]);
		assert.ok(await caller.gone());
		const told = await tel.wait((e) => e.kind === "recording" && e.state === "closed");
		const r = readRecording(path.join(tel.recordings, told.path));
		assert.ok(mostly(r.sides[1], 1000, 0.3) > 0.6 && r.seconds > 1.2, "it is his voice");
		stop();
	}, withFlow(true)));

test("closed: the message at once; no key: twice the words, then on; an operator takes out of the queue as ever", () =>
	scene(async (tel, c) => {
		const night = new Caller(c);
		await night.call();
		const { call } = await arrived(tel);
		await tel.wait((e) => e.kind === "recording" && e.call === call && e.state === "open", 9000);
		night.hangUp();
		assert.equal((await tel.call(call, "ended")).by, "contact");
		await tel.tell({ kind: "inbound", ...withFlow(true).inbound });
		const still = new Caller(c);
		await still.call();
		const quiet = (await arrived(tel, 2)).call;
		await tel.call(quiet, "ivr");
		await tel.wait((e) => e.kind === "recording" && e.call === quiet && e.state === "open", 15000);
		still.hangUp();
		await withSeats(tel, [7], async () => {
			await ready(tel, 7);
			const third = new Caller(c);
			await third.call();
			const e = await arrived(tel, 3);
			await tel.call(e.call, "ivr");
			third.press("1");
			assert.equal((await tel.call(e.call, "connected")).operator, 7);
			third.press("2"); // a talk is no menu
			await sleep(300);
			assert.equal(tel.events.filter((x) => x.call === e.call && x.state === "ended").length, 0);
			third.hangUp();
			await tel.call(e.call, "ended");
		});
	}, withFlow(false)));

test("a flow that goes in a circle puts the call into the number's queue", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		await caller.call();
		assert.equal((await tel.call((await arrived(tel)).call, "queued")).queue, 10);
		for (let i = 0; i < 100 && !/goes in a circle/.test(tel.log); i++) await sleep(20);
		assert.match(tel.log, /goes in a circle/);
	}, withFlow(true, 6)));

const offering = { inbound: { numbers: [numbers[0]], members: [], queues: [{ ...queues[0], offer_ms: 300, words: "Нажмите один, и мы перезвоним.", text: "Спасибо." }] } };
/** He presses 1 until it is taken for an answer. */
async function pressed(tel, caller) {
	for (let i = 0; i < 40 && !tel.events.some((e) => e.kind === "ticket"); i++) {
		caller.press("1");
		await sleep(200);
	}
	return tel.wait((e) => e.kind === "ticket", 1000);
}
const turn = (tel, ticket) => tel.wait((e) => e.kind === "turn" && e.ticket === ticket);

test("a callback keeps its place: offered, taken by a key, dialled before who came later, and refused to all else", () =>
	scene(async (tel, c) => {
		await withSeats(tel, [7], async () => {
			const [hidden, first, second] = [new Caller(c, { from: "anonymous" }), new Caller(c), new Caller(c, { from: "+79160000002" })];
			await first.call();
			const a = await arrived(tel);
			const queued = await tel.call(a.call, "queued");
			first.press("1"); // not yet offered: means nothing
			const ticket = await pressed(tel, first);
			assert.deepEqual([ticket.call, ticket.queue], [a.call, 10]);
			assert.ok(Math.abs(ticket.since - queued.at) < 1000, "since he waits, not since he pressed");
			const end = await tel.call(a.call, "ended", 9000);
			assert.deepEqual([end.cause, end.by], ["hung_up", "system"]);
			assert.ok(await first.gone());
			await second.call();
			const b = await arrived(tel, 2);
			await tel.call(b.call, "queued");
			tel.send({ kind: "tickets", rows: [{ ticket: 3, queue: 10, since: ticket.since }] });
			tel.send({ kind: "operator_ready", operator: 7 });
			assert.equal((await turn(tel, 3)).operator, 7);
			dial(tel, { operator: 7, number: "+74950000000" });
			assert.equal((await tel.wait((e) => e.kind === "refused")).text, "ticket", "he is held");
			const back = dial(tel, { operator: 7, number: "+79161234567", ticket: 3 });
			assert.equal((await tel.call(back, "connected", 9000)).operator, 7);
			assert.ok(!tel.events.some((e) => e.call === b.call && e.state === "connected"), "who came later waits");
			tel.send({ kind: "hangup", call: back, by: "operator" });
			await tel.operator(7, "wrap_up");
			tel.send({ kind: "wrap_up_done", operator: 7, then: "ready" });
			assert.equal((await tel.call(b.call, "connected")).operator, 7);
			second.hangUp();
			await tel.operator(7, "wrap_up");

			// app does not dial: the hold ends, and who waits is not kept waiting; nobody can call back who hides his number
			await hidden.call();
			const h = await arrived(tel, 3);
			await tel.call(h.call, "queued");
			tel.send({ kind: "tickets", rows: [{ ticket: 4, queue: 10, since: Date.now() - 60000 }, { ticket: 5, queue: 10, since: 1, until: Date.now() + 600000 }] });
			await sleep(1500); // longer than the offer's limit
			hidden.press("1");
			tel.send({ kind: "wrap_up_done", operator: 7, then: "ready" });
			await turn(tel, 4);
			assert.equal((await tel.call(h.call, "connected", 9000)).operator, 7);
			assert.equal(tel.events.filter((e) => e.kind === "ticket").length, 1);
			assert.match(tel.log, /ticket 4 was not dialled/);
		});
	}, offering));

test("a flow offers to be called back; led from one queue to another a call says so and waits anew", () =>
	scene(async (tel, c) => {
		const caller = new Caller(c);
		await caller.call();
		const { call } = await arrived(tel);
		assert.equal((await tel.call(call, "queued")).queue, 11);
		await tel.wait((e) => e.call === call && e.state === "queued" && e.queue === 10, 9000);
		await tel.wait((e) => e.call === call && e.state === "ivr", 9000);
		const ticket = await pressed(tel, caller);
		assert.equal(ticket.queue, 11);
		assert.ok(ticket.at - ticket.since > 1900, "both waits are his");
		await tel.call(call, "ended", 9000);
	}, { inbound: {
		numbers: [{ ...numbers[0], flow: 7 }], members: [], queues: [queues[0], { ...queues[1], text: "Спасибо." }],
		nodes: [{ flow: 7, node: 1, type: "queue", queue: 11, other: 2, wait_ms: 1000 }, { flow: 7, node: 2, type: "queue", queue: 10, other: 3, wait_ms: 1000 },
			{ flow: 7, node: 3, type: "callback", words: "Перезвонить вам? Нажмите один.", queue: 11, wait_ms: 5000 }],
	} }));
