// SPDX-License-Identifier: GPL-3.0-or-later
// browser.test.mjs - an operator's leg in a real Chromium with a 440 Hz microphone: codecs, recording, reload, hold, mute, faults.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import dgram from "node:dgram";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSeat } from "./lib/browser.mjs";
import { Carrier } from "./lib/carrier.mjs";
import { dial, sipAddress } from "./lib/lines.mjs";
import { sender } from "./lib/sender.mjs";
import { level, mostly, patience, readRecording, share, Tel } from "./lib/tel.mjs";

const STEADY = "+74951234597"; // the practice subscriber answers at once with 1000 Hz

/** tel with a practice trunk 1 and an operator 7 who is ready. */
async function ready(codec, body, options = {}) {
	const tel = await Tel.start({ sip: sipAddress, ...options });
	let seat;
	tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "practice" }, { trunk: 2, kind: "sip", host: "127.0.0.1", port: 5080, transport: "udp" }] });
	tel.send({ kind: "operator_start", operator: 7, wrap_up_ms: 3000, preview_ms: 3000 });
	try {
		seat = await openSeat({ codec, offer: (sdp) => tel.sdp({ kind: "operator_leg", operator: 7, sdp }) });
		const leg = await tel.wait((e) => e.kind === "leg" && e.up, 20000);
		tel.send({ kind: "operator_ready", operator: 7 });
		await tel.operator(7, "ready");
		await body(tel, seat, leg);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		try {
			await seat?.close();
		} finally {
			assert.equal(await tel.stop(), 0);
		}
	}
}

/** The closed recording of a call. */
async function recording(tel, id) {
	const r = await tel.wait((e) => e.kind === "recording" && e.call === id && e.state === "closed");
	return { ...readRecording(path.join(tel.recordings, r.path)), event: r };
}

for (const codec of ["opus", "pcma", "pcmu"])
	test(`a talk in ${codec}: both hear each other within 100 ms of the answer, and the recording has one on each side`, () =>
		ready(codec, async (tel, seat, leg) => {
			assert.equal(leg.codec.toLowerCase(), codec);
			const id = dial(tel, { operator: 7, number: STEADY, record: "a/b/c" });
			const answered = await tel.call(id, "answered"), connected = await tel.call(id, "connected");
			assert.ok(connected.at - answered.at < 100 * patience, `${connected.at - answered.at} ms`);
			assert.ok(await seat.hears(1000));
			await tel.operator(7, "talking");
			await sleep(1500);
			tel.send({ kind: "hangup", call: id, by: "operator" });
			const end = await tel.call(id, "ended");
			assert.deepEqual([end.cause, end.by], ["hung_up", "operator"]);
			await tel.operator(7, "wrap_up");
			const r = await recording(tel, id);
			assert.equal(r.said, r.bytes - 58);
			assert.ok(Math.abs(r.event.ms - r.seconds * 1000) < 1);
			const ours = mostly(r.sides[0], 440, 0.3), theirs = mostly(r.sides[1], 1000, 0.3);
			assert.ok(ours > 0.95, `440 Hz is ours: ${ours}`);
			assert.ok(theirs > 0.95, `1000 Hz is theirs: ${theirs}`);
			assert.ok(share(r.sides[0], 1000, 0.5) < 0.01);
		}));

test("muted, held and back", () =>
	ready("pcma", async (tel, seat) => {
		const id = dial(tel, { operator: 7, number: STEADY, record: "x" });
		await tel.call(id, "connected");
		const began = Date.now();
		await sleep(800);
		const muted = (Date.now() - began) / 1000;
		tel.send({ kind: "mute", operator: 7, on: true });
		await sleep(1000);
		const heard = (Date.now() - began) / 1000;
		tel.send({ kind: "mute", operator: 7, on: false });
		await sleep(800);
		tel.send({ kind: "hold", call: id, on: true });
		await tel.call(id, "held");
		assert.ok(await seat.hearsNothing(), `a held operator hears nothing: ${JSON.stringify(seat.heard.at(-1))}`);
		tel.send({ kind: "hold", call: id, on: false });
		await sleep(600);
		tel.send({ kind: "hangup", call: id, by: "operator" });
		await tel.call(id, "ended");
		const r = await recording(tel, id);
		// A busy machine is told late: somewhere after each command the recording has what it asked for, for 0.3 s.
		const somewhere = (from, to, good) => {
			for (let at = from; at < to; at += 0.1) if (good(level(r.sides[0], at, at + 0.3))) return true;
			return false;
		};
		assert.ok(somewhere(0.1, muted, (l) => l > 1000), "heard before");
		assert.ok(somewhere(muted, heard + 0.5, (l) => l < 20), "muted");
		assert.ok(somewhere(heard, heard + 1, (l) => l > 1000), "heard again");
	}));

