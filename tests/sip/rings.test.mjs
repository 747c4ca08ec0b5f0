// SPDX-License-Identifier: GPL-3.0-or-later
// rings.test.mjs - queues whose operators take their calls themselves: at all at once, at one after the other; who is first, who is not there,
// and a caller who gives up meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSeat } from "./lib/browser.mjs";
import { acknowledges, Caller } from "./lib/caller.mjs";
import { Carrier } from "./lib/carrier.mjs";
import { telWithTrunk } from "./lib/lines.mjs";

const PORT = 5080, ALL = "+74957654321", ONE = "+78005550000", ANNA = 7, BORIS = 8, VERA = 9;
const numbers = [{ number: ALL, project: 1, queue: 10 }, { number: ONE, project: 1, queue: 11 }];
const queues = (all_ms, one_ms) => [{ queue: 10, project: 1, wait_ms: 60000, choice: "ring_all", accept_ms: all_ms },
	{ queue: 11, project: 1, wait_ms: 60000, choice: "round_robin", accept_ms: one_ms }];

/** tel with these queues and three operators at seats. */
async function scene(all_ms, one_ms, body) {
	const carrier = await Carrier.start(PORT, acknowledges);
	const tel = await telWithTrunk(PORT);
	let seat;
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		await tel.tell({ kind: "inbound", numbers, queues: queues(all_ms, one_ms), members: [] });
		for (const operator of [ANNA, BORIS, VERA]) tel.send({ kind: "operator_start", operator, project: 1, wrap_up_ms: 60000, preview_ms: 3000 });
		seat = await openSeat({ codec: "pcma", seats: 3, offer: (sdp, i) => tel.sdp({ kind: "operator_leg", operator: ANNA + i, sdp }) });
		for (const operator of [ANNA, BORIS, VERA]) await tel.wait((e) => e.kind === "leg" && e.operator === operator && e.up, 20000);
		let calls = 0;
		const arrive = async (to) => {
			const caller = new Caller(carrier, { to });
			await caller.call();
			const n = ++calls;
			const e = await tel.wait(() => tel.events.filter((x) => x.kind === "call_in").length >= n);
			assert.ok(e);
			return { caller, call: tel.events.filter((x) => x.kind === "call_in")[n - 1].call };
		};
		await body(tel, arrive);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		await seat?.close();
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

const state = (tel, operator) => tel.events.filter((e) => e.kind === "operator" && e.operator === operator).at(-1);
/** Until the last word of each of these operators is this state, in order. */
async function are(tel, states, ms = 10000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(20))
		if (Object.entries(states).every(([operator, s]) => state(tel, Number(operator))?.state === s)) return;
	assert.fail(`${JSON.stringify(states)}, not ${[ANNA, BORIS, VERA].map((o) => state(tel, o)?.state)}`);
}
const ready = async (tel, ...operators) => {
	for (const operator of operators) {
		tel.send({ kind: "operator_ready", operator });
		await are(tel, { [operator]: "ready" });
	}
};
const takers = (tel, call) => new Set(tel.events.filter((e) => e.kind === "call" && e.call === call && e.operator).map((e) => e.operator));

test("it rings at all who are free; of two who take it in the same moment one has it, everybody else is as free as before", () =>
	scene(20000, 20000, async (tel, arrive) => {
		await ready(tel, ANNA, BORIS, VERA);
		const { caller, call } = await arrive(ALL);
		await are(tel, { [ANNA]: "offered", [BORIS]: "offered", [VERA]: "offered" });
		for (const o of [ANNA, BORIS, VERA]) assert.equal(state(tel, o).call, call);
		await tel.call(call, "queued");
		assert.equal(takers(tel, call).size, 0, "it is nobody's while it rings");
		for (const operator of [BORIS, ANNA]) tel.send({ kind: "accept", operator }); // on the loop within one turn
		assert.equal((await tel.call(call, "connected")).operator, BORIS);
		await are(tel, { [ANNA]: "ready", [BORIS]: "talking", [VERA]: "ready" });
		const refused = await tel.wait((e) => e.kind === "refused" && e.command === "accept");
		assert.deepEqual([refused.operator, refused.text], [ANNA, "offer"]);
		assert.deepEqual([...takers(tel, call)], [BORIS]);
		// a caller who gives up: nobody is left ringing
		const second = await arrive(ALL);
		await are(tel, { [ANNA]: "offered", [VERA]: "offered" });
		second.caller.hangUp();
		await are(tel, { [ANNA]: "ready", [VERA]: "ready" });
		assert.equal((await tel.call(second.call, "ended")).operator, undefined);
		// two calls, two who are free: the longer waiting rings at both, and the other at whom it leaves free
		const [first, later] = [await arrive(ALL), await arrive(ALL)];
		await are(tel, { [ANNA]: "offered", [VERA]: "offered" });
		assert.deepEqual([state(tel, ANNA).call, state(tel, VERA).call], [first.call, first.call]);
		tel.send({ kind: "accept", operator: VERA });
		await are(tel, { [ANNA]: "offered", [VERA]: "talking" });
		assert.equal(state(tel, ANNA).call, later.call);
		tel.send({ kind: "accept", operator: ANNA });
		assert.equal((await tel.call(later.call, "connected")).operator, ANNA);
		caller.hangUp();
		await are(tel, { [BORIS]: "wrap_up" });
	}));

test("who lets it ring goes to a pause, and the call comes before others: at the next in turn, then at whoever comes", () =>
	scene(20000, 1500, async (tel, arrive) => {
		await ready(tel, ANNA, BORIS);
		const { call } = await arrive(ONE);
		await are(tel, { [ANNA]: "offered", [BORIS]: "ready" }); // one at a time, in turn
		await are(tel, { [ANNA]: "pause", [BORIS]: "offered" });
		assert.equal(state(tel, ANNA).cause, "deadline");
		tel.send({ kind: "operator_pause", operator: BORIS, reason: 3 }); // not now
		await are(tel, { [BORIS]: "pause" });
		const other = await arrive(ALL); // waits as well, and comes after
		await tel.call(other.call, "queued");
		await tel.call(call, "queued");
		tel.send({ kind: "operator_ready", operator: VERA });
		await are(tel, { [VERA]: "offered" });
		assert.equal(state(tel, VERA).call, call);
		tel.send({ kind: "accept", operator: VERA });
		assert.equal((await tel.call(call, "connected")).operator, VERA);
		assert.equal(takers(tel, other.call).size, 0);
	}));
