// SPDX-License-Identifier: GPL-3.0-or-later
// phones.test.mjs - operators' SIP phones: a real baresip works a shift; and what a registrar must bear: strangers, guesses, replays, a
// phone that registers a thousand times.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import dgram from "node:dgram";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Baresip } from "./lib/baresip.mjs";
import { dial, sipAddress } from "./lib/lines.mjs";
import { readRecording, Tel } from "./lib/tel.mjs";

const SECRET = "7Kq2bVvXoN5sTzQ1";
const hash = (algorithm, text) => createHash(algorithm === "MD5" ? "md5" : "sha256").update(text).digest("hex");
const row = (operator, login, secret = SECRET) => ({
	operator, login, ha1_sha256: hash("SHA-256", `${login}:zvonar:${secret}`), ha1_md5: hash("MD5", `${login}:zvonar:${secret}`),
});

async function scene(body, rows = [row(7, "anna-4821"), row(8, "boris-1177")]) {
	const tel = await Tel.start({ sip: sipAddress });
	try {
		await sleep(300); // the gate stands on the socket
		tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "practice" }] });
		tel.send({ kind: "phones", phones: rows });
		await body(tel);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		assert.equal(await tel.stop(), 0);
	}
}
const phone = (login, { secret = SECRET, port = 5090, control = 4470, more = "" } = {}) => Baresip.start({
	account: `<sip:${login}@127.0.0.1>;auth_pass=${secret};regint=60;answermode=auto${more}`, port, control, hz: 440,
});

test("a shift by baresip: it registers, its leg comes up by itself, a practice call is talked and recorded, wrap-up, and the end hangs up", () =>
	scene(async (tel) => {
		const p = await phone("anna-4821");
		try {
			const up = await tel.wait((e) => e.kind === "phone" && e.operator === 7 && e.up, 9000);
			assert.match(up.text, /baresip/);
			assert.match(up.host, /^127.0.0.1:5090$/);
			tel.send({ kind: "operator_start", operator: 7, project: 1, wrap_up_ms: 60000, preview_ms: 1000, phone: true });
			const leg = await tel.wait((e) => e.kind === "leg" && e.operator === 7 && e.up, 9000);
			assert.match(leg.codec, /PCM[AU]/i);
			tel.send({ kind: "operator_ready", operator: 7 });
			await tel.operator(7, "ready");
			const id = dial(tel, { operator: 7, number: "+79990000001", record: "talk" });
			await tel.call(id, "connected", 20000);
			await tel.operator(7, "talking");
			await sleep(2500);
			tel.send({ kind: "hangup", call: id, by: "operator" });
			assert.equal((await tel.call(id, "ended")).cause, "hung_up");
			await tel.operator(7, "wrap_up");
			await tel.wait((e) => e.kind === "recording" && e.state === "closed");
			const { sides } = readRecording(path.join(tel.recordings, "talk.wav"));
			const tone = (s) => Math.max(...[0, 1, 2].map((i) => share(s.subarray(s.length - 4000 * (i + 1), s.length - 4000 * i), 440)));
			assert.ok(sides.some((s) => tone(s) > 0.8), "the operator's tone is not in the recording");
			tel.send({ kind: "wrap_up_done", operator: 7, then: "stop" });
			await tel.operator(7, "offline");
			await p.wait("CALL_CLOSED");
		} finally {
			await p.stop();
		}
		await tel.wait((e) => e.kind === "phone" && e.operator === 7 && !e.up, 9000); // it said goodbye
	}));

function share(s, hz) {
	let re = 0, im = 0, all = 0;
	s.forEach((v, i) => {
		re += v * Math.cos((2 * Math.PI * hz * i) / 8000);
		im += v * Math.sin((2 * Math.PI * hz * i) / 8000);
		all += v * v;
	});
	return all ? (2 * (re * re + im * im)) / s.length / all : 0;
}

test("a phone that hangs up in the middle is called again, and the talk goes on; one with a wrong secret is nobody", () =>
	scene(async (tel) => {
		const p = await phone("anna-4821");
		let thief;
		try {
			await tel.wait((e) => e.kind === "phone" && e.operator === 7 && e.up, 9000);
			thief = await phone("boris-1177", { secret: "guess", port: 5094, control: 4471 });
			await thief.said(/403 Forbidden/);
			assert.equal(tel.events.some((e) => e.kind === "phone" && e.operator === 8), false);
			tel.send({ kind: "operator_start", operator: 7, project: 1, wrap_up_ms: 60000, preview_ms: 1000 });
			tel.send({ kind: "operator_phone", operator: 7 });
			await tel.wait((e) => e.kind === "leg" && e.operator === 7 && e.up, 9000);
			tel.send({ kind: "operator_ready", operator: 7 });
			await tel.operator(7, "ready");
			const id = dial(tel, { operator: 7, number: "+79990000001" });
			await tel.call(id, "connected", 20000);
			p.command("hangup");
			await tel.call(id, "held");
			await tel.operator(7, "lost");
			const seq = tel.lastSeq;
			await tel.wait((e) => e.kind === "leg" && e.operator === 7 && e.up && e.seq > seq, 15000);
			await tel.wait((e) => e.kind === "call" && e.call === id && e.state === "connected" && e.seq > seq, 9000);
		} finally {
			await thief?.stop();
			await p.stop();
		}
	}));

