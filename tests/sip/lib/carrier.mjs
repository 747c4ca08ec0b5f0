// SPDX-License-Identifier: GPL-3.0-or-later
// carrier.mjs - a carrier on loopback that does what a test wants: it answers, refuses, is silent, asks for a login, breaks rules.
import { createHash } from "node:crypto";
import dgram from "node:dgram";

const md5 = (s) => createHash("md5").update(s).digest("hex");

/** One second of a tone as A-law, or of several at once. */
export function toneAlaw(hz, seconds = 1) {
	const b = Buffer.alloc(8000 * seconds), all = [hz].flat();
	for (let i = 0; i < b.length; i++) b[i] = encode(Math.round((8000 / all.length) * all.reduce((sum, f) => sum + Math.sin((2 * Math.PI * f * i) / 8000), 0)));
	return b;
}

/** The two tones of a key (ITU-T Q.23). */
export function keyTones(digit) {
	const at = "123A456B789C*0#D".indexOf(digit);
	return [[697, 770, 852, 941][at >> 2], [1209, 1336, 1477, 1633][at & 3]];
}

function encode(v) {
	const sign = v >= 0 ? 0x80 : 0;
	let a = Math.min(Math.abs(v), 32767) >> 4, exponent = 0;
	for (let m = a >> 4; m > 1; m >>= 1) exponent++;
	if (a >= 16) exponent++;
	const code = exponent ? (exponent << 4) | ((a >> Math.max(0, exponent - 1)) & 15) : a & 15;
	return (code | sign) ^ 0x55;
}

export class Carrier {
	/** script(carrier, request) is called for each request that is no ACK; without it OPTIONS gets 200 and the rest nothing. */
	static async start(port, script) {
		const c = new Carrier();
		c.port = port;
		c.script = script;
		c.requests = [];
		c.socket = dgram.createSocket("udp4");
		c.socket.on("message", (d, from) => c.take(d.toString(), from));
		await new Promise((done) => c.socket.bind(port, "127.0.0.1", done));
		c.rtp = dgram.createSocket("udp4");
		c.heard = [];
		c.events = [];
		c.rtp.on("message", (d, from) => {
			c.rtpFrom = from;
			if ((d[1] & 0x7f) === 101) c.events.push({ event: d[12], end: d[13] >> 7, ts: d.readUInt32BE(4) });
			else c.heard.push(d.subarray(12));
		});
		await new Promise((done) => c.rtp.bind(0, "127.0.0.1", done));
		return c;
	}

	take(text, from) {
		const [head, body = ""] = text.split("\r\n\r\n");
		const lines = head.split("\r\n");
		const r = { text, from, body, line: lines[0], method: lines[0].split(" ")[0], headers: {}, all: {} };
		for (const l of lines.slice(1)) {
			const i = l.indexOf(":"), name = l.slice(0, i).toLowerCase();
			(r.all[name] ??= []).push(l.slice(i + 1).trim());
			r.headers[name] ??= l.slice(i + 1).trim();
		}
		this.requests.push(r);
		if (r.method === "SIP/2.0") r.code = Number(r.line.split(" ")[1]);
		if (r.method === "INVITE" && !this.invite) this.invite = r;
		if (r.method === "OPTIONS" && !this.deaf) return this.reply(r, 200, "OK");
		if (r.method !== "ACK" && r.method !== "SIP/2.0") this.script?.(this, r);
	}

	reply(r, code, reason, { sdp = false, extra = [], tag = "carrier" } = {}) {
		if (this.over) return;
		const body = sdp ? (typeof sdp === "string" ? sdp : this.sdp()) : "";
		const lines = [`SIP/2.0 ${code} ${reason}`, ...r.all.via.map((v) => `Via: ${v}`), `From: ${r.headers.from}`,
			`To: ${r.headers.to}${code > 100 && !r.headers.to.includes("tag=") ? `;tag=${tag}` : ""}`, `Call-ID: ${r.headers["call-id"]}`,
			`CSeq: ${r.headers.cseq}`, `Contact: <sip:carrier@127.0.0.1:${this.port}>`, ...extra];
		if (body) lines.push("Content-Type: application/sdp");
		this.send([...lines, `Content-Length: ${body.length}`, "", body].join("\r\n"), r.from);
	}