test("a reload in mid-talk: the far side waits in music, the voice is back with the new leg, the recording is one", () =>
	ready("opus", async (tel, seat) => {
		const id = dial(tel, { operator: 7, number: STEADY, record: "x" });
		await tel.call(id, "connected");
		await sleep(500);
		await seat.close();
		await tel.wait((e) => e.kind === "leg" && !e.up, 9000);
		await tel.call(id, "held");
		await tel.operator(7, "lost");
		const lost = tel.lastSeq;
		const again = await openSeat({ codec: "opus", offer: (sdp) => tel.sdp({ kind: "operator_leg", operator: 7, sdp }) });
		await tel.wait((e) => e.kind === "call" && e.call === id && e.state === "connected" && e.seq > lost, 9000);
		assert.ok(await again.hears(1000));
		tel.send({ kind: "hangup", call: id, by: "operator" });
		await tel.call(id, "ended");
		const r = await recording(tel, id);
		assert.ok(r.seconds > 1.5);
		await again.close();
	}));

test("a browser that is killed: lost within seconds, the call ends as operator_lost after twenty, the operator is offline", () =>
	ready("pcma", async (tel, seat) => {
		const id = dial(tel, { operator: 7, number: STEADY });
		await tel.call(id, "connected");
		seat.kill();
		await tel.operator(7, "lost", 9000);
		await tel.call(id, "held");
		const end = await tel.call(id, "ended", 25000);
		assert.equal(end.cause, "operator_lost");
		await tel.operator(7, "offline");
	}));

test("tel is killed in mid-talk: the recording so far plays", () =>
	ready("pcma", async (tel, seat) => {
		const id = dial(tel, { operator: 7, number: STEADY, record: "x" });
		await tel.call(id, "connected");
		await sleep(2500);
		tel.process.kill("SIGKILL");
		await tel.exited;
		const r = readRecording(path.join(tel.recordings, "x.wav"));
		assert.ok(r.seconds > 1.8 && r.said > 8000, `${r.seconds} s, header says ${r.said}`);
		assert.ok(mostly(r.sides[1], 1000, 0.5) > 0.9);
		tel.stop = async () => 0;
	}));

test("over a carrier: ring-back and early media are heard, keys arrive as events, audio goes both ways", async (t) => {
	let invite;
	const carrier = await Carrier.start(5080, (c, r) => {
		if (r.method === "INVITE") {
			invite = r;
			c.reply(r, 180, "Ringing");
		}
		if (r.method === "BYE") c.reply(r, 200, "OK");
	});
	t.after(() => carrier.stop());
	await ready("opus", async (tel, seat) => {
		await tel.wait((e) => e.kind === "trunk" && e.trunk === 2 && e.state === "up", 9000);
		const id = dial(tel, { operator: 7, trunk: 2, record: "x" });
		await tel.call(id, "ringing");
		assert.ok(await seat.hears(425), "ring-back");
		carrier.reply(invite, 183, "Session Progress", { sdp: true });
		const stop = carrier.speak(invite, 700);
		assert.ok(await seat.hears(700), "early media");
		stop();
		carrier.reply(invite, 200, "OK", { sdp: true });
		carrier.speak(invite, 1000);
		await tel.call(id, "connected");
		assert.ok(await seat.hears(1000));
		for (let i = 0; i < 250 && carrier.heard.length <= 20; i++) await sleep(20);
		assert.ok(carrier.heard.length > 20, "our audio arrives");
		tel.send({ kind: "dtmf", call: id, digits: "5#" });
		await sleep(900);
		assert.deepEqual([...new Set(carrier.events.map((e) => e.event))], [5, 11]);
		assert.equal(carrier.events.filter((e) => e.end).length, 6);
		// a stranger on our port is neither heard nor answered
		const port = carrier.rtpFrom.port, stranger = dgram.createSocket("udp4");
		await new Promise((done) => stranger.bind(0, "127.0.0.2", done));
		let answered = 0;
		stranger.on("message", () => answered++);
		const noise = Buffer.alloc(172, 0x2a);
		noise[0] = 0x80;
		noise[1] = 8;
		for (let i = 0; i < 50; i++) {
			noise.writeUInt16BE(i, 2);
			noise.writeUInt32BE(i * 160, 4);
			stranger.send(noise, port, "127.0.0.1");
			await sleep(10);
		}
		stranger.close();
		assert.equal(answered, 0);
		tel.send({ kind: "hangup", call: id, by: "operator" });
		await tel.call(id, "ended");
		const r = await recording(tel, id);
		assert.ok(mostly(r.sides[0], 440, 0.5) > 0.9);
		assert.ok(mostly(r.sides[1], 1000, 0.5) > 0.9, "nothing foreign in it");
	});
});

