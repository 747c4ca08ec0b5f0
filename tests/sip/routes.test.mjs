// SPDX-License-Identifier: GPL-3.0-or-later
// routes.test.mjs - a call that may go over several trunks, a trunk with several addresses, limits, a carrier's own causes, SRTP.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import dgram from "node:dgram";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Baresip } from "./lib/baresip.mjs";
import { Carrier } from "./lib/carrier.mjs";
import { dial, sipAddress } from "./lib/lines.mjs";
import { patience, readRecording, Tel } from "./lib/tel.mjs";

const FIRST = 5080, SECOND = 5081, LATE = 300;
const refuses = (code, before = []) => (c, r) => {
	if (r.method !== "INVITE") return;
	for (const b of before) c.reply(r, b, "Trying");
	c.reply(r, code, "No");
};
const rings = (c, r) => {
	if (r.method === "INVITE") c.reply(r, 180, "Ringing");
	if (r.method === "CANCEL") {
		c.reply(r, 200, "OK");
		c.reply(c.saw("INVITE").at(-1), 487, "Request Terminated");
	}
};
const two = { routes: [{ trunk: 1, from: "+74950000001" }, { trunk: 2, from: "+74950000002" }] };

/** Two carriers behind trunks 1 and 2, tel in front of them, all stopped after the body. */
async function scene(first, second, body, { rows = [{}, {}], deaf } = {}) {
	const carriers = [await Carrier.start(FIRST, first), await Carrier.start(SECOND, second)];
	carriers[0].deaf = deaf;
	const tel = await Tel.start({ sip: sipAddress });
	tel.send({ kind: "trunks", rows: rows.map((row, i) => ({ trunk: i + 1, kind: "sip", host: "127.0.0.1", port: FIRST + i, transport: "udp", ...row })) });
	try {
		for (const i of deaf ? [2] : [1, 2]) await tel.wait((e) => e.kind === "trunk" && e.trunk === i && e.state === "up", 9000, `trunk ${i} up`);
		await body(tel, ...carriers);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		for (const c of carriers) c.stop();
		assert.equal(await tel.stop(), 0);
	}
}
const until = async (fits, ms = 5000) => {
	for (const end = performance.now() + ms; !fits() && performance.now() < end;) await sleep(20);
	assert.ok(fits(), fits.toString());
};
const routed = (tel, call) => tel.wait((e) => e.kind === "route" && e.call === call, 9000, "route");

for (const [name, script, cause, code, within] of [
	["says 503", refuses(503), "trunk_down", 503, 2000],
	["says 100 and then 503", refuses(503, [100]), "trunk_down", 503, 2000],
	["wants a login we do not have", refuses(407), "trunk_down", 407, 2000],
	["is silent", () => {}, "trunk_silent", undefined, 6500],
])
	test(`the second trunk has the call when the first ${name}, from its own number`, () =>
		scene(script, rings, async (tel, a, b) => {
			const before = performance.now(), id = dial(tel, two), route = await routed(tel, id);
			assert.deepEqual([route.trunk, route.from, route.cause, route.sip_code], [2, "+74950000002", cause, code]);
			assert.ok(route.came - before < within, `${route.came - before} ms`);
			await until(() => b.saw("INVITE").length);
			await tel.call(id, "ringing");
			assert.match(a.saw("INVITE")[0].headers.from, /74950000001/);
			assert.match(b.saw("INVITE")[0].headers.from, /74950000002/);
			tel.send({ kind: "hangup", call: id, by: "system" });
			assert.equal((await tel.call(id, "ended")).cause, "cancelled");
		}));

test("all trunks fail: the call ends with what the last one said, within the dial's ten seconds", () =>
	scene(() => {}, refuses(503), async (tel) => {
		const end = await tel.call(dial(tel, two), "ended", 12000);
		assert.deepEqual([end.cause, end.sip_code], ["trunk_down", 503]);
	}));

test("busy is busy: nobody else is asked; and once it rang, a 503 is the end", () =>
	scene((c, r) => {
		if (r.method !== "INVITE") return;
		if (r.line.includes("+74951234567")) return c.reply(r, 486, "Busy Here");
		c.reply(r, 180, "Ringing");
		c.reply(r, 503, "No");
	}, rings, async (tel, a, b) => {
		assert.equal((await tel.call(dial(tel, two), "ended")).cause, "busy");
		assert.equal((await tel.call(dial(tel, { ...two, number: "+74957654321" }), "ended")).cause, "trunk_down");
		assert.equal(b.saw("INVITE").length, 0);
	}));

