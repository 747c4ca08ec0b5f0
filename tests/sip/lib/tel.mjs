// SPDX-License-Identifier: GPL-3.0-or-later
// tel.mjs - starts the tel process alone and speaks its protocol as app would: frames of 4 bytes length and one JSON object.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const binary = process.env.TEL_ALONE ?? new URL("../../../build/tel-alone", import.meta.url).pathname;

export class Tel {
	/** Start the process; options: sip "HOST:PORT" or "off", rtp "LOW-HIGH", publicIp. */
	static async start(options = {}) {
		const tel = new Tel();
		tel.folder = options.folder ?? mkdtempSync(path.join(tmpdir(), "tel-"));
		tel.socketPath = path.join(tel.folder, "tel.sock");
		tel.recordings = path.join(tel.folder, "recordings");
		const args = [tel.socketPath, tel.recordings, options.sip ?? "off", options.rtp ?? "20000-29999"];
		if (options.publicIp) args.push(options.publicIp);
		tel.log = "";
		tel.process = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
		tel.process.stderr.on("data", (d) => {
			tel.log += d;
			if (process.env.TEL_LOG) process.stderr.write(d);
		});
		tel.exited = new Promise((done) => tel.process.on("exit", (code, signal) => done(code ?? signal)));
		tel.request = 0;
		await tel.connect();
		return tel;
	}

	/** Another app node beside this one, which leads from now on by a later epoch. */
	async successor(epoch = this.epoch + 1) {
		const next = Object.assign(new Tel(), { folder: this.folder, socketPath: this.socketPath, recordings: this.recordings, process: this.process, request: 1000, log: "" });
		await next.connect(epoch, "00000000-0000-4000-8000-000000000002");
		return next;
	}

	/** Connect (again) and say hello; resolves with tel's hello. */
	async connect(epoch = 1, app_boot = "00000000-0000-4000-8000-000000000001") {
		for (let i = 0; ; i++) {
			try {
				this.socket = await new Promise((done, failed) => {
					const s = net.connect(this.socketPath, () => done(s));
					s.on("error", failed);
				});
				break;
			} catch (e) {
				if (i > 100) throw new Error(`tel does not listen: ${e.message}\n${this.log}`);
				await sleep(30);
			}
		}
		this.events = [];
		this.waiting = [];
		this.epoch = epoch;
		let buffer = Buffer.alloc(0);
		this.socket.on("error", () => {});
		this.socket.on("data", (d) => {
			buffer = Buffer.concat([buffer, d]);
			while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32BE(0)) {
				const n = buffer.readUInt32BE(0);
				this.take(JSON.parse(buffer.subarray(4, 4 + n).toString()));
				buffer = buffer.subarray(4 + n);
			}
		});
		this.send({ kind: "hello", app_boot, epoch });
		const hello = await this.wait((e) => e.kind === "hello");
		this.boot = hello.boot;
		return hello;
	}

	take(event) {
		event.came = performance.now();
		this.events.push(event);
		this.waiting = this.waiting.filter((w) => !w(event));
	}

	send(message) {
		const body = Buffer.from(JSON.stringify({ epoch: this.epoch, ...message })); // each command carries the epoch it was decided in
		const head = Buffer.alloc(4);
		head.writeUInt32BE(body.length);
		this.socket.write(Buffer.concat([head, body]));
	}

	/** Send it, and wait until tel has taken it: a caller may come the next moment by another road. */
	async tell(message) {
		this.send(message);
		await this.sdp({ kind: "operator_leg", operator: 0, sdp: "" }).then(() => assert.fail("nobody's seat has a leg"), () => {});
	}

	/** The first event (of the past too) that fits. */
	wait(fits, ms = 5000, what = fits.toString()) {
		const had = this.events.find(fits);
		if (had) return Promise.resolve(had);
		return new Promise((done, failed) => {
			const timer = setTimeout(() => failed(new Error(`no event ${what} within ${ms} ms; came: ${JSON.stringify(this.events.slice(-12))}\n${this.log}`)), ms);
			this.waiting.push((e) => fits(e) && (clearTimeout(timer), done(e), true));
		});
	}

	call(uuid, state, ms = 5000) {
		return this.wait((e) => e.kind === "call" && e.call === uuid && e.state === state, ms, `call ${state}`);
	}

	operator(id, state, ms = 5000, after = 0) {
		return this.wait((e) => e.kind === "operator" && e.operator === id && e.state === state && e.seq > after, ms, `operator ${state}`);
	}

	get lastSeq() {
		return this.events.reduce((n, e) => Math.max(n, e.seq ?? 0), 0);
	}

	/** Give an SDP and get the answer. */
	async sdp(message) {
		const request = ++this.request;
		this.send({ ...message, request });
		const e = await this.wait((x) => x.kind === "sdp" && x.request === request);
		if (e.error) throw new Error(e.error);
		return e.sdp;
	}

	async stop() {
		if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill("SIGTERM");
		const code = await this.exited;
		this.socket?.destroy();
		if (!process.env.TEL_KEEP) rmSync(this.folder, { recursive: true, force: true });
		return code;
	}
}

/** How many times slower than the rule says the program may be: under sanitizers, beside other tests, it is. */
export const patience = Number(process.env.ZVONAR_PATIENCE ?? 1);

export function uuid() {
	return crypto.randomUUID();
}

/** The samples of an A-law stereo recording, one Float64Array a side, and what its header says. */
export function readRecording(file) {
	const b = readFileSync(file);
	if (b.toString("latin1", 0, 4) !== "RIFF" || b.toString("latin1", 50, 54) !== "data") throw new Error("not a recording");
	const said = b.readUInt32LE(54);
	const n = (b.length - 58) >> 1;
	const sides = [new Float64Array(n), new Float64Array(n)];
	for (let i = 0; i < 2 * n; i++) sides[i & 1][i >> 1] = alaw(b[58 + i]);
	return { sides, seconds: n / 8000, said, bytes: b.length };
}

export function alaw(code) {
	const c = code ^ 0x55;
	const exponent = (c >> 4) & 7;
	let v = ((c & 15) << 4) + 8;
	if (exponent) v = (v + 256) << (exponent - 1);
	return c & 0x80 ? v : -v;
}

/** The share of a tone in the samples from a to b seconds: 1 is nothing else (Goertzel). */
export function share(samples, hz, a = 0, b = samples.length / 8000) {
	const from = Math.floor(a * 8000), to = Math.min(samples.length, Math.floor(b * 8000));
	const k = 2 * Math.cos((2 * Math.PI * hz) / 8000);
	let power = 0, q1 = 0, q2 = 0;
	for (let i = from; i < to; i++) {
		const q0 = k * q1 - q2 + samples[i];
		q2 = q1;
		q1 = q0;
		power += samples[i] * samples[i];
	}
	return power ? (2 * (q1 * q1 + q2 * q2 - k * q1 * q2)) / ((to - from) * power) : 0;
}

/** The same, as the median of pieces of 100 ms: a slip of a busy machine's sound does not count. */
export function mostly(samples, hz, a = 0, b = samples.length / 8000) {
	const pieces = [];
	for (let at = a; at + 0.1 <= b; at += 0.1) pieces.push(share(samples, hz, at, at + 0.1));
	return pieces.sort((x, y) => x - y)[pieces.length >> 1] ?? 0;
}

export function level(samples, a, b) {
	let power = 0;
	const part = samples.subarray(Math.floor(a * 8000), Math.floor(b * 8000));
	for (const s of part) power += s * s;
	return Math.sqrt(power / Math.max(1, part.length));
}
