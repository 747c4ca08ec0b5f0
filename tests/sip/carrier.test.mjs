// SPDX-License-Identifier: GPL-3.0-or-later
// carrier.test.mjs - calls over a SIP trunk and everything a carrier may do wrong. Run by tests/sip/run in a network of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";
import { patience } from "./lib/tel.mjs";

const PORT = 5080;

/** A carrier with a script and tel in front of it, stopped after the body. */
async function scene(script, body, row, options = {}) {
	const carrier = await Carrier.start(PORT, script);
	carrier.deaf = options.deaf;
	const tel = await telWithTrunk(PORT, row, options);
	try {
		if (options.up !== false) await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		await body(tel, carrier);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

const answers = (c, r) => {
	if (r.method === "INVITE") {
		c.reply(r, 180, "Ringing");
		setTimeout(() => {
			c.reply(r, 200, "OK", { sdp: true });
			c.speak(r);
		}, 100);
	}
	if (r.method === "BYE" || r.method === "CANCEL") c.reply(r, 200, "OK");
};

test("an answered call that nobody takes is ended by BYE after two seconds as abandoned, recorded until then", () =>
	scene(answers, async (tel, c) => {
		const id = dial(tel, { record: "a/b" });
		await tel.call(id, "dialling");
		await tel.call(id, "ringing");
		await tel.call(id, "answered");
		const dialog = await tel.wait((e) => e.kind === "dialog" && e.call === id);
		assert.match(dialog.dialog, /^sip:carrier@127.0.0.1:5080\n/);
		const end = await tel.call(id, "ended");
		assert.deepEqual([end.cause, end.by], ["abandoned", "system"]);
		await sleep(200);
		assert.equal(await c.sees("ACK"), 1);
		assert.equal(await c.sees("BYE"), 1);
	}));

for (const [code, reason, cause] of [[486, "Busy Here", "busy"], [404, "Not Found", "wrong_number"], [484, "Address Incomplete", "wrong_number"],
	[480, "Unavailable", "unreachable"], [603, "Decline", "refused"], [403, "Forbidden", "refused"], [503, "No", "trunk_down"]])
	test(`${code} is ${cause}`, () =>
		scene((c, r) => r.method === "INVITE" && c.reply(r, code, reason), async (tel) => {
			const end = await tel.call(dial(tel), "ended");
			assert.deepEqual([end.cause, end.sip_code], [cause, code]);
		}));

test("a trunk that answers nothing at all: trunk_silent after ten seconds, and the next call fails at once", () =>
	scene(() => {}, async (tel) => {
		const before = performance.now(), end = await tel.call(dial(tel), "ended", 12000);
		assert.equal(end.cause, "trunk_silent");
		assert.ok(end.came - before > 9500 && end.came - before < 10000 + 1000 * patience, `${end.came - before} ms`);
		await tel.wait((e) => e.kind === "trunk" && e.state === "down");
		assert.equal((await tel.call(dial(tel), "ended", 500)).cause, "trunk_down");
	}));

test("183 and then nothing: CANCEL when the ring time is over", () =>
	scene((c, r) => {
		if (r.method === "INVITE") c.reply(r, 183, "Session Progress", { sdp: true });
		if (r.method === "CANCEL") {
			c.reply(r, 200, "OK");
			c.reply(c.invite, 487, "Request Terminated");
		}
	}, async (tel, c) => {
		const id = dial(tel, { ring_ms: 1500 }), end = await tel.call(id, "ended");
		assert.equal(end.cause, "no_answer");
		await sleep(200);
		assert.equal(await c.sees("CANCEL"), 1);
		assert.equal(await c.sees("ACK"), 1);
	}));

test("100 and then nothing: the same", () =>
	scene((c, r) => {
		if (r.method === "INVITE") c.reply(r, 100, "Trying");
		if (r.method === "CANCEL") c.reply(r, 200, "OK");
	}, async (tel) => {
		assert.equal((await tel.call(dial(tel, { ring_ms: 1000 }), "ended")).cause, "no_answer");
	}));

test("200 that crosses our CANCEL gets ACK and BYE", () =>
	scene((c, r) => {
		if (r.method === "INVITE") c.reply(r, 180, "Ringing");
		if (r.method === "CANCEL") {
			c.reply(c.invite, 200, "OK", { sdp: true });
			c.reply(r, 481, "No Such Transaction");
		}
		if (r.method === "BYE") c.reply(r, 200, "OK");
	}, async (tel, c) => {
		const id = dial(tel);
		await tel.call(id, "ringing");
		tel.send({ kind: "hangup", call: id, by: "operator" });
		assert.equal((await tel.call(id, "ended")).cause, "operator_hung_up");
		await sleep(300);
		assert.equal(await c.sees("ACK"), 1);
		assert.equal(await c.sees("BYE"), 1);
	}));

test("an INVITE is cancelled even before the carrier said anything: CANCEL follows its first word", () =>
	scene((c, r) => {
		if (r.method === "INVITE" && c.saw("INVITE").length === 1) setTimeout(() => c.reply(r, 100, "Trying"), 400);
		if (r.method === "CANCEL") {
			c.reply(r, 200, "OK");
			c.reply(c.invite, 487, "Request Terminated");
		}
	}, async (tel, c) => {
		const id = dial(tel);
		await tel.call(id, "dialling");
		tel.send({ kind: "hangup", call: id, by: "system" });
		assert.equal((await tel.call(id, "ended")).cause, "cancelled");
		await sleep(700);
		assert.equal(await c.sees("CANCEL"), 1);
	}));

test("BYE of the carrier right after its answer", () =>
	scene((c, r) => {
		answers(c, r);
		if (r.method === "INVITE") setTimeout(() => c.request(r, "BYE"), 400);
	}, async (tel, c) => {
		const end = await tel.call(dial(tel), "ended");
		assert.deepEqual([end.cause, end.by], ["hung_up", "contact"]);
		assert.equal(c.requests.filter((r) => r.code === 200 && r.headers.cseq.endsWith("BYE")).length, 1);
	}));

test("a carrier that asks for a login gets the right digest", () =>
	scene((c, r) => {
		if (r.method === "INVITE" && !r.headers["proxy-authorization"])
			c.reply(r, 407, "Proxy Authentication Required", { extra: ['Proxy-Authenticate: Digest realm="carrier", nonce="abc123", algorithm=MD5, qop="auth"'] });
		else if (r.method === "INVITE") c.reply(r, c.digestOk(r, "proxy-authorization", "zv", "s3cret") ? 486 : 403, "As It Is");
	}, async (tel) => {
		assert.equal((await tel.call(dial(tel), "ended")).sip_code, 486);
	}, { login: "zv", password: "s3cret" }));

test("a wrong password ends as trunk_down, not in a loop", () =>
	scene((c, r) => r.method === "INVITE" && c.reply(r, 401, "Unauthorized", { extra: ['WWW-Authenticate: Digest realm="carrier", nonce="abc123"'] }),
		async (tel, c) => {
			assert.equal((await tel.call(dial(tel), "ended")).cause, "trunk_down");
			assert.ok(c.saw("INVITE").length <= 3);
		}, { login: "zv", password: "wrong" }));

const registrar = (c, r) => {
	if (r.method !== "REGISTER") return answers(c, r);
	if (!r.headers.authorization) c.reply(r, 401, "Unauthorized", { extra: ['WWW-Authenticate: Digest realm="carrier", nonce="n1"'] });
	else c.reply(r, c.digestOk(r, "authorization", "zv", "s3cret") ? 200 : 403, "As It Is", { extra: [`Contact: ${r.headers.contact};expires=300`] });
};

test("a trunk registers, and the test of it says so step by step", () =>
	scene(registrar, async (tel) => {
		tel.send({ kind: "trunk_test", request: 9, trunk: 1 });
		const { steps } = await tel.wait((e) => e.kind === "trunk_tested", 9000);
		assert.deepEqual(steps.map((s) => [s.what, s.ok]).sort(), [["codec", true], ["reach", true], ["register", true], ["resolve", true]]);
	}, { registers: true, login: "zv", password: "s3cret" }));

test("a refused registration: down, and the test says login or password", () =>
	scene(registrar, async (tel) => {
		const down = await tel.wait((e) => e.kind === "trunk" && e.state === "down", 9000);
		assert.equal(down.code, 403);
		tel.send({ kind: "trunk_test", request: 9, trunk: 1 });
		const { steps } = await tel.wait((e) => e.kind === "trunk_tested", 9000);
		assert.match(steps.find((s) => s.what === "register").detail, /password/);
	}, { registers: true, login: "zv", password: "wrong" }, { up: false }));

test("tests of trunks that are not there: no such name, nothing answers", async () => {
	await scene(() => {}, async (tel) => {
		tel.send({ kind: "trunk_test", request: 1, trunk: 1 });
		const { steps } = await tel.wait((e) => e.kind === "trunk_tested", 12000);
		assert.deepEqual(steps.map((s) => [s.what, s.ok]), [["resolve", true], ["reach", false]]);
	}, {}, { deaf: true, up: false });
	await scene(() => {}, async (tel) => {
		tel.send({ kind: "trunk_test", request: 1, trunk: 1 });
		const { steps } = await tel.wait((e) => e.kind === "trunk_tested", 12000);
		assert.deepEqual(steps.map((s) => [s.what, s.ok]), [["resolve", false]]);
	}, { host: "no.such.name.invalid" }, { up: false });
});

test("channels and calls per second are kept", () =>
	scene(answers, async (tel, c) => {
		const first = dial(tel), second = dial(tel), third = dial(tel);
		await tel.call(first, "ringing");
		await tel.call(second, "ringing");
		assert.equal((await tel.call(third, "ended")).cause, "trunk_down");
		assert.equal(c.saw("INVITE").length, 2);
		assert.ok(true);
	}, { channels: 2 }));

test("one call per second: the second waits for its second", () =>
	scene((c, r) => r.method === "INVITE" && c.reply(r, 486, "Busy"), async (tel) => {
		const a = dial(tel), b = dial(tel);
		const first = await tel.call(a, "dialling"), second = await tel.call(b, "dialling");
		assert.ok(second.at - first.at > 20 && second.at - first.at < 1200 * patience, `${second.at - first.at} ms`);
	}, { calls_per_s: 1 }));

test("an answer in a codec nobody speaks ends the call", () =>
	scene((c, r) => {
		if (r.method === "INVITE") c.reply(r, 200, "OK", { sdp: c.sdp("sendrecv", "18") });
		if (r.method === "BYE") c.reply(r, 200, "OK");
	}, async (tel, c) => {
		assert.equal((await tel.call(dial(tel), "ended")).cause, "no_audio");
		await sleep(200);
		assert.equal(await c.sees("BYE"), 1);
	}));

test("a re-INVITE of the carrier (hold) is answered", () =>
	scene((c, r) => {
		answers(c, r);
		if (r.method === "INVITE") setTimeout(() => c.request(r, "INVITE", { cseq: 2, body: c.sdp("sendonly") }), 500);
	}, async (tel, c) => {
		const id = dial(tel);
		await tel.call(id, "answered");
		await sleep(800);
		const answer = c.requests.find((r) => r.code === 200 && r.headers.cseq === "2 INVITE");
		assert.match(answer.body, /a=recvonly/);
	}));

test("bye: the calls of a dead process are ended by the next", async (t) => {
	const carrier = await Carrier.start(PORT, answers);
	t.after(() => carrier.stop());
	let tel = await telWithTrunk(PORT);
	await tel.wait((e) => e.kind === "trunk" && e.state === "up");
	const id = dial(tel);
	const { dialog } = await tel.wait((e) => e.kind === "dialog" && e.call === id);
	tel.process.kill("SIGKILL");
	await tel.exited;
	await tel.stop();
	tel = await telWithTrunk(PORT);
	await tel.wait((e) => e.kind === "trunk" && e.state === "up");
	tel.send({ kind: "bye", trunk: 1, dialog });
	assert.equal(await carrier.sees("BYE"), 1);
	assert.equal(carrier.saw("BYE")[0].headers["call-id"], carrier.invite.headers["call-id"]);
	tel.send({ kind: "bye", trunk: 1, dialog: "nonsense\r\nX: y" });
	await tel.wait((e) => e.kind === "refused" && e.command === "bye");
	assert.equal(await tel.stop(), 0);
});

test("a stranger's SIP gets no answer and calls nobody", () =>
	scene(answers, async (tel) => {
		const dgram = await import("node:dgram");
		const s = dgram.createSocket("udp4");
		let answered = 0;
		s.on("message", () => answered++);
		await new Promise((done) => s.bind(0, "127.0.0.2", done));
		for (const method of ["OPTIONS", "INVITE", "REGISTER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "REFER"])
			s.send(`${method} sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:${s.address().port};branch=z9hG4bKx${method}\r\nFrom: <sip:a@b>;tag=1\r\n` +
				`To: <sip:x@127.0.0.1>\r\nCall-ID: ${method}\r\nCSeq: 1 ${method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`, 5060, "127.0.0.1");
		await sleep(500);
		assert.equal(answered, 0);
		assert.equal(tel.events.filter((e) => e.kind === "call").length, 0);
		s.close();
	}));

test("events wait for an app that was away, numbered, and stop coming once acknowledged", () =>
	scene((c, r) => r.method === "INVITE" && setTimeout(() => c.reply(r, 486, "Busy"), 300), async (tel) => {
		const id = dial(tel);
		const before = await tel.call(id, "dialling");
		tel.socket.destroy();
		await sleep(700);
		const hello = await tel.connect();
		assert.equal(hello.boot, before.boot);
		const end = await tel.call(id, "ended");
		assert.equal(end.cause, "busy");
		const seqs = tel.events.filter((e) => e.seq).map((e) => e.seq);
		assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
		assert.equal(new Set(seqs).size, seqs.length);
		tel.send({ kind: "ack", boot: hello.boot, seq: hello.last_seq });
		await sleep(100);
		await tel.connect();
		await sleep(100);
		assert.equal(tel.events.filter((e) => e.kind === "call").length, 0);
	}));

for (const transport of ["tcp", "tls"])
	test(`a trunk over ${transport}`, async () => {
		const { execFileSync } = await import("node:child_process");
		const { mkdtempSync, readFileSync } = await import("node:fs");
		const serve = (socket) => {
			let text = "";
			socket.on("error", () => {});
			socket.on("data", (d) => {
				text += d;
				for (let at = text.indexOf("\r\n\r\n"); at >= 0; at = text.indexOf("\r\n\r\n")) {
					const head = text.slice(0, at).split("\r\n"), keep = (n) => head.filter((l) => l.toLowerCase().startsWith(n));
					const body = Number(keep("content-length:")[0]?.slice(15) ?? 0);
					if (text.length < at + 4 + body) return;
					text = text.slice(at + 4 + body);
					const method = head[0].split(" ")[0];
					if (method !== "ACK" && method !== "SIP/2.0")
						socket.write([method === "INVITE" ? "SIP/2.0 486 Busy" : "SIP/2.0 200 OK", ...keep("via:"), ...keep("from:"), `${keep("to:")[0]};tag=x`,
							...keep("call-id:"), ...keep("cseq:"), "Content-Length: 0", "", ""].join("\r\n"));
				}
			});
		};
		let server;
		if (transport === "tcp") server = (await import("node:net")).createServer(serve);
		else {
			const folder = mkdtempSync("/tmp/cert-"), key = `${folder}/key.pem`, cert = `${folder}/cert.pem`;
			execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=carrier", "-addext", "subjectAltName=IP:127.0.0.1"],
				{ stdio: "ignore" });
			process.env.SSL_CERT_FILE = cert; // tel takes it for the system's list of authorities
			server = (await import("node:tls")).createServer({ key: readFileSync(key), cert: readFileSync(cert), minVersion: "TLSv1.2" }, serve);
		}
		await new Promise((done) => server.listen(PORT, "127.0.0.1", done));
		const tel = await telWithTrunk(PORT, { transport });
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000);
		assert.equal((await tel.call(dial(tel), "ended")).sip_code, 486);
		assert.equal(await tel.stop(), 0);
		server.close();
	});

test("a port that is taken: tel runs without SIP and its trunks say so", async () => {
	const other = await Carrier.start(5060);
	const tel = await telWithTrunk(PORT);
	const down = await tel.wait((e) => e.kind === "trunk" && e.state === "down");
	assert.match(down.text, /does not listen/);
	assert.equal((await tel.call(dial(tel), "ended")).cause, "trunk_down");
	assert.equal(await tel.stop(), 0);
	other.stop();
});

const MESSAGE = "Здравствуйте! Звонила компания «Ромашка», номер восемь восемьсот. Чтобы вам больше не звонили, нажмите девять.";

/** An RFC 4733 key of the person, as a carrier sends it. */
function press(c, r, digit) {
	const port = Number(/m=audio (\d+)/.exec(r.body)[1]);
	for (let i = 0; i < 3; i++) {
		const p = Buffer.from([0x80, 101, 0, 50 + i, 0, 0, 1, 0, 0, 0, 0xca, 0xfe, digit, 0x80, 3, 0x20]);
		c.rtp.send(p, port, "127.0.0.1");
	}
}

test("nobody's call, nobody free: it waits, hears who called, and ends as abandoned", () =>
	scene(answers, async (tel, c) => {
		const id = dial(tel, { wait_ms: 700, text: MESSAGE, record: "x" });
		const answered = await tel.call(id, "answered"), queued = await tel.call(id, "queued"), speaks = await tel.call(id, "ivr");
		assert.ok(queued.at - answered.at < 50 * patience);
		assert.ok(Math.abs(speaks.at - answered.at - 700) < 120 * patience, `${speaks.at - answered.at} ms`);
		const before = c.heard.length;
		const end = await tel.call(id, "ended", 21000);
		assert.deepEqual([end.cause, end.by, end.operator], ["abandoned", "system", undefined]);
		assert.ok(end.at - speaks.at > 4000 && end.at - speaks.at < 20500, `the words took ${end.at - speaks.at} ms`);
		const loud = c.heard.slice(before).filter((p) => p.some((b) => (b & 0x7f) < 0x40 && (b ^ 0x55) > 0)).length;
		assert.ok(loud > 100, `${loud} packets of words`);
	}));

test("a nine in the message is told and ends it; a person who hangs up in it was abandoned too", () =>
	scene(answers, async (tel, c) => {
		const id = dial(tel, { wait_ms: 200, text: MESSAGE });
		const speaks = await tel.call(id, "ivr");
		await sleep(500);
		press(c, c.invite, 9);
		assert.equal((await tel.wait((e) => e.kind === "dtmf")).digits, "9");
		const end = await tel.call(id, "ended");
		assert.deepEqual([end.cause, end.by], ["abandoned", "system"]);
		assert.ok(end.at - speaks.at < 1500 * patience);
		c.invite = undefined;
		const second = dial(tel, { wait_ms: 200, text: MESSAGE });
		await tel.call(second, "ivr");
		c.request(c.invite, "BYE");
		const left = await tel.call(second, "ended");
		assert.deepEqual([left.cause, left.by], ["abandoned", "contact"]);
	}));

test("without app a waiting call is still ended with its message, and told when app is back", () =>
	scene(answers, async (tel) => {
		const id = dial(tel, { wait_ms: 300, text: "Мы перезвоним." });
		await tel.call(id, "ringing");
		tel.socket.destroy();
		let hello;
		for (let i = 0; i < patience && hello?.calls.length !== 0; i++) {
			hello && tel.socket.destroy();
			await sleep(4500);
			hello = await tel.connect(2);
		}
		assert.equal(hello.calls.length, 0);
		assert.equal((await tel.call(id, "ended")).cause, "abandoned");
	}));

test("two thousand calls and more are told at a new hello, in as many pieces as it takes", () =>
	scene(answers, async (tel) => {
		const away = "+74951234592"; // nobody picks up there
		tel.send({ kind: "trunks", rows: [{ trunk: 2, kind: "practice" }] });
		const ids = Array.from({ length: 2300 }, () => dial(tel, { trunk: 2, number: away, ring_ms: 60000 * patience }));
		await tel.call(ids.at(-1), "ringing", 30000 * patience);
		tel.socket.destroy();
		let hello = await tel.connect(2);
		const told = [];
		for (; ; hello = await tel.wait((e) => e.kind === "hello" && e.came > hello.came && e !== hello, 9000 * patience, "another piece")) {
			told.push(...hello.calls.map((c) => c.call));
			tel.events.splice(tel.events.indexOf(hello), 1);
			if (!hello.more) break;
		}
		assert.deepEqual([...told].sort(), [...ids].sort());
	}));

test("a waiting call is among those told at a new hello, and the floor is told", () =>
	scene(answers, async (tel) => {
		const id = dial(tel, { wait_ms: 4000 });
		await tel.call(id, "queued");
		const floor = await tel.wait((e) => e.kind === "floor" && e.rows[0].waiting === 1);
		assert.deepEqual(floor.rows, [{ project: 1, idle: 0, ringing: 0, waiting: 1, talking: 0 }]);
		tel.socket.destroy();
		const hello = await tel.connect(2);
		assert.deepEqual([hello.calls[0].call, hello.calls[0].state, hello.calls[0].operator, hello.calls[0].project], [id, "queued", undefined, 1]);
		await tel.call(id, "ended");
	}));