test("a carrier's own meaning of a code counts: its 503 is a busy line, its 404 a dead trunk", () =>
	scene((c, r) => r.method === "INVITE" && c.reply(r, r.line.includes("+74951234567") ? 503 : 404, "As It Is"), rings, async (tel, a, b) => {
		const end = await tel.call(dial(tel, two), "ended");
		assert.deepEqual([end.cause, end.sip_code], ["busy", 503]);
		assert.equal(b.saw("INVITE").length, 0);
		const id = dial(tel, { ...two, number: "+74957654321" });
		await tel.call(id, "ringing");
		assert.equal(b.saw("INVITE").length, 1);
	}, { rows: [{ causes: [{ code: 503, cause: "busy" }, { code: 404, cause: "trunk_down" }] }, {}] }));

test("a trunk that is down, or has no channel left, is passed over at once", () =>
	scene(() => {}, rings, async (tel, a, b) => {
		await tel.wait((e) => e.kind === "trunk" && e.trunk === 1 && e.state === "down", 9000);
		const ids = [1, 2, 3].map(() => dial(tel, two));
		assert.equal((await tel.call(ids[2], "ended", 1500)).cause, "trunk_down"); // two channels, three calls
		for (const id of ids.slice(0, 2)) await tel.call(id, "ringing", 1500);
		assert.equal(a.saw("INVITE").length, 0);
		assert.equal(b.saw("INVITE").length, 2);
	}, { deaf: true, rows: [{}, { channels: 2 }] }));

test("calls per second hold over any second; what is over goes to the next trunk", () => {
	const at = [[], []];
	const noted = (i) => (c, r) => {
		if (r.method === "INVITE" && !at[i].some((x) => x.id === r.headers["call-id"])) at[i].push({ id: r.headers["call-id"], ms: performance.now() });
		rings(c, r);
	};
	return scene(noted(0), noted(1), async (tel) => {
		const ids = Array.from({ length: 30 }, () => dial(tel, two));
		for (const id of ids) await tel.call(id, "ringing", 9000);
		for (const [i, rate] of [[0, 4], [1, 10]]) {
			const times = at[i].map((x) => x.ms);
			assert.ok(times.length > rate, `trunk ${i + 1} had ${times.length}`);
			// An arrival is noted up to LATE ms after it was sent: this process, too, waits for a processor.
			for (const from of times)
				for (const within of [90, 1000]) {
					const n = times.filter((x) => x >= from && x < from + within).length;
					assert.ok(n <= rate + (rate * (within + LATE)) / 1000 + 1, `trunk ${i + 1}: ${n} within ${within} ms of ${from}: ${times}`);
				}
		}
	}, { rows: [{ calls_per_s: 4 }, { calls_per_s: 10 }] });
});

test("several hosts: the second has the call when the first is silent, and every call from then on", () =>
	scene(() => {}, rings, async (tel, a, b) => {
		const id = dial(tel), before = performance.now();
		await tel.call(id, "ringing", 7000);
		assert.equal(tel.events.some((e) => e.kind === "route"), false); // the same trunk
		const next = dial(tel);
		assert.ok((await tel.call(next, "ringing", 1500)).came - before < 8000);
		assert.deepEqual([a.saw("INVITE").length > 0, b.saw("INVITE").length], [true, 2]);
	}, { rows: [{ host: `127.0.0.1:${FIRST}, 127.0.0.1:${SECOND}` }, {}] }));

/** A name server that knows SRV records of one domain: [priority, weight, port, host]; everything has the addresses 127.0.0.x of hosts(). after: ms. */
async function nameServer(records, hosts = () => [1], after = 0) {
	const name = (s) => Buffer.concat([...s.split(".").map((p) => Buffer.from([p.length, ...Buffer.from(p)])), Buffer.from([0])]);
	const server = dgram.createSocket("udp4");
	server.on("message", (q, from) => {
		const end = q.indexOf(0, 12) + 5, type = q.readUInt16BE(end - 4), short = (n) => Buffer.from([n >> 8, n & 255]);
		const answers = type === 33 ? records.map(([p, w, port, host]) => Buffer.concat([short(p), short(w), short(port), name(host)])) : type === 1 ? hosts().map((h) => Buffer.from([127, 0, 0, h])) : [];
		const head = Buffer.from(q.subarray(0, 12));
		head.writeUInt16BE(0x8580, 2);
		head.writeUInt16BE(answers.length, 6);
		head.writeUInt32BE(0, 8);
		setTimeout(() => server.send(Buffer.concat([head, q.subarray(12, end), ...answers.map((d) => Buffer.concat([short(0xc00c), short(type), short(1), Buffer.alloc(4), short(d.length), d]))]), from.port, from.address), after);
	});
	await new Promise((done) => server.bind(53, "127.0.0.1", done));
	return server;
}

