// SPDX-License-Identifier: GPL-3.0-or-later
// desks.mjs - SIP phones at many desks, all on one port: they register, answer at once and say next to nothing. So operators have legs and need no
// browser, and tests of lines can have talks.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./carrier.mjs";
import { patience } from "./tel.mjs";

const SECRET = "7Kq2bVvXoN5sTzQ1";
const md5 = (s) => createHash("md5").update(s).digest("hex"), sha = (s) => createHash("sha256").update(s).digest("hex");
const login = (i) => `op-${i}`;

export class Desks {
	/** tel: that of lib/tel.mjs, for take(); sip: where it listens. */
	static async start(tel, port, sip = 5060) {
		const d = new Desks();
		Object.assign(d, { tel, port, sip });
		d.cseq = 0;
		d.ports = new Map();
		d.phones = await Carrier.start(port, (c, r) => {
			c.requests.length = 0;
			if (r.method === "INVITE") d.ports.set(r.headers["call-id"], Number(/m=audio (\d+)/.exec(r.body)[1]));
			if (r.method === "BYE") d.ports.delete(r.headers["call-id"]);
			if (r.method === "INVITE" || r.method === "BYE" || r.method === "CANCEL") c.reply(r, 200, "OK", { sdp: r.method === "INVITE" });
		});
		d.phones.rtp.removeAllListeners("message");
		d.breathes(true);
		await sleep(300); // the gate stands on the socket
		return d;
	}

	breathes(on) {
		clearInterval(this.breath);
		if (on) this.breath = setInterval(() => this.breathe(), 3000);
	}

	/** A packet now and then: a phone that is silent for half a minute is given up. */
	breathe() {
		const p = Buffer.alloc(172, 0xd5);
		this.seq = ((this.seq ?? 0) + 1) & 0xffff;
		p.set([0x80, 8]);
		p.writeUInt16BE(this.seq, 2);
		p.writeUInt32BE(this.seq * 24000, 4);
		for (const port of this.ports.values()) this.phones.rtp.send(p, port, "127.0.0.1");
	}

	async register(who, auth) {
		const mine = `${++this.cseq} REGISTER`, at = `127.0.0.1:${this.port}`;
		this.phones.send(["REGISTER sip:127.0.0.1 SIP/2.0", `Via: SIP/2.0/UDP ${at};branch=z9hG4bK${randomBytes(6).toString("hex")};rport`, `From: <sip:${who}@127.0.0.1>;tag=a`,
			`To: <sip:${who}@127.0.0.1>`, `Call-ID: ${who}`, `CSeq: ${mine}`, "Max-Forwards: 70", `Contact: <sip:${who}@${at}>`, "Expires: 7200",
			...(auth ? [`Authorization: ${auth}`] : []), "Content-Length: 0", "", ""].join("\r\n"), { port: this.sip, address: "127.0.0.1" });
		for (const end = performance.now() + 4000 * patience; performance.now() < end; await sleep(5)) {
			const answer = this.phones.requests.find((r) => r.code && r.headers.cseq === mine);
			if (answer) return answer.text;
		}
		assert.fail(`no answer to the REGISTER of ${who}`);
	}

	async enter(who, secret = SECRET) {
		const first = await this.register(who), challenge = first.split("\r\n").find((l) => /^WWW-Authenticate/i.test(l) && l.includes("algorithm=MD5"));
		assert.ok(challenge, `${who} is not asked for a password: ${first}`);
		const nonce = /nonce="([^"]+)"/.exec(challenge)[1], uri = "sip:127.0.0.1";
		const response = md5([md5(`${who}:zvonar:${secret}`), nonce, "00000001", "c0ffee", "auth", md5(`REGISTER:${uri}`)].join(":"));
		const said = await this.register(who, `Digest username="${who}", realm="zvonar", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, cnonce="c0ffee", qop=auth, nc=00000001`);
		assert.match(said, /^SIP\/2.0 200/);
	}

	/** Operators 1 … n are at their desks, with a leg, and ready; more: the trunks tel has. */
	async take(n, { project, more, wrap_up_ms = 1000 }) {
		const ids = Array.from({ length: n }, (_, i) => i + 1), { tel } = this;
		tel.send({ kind: "trunks", rows: more });
		tel.send({ kind: "phones", phones: ids.map((i) => ({ operator: i, login: login(i), ha1_sha256: sha(`${login(i)}:zvonar:${SECRET}`), ha1_md5: md5(`${login(i)}:zvonar:${SECRET}`) })) });
		for (const i of ids) await this.enter(login(i));
		for (const i of ids) tel.send({ kind: "operator_start", operator: i, project, phone: true, wrap_up_ms, preview_ms: 30000 });
		for (const i of ids) {
			await tel.wait((e) => e.kind === "leg" && e.operator === i && e.up, 20000 * patience, `the leg of ${i}`);
			tel.send({ kind: "operator_ready", operator: i });
			await tel.operator(i, "ready", 9000 * patience);
		}
	}

	stop() {
		clearInterval(this.breath);
		this.phones.stop();
	}
}
