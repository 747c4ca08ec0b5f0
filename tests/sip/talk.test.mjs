// SPDX-License-Identifier: GPL-3.0-or-later
// talk.test.mjs - more than two in a talk: transfers, a word first, three-way, outside, supervisors, the pause of the recording. Everybody has
// a tone for a voice; who hears which tone is what is tested, and what the recording holds.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { Circle } from "./lib/circle.mjs";
import { dial, sipAddress } from "./lib/lines.mjs";
import { level, readRecording, share, Tel } from "./lib/tel.mjs";

const CONTACT = 1000, OUTSIDE = 700, ANNA = 490, BORIS = 580, BOSS = 1300, RINGS = 425;
const TONES = [RINGS, ANNA, BORIS, OUTSIDE, CONTACT, BOSS];

/** A carrier that answers after ringing for ring_ms, or until it is told to by pick_up(), and speaks hz; refuses with code when there is one. */
const carrier = (port, hz, { ring_ms = 0, waits = false, code } = {}) =>
	Carrier.start(port, async (c, r) => {
		if (r.method === "BYE" || r.method === "CANCEL") c.reply(r, 200, "OK");
		if (r.method !== "INVITE") return;
		c.last = r;
		c.reply(r, 180, "Ringing");
		await (waits ? new Promise((done) => (c.pick_up = done)) : sleep(ring_ms));
		if (code) return c.reply(r, code, "No");
		c.reply(r, 200, "OK", { sdp: true });
		c.speak(r, hz);
	});

/** Two operators, a contact in a talk with Anna, a second trunk to somebody outside. */
async function talk(body, more = {}) {
	const tel = await Tel.start({ sip: sipAddress });
	const circle = await Circle.open(TONES);
	const far = await carrier(5080, CONTACT), outside = await carrier(5081, OUTSIDE, more);
	try {
		tel.send({ kind: "trunks", rows: [5080, 5081].map((port, i) => ({ trunk: i + 1, kind: "sip", host: "127.0.0.1", port, transport: "udp" })) });
		for (const [name, id, hz] of [["anna", 7, ANNA], ["boris", 8, BORIS]]) {
			tel.send({ kind: "operator_start", operator: id, project: 1, wrap_up_ms: 30000, preview_ms: 3000 });
			circle.join(name, hz, (sdp) => tel.sdp({ kind: "operator_leg", operator: id, sdp }));
			await tel.wait((e) => e.kind === "leg" && e.operator === id && e.up, 30000);
			tel.send({ kind: "operator_ready", operator: id });
			await tel.operator(id, "ready", 10000);
		}
		for (const trunk of [1, 2]) await tel.wait((e) => e.kind === "trunk" && e.trunk === trunk && e.state === "up", 15000);
		const id = dial(tel, { operator: 7, record: "x" });
		circle.outside("contact", far);
		circle.outside("outside", outside);
		await tel.call(id, "connected", 15000);
		await circle.hear({ contact: [ANNA], anna: [CONTACT] });
		await body({ tel, circle, id, far, outside });
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		await circle.close();
		far.stop();
		outside.stop();
		assert.equal(await tel.stop(), 0);
	}
}

/** The event of this kind that comes next. */
const next = (tel, fits, ms = 10000) => {
	const seq = tel.lastSeq;
	return tel.wait((e) => e.seq > seq && fits(e), ms, String(fits));
};
const state = (tel, id, what) => next(tel, (e) => e.kind === "call" && e.call === id && e.state === what);
const ready = (tel, operator) => next(tel, (e) => e.kind === "operator" && e.operator === operator && e.state === "ready");

/** Do it and wait for what it leads to. */
async function and(events, act) {
	const waiting = Promise.all([events].flat());
	act();
	return waiting;
}