/** With that server for all names, in the mounts of this test alone. */
async function named(records, hosts, body, after) {
	const names = await nameServer(records, hosts, after);
	const file = path.join(process.env.TMPDIR ?? "/tmp", `resolv-${process.pid}.conf`);
	writeFileSync(file, "nameserver 127.0.0.1\n");
	execFileSync("mount", ["--bind", file, "/etc/resolv.conf"]);
	try {
		await body();
	} finally {
		execFileSync("umount", ["/etc/resolv.conf"]);
		names.close();
	}
}

test("SRV: the least priority first, the next when that is silent", () =>
	named([[20, 1, SECOND, "b.carrier.test"], [10, 1, FIRST, "a.carrier.test"]], undefined, () =>
		scene(() => {}, rings, async (tel, a, b) => {
			await tel.call(dial(tel), "ringing", 7000);
			assert.deepEqual([a.saw("INVITE").length > 0, b.saw("INVITE").length], [true, 1]);
		}, { rows: [{ host: "carrier.test", port: 5060 }, {}] })));

test("a call over a trunk that was told a moment ago waits until its name is looked up", () =>
	named([], undefined, async () => {
		const carrier = await Carrier.start(FIRST, rings), tel = await Tel.start({ sip: sipAddress });
		try {
			tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "sip", host: "carrier.test", port: FIRST, transport: "udp" }] });
			await tel.call(dial(tel), "ringing", 7000);
		} finally {
			carrier.stop();
			assert.equal(await tel.stop(), 0);
		}
	}, 700));

test("a carrier that moves: an address its name has now finds room among eight it had before", async () => {
	let hosts = [11, 12, 13, 14, 15, 16, 17, 18];
	await named([], () => hosts, async () => {
		const carrier = await Carrier.start(FIRST, rings), tel = await Tel.start({ sip: sipAddress });
		try {
			tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "sip", host: "carrier.test", port: FIRST, transport: "udp" }] });
			await sleep(2000);
			hosts = [1];
			await tel.wait((e) => e.kind === "trunk" && e.state === "up", 90000 * patience, "it is found");
			await tel.call(dial(tel), "ringing", 7000);
		} finally {
			carrier.stop();
			assert.equal(await tel.stop(), 0);
		}
	});
});

test("SRTP with a peer that speaks nothing else: audio both ways; one that will not speak it gets no call", async () => {
	const account = "<sip:+74951234567@127.0.0.1>;regint=0;answermode=auto", ports = [5080, 5090];
	const tel = await Tel.start({ sip: sipAddress });
	let peer, plain;
	try {
		peer = await Baresip.start({ account: `${account};mediaenc=srtp-mand`, port: ports[0], control: 4460 });
		plain = await Baresip.start({ account, port: ports[1], control: 4461 });
		tel.send({ kind: "trunks", rows: ports.map((port, i) => ({ trunk: i + 1, kind: "sip", host: "127.0.0.1", port, transport: "udp", srtp: true })) });
		for (const i of [1, 2]) await tel.wait((e) => e.kind === "trunk" && e.trunk === i && e.state === "up", 9000);
		const id = dial(tel, { record: "srtp", wait_ms: 1500 });
		await tel.call(id, "answered");
		assert.equal((await tel.call(id, "ended")).cause, "abandoned");
		const { sides } = await tel.wait((e) => e.kind === "recording" && e.state === "closed").then(() => readRecording(path.join(tel.recordings, "srtp.wav")));
		const loud = Math.max(...sides.map((s) => Math.hypot(...s.subarray(-4000)) / Math.sqrt(4000)));
		assert.ok(loud > 500, `nothing was heard: ${loud}`);
		assert.match(peer.log, /incoming rtp for 'audio' established/); // which it could decrypt
		assert.equal((await tel.call(dial(tel, { trunk: 2 }), "ended")).cause !== "abandoned", true);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		await peer?.stop();
		await plain?.stop();
		assert.equal(await tel.stop(), 0);
	}
});