/** A phone written out: it says what a test wants and hears what is said to it. */
class Raw {
	static async open(address = "127.0.0.1") {
		const r = new Raw();
		r.socket = dgram.createSocket("udp4");
		await new Promise((done) => r.socket.bind(0, address, done));
		Object.assign(r, { address, port: r.socket.address().port, callid: randomBytes(8).toString("hex"), cseq: 0, heard: [] });
		r.socket.on("message", (d) => {
			const text = d.toString();
			if (text.startsWith("OPTIONS")) return r.pong(text);
			r.heard.push(text);
		});
		return r;
	}

	pong(text) {
		const keep = text.split("\r\n").filter((l) => /^(via|from|to|call-id|cseq):/i.test(l));
		this.send(["SIP/2.0 200 OK", ...keep, "Content-Length: 0", "", ""].join("\r\n"));
	}

	send(text) {
		this.socket.send(text, 5060, "127.0.0.1");
	}

	/** Sends a REGISTER and gives the answer's text; undefined: none in ms. */
	async register(login, { auth, contact = `sip:${login}@${this.address}:${this.port}`, expires = 300, extra = [], cseq = ++this.cseq, ms = 1500 } = {}) {
		this.send(["REGISTER sip:127.0.0.1 SIP/2.0", `Via: SIP/2.0/UDP ${this.address}:${this.port};branch=z9hG4bK${randomBytes(6).toString("hex")};rport`,
			`From: <sip:${login}@127.0.0.1>;tag=a`, `To: <sip:${login}@127.0.0.1>`, `Call-ID: ${this.callid}`, `CSeq: ${cseq} REGISTER`, "Max-Forwards: 70",
			...(contact ? [`Contact: ${contact === "*" ? "*" : `<${contact}>`}`] : []), `Expires: ${expires}`, ...(auth ? [`Authorization: ${auth}`] : []), ...extra, "Content-Length: 0", "", ""].join("\r\n"));
		for (const end = performance.now() + ms; performance.now() < end; await sleep(5)) {
			const at = this.heard.findIndex((t) => t.includes(`CSeq: ${cseq} REGISTER`) && t.includes(this.callid));
			if (at >= 0) return this.heard.splice(at, 1)[0];
		}
	}

	/** The digest for a challenge, by one of its algorithms. */
	static answer(challenge, login, secret, algorithm, nc = 1) {
		const line = challenge.split("\r\n").find((l) => l.startsWith("WWW-Authenticate") && l.includes(`algorithm=${algorithm}`));
		const nonce = /nonce="([^"]+)"/.exec(line)[1], uri = "sip:127.0.0.1", count = nc.toString(16).padStart(8, "0"), cnonce = "c0ffee";
		const response = hash(algorithm, [hash(algorithm, `${login}:zvonar:${secret}`), nonce, count, cnonce, "auth", hash(algorithm, `REGISTER:${uri}`)].join(":"));
		return `Digest username="${login}", realm="zvonar", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${algorithm}, cnonce="${cnonce}", qop=auth, nc=${count}`;
	}

	/** Through the challenge; the second answer. */
	async enter(login, { secret = SECRET, algorithm = "SHA-256", ...more } = {}) {
		const first = await this.register(login, more);
		if (!first?.startsWith("SIP/2.0 401")) return first;
		return this.register(login, { ...more, auth: Raw.answer(first, login, secret, algorithm) });
	}

	close() {
		this.socket.close();
	}
}
const code = (answer) => Number(answer?.split(" ")[1] ?? 0);