	/** A request in the dialog of the INVITE r. */
	request(r, method, { cseq = 1, body = "", extra = [] } = {}) {
		if (this.over) return;
		const target = /<([^>]+)>/.exec(r.headers.contact)[1];
		const to = r.headers.to.includes("tag=") ? r.headers.to : `${r.headers.to};tag=carrier`;
		const lines = [`${method} ${target} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${Math.random().toString(36).slice(2)}`,
			`From: ${to}`, `To: ${r.headers.from}`, `Call-ID: ${r.headers["call-id"]}`, `CSeq: ${cseq} ${method}`, "Max-Forwards: 70",
			`Contact: <sip:carrier@127.0.0.1:${this.port}>`, ...extra];
		if (body) lines.push("Content-Type: application/sdp");
		this.send([...lines, `Content-Length: ${body.length}`, "", body].join("\r\n"), r.from);
	}

	send(text, to) {
		if (this.over) return;
		this.socket.send(text, to.port, to.address);
	}

	sdp(way = "sendrecv", pt = "8 101") {
		return ["v=0", "o=c 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", `m=audio ${this.rtp.address().port} RTP/AVP ${pt}`,
			"a=rtpmap:101 telephone-event/8000", `a=${way}`, ""].join("\r\n");
	}

	/** Speak a tone to where the INVITE said audio goes; returns stop(). */
	speak(r, hz = 1000) {
		if (this.over) return Object.assign(() => {}, { gap: 0 });
		const port = Number(/m=audio (\d+)/.exec(r.body)[1]), tone = toneAlaw(hz);
		let { seq, ts } = this.after ?? { seq: 100, ts: 5000 }, at = 0, due = performance.now();
		const timer = setInterval(() => {
			stop.gap = Math.max(stop.gap, performance.now() - due);
			for (; due <= performance.now(); due += 20) {
				const p = Buffer.alloc(172);
				p[0] = 0x80;
				p[1] = 8;
				p.writeUInt16BE(seq++ & 0xffff, 2);
				p.writeUInt32BE(ts >>> 0, 4);
				p.writeUInt32BE(0xcafe, 8);
				for (let i = 0; i < 160; i++) p[12 + i] = tone[(at + i) % tone.length];
				at = (at + 160) % tone.length;
				ts += 160;
				this.rtp.send(p, port, "127.0.0.1");
			}
		}, 10);
		const silent = () => {
			clearInterval(timer);
			this.after = { seq, ts: ts + 800 }; // its stream goes on from there
		};
		const stop = Object.assign(silent, { gap: 0 }); // gap: the longest silence of a busy machine, ms
		(this.stops ??= []).push(stop);
		return stop;
	}

	/** Press a key as a telephone event, to where the SDP of r said audio goes. */
	press(r, digit) {
		const port = Number(/m=audio (\d+)/.exec(r.body)[1]);
		this.ts = (this.ts ?? 800000) + 8000;
		for (let i = 0; i < 3; i++) {
			const p = Buffer.alloc(16);
			p[0] = 0x80;
			p[1] = 101;
			p.writeUInt16BE((this.seq = (this.seq ?? 40000) + 1) & 0xffff, 2);
			p.writeUInt32BE(this.ts, 4);
			p.writeUInt32BE(0xcafe, 8);
			p[12] = "0123456789*#".indexOf(digit);
			p[13] = 0x80 | 10;
			p.writeUInt16BE(800, 14);
			this.rtp.send(p, port, "127.0.0.1");
		}
	}

	/** Is the digest in the header right for this user? */
	digestOk(r, header, user, password) {
		const v = r.headers[header];
		if (!v) return false;
		const get = (k) => new RegExp(`${k}="?([^",]+)"?`).exec(v)?.[1];
		const ha1 = md5(`${user}:${get("realm")}:${password}`), ha2 = md5(`${r.method}:${get("uri")}`);
		const qop = get("qop");
		const want = qop ? md5(`${ha1}:${get("nonce")}:${get("nc")}:${get("cnonce")}:${qop}:${ha2}`) : md5(`${ha1}:${get("nonce")}:${ha2}`);
		return get("username") === user && get("response") === want;
	}

	saw(method) {
		return this.requests.filter((r) => r.method === method);
	}

	/** Until it saw n requests of that method, and how many it saw then: what the program told of comes over another socket. */
	async sees(method, n = 1, ms = 5000) {
		for (const end = performance.now() + ms; performance.now() < end && this.saw(method).length < n; await new Promise((d) => setTimeout(d, 20)));
		return this.saw(method).length;
	}

	stop() {
		this.over = true;
		for (const s of this.stops ?? []) s();
		this.socket.close();
		this.rtp.close();
	}
}
