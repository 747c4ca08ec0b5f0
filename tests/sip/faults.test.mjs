// SPDX-License-Identifier: GPL-3.0-or-later
// faults.test.mjs - what carriers do that they should not: each call ends for its own reason, once, and leaves no leg and no port behind. One
// tel for all; a call's script is chosen by the number called. Run by tests/sip/run in a network of its own.
import assert from "node:assert/strict";
import dgram from "node:dgram";
import { readdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";
import { sender } from "./lib/sender.mjs";
import { mostly, patience, readRecording } from "./lib/tel.mjs";

const PORT = 5080;
let carrier, tel, script, sockets;
const open = () => readdirSync(`/proc/${tel.process.pid}/fd`).length;
const until = async (fits, ms = 8000) => {
	for (const end = performance.now() + ms; performance.now() < end; await sleep(10)) if (fits()) return;
	assert.fail(`not within ${ms} ms: ${fits}`);
};

before(async () => {
	carrier = await Carrier.start(PORT, (c, r) => script?.(c, r));
	tel = await telWithTrunk(PORT);
	await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
	script = (c, r) => r.method === "INVITE" && c.reply(r, 486, "Busy Here"); // what is opened once, is
	await tel.call(dial(tel), "ended");
	await sleep(100);
	sockets = open();
});
after(async () => {
	try {
		const now = performance.now();
		const left = await tel.wait((e) => e.kind === "figures" && e.came > now, 12000, "figures");
		assert.deepEqual([left.calls, left.legs], [0, 0]);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
});

/** A call by script; c sees its own requests only. How it ended, and that nothing of it is left. */
async function call(how, body, more = {}) {
	carrier.requests.length = 0;
	carrier.invite = undefined;
	carrier.heard.length = 0;
	script = how;
	const id = dial(tel, { wait_ms: 800, ...more });
	await body?.(id);
	const end = await tel.call(id, "ended", 15000);
	assert.equal(tel.events.filter((e) => e.kind === "call" && e.call === id && e.state === "ended").length, 1);
	await until(() => open() <= sockets);
	for (const s of carrier.stops?.splice(0) ?? []) s();
	return end;
}
/** Of this call: another's BYE may still be under way. */
const saw = (method) => carrier.saw(method).filter((r) => r.headers["call-id"] === carrier.invite?.headers["call-id"]);
const sees = (method, n = 1) => until(() => saw(method).length >= n);
const codes = (method) => carrier.requests.filter((r) => r.code && r.headers.cseq.endsWith(method)).map((r) => r.code);
const endsBye = (c, r) => (r.method === "BYE" || r.method === "CANCEL") && c.reply(r, 200, "OK");
/** Answers, and says the rest with what it is given. */
const answering = (then) => (c, r) => {
	endsBye(c, r);
	if (r.method === "INVITE" && !r.headers.to.includes("tag=")) {
		c.reply(r, 200, "OK", { sdp: true });
		then?.(c, r);
	}
};
/** The tags of the dialogs in which we said method. */
const tagsOf = (method) => saw(method).map((r) => /tag=(\w+)/.exec(r.headers.to)?.[1]);

test("200 twice: a lost ACK is said again, it is one call", async () => {
	const end = await call(answering((c, r) => setTimeout(() => c.reply(r, 200, "OK", { sdp: true }), 100)), async (id) => {
		await tel.call(id, "queued");
		await sees("ACK", 2);
	});
	assert.equal(end.cause, "abandoned");
	await sees("BYE");
	assert.deepEqual(tagsOf("BYE"), ["carrier"]);
});

test("two forks answer: the first has the call, the other gets ACK and BYE", async () => {
	const end = await call(answering((c, r) => setTimeout(() => c.reply(r, 200, "OK", { sdp: true, tag: "second" }), 100)), async (id) => {
		await tel.call(id, "queued");
		await until(() => tagsOf("BYE").includes("second"));
		assert.ok(tagsOf("ACK").includes("second"));
	});
	assert.equal(end.cause, "abandoned");
	await sees("BYE", 2);
	assert.deepEqual(tagsOf("BYE").sort(), ["carrier", "second"]);
});

test("forks ring with early media of their own, then one answers: its audio it is", async () => {
	const other = await Carrier.start(5099);
	await call((c, r) => {
		endsBye(c, r);
		if (r.method !== "INVITE") return;
		c.reply(r, 183, "Session Progress", { sdp: other.sdp(), tag: "second" });
		c.reply(r, 183, "Session Progress", { sdp: true });
		setTimeout(() => c.reply(r, 200, "OK", { sdp: true }), 100);
	}, async (id) => {
		await tel.call(id, "queued");
		await until(() => carrier.heard.length > 20);
		assert.deepEqual([...new Set(tagsOf("ACK"))], ["carrier"]); // twice when a slow machine sent the INVITE again
	});
	other.stop();
});

test("BYE before our ACK could come", async () => {
	const end = await call(answering((c, r) => c.request(r, "BYE")));
	assert.deepEqual([end.cause, end.by], ["hung_up", "contact"]);
	await until(() => codes("BYE").length);
	assert.equal(codes("BYE")[0], 200); // a slow machine sends the INVITE again: a second BYE, for a call that is over
});

test("BYE that is never answered: the call is over at once", async () => {
	const end = await call((c, r) => r.method === "INVITE" && c.reply(r, 200, "OK", { sdp: true }));
	assert.equal(end.cause, "abandoned");
	await sees("BYE", 2);
});

test("SDP in 183 and none in the 200: what was agreed holds", async () => {
	const end = await call((c, r) => {
		endsBye(c, r);
		if (r.method !== "INVITE") return;
		c.reply(r, 183, "Session Progress", { sdp: true });
		setTimeout(() => c.reply(r, 200, "OK"), 50);
	}, async (id) => {
		await tel.call(id, "queued");
		await until(() => carrier.heard.length > 10);
	});
	assert.equal(end.cause, "abandoned");
});

for (const [what, sdp] of [["no SDP at all", false], ["no codec of ours", "18"], ["nonsense for SDP", "v=0\r\nm=audio\r\n"]])
	test(`200 with ${what}: acknowledged, and ended`, async () => {
		const end = await call((c, r) => {
			endsBye(c, r);
			if (r.method === "INVITE") c.reply(r, 200, "OK", { sdp: sdp === "18" ? c.sdp("sendrecv", sdp) : sdp });
		});
		assert.equal(end.cause, "no_audio");
		await sees("ACK");
		await sees("BYE");
	});

test("183 again with another SDP: where the last one says", async () => {
	const other = await Carrier.start(5099);
	await call((c, r) => {
		endsBye(c, r);
		if (r.method !== "INVITE") return;
		c.reply(r, 183, "Session Progress", { sdp: other.sdp() });
		setTimeout(() => c.reply(r, 183, "Session Progress", { sdp: true }), 50);
		setTimeout(() => c.reply(r, 200, "OK", { sdp: true }), 100);
	}, async (id) => {
		await tel.call(id, "queued");
		await until(() => carrier.heard.length > 10);
		other.heard.length = 0;
		await sleep(100);
		assert.equal(other.heard.length, 0);
	});
	other.stop();
});

test("re-INVITEs: hold and back, PCMA to PCMU and back, another address; the sound goes on", async () => {
	let ports = 41000, cseq = 1, spoke, id;
	const ours = () => Number(/m=audio (\d+)/.exec(carrier.invite.body)[1]);
	const stale = async (port) => {
		const s = dgram.createSocket({ type: "udp4", reuseAddr: true }), p = Buffer.alloc(172, 0xd5);
		await new Promise((done) => s.bind(port, "127.0.0.1", done));
		p.set([0x80, 8]);
		await new Promise((done) => s.send(p, ours(), "127.0.0.1", done));
		s.close();
	};
	const offer = async (c, way, codec, address = "127.0.0.1") => {
		const port = (ports += 2), answered = () => carrier.requests.find((r) => r.code >= 200 && r.headers.cseq === `${cseq} INVITE`);
		const sdp = c.sdp(way, `${codec} 101`).replace(/m=audio \d+/, `m=audio ${port}`).replaceAll("127.0.0.1", address);
		c.request(carrier.invite, "INVITE", { cseq: ++cseq, body: sdp });
		await until(answered);
		const answer = answered();
		assert.equal(answer.code, 200);
		c.request(carrier.invite, "ACK", { cseq });
		if (spoke) await stale(spoke); // what was still under way from where it spoke before
		return { answer: answer.body, port };
	};
	const speaks = async (port, codec, address = "127.0.0.1") => {
		await sender(["tone", port, ours(), 1, codec, address]).done;
		spoke = port;
	};
	await call(answering(), async (made) => {
		id = made;
		await tel.call(id, "queued");
		const held = await offer(carrier, "sendonly", 8);
		assert.match(held.answer, /a=recvonly/);
		const back = await offer(carrier, "sendrecv", 8);
		assert.match(back.answer, /a=sendrecv/);
		await speaks(back.port, 8);
		const ulaw = await offer(carrier, "sendrecv", 0);
		assert.match(ulaw.answer, /m=audio \d+ RTP\/AVP 0/);
		await speaks(ulaw.port, 0);
		const alaw = await offer(carrier, "sendrecv", 8);
		await speaks(alaw.port, 8);
		const moved = await offer(carrier, "sendrecv", 8, "127.0.0.3");
		await speaks(moved.port, 8, "127.0.0.3");
	}, { wait_ms: 6500, record: "again" });
	const closed = await tel.wait((e) => e.kind === "recording" && e.call === id && e.state === "closed");
	const heard = readRecording(path.join(tel.recordings, closed.path)).sides[1];
	const loud = [];
	for (let s = 0; s + 0.1 <= heard.length / 8000; s += 0.1) if (mostly(heard, 1000, s, s + 0.1) > 0.8) loud.push(s);
	assert.ok(loud.length >= 30, `of four seconds ${loud.length / 10} have the tone: ${loud}`);
});

test("200 that crosses our CANCEL, and a CANCEL nobody answers", async () => {
	const hangUp = async (id) => {
		await tel.call(id, "ringing");
		tel.send({ kind: "hangup", call: id, by: "operator" });
	};
	const end = await call((c, r) => {
		if (r.method === "INVITE") c.reply(r, 180, "Ringing");
		if (r.method === "CANCEL") {
			c.reply(c.invite, 200, "OK", { sdp: true });
			c.reply(r, 481, "No Such Transaction");
		}
		if (r.method === "BYE") c.reply(r, 200, "OK");
	}, hangUp);
	assert.equal(end.cause, "operator_hung_up");
	await sees("BYE");
	assert.equal((await call((c, r) => r.method === "INVITE" && c.reply(r, 180, "Ringing"), hangUp)).cause, "operator_hung_up");
});

test("R11: a storm of 503: five calls learn of it, the others are not sent; the trunk is asked again after its rest, and a call that rings ends it", async () => {
	script = (c, r) => r.method === "INVITE" && c.reply(r, 503, "Service Unavailable");
	carrier.requests.length = 0;
	const from = tel.lastSeq, trunk = (state) => tel.wait((e) => e.kind === "trunk" && e.state === state && e.seq > from, 9000, state);
	const calls = new Set();
	for (let i = 0; i < 40; i++) assert.equal((await tel.call(dial(tel), "ended")).cause, "trunk_down");
	for (const r of carrier.saw("INVITE")) calls.add(r.headers["call-id"]);
	assert.equal(calls.size, 5);
	const down = await trunk("down");
	assert.deepEqual([down.code, /refuses calls \(503\)/.test(down.text)], [503, true]);
	const up = await trunk("up");
	assert.ok(up.at - down.at >= 1990 && up.at - down.at < 2300 * patience, `${up.at - down.at} ms`);
	script = answering();
	await tel.call(dial(tel, { wait_ms: 100 }), "queued");
});

test("R11: Retry-After is kept at the first refusal, in whatever form", async () => {
	script = (c, r) => r.method === "INVITE" && c.reply(r, 503, "Service Unavailable", { extra: ["Retry-After: 1 (soon);duration=3600"] });
	const from = tel.lastSeq, trunk = (state) => tel.wait((e) => e.kind === "trunk" && e.state === state && e.seq > from, 9000, state);
	assert.equal((await tel.call(dial(tel), "ended")).cause, "trunk_down");
	const down = await trunk("down");
	carrier.requests.length = 0;
	assert.equal((await tel.call(dial(tel), "ended")).cause, "trunk_down");
	assert.equal(carrier.saw("INVITE").length, 0);
	const up = await trunk("up");
	assert.ok(up.at - down.at >= 990 && up.at - down.at < 1300 * patience, `${up.at - down.at} ms`);
});
