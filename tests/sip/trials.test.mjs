// SPDX-License-Identifier: GPL-3.0-or-later
// trials.test.mjs - what hostile SIP may not do: torture messages of RFC 4475 (S1), bad lengths over TCP (S2), strangers (S7), a flood (S6)
// and toll fraud (S11). Short here; whole with ZVONAR_LONG. Run by tests/sip/run in a network of its own.
import assert from "node:assert/strict";
import dgram from "node:dgram";
import { readFileSync, readdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";
import { sender } from "./lib/sender.mjs";
import { binary, mostly, patience, readRecording } from "./lib/tel.mjs";

const PORT = 5080, SIP = 5060, long = Boolean(process.env.ZVONAR_LONG);
const folder = new URL("rfc4475/", import.meta.url);
const torture = Object.fromEntries(readdirSync(folder).filter((f) => f.endsWith(".dat")).map((f) => [f, readFileSync(new URL(f, folder))]));
const expected = readFileSync(new URL("EXPECT.tsv", folder), "utf8").trim().split("\n").slice(1).map((l) => l.split("\t"));
// Invalid ones that may be taken with what is wrong left aside; the gate's judgement of each file is gate_test.c's.
const tolerable = ["baddate.dat", "regbadct.dat", "badaspec.dat"];

/** The same numbers at each run. */
function random(seed) {
	let s = seed;
	return (n) => {
		s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
		return Math.floor((s / 4294967296) * n);
	};
}

async function scene(script, body, row) {
	const carrier = await Carrier.start(PORT, script);
	const tel = await telWithTrunk(PORT, row);
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		await body(tel, carrier);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
		assert.equal(tel.process.exitCode, null);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

const options = (id, host = "127.0.0.1", port = PORT) =>
	`OPTIONS sip:us@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${id}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n` +
	`Call-ID: ${id}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`;

/** Ask from the trunk's address; the milliseconds until the answer. */
async function answersOptions(c) {
	const id = `o${Math.random().toString(36).slice(2)}`, start = performance.now();
	c.send(options(id), { port: SIP, address: "127.0.0.1" });
	for (;;) {
		if (c.requests.some((r) => r.code === 200 && r.headers["call-id"] === id)) return performance.now() - start;
		assert.ok(performance.now() - start < 2000 * patience, "OPTIONS is not answered");
		await sleep(2);
	}
}

/** What tel answered to messages of the carrier's that are not its own OPTIONS, by Call-ID, whose short name an answer keeps. */
function answersTo(c, message) {
	const id = /^(?:call-id|i)\s*:\s*(\S+)/im.exec(message.toString("latin1"))?.[1];
	return c.requests.filter((r) => r.code && (r.headers["call-id"] ?? r.headers.i) === id).map((r) => r.code);
}

/** The invalid are not accepted; of those that are well formed but cannot be done only OPTIONS may be. */
function judged(c) {
	for (const [name, , , kind] of expected) {
		const codes = answersTo(c, torture[name]);
		if (kind === "I" && !tolerable.includes(name)) assert.deepEqual(codes, [], name);
		if (kind !== "V" && !torture[name].toString("latin1").startsWith("OPTIONS")) for (const code of codes) assert.ok(code >= 400, `${name}: ${code}`);
	}
}

/** Of the 13 valid ones 12 are taken: the two responses are those of nobody's request, longreq is refused for its Via of RFC 2543. */
const answered = expected.filter(([name, , , kind]) => kind === "V" && !["unreason.dat", "noreason.dat", "longreq.dat"].includes(name)).map(([name]) => name);

/** The names in another order. */
function shuffled(names, draw) {
	const left = [...names], out = [];
	while (left.length) out.push(...left.splice(draw(left.length), 1));
	return out;
}

/** Several files have one branch, which makes the second of them a retransmission: each gets its own. */
const once = (message, tail) => Buffer.from(message.toString("latin1").replace(/(branch=z9hG4bK[\w.-]+)/, `$1${tail}`), "latin1");

/** libre answers where the topmost Via says, or where received and rport say: the carrier's socket takes what comes by its source. */
function asOurs(message) {
	return Buffer.from(message.toString("latin1").replace(/^((?:via|v)\s*:\s*SIP\s*\/\s*2\.0\s*\/\s*\w+\s+)([^\s;,]+)/im, `$1127.0.0.1:${PORT}`), "latin1");
}

function nothingHappened(tel) {
	assert.equal(tel.events.filter((e) => ["call", "dialog", "recording", "operator"].includes(e.kind)).length, 0);
}

test("S1: 49 torture messages in shuffled orders: the invalid are not accepted, the valid are answered, nothing is called", () =>
	scene(() => {}, async (tel, c) => {
		const names = Object.keys(torture), draw = random(4475);
		assert.equal(names.length, 49);
		for (let order = 0; order < (long ? 20 : 2); order++) {
			for (const name of shuffled(names, draw)) {
				c.send(torture[name], { port: SIP, address: "127.0.0.1" });
				c.send(once(asOurs(torture[name]), `${order}${name}`), { port: SIP, address: "127.0.0.1" });
				await sleep(4);
			}
			assert.ok((await answersOptions(c)) <= 200 * patience);
		}
		judged(c);
		for (const name of answered) assert.ok(answersTo(c, torture[name]).length, `${name} is answered`);
		nothingHappened(tel);
	}));

test("S1: the gate takes 12 of the 13 valid ones", () =>
	scene(() => {}, async (tel, c) => {
		const valid = expected.filter(([, , , kind]) => kind === "V").map(([name]) => name);
		assert.equal(valid.length, 13);
		for (const name of valid) c.send(once(asOurs(torture[name]), name), { port: SIP, address: "127.0.0.1" });
		await answersOptions(c);
		const { drops } = await figures(tel);
		assert.deepEqual(drops.filter((d) => d.came).map((d) => [d.what, d.came]), [["branch", 1]]);
	}));

test("S1: flipped octets", () =>
	scene(() => {}, async (tel, c) => {
		const draw = random(1), times = long ? 2000 : 20;
		for (const [name, message] of Object.entries(torture)) {
			for (let i = 0; i < times; i++) {
				const m = Buffer.from(asOurs(message));
				for (let n = 1 + draw(4); n > 0; n--) m[draw(m.length)] = draw(256);
				c.send(m, { port: SIP, address: "127.0.0.1" });
				if (i % 20 === 19) await sleep(20);
			}
			if (c.requests.length > 5000) c.requests.length = 0;
			assert.ok((await answersOptions(c)) <= (long ? 1000 : 400) * patience, name);
		}
		nothingHappened(tel);
	}));

/** A carrier over TCP: answers OPTIONS until a test takes the connection. */
async function tcpCarrier() {
	const c = { sockets: [], text: "" };
	c.server = net.createServer((s) => {
		s.setEncoding("latin1");
		s.on("error", () => {});
		c.sockets.push(s);
		s.on("close", () => (s.gone = true));
		s.on("data", (d) => {
			c.text += d;
			for (const m of d.split("\r\n\r\n").filter((x) => x.startsWith("OPTIONS"))) {
				const keep = m.split("\r\n").filter((l) => /^(via|from|to|call-id|cseq):/i.test(l));
				s.write(["SIP/2.0 200 OK", ...keep, "Content-Length: 0", "", ""].join("\r\n"));
			}
		});
	});
	await new Promise((done) => c.server.listen(PORT, "127.0.0.1", done));
	c.stop = () => {
		for (const s of c.sockets) s.destroy();
		c.server.close();
	};
	/** A connection that stands: tel opens one when it has something to say. */
	c.standing = async (tel) => {
		for (let i = 0; i < 200 && c.sockets.at(-1).gone; i++) {
			if (i % 4 === 0) tel.send({ kind: "trunk_test", request: 1, trunk: 1 });
			await sleep(25);
		}
		return c.sockets.at(-1);
	};
	return c;
}

/** The answers among what came over TCP, as carrier.mjs tells them. */
function answersIn(text) {
	return text.split("\r\n\r\n").filter((m) => m.startsWith("SIP/2.0 ")).map((m) => ({
		code: Number(m.split(" ")[1]),
		headers: { "call-id": /^(?:call-id|i)\s*:\s*(\S+)/im.exec(m)?.[1] }
	}));
}

const INNER = options("inner", "127.0.0.1", PORT).replace("/UDP", "/TCP");
const outer = (length) => options("outer").replace("/UDP", "/TCP").replace("Content-Length: 0\r\n", length);

test("S1: the same over TCP of a trunk: each is answered, refused with its connection, or waits for octets that never come", async () => {
	const c = await tcpCarrier(), draw = random(4476), waits = new Set();
	const tel = await telWithTrunk(PORT, { transport: "tcp" });
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		for (let order = 0; order < (long ? 20 : 1); order++)
			for (const name of shuffled(Object.keys(torture), draw)) {
				const s = await c.standing(tel), id = `t${order}-${name}`, start = performance.now();
				const said = () => c.text.includes(`Call-ID: ${id}\r\n`);
				s.write(once(torture[name], `${order}${name}`));
				s.write(options(id).replace("/UDP", "/TCP"));
				while (!said() && !s.gone && performance.now() - start < 500 * patience) await sleep(5);
				if (!said() && !s.gone) waits.add(name);
				if (!said()) s.destroy();
				for (let i = 0; i < 200 && !said() && !s.gone; i++) await sleep(5);
			}
		const s = await c.standing(tel), start = performance.now();
		s.write(options("last").replace("/UDP", "/TCP"));
		while (!c.text.includes("Call-ID: last\r\n") && performance.now() - start < 9000) await sleep(2);
		assert.ok(performance.now() - start <= 200 * patience, "OPTIONS is answered after all of them");
		const told = { requests: answersIn(c.text) };
		judged(told);
		for (const name of answered) assert.ok(answersTo(told, torture[name]).length, `${name} is answered`);
		assert.deepEqual([...waits], ["clerr.dat"], "whose Content-Length is more than comes");
		nothingHappened(tel);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		c.stop();
		assert.equal(await tel.stop(), 0);
	}
});

test("S2: a bad Content-Length over TCP closes the connection, and what lies behind it is never read", async () => {
	const bad = ["Content-Length: -1\r\n", "Content-Length: -999\r\n", "Content-Length: 4294967296\r\n", "Content-Length: 2147483648\r\n",
		"Content-Length: abc\r\n", "Content-Length: 0\r\nContent-Length: 5\r\n", ""];
	const c = await tcpCarrier();
	const tel = await telWithTrunk(PORT, { transport: "tcp" });
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		let s = c.sockets.at(-1);
		s.write(outer("Content-Length: 0\r\n"));
		await sleep(200);
		assert.match(c.text, /^SIP\/2.0 200[^]*Call-ID: outer/m, "a good one is answered");
		for (const length of bad) {
			s = await c.standing(tel);
			s.write(outer(length) + INNER);
			for (let i = 0; i < 40 && !s.gone; i++) await sleep(50);
			assert.ok(s.gone, `${length.trim() || "none"}: the connection stays open`);
		}
		assert.doesNotMatch(c.text, /Call-ID: inner/);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		c.stop();
		assert.equal(await tel.stop(), 0);
	}
});