/** How much of each side is this tone, at its loudest tenth of a second. */
async function recorded(tel, id) {
	const r = await tel.wait((e) => e.kind === "recording" && e.call === id && e.state === "closed", 15000);
	const { sides, seconds } = readRecording(path.join(tel.recordings, r.path));
	const most = (side, hz) => {
		let best = 0;
		for (let at = 0; at + 0.1 < seconds; at += 0.1) if (level(sides[side], at, at + 0.1) > 300) best = Math.max(best, share(sides[side], hz, at, at + 0.1));
		return best;
	};
	return { sides, seconds, ours: (hz) => most(0, hz), theirs: (hz) => most(1, hz) };
}

test("handed over without a word: the contact speaks with the other operator, the first is free and has nothing to wrap up", () =>
	talk(async ({ tel, circle, id }) => {
		const [connected] = await and([state(tel, id, "connected"), ready(tel, 7)], () => tel.send({ kind: "transfer", call: id, how: "blind", operator: 8 }));
		assert.equal(connected.operator, 8);
		await tel.operator(8, "talking");
		await circle.hear({ contact: [BORIS], boris: [CONTACT], anna: [] });
		assert.ok(!tel.events.some((e) => e.kind === "operator" && e.operator === 7 && e.state === "wrap_up"));
		// nobody is free now but Anna herself: a transfer to somebody busy comes back
		await and(next(tel, (e) => e.kind === "guest" && e.guest === "" && e.cause === "busy"), () => tel.send({ kind: "transfer", call: id, how: "blind", operator: 8 }));
		await circle.hear({ contact: [BORIS], boris: [CONTACT] });
		await and([state(tel, id, "ended"), next(tel, (e) => e.kind === "operator" && e.operator === 8 && e.state === "wrap_up")],
			() => tel.send({ kind: "hangup", call: id, by: "operator" }));
		const r = await recorded(tel, id);
		assert.ok(r.ours(ANNA) > 0.8 && r.ours(BORIS) > 0.8 && r.theirs(CONTACT) > 0.9);
		assert.ok(r.ours(CONTACT) < 0.05 && r.theirs(BORIS) < 0.05);
	}));

test("a word first, then three, then back; then somebody outside, to whom the contact is passed", () =>
	talk(async ({ tel, circle, id, far, outside }) => {
		await and(next(tel, (e) => e.kind === "guest" && e.up && e.operator === 8), () => tel.send({ kind: "transfer", call: id, how: "consult", operator: 8 }));
		await circle.hear({ contact: [], anna: [BORIS], boris: [ANNA] });
		assert.ok(level(Float64Array.from(Buffer.concat(far.heard.slice(-50)), (x) => x), 0, 1) > 0, "music");
		await and(state(tel, id, "conference"), () => tel.send({ kind: "talk", call: id, turn: "join" }));
		await circle.hear({ contact: [ANNA, BORIS], anna: [BORIS, CONTACT], boris: [ANNA, CONTACT] }); // the others, never oneself
		await and([state(tel, id, "connected"), ready(tel, 8)], () => tel.send({ kind: "talk", call: id, turn: "back" }));
		await circle.hear({ contact: [ANNA], anna: [CONTACT], boris: [] });

		await and(next(tel, (e) => e.kind === "guest" && e.guest === "outside"), () =>
			tel.send({ kind: "transfer", call: id, how: "consult", number: "+78124483454", trunk: 2 }));
		await circle.hear({ contact: [], anna: [RINGS] });
		outside.pick_up();
		await tel.wait((e) => e.kind === "guest" && e.guest === "outside" && e.up && e.dialog, 10000);
		await circle.hear({ contact: [], anna: [OUTSIDE], outside: [ANNA] });
		await and([state(tel, id, "passed"), next(tel, (e) => e.kind === "operator" && e.operator === 7 && e.state === "wrap_up")],
			() => tel.send({ kind: "talk", call: id, turn: "complete" }));
		await circle.hear({ contact: [OUTSIDE], outside: [CONTACT], anna: [] });
		await and(state(tel, id, "ended"), () => far.request(far.last, "BYE"));
		for (let i = 0; i < 100 && !outside.saw("BYE").length; i++) await sleep(50);
		assert.equal(outside.saw("BYE").length, 1, "the one outside is let go too");
		const r = await recorded(tel, id);
		assert.ok(r.ours(ANNA) > 0.8 && r.theirs(OUTSIDE) > 0.3, "those outside are on their side");
		assert.ok(r.ours(OUTSIDE) < 0.05 && r.theirs(ANNA) < 0.05);
	}, { waits: true }));

