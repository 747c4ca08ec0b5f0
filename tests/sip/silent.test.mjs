// SPDX-License-Identifier: GPL-3.0-or-later
// silent.test.mjs - the trial R11 of the trust page, whole, with ZVONAR_LONG only (its short scenes stand in faults and carrier): five lines that
// are silent in five ways, fifty calls over each; then a thousand calls into a storm of 503 and a line that comes and goes. Every call ends by its
// own timer, no leg, port or socket stays, and a carrier is not asked more often than it was called. Run by tests/sip/run.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { Desks } from "./lib/desks.mjs";
import { sipAddress } from "./lib/lines.mjs";
import { patience, Tel, uuid } from "./lib/tel.mjs";

const long = Boolean(process.env.ZVONAR_LONG), CALLS = Number(process.env.ZVONAR_CALLS ?? 50), STORM = Number(process.env.ZVONAR_STORM ?? 1000);
const RING_MS = 20000;
const bye = (c, r) => (r.method === "BYE" || r.method === "CANCEL") && c.reply(r, 200, "OK");
let tel, lines, desks, sockets, ports = 0;
const open = () => readdirSync(`/proc/${tel.process.pid}/fd`).length;

/** What each line does, and how and when its calls end. */
const kinds = [
	{ name: "nothing at all", port: 5081, script: () => {}, cause: ["trunk_silent", "trunk_down"], least: 0, most: 11 },
	{ name: "100 and no more", port: 5082, script: (c, r) => bye(c, r) || (r.method === "INVITE" && c.reply(r, 100, "Trying")), cause: ["no_answer", "trunk_silent"], least: 8, most: 25 },
	{ name: "180 for ever", port: 5083, script: (c, r) => bye(c, r) || (r.method === "INVITE" && c.reply(r, 180, "Ringing")), cause: ["no_answer"], least: 19, most: 25 },
	{ name: "sound that stops in the talk", port: 5084, script: (c, r) => bye(c, r) || (r.method === "INVITE" && c.reply(r, 200, "OK", { sdp: true })), cause: ["no_audio"], least: 28, most: 45, talk: true },
	{ name: "a BYE that is lost", port: 5085, script: (c, r) => r.method === "INVITE" && c.reply(r, 200, "OK", { sdp: true }), cause: ["abandoned"], least: 0, most: 12 },
];

before(async () => {
	if (!long) return;
	tel = await Tel.start({ sip: sipAddress });
	lines = await Promise.all(kinds.map((k) => Carrier.start(k.port, k.script)));
	desks = await Desks.start(tel, 5099);
	await desks.take(CALLS, { project: 2, more: kinds.map((k, i) => ({ trunk: i + 1, kind: "sip", host: "127.0.0.1", port: k.port, transport: "udp", channels: 1000, calls_per_s: 100 })) });
	for (let i = 1; i <= kinds.length; i++) await tel.wait((e) => e.kind === "trunk" && e.trunk === i && e.state === "up", 9000 * patience, "trunk up");
	sockets = open();
});
after(async () => {
	if (!long) return;
	for (const c of [...lines, desks]) c.stop();
	assert.equal(await tel.stop(), 0);
	assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
});

/** Nothing of the calls is left: no call, no leg but the operators', and no socket. */
async function nothingLeft() {
	let figures;
	for (const end = performance.now() + 40000 * patience; performance.now() < end; await sleep(500)) {
		const now = performance.now();
		figures = await tel.wait((e) => e.kind === "figures" && e.came > now, 12000, "figures");
		if (!figures.calls && figures.legs === CALLS && open() <= sockets) return;
	}
	assert.deepEqual([figures.calls, figures.legs, open()], [0, CALLS, sockets]);
}
const number = () => `+7495${String(2000000 + ports++).slice(-7)}`;
const dialOver = (trunk, more = {}) => {
	const call = uuid();
	tel.send({ kind: "dial", call, project: 1, number: number(), trunk, ring_ms: RING_MS, operator: 0, wait_ms: 500, ...more });
	return call;
};

