// SPDX-License-Identifier: GPL-3.0-or-later
// desk.test.mjs - operators whose legs are SIP phones, and what may happen to a leg while his call rings, is held or ends. Run by tests/sip/run.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { Desks } from "./lib/desks.mjs";
import { dial, sipAddress } from "./lib/lines.mjs";
import { alaw, patience, readRecording, share, Tel } from "./lib/tel.mjs";

const OPERATOR = 490, CONTACT = 1000;
const OUTSIDE = "+78124483454";

/** One operator at his desk, ready, and a trunk to a carrier that does as script says. */
async function scene(script, body) {
	const carrier = await Carrier.start(5080, script), tel = await Tel.start({ sip: sipAddress });
	const desks = await Desks.start(tel, 5099);
	try {
		await desks.take(1, { project: 1, more: [{ trunk: 1, kind: "sip", host: "127.0.0.1", port: 5080, transport: "udp" }] });
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000 * patience, "trunk up");
		const phone = Object.assign(desks.phones, { heard: [] });
		phone.rtp.on("message", (d) => (d[1] & 0x7f) === 8 && phone.heard.push(d.subarray(12)));
		await body({ tel, carrier, phone });
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
		assert.equal(tel.process.exitCode ?? tel.process.signalCode, null);
	} finally {
		desks.stop();
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

/** Until the last half second that came to a carrier, or a phone, is this tone. */
async function hears(who, hz, ms = 9000 * patience) {
	for (const end = performance.now() + ms; performance.now() < end; await sleep(50)) {
		const last = Float64Array.from(Buffer.concat(who.heard.slice(-25)), alaw);
		if (last.length === 4000 && share(last, hz) > 0.9) return;
	}
	assert.fail(`${hz} Hz is not heard`);
}

const natted = (sdp) => sdp.replaceAll("127.0.0.1", "127.0.0.2");

/** Answers, or with `early` only speaks before it; behind NAT, its SDP names an address nothing comes from. Its contact speaks. */
const far = ({ early, nat } = {}) => (c, r) => {
	if (r.method === "BYE" || r.method === "CANCEL") c.reply(r, 200, "OK");
	if (r.method !== "INVITE" || r.headers.to.includes("tag=")) return;
	c.last = r;
	c.reply(r, early ? 183 : 200, "As It Is", { sdp: nat ? natted(c.sdp()) : true });
	c.speak(r, CONTACT);
};

/** A re-INVITE of the carrier with this SDP; resolves with the answer's. */
async function again(carrier, body, cseq = 1) {
	const answer = () => carrier.requests.find((r) => r.code === 200 && r.headers.cseq === `${cseq} INVITE`);
	carrier.request(carrier.last, "INVITE", { cseq, body });
	for (const end = performance.now() + 5000 * patience; performance.now() < end && !answer(); await sleep(10));
	carrier.request(carrier.last, "ACK", { cseq });
	return answer().body;
}

test("his phone hangs up while the trunk speaks before the answer: the call rings on, and is heard by the next leg", () =>
	scene(far({ early: true }), async ({ tel, carrier, phone }) => {
		const id = dial(tel, { operator: 1, ring_ms: 60000 });
		await tel.call(id, "ringing", 9000 * patience);
		await hears(phone, CONTACT);
		const seq = tel.lastSeq;
		phone.request(phone.invite, "BYE");
		await tel.operator(1, "lost", 9000 * patience, seq);
		for (let i = 0; i < 3; i++) {
			carrier.reply(carrier.last, 183, "As It Is", { sdp: true });
			await sleep(50);
		}
		phone.heard.length = 0;
		await tel.operator(1, "reserved", 15000 * patience, seq);
		await hears(phone, CONTACT);
		tel.send({ kind: "hangup", call: id, by: "operator" });
		assert.equal((await tel.call(id, "ended", 9000 * patience)).cause, "operator_hung_up");
	}));

test("who was mute when he passed a call on is heard in the next one", () =>
	scene(far(), async ({ tel, carrier, phone }) => {
		phone.speak(phone.invite, OPERATOR);
		const first = dial(tel, { operator: 1 });
		await tel.call(first, "connected", 9000 * patience);
		await hears(carrier, OPERATOR);
		tel.send({ kind: "mute", operator: 1, on: true });
		const seq = tel.lastSeq;
		tel.send({ kind: "transfer", call: first, how: "blind", number: OUTSIDE, trunk: 1 });
		await tel.call(first, "passed", 9000 * patience);
		tel.send({ kind: "hangup", call: first, by: "system" });
		await tel.operator(1, "ready", 9000 * patience, seq);
		carrier.heard.length = 0;
		const next = dial(tel, { operator: 1 });
		await tel.call(next, "connected", 9000 * patience);
		await hears(carrier, OPERATOR);
	}));

test("a re-INVITE that says what was said leaves the talk of a far side behind NAT as it is", () =>
	scene(far({ nat: true }), async ({ tel, carrier, phone }) => {
		phone.speak(phone.invite, OPERATOR);
		await tel.call(dial(tel, { operator: 1 }), "connected", 9000 * patience);
		await hears(carrier, OPERATOR);
		await hears(phone, CONTACT);
		for (const side of [carrier, phone]) side.heard.length = 0;
		await again(carrier, natted(carrier.sdp()));
		await sleep(1000);
		const here = carrier.heard.length, there = phone.heard.filter((p) => share(Float64Array.from(p, alaw), CONTACT) > 0.8).length;
		assert.ok(here > 35 && there > 35, `of a second ${here} packets come out and ${there} in`);
	}));

test("a far side that holds without a sound is not given up after half a minute, and is heard again", () =>
	scene(far(), async ({ tel, carrier, phone }) => {
		const id = dial(tel, { operator: 1 });
		await tel.call(id, "connected", 9000 * patience);
		await hears(phone, CONTACT);
		const version = (sdp) => /o=- (\d+ \d+)/.exec(sdp)[1].split(" ").map(BigInt), [session, first] = version(carrier.last.body);
		assert.deepEqual(version(await again(carrier, carrier.sdp("inactive"))), [session, first + 1n]);
		for (const stop of carrier.stops) stop();
		await sleep(33000);
		assert.ok(!tel.events.some((e) => e.kind === "call" && e.call === id && e.state === "ended"), "it is still there");
		phone.heard.length = 0;
		assert.deepEqual(version(await again(carrier, carrier.sdp(), 2)), [session, first + 2n]);
		carrier.speak(carrier.last, CONTACT);
		await hears(phone, CONTACT);
		assert.ok(!tel.events.some((e) => e.kind === "call" && e.call === id && e.state === "ended"), "and heard");
	}));

test("a guest's words before he answers are heard, also when it rings behind them", () =>
	scene((c, r) => {
		if (!c.last || r.method !== "INVITE") return far()(c, r);
		c.reply(r, 183, "As It Is", { sdp: true });
		setTimeout(() => c.reply(r, 180, "Ringing"), 100);
		c.speak(r, 700);
	}, async ({ tel, carrier, phone }) => {
		const id = dial(tel, { operator: 1 });
		await tel.call(id, "connected", 9000 * patience);
		tel.send({ kind: "transfer", call: id, how: "consult", number: OUTSIDE, trunk: 1 });
		await carrier.sees("INVITE", 2);
		await sleep(500);
		phone.heard.length = 0;
		await hears(phone, 700);
	}));

test("who is muted when his talk has just ended is heard in the next one", () =>
	scene(far(), async ({ tel, carrier, phone }) => {
		phone.speak(phone.invite, OPERATOR);
		const first = dial(tel, { operator: 1 });
		await tel.call(first, "connected", 9000 * patience);
		const seq = tel.lastSeq;
		carrier.request(carrier.last, "BYE");
		await tel.call(first, "ended", 9000 * patience);
		tel.send({ kind: "mute", operator: 1, on: true });
		await tel.operator(1, "ready", 9000 * patience, seq);
		carrier.heard.length = 0;
		await tel.call(dial(tel, { operator: 1 }), "connected", 9000 * patience);
		await hears(carrier, OPERATOR);
	}));

/** Tenths of a second in which something else than his tone is heard, beside it or alone. */
const voices = (who, hz) => {
	let n = 0;
	for (let i = 0; i + 5 <= who.heard.length; i += 5) {
		const pcm = Float64Array.from(Buffer.concat(who.heard.slice(i, i + 5)), alaw);
		n += pcm.some((x) => Math.abs(x) > 500) && share(pcm, hz) < 0.85;
	}
	return n;
};

test("both hear that the talk is recorded, once to its end, whatever comes between; the talk is theirs again then", () =>
	scene(far(), async ({ tel, carrier, phone }) => {
		phone.speak(phone.invite, OPERATOR);
		const record = "2026-11/notice";
		const id = dial(tel, { operator: 1, record, words: "Для контроля качества разговор записывается.", voice: "ru" });
		const told = (e) => e.kind === "told" && e.call === id;
		await tel.call(id, "connected", 9000 * patience);
		await sleep(1000);
		tel.send({ kind: "hold", call: id, on: true });
		await tel.call(id, "held", 9000 * patience);
		await sleep(4000);
		assert.ok(!tel.events.some(told), "music is no place to say it");
		for (const side of [carrier, phone]) side.heard.length = 0;
		tel.send({ kind: "hold", call: id, on: false });
		await tel.wait(told, 15000 * patience);
		for (const [side, hz] of [[carrier, OPERATOR], [phone, CONTACT]]) assert.ok(voices(side, hz) > 6, `${voices(side, hz)} tenths of a second at ${hz}`);
		for (const side of [carrier, phone]) side.heard.length = 0;
		await hears(carrier, OPERATOR);
		await hears(phone, CONTACT);
		for (const [side, hz] of [[carrier, OPERATOR], [phone, CONTACT]]) assert.ok(voices(side, hz) <= 2, "but for its last sound on the way");
		assert.equal(tel.events.filter(told).length, 1);
		carrier.request(carrier.last, "BYE");
		await tel.call(id, "ended", 9000 * patience);
		await tel.wait((e) => e.kind === "recording" && e.state === "closed", 9000 * patience);
		const { sides } = readRecording(path.join(tel.recordings, `${record}.wav`));
		assert.ok(sides[0].length > 5 * 8000 && sides.every((s) => s.some((x) => Math.abs(x) > 500)), "the whole talk is in the recording");
	}));
