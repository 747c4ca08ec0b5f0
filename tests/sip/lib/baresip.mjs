// SPDX-License-Identifier: GPL-3.0-or-later
// baresip.mjs - a real baresip on loopback, driven over its control socket: a phone, or a peer that insists on SRTP.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toneWav } from "./browser.mjs";

export class Baresip {
	/** account: a line of its accounts file; port: its SIP port on loopback; hz: the tone it speaks; control: a free port. */
	static async start({ account, port, control, hz = 440, more = [] }) {
		const b = new Baresip();
		b.folder = mkdtempSync(path.join(tmpdir(), "baresip-"));
		b.heard = path.join(b.folder, "heard.wav");
		b.events = [];
		b.waiting = [];
		b.log = "";
		const modules = ["account", "g711", "aufile", "srtp", "ctrl_tcp", "menu"];
		toneWav(path.join(b.folder, "says.wav"), hz, 60, 8000);
		writeFileSync(path.join(b.folder, "accounts"), `${account}\n`);
		writeFileSync(path.join(b.folder, "contacts"), "");
		writeFileSync(path.join(b.folder, "config"), [`module_path /usr/lib/baresip/modules`, `sip_listen 127.0.0.1:${port}`, "net_interface 127.0.0.1",
			`audio_source aufile,${path.join(b.folder, "says.wav")}`, `audio_player aufile,${b.heard}`, `audio_alert aufile,${path.join(b.folder, "alert.wav")}`,
			`ctrl_tcp_listen 127.0.0.1:${control}`, "call_max_calls 4", "rtp_timeout 60",
			...modules.map((m) => `${m === "account" || m === "menu" || m === "ctrl_tcp" ? "module_app" : "module"} ${m}.so`), ...more, ""].join("\n"));
		b.process = spawn("baresip", ["-f", b.folder], { stdio: ["ignore", "pipe", "pipe"] });
		for (const out of [b.process.stdout, b.process.stderr])
			out.on("data", (d) => {
				b.log += d;
				if (process.env.TEL_LOG) process.stderr.write(d);
			});
		b.exited = new Promise((done) => b.process.on("exit", done));
		await b.connect(control);
		return b;
	}

	async connect(control) {
		for (let i = 0; ; i++) {
			try {
				this.socket = await new Promise((done, failed) => {
					const s = net.connect(control, "127.0.0.1", () => done(s));
					s.on("error", failed);
				});
				break;
			} catch (e) {
				if (i > 200) throw new Error(`baresip does not listen: ${e.message}\n${this.log}`);
				await sleep(50);
			}
		}
		let buffer = "";
		this.socket.on("error", () => {});
		this.socket.on("data", (d) => {
			buffer += d.toString("latin1");
			for (let m; (m = /^(\d+):/.exec(buffer)) && buffer.length > m[0].length + Number(m[1]);) {
				const event = JSON.parse(buffer.substr(m[0].length, Number(m[1])));
				buffer = buffer.slice(m[0].length + Number(m[1]) + 1);
				this.events.push(event);
				this.waiting = this.waiting.filter((w) => !w(event));
			}
		});
	}

	/** The first event (of the past too) of this type: "REGISTER_OK", "CALL_ESTABLISHED", "CALL_CLOSED", …; after: how many came before. */
	wait(type, ms = 10000, after = 0) {
		const fits = (e) => e.type === type;
		const had = this.events.slice(after).find(fits);
		if (had) return Promise.resolve(had);
		return new Promise((done, failed) => {
			const timer = setTimeout(() => failed(new Error(`baresip: no ${type} within ${ms} ms\n${JSON.stringify(this.events.slice(-8))}\n${this.log}`)), ms);
			this.waiting.push((e) => fits(e) && (clearTimeout(timer), done(e), true));
		});
	}

	command(command, params) {
		const text = JSON.stringify({ command, ...(params ? { params } : {}) });
		this.socket.write(`${text.length}:${text},`);
	}

	/** How loud it heard a tone of hz in the last seconds: the share of the energy, 0 to 1. */
	hears(hz, seconds = 1) {
		const b = readFileSync(this.heard), at = b.indexOf("data", 0, "latin1") + 8, n = Math.min((b.length - at) >> 1, 8000 * seconds);
		let re = 0, im = 0, all = 0;
		for (let i = 0; i < n; i++) {
			const v = b.readInt16LE(at + 2 * (((b.length - at) >> 1) - n + i));
			re += v * Math.cos((2 * Math.PI * hz * i) / 8000);
			im += v * Math.sin((2 * Math.PI * hz * i) / 8000);
			all += v * v;
		}
		return all ? (2 * (re * re + im * im)) / n / all : 0;
	}

	async stop() {
		if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill("SIGTERM");
		const timer = setTimeout(() => this.process.kill("SIGKILL"), 5000);
		await this.exited;
		clearTimeout(timer);
		this.socket?.destroy();
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	}
}