test("S2: the first octets of a connection are no exception", async () => {
	const c = { text: "", closed: 0 };
	const server = net.createServer((s) => {
		s.on("error", () => {});
		s.on("close", () => c.closed++);
		s.on("data", (d) => (c.text += d));
		s.write(outer("Content-Length: -1\r\n") + INNER);
	});
	await new Promise((done) => server.listen(PORT, "127.0.0.1", done));
	const tel = await telWithTrunk(PORT, { transport: "tcp" });
	try {
		for (let i = 0; i < 60 && !c.closed; i++) await sleep(50);
		assert.ok(c.closed > 0);
		assert.doesNotMatch(c.text, /Call-ID: (inner|outer)/);
	} finally {
		server.close();
		assert.equal(await tel.stop(), 0);
	}
});

test("S7: every method from an address of no trunk: no answer, whatever we would answer a trunk", () =>
	scene(() => {}, async (tel) => {
		const s = dgram.createSocket("udp4");
		let answered = 0;
		s.on("message", () => answered++);
		await new Promise((done) => s.bind(0, "127.0.0.9", done));
		for (const method of ["OPTIONS", "INVITE", "REGISTER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "REFER", "PUBLISH", "INFO", "UPDATE", "BYE", "CANCEL", "ACK"])
			s.send(options(method, "127.0.0.9", s.address().port).replaceAll("OPTIONS", method), SIP, "127.0.0.1");
		for (const code of [100, 200, 302, 401, 407, 503])
			s.send(`SIP/2.0 ${code} X${options("r").slice(options("r").indexOf("\r\n"))}`, SIP, "127.0.0.1");
		await sleep(400);
		assert.equal(answered, 0);
		nothingHappened(tel);
		s.close();
	}));

test("S7: a challenge of a stranger to a call of ours is not answered: no digest leaks", () =>
	scene(() => {}, async (tel, c) => {
		const id = dial(tel, { ring_ms: 3000 });
		for (let i = 0; i < 100 && !c.invite; i++) await sleep(20);
		const s = dgram.createSocket("udp4"), r = c.invite;
		await new Promise((done) => s.bind(0, "127.0.0.9", done));
		s.send(["SIP/2.0 407 Proxy Authentication Required", ...r.all.via.map((v) => `Via: ${v}`), `From: ${r.headers.from}`, `To: ${r.headers.to};tag=x`,
			`Call-ID: ${r.headers["call-id"]}`, `CSeq: ${r.headers.cseq}`, 'Proxy-Authenticate: Digest realm="r", nonce="n"', "Content-Length: 0", "", ""].join("\r\n"),
		r.from.port, "127.0.0.1");
		await sleep(500);
		assert.equal(c.requests.filter((x) => x.headers["proxy-authorization"]).length, 0);
		tel.send({ kind: "hangup", call: id, by: "operator" });
		s.close();
	}, { login: "zv", password: "s3cret" }));

const answers = (c, r) => {
	if (r.method === "INVITE") c.reply(r, 200, "OK", { sdp: true });
	if (r.method === "BYE" || r.method === "CANCEL") c.reply(r, 200, "OK");
};

test("S11: a redirection is the end of the call, wherever it leads; neither the other nor we call again", async () => {
	const other = await Carrier.start(5090);
	for (const contact of ["<sip:+79990000000@127.0.0.1:5090>", `<sip:+79990000000@127.0.0.1:${PORT}>`])
		await scene((c, r) => r.method === "INVITE" && c.reply(r, 302, "Moved", { extra: [`Contact: ${contact}`, `m: ${contact}`] }), async (tel, c) => {
			// the carrier's own Contact, which reply() adds, leads elsewhere too
			assert.equal((await tel.call(dial(tel), "ended")).sip_code, 302);
			await sleep(200);
			assert.equal(c.saw("INVITE").length, 1);
		});
	assert.equal(other.saw("INVITE").length, 0);
	other.stop();
});

test("S11: REFER is refused, in a call and outside", () =>
	scene(answers, async (tel, c) => {
		const id = dial(tel);
		await tel.call(id, "answered");
		c.request(c.invite, "REFER", { cseq: 2, extra: ["Refer-To: <sip:+79990000000@127.0.0.1:5090>"] });
		c.send(options("refer").replaceAll("OPTIONS", "REFER"), { port: SIP, address: "127.0.0.1" });
		await sleep(300);
		const codes = c.requests.filter((r) => r.code && r.headers.cseq.endsWith("REFER")).map((r) => r.code);
		assert.equal(codes.length, 2);
		for (const code of codes) assert.ok(code >= 400, `${code}`);
		assert.equal(c.saw("INVITE").length, 1);
	}));

test("S11: only a number of E.164 leaves", () =>
	scene(answers, async (tel, c) => {
		for (const number of ["+0074951234567", "0074951234567", "+7495;phone-context=x", "+7495@evil", "74951234567", "+7", "+74951234567890123"]) {
			const id = dial(tel, { number });
			await Promise.race([tel.call(id, "ended"), tel.wait((e) => e.kind === "refused", 5000)]);
		}
		assert.equal(c.saw("INVITE").length, 0);
	}));

/** A call that is answered and waits, its audio from port by sender; what became of the voice is told at its end. */
async function answeredCall(tel, c, rtp, ms) {
	c.rtpPort = rtp;
	const call = dial(tel, { wait_ms: ms, record: `s${rtp}` });
	await tel.call(call, "queued");
	const invite = c.saw("INVITE").find((r) => r.body && !r.seen);
	invite.seen = true;
	return { call, port: Number(/m=audio (\d+)/.exec(invite.body)[1]) };
}
const answersAt = (c, r) => {
	if (r.method === "INVITE") c.reply(r, 200, "OK", { sdp: c.sdp().replace(/m=audio \d+/, `m=audio ${c.rtpPort}`) });
	if (r.method === "BYE") c.reply(r, 200, "OK");
};
const figures = (tel, ms = 12000, from = performance.now()) => tel.wait((e) => e.kind === "figures" && e.came > from, ms);
const resident = (tel) => 4096 * Number(readFileSync(`/proc/${tel.process.pid}/statm`, "utf8").split(" ")[1]);
const dropped = (f, what) => f.drops.find((d) => d.what === what).came;

for (const sources of long ? [1, 1000] : [1000])
	test(`S6: 5000 INVITEs a second of ${sources} strangers: a talk loses nothing, the trunk is answered, memory and log stay small`, () =>
		scene(answersAt, async (tel, c) => {
			const seconds = long ? 60 : 2, lines = tel.log.split("\n").length, before = resident(tel);
			const { call, port } = await answeredCall(tel, c, 40000, seconds * 1000 + 3000);
			const voice = sender(["tone", 40000, port, seconds + 1]);
			await voice.begun;
			const flood = sender(["flood", SIP, seconds, 5000, sources], options("f", "127.0.0.9").replaceAll("OPTIONS", "INVITE"));
			await flood.begun;
			await answersOptions(c);
			const { sent } = await flood.done, { sent: spoken } = await voice.done;
			assert.ok(sent > seconds * 4500, `${sent} sent`);
			assert.ok((await answersOptions(c)) <= 200 * patience, "right after it");
			await tel.call(call, "ended", seconds * 1000 + 9000);
			const { came, lost } = tel.events.find((e) => e.kind === "sound" && e.call === call).rows[0], after = await figures(tel);
			assert.ok(came >= spoken * 0.999 && lost <= spoken * 0.001, `of ${spoken} packets ${came} came, ${lost} lost`);
			assert.ok(dropped(after, "stranger") > 0, "and it is counted");
			const most = binary.includes("build-test") ? 400 : 16; // MB: a sanitizer keeps what was freed
			assert.ok(resident(tel) - before < most << 20, `${(resident(tel) - before) >> 10} kB more`);
			assert.ok(tel.log.split("\n").length - lines < 20 + seconds, "log lines are limited");
		}));

test("S8: a stranger sends to every audio port there is: nothing of his is heard, nothing goes to him, nothing is answered", () =>
	scene(answersAt, async (tel, c) => {
		const talks = [], n = long ? 100 : 6;
		for (let i = 0; i < n; i++) talks.push(await answeredCall(tel, c, 40000 + 2 * i, 60000));
		const stranger = dgram.createSocket("udp4"), shout = Buffer.alloc(172, 0x2a);
		let answered = 0;
		stranger.on("message", () => answered++);
		await new Promise((done) => stranger.bind(0, "127.0.0.66", done));
		shout.set([0x80, 8]);
		for (const { port } of talks) for (let i = 0; i < 5; i++) stranger.send(shout, port, "127.0.0.1"); // before anybody else speaks
		await sleep(100);
		const voices = talks.map((t, i) => sender(["tone", 40000 + 2 * i, t.port, 3]));
		for (const v of voices) await v.begun;
		const noise = talks.map(({ port }) => sender(["noise", port, 2, 300, "127.0.0.66", "127.0.0.1"]));
		for (let i = 0; i < 50; i++) {
			shout.writeUInt16BE(i, 2);
			for (const { port } of talks) for (const at of [port, port + 1]) stranger.send(shout, at, "127.0.0.1");
			await sleep(20);
		}
		for (const s of [...noise, ...voices]) await s.done;
		await sleep(300);
		for (const { call } of talks) {
			tel.send({ kind: "hangup", call, by: "system" });
			await tel.call(call, "ended", 15000);
			const closed = await tel.wait((e) => e.kind === "recording" && e.call === call && e.state === "closed", 9000);
			const heard = readRecording(path.join(tel.recordings, closed.path)).sides[1];
			assert.ok(mostly(heard, 1000, 0.5, 2.5) > 0.9, "its own voice");
			const { came, lost } = tel.events.find((e) => e.kind === "sound" && e.call === call).rows[0];
			assert.ok(came + lost === 150 && lost <= 3, `${came} came of its 150, ${lost} were lost beside the noise`);
		}
		assert.equal(answered, 0);
		assert.ok(dropped(await figures(tel), "rtp_foreign") >= 5 * n, "and it is counted");
		stranger.close();
	}));
