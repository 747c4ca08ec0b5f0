// SPDX-License-Identifier: GPL-3.0-or-later
// browser.mjs - a headless Chromium as an operator's seat: a page on loopback that offers, takes our answer and reports what it hears.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

/** A WAV of a steady tone for the fake microphone. */
export function toneWav(file, hz, seconds = 10, rate = 48000) {
	const n = rate * seconds;
	const b = Buffer.alloc(44 + 2 * n);
	b.write("RIFF", 0);
	b.writeUInt32LE(36 + 2 * n, 4);
	b.write("WAVEfmt ", 8);
	b.writeUInt32LE(16, 16);
	b.writeUInt16LE(1, 20);
	b.writeUInt16LE(1, 22);
	b.writeUInt32LE(rate, 24);
	b.writeUInt32LE(rate * 2, 28);
	b.writeUInt16LE(2, 32);
	b.writeUInt16LE(16, 34);
	b.write("data", 36);
	b.writeUInt32LE(2 * n, 40);
	for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / rate)), 44 + 2 * i);
	writeFileSync(file, b);
}

const page = `<!doctype html><script>
const wish = new URLSearchParams(location.search), codec = wish.get("codec"), seats = Number(wish.get("seats"));
async function main(i) {
	const pc = window.pc = new RTCPeerConnection();
	(window.all ??= []).push(pc);
	pc.onconnectionstatechange = () => fetch("/state", { method: "POST", body: pc.connectionState });
	pc.ontrack = (e) => {
		const sink = new Audio(); sink.srcObject = e.streams[0]; sink.muted = true; sink.play();
		if (seats > 1) return;
		const context = new AudioContext(), source = context.createMediaStreamSource(e.streams[0]);
		const analyser = context.createAnalyser(); analyser.fftSize = 8192; source.connect(analyser);
		const bins = new Float32Array(analyser.frequencyBinCount);
		setInterval(() => {
			analyser.getFloatFrequencyData(bins);
			let best = 0; for (let i = 1; i < bins.length; i++) if (bins[i] > bins[best]) best = i;
			fetch("/heard", { method: "POST", body: JSON.stringify({ hz: best * context.sampleRate / analyser.fftSize, db: bins[best] }) });
		}, 100);
	};
	const mic = window.mic ??= await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
	const t = pc.addTransceiver(mic.getAudioTracks()[0], { direction: "sendrecv", streams: [mic] });
	if (codec) {
		const all = RTCRtpSender.getCapabilities("audio").codecs;
		t.setCodecPreferences(all.filter((c) => c.mimeType.toLowerCase() === "audio/" + codec || c.mimeType === "audio/telephone-event"));
	}
	await pc.setLocalDescription(await pc.createOffer());
	const answer = await fetch("/offer?" + i, { method: "POST", body: pc.localDescription.sdp });
	if (answer.ok) await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
}
(async () => { for (let i = 0; i < seats; i++) await main(i); })().catch((e) => fetch("/state", { method: "POST", body: "error " + e }));
</script>`;

/** Open a seat, or several in one page. offer(sdp, i) gives our answer; codec: "opus", "pcma" or "pcmu"; hz of the microphone. */
export async function openSeat({ offer, codec = "", hz = 440, seats = 1 }) {
	const folder = mkdtempSync(path.join(tmpdir(), "seat-"));
	const wav = path.join(folder, "mic.wav");
	toneWav(wav, hz);
	const seat = { states: [], heard: [], errors: [] };
	const server = http.createServer(async (request, response) => {
		let body = "";
		for await (const part of request) body += part;
		if (request.url.startsWith("/offer")) {
			try {
				seat.offered = body;
				seat.answer = await offer(body, Number(request.url.split("?")[1]));
				response.end(seat.answer);
			} catch (e) {
				seat.errors.push(e.message);
				response.writeHead(400).end(e.message);
			}
			return;
		}
		if (request.url === "/state") seat.states.push(body);
		if (request.url === "/heard") seat.heard.push(JSON.parse(body));
		response.setHeader("Content-Type", "text/html");
		response.end(request.method === "GET" ? page : "");
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const url = `http://127.0.0.1:${server.address().port}/?codec=${codec}&seats=${seats}`;
	const chromium = spawn(process.env.CHROMIUM ?? "chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}/profile`,
		"--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${wav}`,
		"--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns", url],
	{ stdio: ["ignore", "ignore", "pipe"], detached: true }); // a process group of its own, to be ended whole
	chromium.stderr.on("data", (d) => process.env.TEL_LOG && process.stderr.write(d));
	seat.kill = () => chromium.kill("SIGKILL");
	seat.close = async () => {
		const gone = new Promise((done) => chromium.on("exit", done));
		if (chromium.exitCode === null && chromium.signalCode === null) {
			chromium.kill("SIGTERM");
			await gone;
		}
		try {
			process.kill(-chromium.pid, "SIGKILL"); // its helpers, which still write to the profile
		} catch {} // all gone already
		server.closeAllConnections();
		server.close();
		rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
	};
	const hearsWhat = async (fits, ms) => {
		for (const end = performance.now() + ms; performance.now() < end; await new Promise((d) => setTimeout(d, 50)))
			if (seat.heard.length && fits(seat.heard.at(-1))) return true;
		return false;
	};
	seat.hears = (tone, ms = 10000) => hearsWhat((last) => Math.abs(last.hz - tone) < 15 && last.db > -60, ms);
	seat.hearsNothing = (ms = 10000) => hearsWhat((last) => (last.db ?? -200) < -60, ms); // JSON has no -Infinity; the analyser smooths
	return seat;
}