test("a number outside that is busy, and one that is given up: the contact is back each time", () =>
	talk(async ({ tel, circle, id, outside }) => {
		await and([next(tel, (e) => e.kind === "guest" && e.guest === "" && e.cause === "busy"), state(tel, id, "transferring"), state(tel, id, "connected")],
			() => tel.send({ kind: "transfer", call: id, how: "blind", number: "+78124483454", trunk: 2 }));
		await circle.hear({ contact: [ANNA], anna: [CONTACT] });
		await and(next(tel, (e) => e.kind === "guest" && e.guest === "outside"), () =>
			tel.send({ kind: "transfer", call: id, how: "blind", number: "+78124483454", trunk: 2 }));
		await and(next(tel, (e) => e.kind === "guest" && e.guest === ""), () => tel.send({ kind: "talk", call: id, turn: "back" }));
		await circle.hear({ contact: [ANNA], anna: [CONTACT] });
		assert.ok(outside.saw("INVITE").length === 2);
	}, { ring_ms: 1500, code: 486 }));

test("given to a queue: whoever is free there has it, else it waits in music; who gave it does not get it back; one recording of both talks", () =>
	talk(async ({ tel, circle, id, far }) => {
		const queues = [{ queue: 10, project: 1, wait_ms: 60000, level: 1 }, { queue: 11, project: 2, wait_ms: 60000, level: 1 }];
		await tel.tell({ kind: "inbound", numbers: [], queues, members: [] });
		const give = (events) => and(events, () => tel.send({ kind: "transfer", call: id, how: "blind", queue: 10 }));
		for (const queue of [11, 12]) tel.send({ kind: "transfer", call: id, how: "blind", queue }); // another project's, and none
		await tel.wait((e) => e.kind === "refused" && tel.events.filter((x) => x.kind === "refused" && x.command === "transfer").length === 2);
		circle.join("boss", BOSS, (sdp) => tel.sdp({ kind: "monitor", operator: 30, call: id, mode: "listen", sdp }));
		await circle.hear({ boss: [ANNA, CONTACT] });
		tel.send({ kind: "mute", operator: 7, on: true });
		await circle.hear({ contact: [] });
		const [queued, , connected] = await give([state(tel, id, "queued"), ready(tel, 7), state(tel, id, "connected"),
			next(tel, (e) => e.kind === "monitor" && e.mode === "none")]);
		assert.deepEqual([queued.queue, queued.operator, connected.operator], [10, undefined, 8]);
		await tel.operator(8, "talking");
		await circle.hear({ contact: [BORIS], boris: [CONTACT], anna: [] });
		// on hold, and nobody but Anna, who is in a pause, may serve it
		await tel.tell({ kind: "inbound", numbers: [], queues, members: [{ queue: 10, operator: 7, level: 5 }] });
		await and(next(tel, (e) => e.kind === "operator" && e.operator === 7 && e.state === "pause"), () => tel.send({ kind: "operator_pause", operator: 7 }));
		await and(state(tel, id, "held"), () => tel.send({ kind: "hold", call: id, on: true }));
		await give([state(tel, id, "queued"), ready(tel, 8)]);
		await circle.hear({ contact: [], anna: [], boris: [] });
		assert.ok(level(Float64Array.from(Buffer.concat(far.heard.slice(-50)), (x) => x), 0, 1) > 0, "music");
		await and([state(tel, id, "connected"), next(tel, (e) => e.kind === "operator" && e.operator === 7 && e.state === "talking")],
			() => tel.send({ kind: "operator_ready", operator: 7 }));
		await circle.hear({ contact: [ANNA], anna: [CONTACT], boris: [] });
		// she gives it away, and it waits beside her though she is free and the only one; he hangs up there
		await give([state(tel, id, "queued"), ready(tel, 7)]);
		await sleep(1500);
		assert.equal(tel.events.filter((e) => e.kind === "call" && e.call === id).at(-1).state, "queued");
		const [ended] = await and([state(tel, id, "ended")], () => far.request(far.last, "BYE"));
		assert.deepEqual([ended.cause, ended.by, ended.operator], ["hung_up", "contact", undefined]);
		assert.ok(!tel.events.some((e) => e.kind === "operator" && e.state === "wrap_up"));
		const r = await recorded(tel, id);
		assert.ok(r.ours(ANNA) > 0.8 && r.ours(BORIS) > 0.8 && r.theirs(CONTACT) > 0.9);
		assert.ok(r.ours(BOSS) < 0.05 && r.theirs(ANNA) < 0.05 && r.theirs(BORIS) < 0.05);
		const opened = tel.events.filter((e) => e.kind === "recording" && e.call === id && e.state === "open");
		assert.equal(opened.length, 1);
		const talks = tel.events.filter((e) => e.kind === "call" && e.call === id && e.state === "answered")[0].at;
		assert.ok(Math.abs(r.seconds * 1000 - (ended.at - talks)) < 1500, `${r.seconds} s of ${ended.at - talks} ms: the wait is in it like a hold`);
	}));