for (const [i, k] of kinds.entries())
	test(`R11: ${CALLS} calls over a line of ${k.name}: each ends by its timer`, { skip: !long && "ZVONAR_LONG", timeout: 300e3 }, async () => {
		const from = performance.now();
		const calls = Array.from({ length: CALLS }, (_, n) => dialOver(i + 1, k.talk ? { operator: n + 1, project: 2, wait_ms: 0 } : {}));
		if (k.talk) {
			for (const c of calls) await tel.call(c, "connected", 30000 * patience);
			for (const s of lines[i].stops?.splice(0) ?? []) s();
		}
		for (const c of calls) {
			const end = await tel.call(c, "ended", (k.most + 10) * 1000 * patience), took = (end.came - from) / 1000;
			assert.ok(k.cause.includes(end.cause), `${end.cause} after ${took.toFixed(1)} s`);
			if (end.cause === k.cause[0]) assert.ok(took >= k.least && took <= k.most * patience, `${end.cause} after ${took.toFixed(1)} s`);
		}
		for (const c of calls) assert.equal(tel.events.filter((e) => e.kind === "call" && e.call === c && e.state === "ended").length, 1);
		await nothingLeft();
	});

test("a desk phone that falls silent is given up after half a minute, and called again", { skip: !long && "ZVONAR_LONG", timeout: 120e3 }, async () => {
	const from = tel.lastSeq, at = performance.now();
	desks.breathes(false);
	const down = await tel.wait((e) => e.kind === "leg" && e.operator === 1 && !e.up && e.seq > from, 45000 * patience, "his leg down");
	assert.ok(down.came - at > 25000, `${down.came - at} ms`);
	desks.breathes(true);
	await tel.wait((e) => e.kind === "leg" && e.operator === 1 && e.up && e.seq > down.seq, 15000 * patience, "his leg up again");
	await tel.operator(1, "ready", 9000 * patience, down.seq);
	for (let i = 2; i <= CALLS; i++) await tel.wait((e) => e.kind === "leg" && e.operator === i && e.up && e.seq > from, 15000 * patience, `the leg of ${i}`);
});

test(`R11: ${STORM} calls into 503 and a line that comes and goes: it is asked for less than it was called, and the rests differ`, { skip: !long && "ZVONAR_LONG", timeout: 900e3 }, async () => {
	const line = lines[4], from = performance.now(), invites = new Set(), rests = [];
	let bad = true, sent = 0;
	line.script = (c, r) => {
		bye(c, r);
		if (r.method !== "INVITE" || r.headers.to.includes("tag=")) return;
		invites.add(r.headers["call-id"]);
		if (bad) c.reply(r, 503, "Service Unavailable");
		else c.reply(r, 486, "Busy Here");
	};
	line.requests.length = 0;
	const flap = setInterval(() => (bad = !bad || performance.now() - from < 20000), 7000);
	const calls = [];
	for (let n = 0; n < STORM; n++) {
		calls.push(dialOver(5));
		await sleep(60);
	}
	clearInterval(flap);
	bad = false;
	for (const c of calls) {
		const end = await tel.call(c, "ended", 30000 * patience);
		assert.ok(["trunk_down", "busy"].includes(end.cause), end.cause);
	}
	sent = line.saw("INVITE").length;
	assert.ok(invites.size <= STORM && sent <= STORM * 1.1, `${sent} invitations for ${STORM} calls`);
	assert.ok(invites.size < STORM, "the storm was not noticed");
	const states = tel.events.filter((e) => e.kind === "trunk" && e.trunk === 5);
	for (const [n, e] of states.entries()) if (e.state === "up" && states[n - 1]?.state === "down") rests.push(e.at - states[n - 1].at);
	assert.ok(rests.length >= 2, `${rests.length} rests`);
	assert.ok(Math.max(...rests) <= 64000 * 1.1 + 1000 && Math.min(...rests) >= 1990, `${rests}`);
	console.log(`${sent} invitations for ${STORM} calls; rests of ${rests.join(", ")} ms`);
	await nothingLeft();
});