test("SHA-256 before MD5, both work; an answer is believed once; too short is 423; * with 0 forgets all; others are let in by nothing", () =>
	scene(async (tel) => {
		const raw = await Raw.open(), stranger = await Raw.open("127.0.0.9");
		try {
			const first = await raw.register("anna-4821");
			assert.equal(code(first), 401);
			assert.deepEqual([...first.matchAll(/algorithm=([\w-]+)/g)].map((m) => m[1]), ["SHA-256", "MD5"]);
			const auth = Raw.answer(first, "anna-4821", SECRET, "SHA-256");
			const ok = await raw.register("anna-4821", { auth });
			assert.equal(code(ok), 200);
			assert.match(ok, new RegExp(`Contact: <sip:anna-4821@127.0.0.1:${raw.port}>;expires=300`));
			assert.match(await raw.register("anna-4821", { auth }), /^SIP\/2.0 401[^]*stale=true/); // replayed
			assert.equal(code(await raw.register("anna-4821", { auth: Raw.answer(first, "anna-4821", SECRET, "SHA-256", 2) })), 200);
			assert.equal(code(await raw.enter("anna-4821", { algorithm: "MD5" })), 200);
			assert.match(await raw.enter("anna-4821", { expires: 10 }), /^SIP\/2.0 423[^]*Min-Expires: 60/);
			assert.equal(code(await raw.enter("anna-4821", { secret: "no" })), 403);
			assert.equal(code(await raw.enter("anna-4821", { contact: "*", expires: 5 })), 400);
			assert.equal(code(await raw.enter("anna-4821", { contact: "http://x" })), 400);
			assert.equal(await stranger.register("nobody"), undefined); // no such login: not even a challenge
			stranger.send(first.replace(/^SIP\S+ 401.*\r\n/, "OPTIONS sip:127.0.0.1 SIP/2.0\r\n"));
			assert.equal(await stranger.register("anna-4821", { auth: Raw.answer(first, "anna-4821", SECRET, "SHA-256", 3) }).then(code), 401); // a nonce of another address
			assert.doesNotMatch(await raw.enter("anna-4821", { contact: "*", expires: 0 }), /Contact:/);
			await tel.wait((e) => e.kind === "phone" && !e.up);
			assert.match(await raw.register("boris-1177"), /SHA-256/); // who does not answer two algorithms is offered one
			assert.doesNotMatch(await raw.register("boris-1177"), /SHA-256/);
			assert.equal(code(await raw.enter("boris-1177", { algorithm: "MD5" })), 200);
			assert.match(await stranger.register("boris-1177"), /SHA-256/); // which says nothing of phones elsewhere
		} finally {
			raw.close();
			stranger.close();
		}
	}));

test("the list of phones comes again: who is registered is told to whoever does not know it, nobody else", () =>
	scene(async (tel) => {
		const anna = await Raw.open(), boris = await Raw.open("127.0.0.3");
		const told = () => tel.events.filter((e) => e.kind === "phone").map((e) => `${e.operator} ${e.up}`);
		try {
			assert.equal(code(await anna.enter("anna-4821")), 200);
			assert.equal(code(await boris.enter("boris-1177")), 200);
			await tel.wait((e) => e.kind === "phone" && e.operator === 8);
			tel.send({ kind: "phones", phones: [{ ...row(7, "anna-4821"), up: true }, row(8, "boris-1177"), { ...row(9, "clara-3002"), up: true }] });
			await tel.wait((e) => e.kind === "phone" && e.operator === 8 && e.seq > tel.events.find((x) => x.operator === 8).seq);
			await sleep(1500); // a tick more
			assert.deepEqual(told().sort(), ["7 true", "8 true", "8 true"]);
			tel.send({ kind: "phones", phones: [row(8, "boris-1177")] });
			assert.equal(code(await boris.register("clara-3002")), 403); // gone
			assert.equal(code(await boris.enter("boris-1177")), 200);
		} finally {
			anna.close();
			boris.close();
		}
	}));

test("a thousand registrations of one phone are eight; the rest of the house goes on", () =>
	scene(async (tel) => {
		const raw = await Raw.open();
		try {
			let last;
			const first = await raw.enter("anna-4821");
			assert.equal(code(first), 200);
			const challenge = await raw.register("anna-4821");
			for (let i = 1; i <= 1000; i++) {
				last = await raw.register("anna-4821", { auth: Raw.answer(challenge, "anna-4821", SECRET, "MD5", i), contact: `sip:anna-4821@127.0.0.1:${raw.port};n=${i}` });
				assert.equal(code(last), 200, `registration ${i}: ${last}`);
			}
			assert.equal(last.match(/^Contact:/gm).length, 8);
			assert.ok(last.includes(";n=1000>"));
			assert.equal(code(await raw.enter("boris-1177")), 200);
		} finally {
			raw.close();
		}
	}));

test("guessing: an address falls silent after eight wrong answers, a login after twenty from anywhere; who is registered goes on", () =>
	scene(async () => {
		const owner = await Raw.open("127.0.0.3"), guessers = [];
		try {
			assert.equal(code(await owner.enter("anna-4821")), 200);
			let forbidden = 0, unheard = 0;
			for (let i = 0; i < 3; i++) {
				const g = await Raw.open(`127.0.0.${20 + i}`);
				guessers.push(g);
				for (let n = 0; n < 9; n++) {
					const heard = n < 8 && forbidden < 20;
					const got = code(await g.enter("anna-4821", { secret: `guess${n}`, ms: heard ? 5000 : 300 }));
					forbidden += got === 403;
					unheard += got === 0;
				}
			}
			assert.ok(forbidden === 20 && unheard >= 3, `${forbidden} refused, ${unheard} unheard`);
			assert.equal(code(await owner.enter("anna-4821")), 200);
			assert.equal(code(await guessers[0].enter("boris-1177", { ms: 300 })), 0); // the right secret, from an address that guessed
			const flood = await Raw.open("127.0.0.40");
			guessers.push(flood);
			for (let i = 0; i < 100; i++) flood.register("boris-1177", { ms: 1 });
			await sleep(1000);
			const heard = flood.heard.length;
			assert.ok(heard >= 25 && heard <= 35, `${heard} challenges for 100 knocks`);
		} finally {
			owner.close();
			for (const g of guessers) g.close();
		}
	}));