test("a supervisor listens, whispers, joins and takes over; when his browser goes, the operator has the talk again", () =>
	talk(async ({ tel, circle, id }) => {
		const mode = async (what) => and(next(tel, (e) => e.kind === "monitor" && e.operator === 30 && e.mode === what), () =>
			tel.send({ kind: "monitor_mode", operator: 30, mode: what }));
		circle.join("boss", BOSS, (sdp) => tel.sdp({ kind: "monitor", operator: 30, call: id, mode: "listen", sdp }));
		await tel.wait((e) => e.kind === "monitor" && e.mode === "listen", 15000);
		await circle.hear({ boss: [ANNA, CONTACT], contact: [ANNA], anna: [CONTACT] });
		await mode("whisper");
		await circle.hear({ boss: [ANNA, CONTACT], contact: [ANNA], anna: [CONTACT, BOSS] });
		await mode("join");
		await circle.hear({ boss: [ANNA, CONTACT], contact: [ANNA, BOSS], anna: [CONTACT, BOSS] });
		await and(state(tel, id, "taken_over"), () => mode("take_over"));
		await circle.hear({ boss: [CONTACT], contact: [BOSS], anna: [CONTACT, BOSS] });
		await and(state(tel, id, "connected"), () => circle.leave("boss"));
		await circle.hear({ contact: [ANNA], anna: [CONTACT] });
		tel.send({ kind: "hangup", call: id, by: "operator" });
		const r = await recorded(tel, id);
		assert.ok(r.ours(BOSS) > 0.8 && r.theirs(BOSS) < 0.05);
		tel.send({ kind: "monitor_mode", operator: 30, mode: "whisper" });
		assert.equal((await tel.wait((e) => e.kind === "refused")).text, "monitor");
	}));