test("an operator who hangs up while it rings leaves nothing behind and is ready again", () =>
	ready("pcma", async (tel) => {
		const id = dial(tel, { operator: 7, number: "+74951234592" });
		await tel.call(id, "ringing");
		const seq = tel.lastSeq;
		tel.send({ kind: "hangup", call: id, by: "operator" });
		assert.equal((await tel.call(id, "ended")).cause, "operator_hung_up");
		await tel.operator(7, "ready", 3000, seq);
	}));

test("two calls for one operator: the second is refused", () =>
	ready("pcma", async (tel) => {
		dial(tel, { operator: 7, number: "+74951234592" });
		const second = dial(tel, { operator: 7, number: "+74951234592" });
		assert.equal((await tel.wait((e) => e.kind === "refused")).call, second);
	}));

test("the headset page hears itself", async () => {
	const tel = await Tel.start();
	const seat = await openSeat({ codec: "opus", offer: (sdp) => tel.sdp({ kind: "echo", sdp }) });
	assert.ok(await seat.hears(440, 20000));
	await seat.close();
	assert.equal(await tel.stop(), 0);
});

test("a browser whose certificate is not the one of its offer gets no audio", async () => {
	const tel = await Tel.start();
	tel.send({ kind: "operator_start", operator: 7, wrap_up_ms: 3000, preview_ms: 3000 });
	const wrong = (sdp) => sdp.replace(/(a=fingerprint:sha-256 )(..)/, (_, a, b) => a + (b === "00" ? "01" : "00"));
	const seat = await openSeat({ codec: "opus", offer: (sdp) => tel.sdp({ kind: "operator_leg", operator: 7, sdp: wrong(sdp) }) });
	for (let i = 0; i < 200 && !/not the one of the offer/.test(tel.log); i++) await sleep(100);
	assert.match(tel.log, /not the one of the offer/);
	assert.equal(tel.events.filter((e) => e.kind === "leg").length, 0);
	await seat.close();
	assert.equal(await tel.stop(), 0);
});

/** Where a browser's audio goes to, of our answer. */
const portOf = (sdp) => Number(/m=audio (\d+)/.exec(sdp)[1]);
const drops = async (tel) => {
	const now = performance.now(), { drops } = await tel.wait((e) => e.kind === "figures" && e.came > now, 12000);
	return Object.fromEntries(drops.map((d) => [d.what, d.came]));
};

/** Strangers knock while the operator's browser connects, and send again what it sent while he talks: he is there, and the talk is heard. */
async function amongStrangers(tel, operator, rate, seconds, pure) {
	let seat, early;
	tel.send({ kind: "operator_start", operator, wrap_up_ms: 3000, preview_ms: 3000 });
	try {
		seat = await openSeat({ codec: "opus", offer: async (sdp) => {
			const answer = await tel.sdp({ kind: "operator_leg", operator, sdp });
			early = sender(["noise", portOf(answer), seconds, rate, "127.0.0.66", "127.0.0.67", "127.0.0.1"]);
			await early.begun; // they are first: the browser has no answer yet
			return answer;
		} });
		await tel.wait((e) => e.kind === "leg" && e.operator === operator && e.up, 20000);
		await early.done;
		tel.send({ kind: "operator_ready", operator });
		await tel.operator(operator, "ready");
		const id = dial(tel, { operator, number: STEADY, record: `x${operator}` });
		await tel.call(id, "connected");
		const port = portOf(seat.answer), again = sender(["again", port, seconds, rate]), late = sender(["noise", port, seconds + 3, rate, "127.0.0.66", "127.0.0.1"]);
		const { sent } = await again.done;
		await late.done;
		assert.ok(sent > (seconds * rate) / 2, `${sent} sent again`);
		assert.ok(await seat.hears(1000));
		tel.send({ kind: "hangup", call: id, by: "operator" });
		assert.equal((await tel.call(id, "ended")).cause, "hung_up");
		const r = await recording(tel, id);
		const his = mostly(r.sides[0], 440, 1), theirs = mostly(r.sides[1], 1000, 1);
		assert.ok(his > pure && theirs > pure, `the operator's voice, once: ${his.toFixed(3)}; the other side's: ${theirs.toFixed(3)}`);
		const { media_unverified, srtp_forged } = await drops(tel);
		assert.ok(media_unverified && srtp_forged, `strangers are counted, and what came again: ${media_unverified}, ${srtp_forged}`);
		assert.equal(tel.events.filter((e) => e.kind === "leg" && e.operator === operator && !e.up).length, 0);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
		tel.send({ kind: "wrap_up_done", operator, then: "stop" });
		await tel.operator(operator, "offline");
	} finally {
		await seat?.close();
	}
}

