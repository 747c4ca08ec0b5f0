// SPDX-License-Identifier: GPL-3.0-or-later
// caller.mjs - a call that comes to us over the test's carrier: INVITE, the ACK of our answer, keys, and the end of either side.
import { setTimeout as sleep } from "node:timers/promises";
import { keyTones } from "./carrier.mjs";

const token = () => Math.random().toString(36).slice(2);

export class Caller {
	constructor(carrier, { to = "+74957654321", from = "+79161234567", sdp = true, headers = [], sip = 5060 } = {}) {
		Object.assign(this, { carrier, to, from, headers, sip });
		this.id = `in-${token()}`;
		this.tag = token();
		this.cseq = 1;
		this.body = sdp === true ? carrier.sdp() : sdp || "";
	}

	/** Send a request of this dialog; body with its type. */
	send(method, { body = "", branch = token(), cseq = this.cseq, type = "application/sdp" } = {}) {
		const target = this.answer ? /<([^>]+)>/.exec(this.answer.headers.contact)[1] : `sip:${this.to}@127.0.0.1:${this.sip}`;
		const lines = [`${method} ${target} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${this.carrier.port};branch=z9hG4bK${branch}`,
			`From: <sip:${this.from}@127.0.0.1>;tag=${this.tag}`, `To: ${this.answer?.headers.to ?? `<sip:${this.to}@127.0.0.1>`}`,
			`Call-ID: ${this.id}`, `CSeq: ${cseq} ${method}`, "Max-Forwards: 70", `Contact: <sip:caller@127.0.0.1:${this.carrier.port}>`, ...this.headers];
		if (body) lines.push(`Content-Type: ${type}`);
		this.carrier.send([...lines, `Content-Length: ${body.length}`, "", body].join("\r\n"), { port: this.sip, address: "127.0.0.1" });
	}

	/** INVITE; resolves with the final answer, acknowledged. */
	async call({ ack = true } = {}) {
		const branch = token();
		this.send("INVITE", { body: this.body, branch });
		for (let i = 0; i < 250 && !this.final; i++) {
			this.final = this.carrier.requests.find((r) => r.code >= 200 && r.headers["call-id"] === this.id && /INVITE/.test(r.headers.cseq));
			if (!this.final) await sleep(20);
		}
		if (!this.final) throw new Error("the INVITE has no final answer");
		if (this.final.code < 300) {
			this.answer = this.final;
			if (ack) this.send("ACK", { body: this.body ? "" : this.carrier.sdp() });
		} else this.send("ACK", { branch });
		return this.final.code;
	}

	/** Speak a tone to where our answer said audio goes. */
	speak(hz) {
		return this.carrier.speak(this.answer, hz);
	}

	/** Press a key as a telephone does that sends no events: two tones for as long. */
	async sound(digit, ms = 100) {
		const stop = this.speak(keyTones(digit));
		await sleep(ms);
		stop();
	}

	/** Press a key as a telephone event. */
	press(digit) {
		this.carrier.press(this.answer, digit);
	}

	hangUp() {
		this.cseq++;
		this.send("BYE");
	}

	/** Was our BYE seen? */
	async gone(ms = 5000) {
		for (const end = performance.now() + ms; performance.now() < end; await sleep(20))
			if (this.carrier.requests.some((r) => r.method === "BYE" && r.headers["call-id"] === this.id)) return true;
		return false;
	}
}

/** What a carrier does with our requests of such calls. */
export const acknowledges = (c, r) => {
	if (r.method === "BYE" || r.method === "INVITE") c.reply(r, 200, "OK", { sdp: r.method === "INVITE" });
};
