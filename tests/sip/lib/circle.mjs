// SPDX-License-Identifier: GPL-3.0-or-later
// circle.mjs - several people in one Chromium, each with a leg of his own, a tone for a voice, and ears that say whose tones they hear.
// With outside() a carrier's leg is asked the same. A tone shows who hears whom.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { alaw, share } from "./tel.mjs";

const page = `<!doctype html><script>
const pcs = {};
async function leg(name, hz, tones) {
	const context = window.context ??= new AudioContext();
	const voice = context.createOscillator(), quiet = context.createGain(), mouth = context.createMediaStreamDestination();
	voice.frequency.value = hz;
	quiet.gain.value = 0.25;
	voice.connect(quiet).connect(mouth);
	voice.start();
	pcs[name]?.close();
	const pc = pcs[name] = new RTCPeerConnection();
	pc.ontrack = (e) => {
		const stream = e.streams[0] ?? new MediaStream([e.track]), sink = new Audio();
		sink.srcObject = stream; sink.muted = true; sink.play();
		const ear = context.createAnalyser();
		ear.fftSize = 8192; ear.smoothingTimeConstant = 0;
		context.createMediaStreamSource(stream).connect(ear);
		const bins = new Float32Array(ear.frequencyBinCount);
		const timer = setInterval(() => {
			if (pcs[name] !== pc) return clearInterval(timer);
			ear.getFloatFrequencyData(bins);
			const at = (tone) => { const k = Math.round(tone * ear.fftSize / context.sampleRate); return Math.max(bins[k - 1], bins[k], bins[k + 1]); };
			fetch("/heard?" + name, { method: "POST", body: JSON.stringify(tones.filter((tone) => at(tone) > -50)) });
		}, 120);
	};
	const t = pc.addTransceiver(mouth.stream.getAudioTracks()[0], { direction: "sendrecv", streams: [mouth.stream] });
	const all = RTCRtpSender.getCapabilities("audio").codecs;
	t.setCodecPreferences(all.filter((c) => c.mimeType === "audio/PCMA" || c.mimeType === "audio/telephone-event"));
	await pc.setLocalDescription(await pc.createOffer());
	const answer = await fetch("/offer?" + name, { method: "POST", body: pc.localDescription.sdp });
	if (answer.ok) await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
}
async function run() {
	for (;;) {
		const order = await (await fetch("/order")).json();
		if (order.open) await leg(order.open, order.hz, order.tones).catch((e) => fetch("/error", { method: "POST", body: String(e) }));
		if (order.close) { pcs[order.close].close(); pcs[order.close] = null; }
	}
}
navigator.mediaDevices.getUserMedia({ audio: true }).then(run);
</script>`;

export class Circle {
	/** tones: every tone that may be heard; null is music on hold, which none of them is. */
	static async open(tones) {
		const c = new Circle();
		c.tones = tones;
		c.heard = {};
		c.offers = {};
		c.errors = [];
		c.orders = [];
		c.server = http.createServer((q, r) => c.serve(q, r));
		await new Promise((done) => c.server.listen(0, "127.0.0.1", done));
		c.folder = mkdtempSync(path.join(tmpdir(), "circle-"));
		c.chromium = spawn(process.env.CHROMIUM ?? "chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${c.folder}/profile`,
			"--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required",
			"--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns", `http://127.0.0.1:${c.server.address().port}/`],
		{ stdio: ["ignore", "ignore", "pipe"], detached: true });
		c.chromium.stderr.on("data", (d) => process.env.TEL_LOG && process.stderr.write(d));
		return c;
	}

	async serve(request, response) {
		const name = request.url.split("?")[1];
		let body = "";
		for await (const part of request) body += part;
		if (request.url === "/order") {
			while (!this.orders.length && !this.over) await sleep(10);
			return response.end(JSON.stringify(this.orders.shift() ?? {}));
		}
		if (request.url.startsWith("/offer"))
			return this.offers[name](body).then((sdp) => response.end(sdp), (e) => {
				this.errors.push(e.message);
				response.writeHead(400).end(e.message);
			});
		if (request.url.startsWith("/heard")) this.heard[name] = JSON.parse(body);
		if (request.url === "/error") this.errors.push(body);
		response.setHeader("Content-Type", "text/html");
		response.end(request.method === "GET" ? page : "");
	}

	/** A person with a voice of hz; offer(sdp) gives our answer. */
	join(name, hz, offer) {
		this.offers[name] = offer;
		this.heard[name] = [];
		this.orders.push({ open: name, hz, tones: this.tones });
	}

	leave(name) {
		this.orders.push({ close: name });
		delete this.heard[name];
	}

	/** Which tones a carrier's leg heard in the last quarter of a second. */
	outside(name, carrier) {
		Object.defineProperty(this.heard, name, { enumerable: true, configurable: true, get: () => {
			const samples = Float64Array.from(Buffer.concat(carrier.heard.slice(-12)), (code) => alaw(code));
			const loud = samples.reduce((n, s) => n + s * s, 0) / Math.max(1, samples.length) > 100 * 100;
			return loud ? this.tones.filter((tone) => share(samples, tone) > 0.1) : [];
		} });
	}

	/** Until each hears exactly these, for a while; ms is how long it may take. */
	async hear(wanted, ms = 15000) {
		const same = () => Object.entries(wanted).every(([name, tones]) => String(this.heard[name]) === String([...tones].sort((a, b) => a - b)));
		for (let end = performance.now() + ms, good = 0; performance.now() < end; await sleep(60)) {
			good = same() ? good + 1 : 0;
			if (good >= 5) return;
		}
		throw new Error(`wanted ${JSON.stringify(wanted)}, heard ${JSON.stringify(this.heard)} ${this.errors}`);
	}

	async close() {
		this.over = true;
		const gone = new Promise((done) => this.chromium.on("exit", done));
		if (this.chromium.exitCode === null && this.chromium.signalCode === null) {
			try {
				process.kill(-this.chromium.pid, "SIGKILL");
			} catch {}
			await gone;
		}
		this.server.closeAllConnections();
		this.server.close();
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