test("S9: hellos, checks and SRTP of strangers before the browser is there, and its own packets again and again: it comes up, the talk is heard", { timeout: 3600e3 }, async () => {
	const long = Boolean(process.env.ZVONAR_LONG), rounds = Number(process.env.ZVONAR_S9 ?? (long ? 100 : 1)), rate = long ? 10000 : 2000;
	const tel = await Tel.start({ sip: sipAddress });
	tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "practice" }] });
	try {
		for (let i = 0; i < rounds; i++) await amongStrangers(tel, 7 + i, rate, long && i === 0 ? 30 : 2, long ? 0.5 : 0.9); // a browser of a busy machine stammers now and then
	} finally {
		assert.equal(await tel.stop(), 0);
	}
});

test("offers that are none are refused with a reason", async () => {
	const tel = await Tel.start();
	for (const sdp of ["", "v=0\r\n", "v=0\r\nm=audio 9 RTP/AVP 8\r\n", "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "x".repeat(30000)])
		await assert.rejects(tel.sdp({ kind: "echo", sdp }), /./);
	assert.equal(await tel.stop(), 0);
});

test("sipp as the carrier: answered with a 1000 Hz file, and hung up by it", async (t) => {
	const { writeFileSync, mkdtempSync } = await import("node:fs");
	const { spawn } = await import("node:child_process");
	const { toneAlaw } = await import("./lib/carrier.mjs");
	try {
		execFileSync("which", ["sipp"]);
	} catch {
		return t.skip("no sipp here");
	}
	const folder = mkdtempSync("/tmp/sipp-");
	writeFileSync(path.join(folder, "tone.al"), toneAlaw(1000, 10));
	for (const scene of ["answer", "leaves"])
		await ready("pcma", async (tel, seat) => {
			const file = new URL(`./scenes/${scene}.xml`, import.meta.url).pathname;
			const sipp = spawn("sipp", ["-sf", file, "-i", "127.0.0.1", "-p", "5080", "-mi", "127.0.0.1", "-aa", "-nostdin"],
				{ cwd: folder, stdio: "ignore", env: { ...process.env, TERM: "xterm" } });
			t.after(() => sipp.kill("SIGKILL"));
			const gone = new Promise((done) => sipp.on("exit", done));
			await sleep(300);
			await tel.wait((e) => e.kind === "trunk" && e.trunk === 2 && e.state === "up", 15000);
			const id = dial(tel, { operator: 7, trunk: 2, record: "x" });
			await tel.call(id, "connected", 9000);
			assert.ok(await seat.hears(1000));
			await sleep(scene === "answer" ? 600 : 0);
			if (scene === "answer") tel.send({ kind: "hangup", call: id, by: "operator" });
			const end = await tel.call(id, "ended");
			assert.equal(end.by, scene === "answer" ? "operator" : "contact");
			const r = await recording(tel, id);
			const theirs = mostly(r.sides[1], 1000);
			assert.ok(theirs > 0.7, `1000 Hz is theirs: ${theirs} of ${r.seconds} s`);
			await sleep(300);
			sipp.kill("SIGTERM");
			await gone;
		});
});

test("the disk is full: the talk goes on, it is told at once, what was written plays; with room again the next talk is whole", async () => {
	const { mkdirSync, mkdtempSync } = await import("node:fs");
	const folder = mkdtempSync("/tmp/tel-");
	mkdirSync(path.join(folder, "recordings"));
	execFileSync("mount", ["-t", "tmpfs", "-o", "size=48k", "none", path.join(folder, "recordings")]);
	await ready("pcma", async (tel, seat) => {
		const id = dial(tel, { operator: 7, number: STEADY, record: "x" });
		await tel.call(id, "connected");
		const told = await tel.wait((e) => e.kind === "recording" && e.call === id && e.state === "failed", 6000);
		assert.equal(told.error, "disk_full");
		assert.ok(await seat.hears(1000));
		tel.send({ kind: "hangup", call: id, by: "operator" });
		assert.equal((await tel.call(id, "ended")).cause, "hung_up");
		const r = await recording(tel, id);
		assert.equal(r.event.error, "disk_full");
		assert.ok(r.seconds > 1 && r.seconds < 4, `${r.seconds} s`);
		assert.ok(mostly(r.sides[1], 1000, 0.3) > 0.9);
		assert.match(tel.log, /No space left/);
		execFileSync("mount", ["-o", "remount,size=1m", path.join(folder, "recordings")]);
		tel.send({ kind: "wrap_up_done", operator: 7, then: "ready" });
		await tel.operator(7, "ready");
		const next = dial(tel, { operator: 7, number: STEADY, record: "y" });
		await tel.call(next, "connected");
		await sleep(500);
		tel.send({ kind: "hangup", call: next, by: "operator" });
		assert.equal((await recording(tel, next)).event.error, undefined);
		execFileSync("umount", ["-l", path.join(folder, "recordings")]);
	}, { folder });
});

test("a carrier whose audio stops: the call ends as no_audio after thirty seconds", async (t) => {
	let stop;
	const carrier = await Carrier.start(5080, (c, r) => {
		c.reply(r, 200, "OK", { sdp: r.method === "INVITE" });
		if (r.method === "INVITE") stop = c.speak(r);
	});
	t.after(() => carrier.stop());
	await ready("pcma", async (tel) => {
		await tel.wait((e) => e.kind === "trunk" && e.trunk === 2 && e.state === "up", 9000);
		const id = dial(tel, { operator: 7, trunk: 2 });
		const connected = await tel.call(id, "connected");
		await sleep(500);
		stop();
		const end = await tel.call(id, "ended", 40000);
		assert.equal(end.cause, "no_audio");
		assert.ok(end.at - connected.at > 29000 && end.at - connected.at < 34000);
		assert.equal(await carrier.sees("BYE"), 1);
	});
});

test("nobody's call goes to whoever is ready, at once", () =>
	ready("pcma", async (tel, seat) => {
		const id = dial(tel, { operator: 0, project: 0, number: STEADY });
		const connected = await tel.call(id, "connected"), answered = await tel.call(id, "answered");
		assert.equal(connected.operator, 7);
		assert.ok(connected.at - answered.at < 100 * patience, `${connected.at - answered.at} ms`);
		const reserved = await tel.operator(7, "reserved");
		assert.equal(reserved.call, id);
		assert.ok(reserved.seq < connected.seq);
		await tel.operator(7, "talking");
		assert.ok(await seat.hears(1000));
		tel.send({ kind: "hangup", call: id, by: "operator" });
		await tel.call(id, "ended");
		await tel.operator(7, "wrap_up");
	}));

test("nobody's calls wait for an operator in a pause, never go to him there, and the first of them is his when he is ready", () =>
	ready("pcma", async (tel) => {
		tel.send({ kind: "operator_pause", operator: 7 });
		await tel.operator(7, "pause", 3000, tel.lastSeq);
		const first = dial(tel, { operator: 0, project: 0, number: STEADY, wait_ms: 3000 });
		await tel.call(first, "queued");
		const second = dial(tel, { operator: 0, project: 0, number: STEADY, wait_ms: 1500 });
		await tel.call(second, "queued");
		await sleep(500);
		assert.ok(!tel.events.some((e) => e.kind === "call" && e.state === "connected"));
		tel.send({ kind: "operator_ready", operator: 7 });
		const connected = await tel.call(first, "connected");
		assert.ok(connected.wait_ms > 500 && connected.wait_ms < 3000 * patience);
		assert.equal((await tel.call(second, "ended")).cause, "abandoned");
		tel.send({ kind: "hangup", call: first, by: "operator" });
		await tel.call(first, "ended");
	}));
