// SPDX-License-Identifier: GPL-3.0-or-later
// hour.test.mjs - an hour of 200 operators who talk with the practice subscriber, one call after another: busy, refused, silent, long and short.
// With ZVONAR_LONG, or for ZVONAR_HOUR_S seconds with ZVONAR_HOUR_CALLS operators. Memory does not grow, sound is never late by more than three
// packets, nobody is stuck in a state, and at the end nothing is left. Run by tests/sip/run in a network of its own.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Desks } from "./lib/desks.mjs";
import { sipAddress } from "./lib/lines.mjs";
import { patience, Tel, uuid } from "./lib/tel.mjs";

const SECONDS = Number(process.env.ZVONAR_HOUR_S ?? (process.env.ZVONAR_LONG ? 3600 : 0)), OPERATORS = Number(process.env.ZVONAR_HOUR_CALLS ?? 200);
const XRUN_MS = 60, STUCK_MS = 240e3, WARM = Math.min(300, SECONDS / 3);
const endings = ["90", "91", "92", "93", "94", "95", "96", ...Array(13).fill("97"), ...Array(10).fill("98")];

/** Percent of the last ten seconds in which somebody waited for a core: then sound is late by the machine's fault. */
const crowded = () => Number(/some avg10=([\d.]+)/.exec(readFileSync("/proc/pressure/cpu", "latin1"))?.[1] ?? 0);

/** Percent of itself by which a series grows from its first to its last, by the line through it. */
function growth(values) {
	const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n, middle = (n - 1) / 2;
	let over = 0, under = 0;
	for (const [i, v] of values.entries()) {
		over += (i - middle) * (v - mean);
		under += (i - middle) ** 2;
	}
	return ((over / under) * (n - 1) * 100) / mean;
}

test(`${OPERATORS} operators talk for ${SECONDS} s: no leak, no late sound, nobody stuck`, { skip: !SECONDS && "ZVONAR_LONG", timeout: (SECONDS + 600) * 1000 }, async () => {
	const tel = await Tel.start({ sip: sipAddress }), desks = await Desks.start(tel, 5099);
	const open = () => readdirSync(`/proc/${tel.process.pid}/fd`).length;
	const calls = new Map(), ends = {}, figures = [];
	let number = 0, stuck, over = false;
	await desks.take(OPERATORS, { project: 1, more: [{ trunk: 1, kind: "practice", channels: 1000 }] });
	const sockets = open(), from = performance.now();

	const dial = (operator) => {
		if (over) return;
		const call = uuid(), n = `+7495${String(100000000 + number++ * 100).slice(-7, -2)}${endings[Math.floor(Math.random() * endings.length)]}`;
		calls.set(call, { operator, at: performance.now(), hold: 5000 + Math.random() * 55000 });
		tel.send({ kind: "dial", call, project: 1, number: n, trunk: 1, ring_ms: 15000, operator, ...(operator % 10 ? {} : { record: `h/${call}` }) });
	};
	const hear = (e) => {
		if (e.kind === "figures") figures.push(Object.assign(e, { crowded: crowded() }));
		if (e.kind === "recording" && e.state === "closed" && e.path) rmSync(path.join(tel.recordings, e.path), { force: true });
		if (e.kind === "refused") assert.fail(JSON.stringify(e));
		const c = calls.get(e.call);
		if (e.kind === "call" && e.state === "connected" && c) setTimeout(() => calls.has(e.call) && tel.send({ kind: "hangup", call: e.call, by: "operator" }), c.hold).unref();
		if (e.kind === "call" && e.state === "ended") {
			calls.delete(e.call);
			ends[e.cause] = (ends[e.cause] ?? 0) + 1;
		}
		if (e.kind === "operator" && e.state === "wrap_up") tel.send({ kind: "wrap_up_done", operator: e.operator, then: "ready" });
		if (e.kind === "operator" && e.state === "ready") setImmediate(dial, e.operator);
		if (e.seq && e.seq % 50 === 0) tel.send({ kind: "ack", boot: tel.boot, seq: e.seq });
		return false; // stays in the list of those who wait
	};
	tel.waiting.push((e) => hear(e));
	for (let i = 1; i <= OPERATORS; i++) dial(i);
	while (performance.now() - from < SECONDS * 1000) {
		await sleep(1000);
		for (const [call, c] of calls) if (performance.now() - c.at > STUCK_MS * patience) stuck = `${call} of operator ${c.operator} is not over after ${STUCK_MS} ms`;
		assert.equal(stuck, undefined);
		assert.equal(tel.process.exitCode, null);
		tel.events.length = 0;
	}
	over = true;
	for (const call of calls.keys()) tel.send({ kind: "hangup", call, by: "system" });
	for (let i = 0; i < 60 && calls.size; i++) await sleep(500);
	assert.equal(calls.size, 0);
	await sleep(3000);
	const last = figures.at(-1), settled = figures.filter((f) => f.came - from > WARM * 1000), lags = settled.map((f) => f.lag_ms).sort((a, b) => a - b);
	const grows = growth(settled.slice(0, -4).map((f) => f.rss)), quiet = settled.filter((f) => f.crowded < 10), late = quiet.filter((f) => f.lag_ms > XRUN_MS).length;
	console.log(`${Object.values(ends).reduce((a, b) => a + b, 0)} calls: ${JSON.stringify(ends)}; memory ${(last.rss / 1e6).toFixed(1)} MB, ${grows.toFixed(2)} % of growth; lag p50 ${lags[lags.length >> 1]} ms, most ${lags.at(-1)} ms; ${quiet.length} of ${lags.length} seconds were quiet`);
	assert.deepEqual([last.calls, last.legs], [0, OPERATORS]);
	assert.ok(open() <= sockets, `${open()} files, ${sockets} at the start`);
	assert.ok(grows < 1, `memory grows by ${grows.toFixed(2)} %`);
	assert.equal(late, 0, `${late} of ${quiet.length} seconds, in which the machine had time, with sound later than ${XRUN_MS} ms`);
	desks.stop();
	assert.equal(await tel.stop(), 0);
	assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
});
