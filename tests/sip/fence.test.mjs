// SPDX-License-Identifier: GPL-3.0-or-later
// fence.test.mjs - whom a tel node obeys (docs/adr/0028): a leader whose lease another took can do nothing, however late he wakes; and a node
// that nobody leads stops dialling by its own clock. Run by tests/sip/run in a network of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { Caller } from "./lib/caller.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";
import { patience } from "./lib/tel.mjs";

const PORT = 5080;
const rings = (c, r) => {
	if (r.method === "INVITE") c.reply(r, 180, "Ringing");
	if (r.method === "CANCEL") {
		c.reply(r, 200, "OK");
		c.reply(c.saw("INVITE").find((i) => i.headers["call-id"] === r.headers["call-id"]), 487, "Request Terminated");
	}
};
async function scene(body) {
	const carrier = await Carrier.start(PORT, rings), tel = await telWithTrunk(PORT);
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000 * patience, "trunk up");
		await body(tel, carrier);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

test("an app node whose lease another took dials nothing and ends nothing through this node", () =>
	scene(async (old, carrier) => {
		const rung = dial(old);
		await old.call(rung, "ringing", 9000 * patience);
		const now = await old.successor();
		const refused = (call, command) => now.wait((e) => e.kind === "refused" && e.call === call && e.command === command && e.text === "epoch", 9000 * patience, `${command} refused`);

		const invites = carrier.saw("INVITE").length, late = dial(old);
		await refused(late, "dial");
		old.send({ kind: "hangup", call: rung, by: "operator" });
		await refused(rung, "hangup");
		old.send({ kind: "echo", sdp: "v=0", request: 77 }); // who waits for an answer hears it, not who leads now
		assert.equal((await old.wait((e) => e.kind === "refused" && e.request === 77, 9000 * patience)).text, "epoch");
		old.send({ kind: "hello", app_boot: "00000000-0000-4000-8000-000000000001", epoch: 1 }); // nor does he lead again
		old.send({ kind: "lease", ms: 0, since: 0 });
		const his = dial(now);
		await now.call(his, "ringing", 9000 * patience);
		await sleep(300);
		assert.equal(carrier.saw("INVITE").length, invites + 1);
		assert.equal(carrier.saw("CANCEL").length, 0);
		assert.ok(!old.events.some((e) => e.call === his), "events go to who leads");
		for (const call of [rung, his]) now.send({ kind: "hangup", call, by: "system" });
		for (const call of [rung, his]) assert.equal((await now.call(call, "ended", 9000 * patience)).cause, "cancelled");
		now.socket.destroy();
	}));

test("a node that nobody leads hangs up what rings, takes no call and obeys nothing more; led again it dials", () =>
	scene(async (tel, carrier) => {
		const lease = async (ms) => {
			const at = performance.now(), since = (await tel.wait((e) => e.kind === "figures" && e.came > at && e.since, 9000, "figures")).since;
			tel.send({ kind: "lease", ms, since });
		};
		await tel.tell({ kind: "inbound", numbers: [], queues: [], members: [], nodes: [{ flow: 5, node: 1, type: "end", words: " " }] });
		const rung = dial(tel, { ring_ms: 60000 }), agentless = dial(tel, { ring_ms: 60000, flow: 5 });
		for (const id of [rung, agentless]) await tel.call(id, "ringing", 9000 * patience);
		await lease(4000 * patience);
		const closed = new Promise((done) => tel.socket.once("close", done)), from = performance.now();
		await lease(2000 * patience); // renewed: the later word counts
		await closed;
		const took = performance.now() - from;
		assert.ok(took < 6000 * patience, `${took} ms`);
		assert.equal(await carrier.sees("CANCEL", 2), 2);
		const caller = new Caller(carrier);
		assert.equal(await caller.call(), 503);
		assert.equal(caller.final.headers["retry-after"], "5");

		const hello = await tel.connect(2);
		assert.deepEqual(hello.calls ?? [], []);
		for (const id of [rung, agentless]) assert.equal((await tel.call(id, "ended", 9000 * patience)).by, "system");
		tel.send({ kind: "lease", ms: 0, since: 0 });
		const again = dial(tel);
		await tel.call(again, "ringing", 9000 * patience);
		tel.send({ kind: "hangup", call: again, by: "system" });
		await tel.call(again, "ended", 9000 * patience);
	}));