test("a whisper is not recorded; a paused recording has a tone and silence, and keys are not told meanwhile", () =>
	talk(async ({ tel, circle, id, far }) => {
		circle.join("boss", BOSS, (sdp) => tel.sdp({ kind: "monitor", operator: 30, call: id, mode: "whisper", sdp }));
		await circle.hear({ anna: [CONTACT, BOSS], contact: [ANNA] });
		const [paused] = await and(next(tel, (e) => e.kind === "recording" && e.state === "paused"), () => tel.send({ kind: "record", call: id, on: false }));
		await sleep(700);
		const key = Buffer.from([0x80, 0x80 | 101, 0, 1, 0, 0, 0, 9, 0, 0, 0xca, 0xfe, 5, 0x8a, 3, 0x20]);
		far.rtp.send(key, Number(/m=audio (\d+)/.exec(far.last.body)[1]), "127.0.0.1");
		await sleep(700);
		const [resumed] = await and(next(tel, (e) => e.kind === "recording" && e.state === "resumed"), () => tel.send({ kind: "record", call: id, on: true }));
		assert.ok(resumed.ms - paused.ms >= 1300, `${paused.ms} to ${resumed.ms}`);
		await sleep(500);
		tel.send({ kind: "hangup", call: id, by: "operator" });
		const r = await recorded(tel, id);
		assert.ok(r.ours(BOSS) < 0.05 && r.theirs(BOSS) < 0.05);
		const from = paused.ms / 1000, to = resumed.ms / 1000;
		for (const side of [0, 1]) {
			assert.ok(share(r.sides[side], 880, from, from + 0.14) > 0.9, "the mark");
			assert.ok(level(r.sides[side], from + 0.2, to) < 20, "silence");
			assert.ok(level(r.sides[side], to + 0.1, to + 0.3) > 500, "the voice is back");
		}
		assert.ok(!tel.events.some((e) => e.kind === "dtmf"));
	}));

test("whoever hangs up or loses his browser, in whatever state: nobody stays in one, the contact stays with somebody", () =>
	talk(async ({ tel, circle, id, far, outside }) => {
		const again = async () => {
			await and(ready(tel, 7), () => tel.send({ kind: "wrap_up_done", operator: 7, then: "ready" }));
			const next = dial(tel, { operator: 7 });
			await tel.call(next, "connected", 15000);
			return next;
		};
		const wrap = (operator) => next(tel, (e) => e.kind === "operator" && e.operator === operator && e.state === "wrap_up");
		const consult = (call) =>
			and(next(tel, (e) => e.kind === "guest" && e.up), () => tel.send({ kind: "transfer", call, how: "consult", operator: 8 }));

		// the contact hangs up in music
		await consult(id);
		await and([state(tel, id, "ended"), wrap(7), ready(tel, 8)], () => far.request(far.last, "BYE"));
		// the operator hangs up while somebody outside rings
		let call = await again();
		await and(next(tel, (e) => e.kind === "guest" && e.guest === "outside"), () =>
			tel.send({ kind: "transfer", call, how: "consult", number: "+78124483454", trunk: 2 }));
		await circle.hear({ anna: [RINGS] });
		await and([state(tel, call, "ended"), wrap(7)], () => tel.send({ kind: "hangup", call, by: "operator" }));
		for (let i = 0; i < 100 && !outside.saw("CANCEL").length; i++) await sleep(50);
		assert.equal(outside.saw("CANCEL").length, 1);
		// the guest's browser goes in a conference
		call = await again();
		await consult(call);
		await and(state(tel, call, "conference"), () => tel.send({ kind: "talk", call, turn: "join" }));
		await and([state(tel, call, "connected"), next(tel, (e) => e.kind === "guest" && e.cause === "operator_lost")], () => circle.leave("boris"));
		await circle.hear({ contact: [ANNA], anna: [CONTACT] });
		circle.join("boris", BORIS, (sdp) => tel.sdp({ kind: "operator_leg", operator: 8, sdp }));
		await ready(tel, 8);
		// the operator's browser goes in a consultation, for good: whom he spoke with has the call
		await consult(call);
		const [connected] = await and([next(tel, (e) => e.kind === "call" && e.state === "connected", 40000), next(tel, (e) => e.kind === "operator" && e.operator === 7 && e.state === "offline", 40000)],
			() => circle.leave("anna"));
		assert.equal(connected.operator, 8);
		await circle.hear({ contact: [BORIS], boris: [CONTACT] });
		await and([state(tel, call, "ended"), wrap(8)], () => tel.send({ kind: "hangup", call, by: "operator" }));
	}, { ring_ms: 60000 }));
