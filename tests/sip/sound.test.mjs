// SPDX-License-Identifier: GPL-3.0-or-later
// sound.test.mjs - what is measured of a call's sound by RTCP there and back, and what RTP may do to us: strangers, wrong payloads, bursts,
// rubbish, silence. Run by tests/sip/run in a network of its own.
import assert from "node:assert/strict";
import dgram from "node:dgram";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier, toneAlaw } from "./lib/carrier.mjs";
import { dial, telWithTrunk } from "./lib/lines.mjs";
import { sender } from "./lib/sender.mjs";
import { level, mostly, readRecording, Tel } from "./lib/tel.mjs";

const PORT = 5080, RTP = 40000, SSRC = 0xcafe;

const socket = (port, address = "127.0.0.1") =>
	new Promise((done) => {
		const s = dgram.createSocket({ type: "udp4", reuseAddr: true }); // the sender speaks from the same port
		s.bind(port, address, () => done(s));
	});

function packet(seq, ts, payload, { pt = 8, ssrc = SSRC } = {}) {
	const p = Buffer.alloc(12 + payload.length);
	p[0] = 0x80;
	p[1] = pt;
	p.writeUInt16BE(seq & 0xffff, 2);
	p.writeUInt32BE(ts >>> 0, 4);
	p.writeUInt32BE(ssrc, 8);
	payload.copy(p, 12);
	return p;
}

/** A receiver report about the stream of a sender report that came held ms ago: so much lost, so uneven. */
function receiverReport(report, { fraction, lost, jitter, held }) {
	const p = Buffer.alloc(32);
	p.writeUInt32BE(0x81c90007, 0);
	p.writeUInt32BE(SSRC, 4);
	p.writeUInt32BE(report.readUInt32BE(4), 8);
	p.writeUInt32BE(((fraction << 24) | lost) >>> 0, 12);
	p.writeUInt32BE(jitter, 20);
	p.writeUInt32BE(((report.readUInt32BE(8) << 16) | (report.readUInt32BE(12) >>> 16)) >>> 0, 24);
	p.writeUInt32BE(Math.round((held * 65536) / 1000), 28);
	return p;
}

/** An answered call of nobody's that waits for ms; body gets what the far end can do with its two ports. */
async function answered(wait_ms, body) {
	const carrier = await Carrier.start(PORT, (c, r) => {
		if (r.method === "INVITE") c.reply(r, 200, "OK", { sdp: c.sdp().replace(/m=audio \d+/, `m=audio ${RTP}`) });
		if (r.method === "BYE") c.reply(r, 200, "OK");
	});
	const tel = await telWithTrunk(PORT);
	const rtp = await socket(RTP), rtcp = await socket(RTP + 1), reports = [];
	rtcp.on("message", (d) => reports.push({ at: performance.now(), d }));
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		const call = dial(tel, { wait_ms, record: "x" });
		await tel.call(call, "queued");
		const port = Number(/m=audio (\d+)/.exec(carrier.invite.body)[1]);
		const far = {
			tel, carrier, call, reports, port,
			send: (p) => rtp.send(p, port, "127.0.0.1"),
			control: (p) => rtcp.send(p, port + 1, "127.0.0.1"),
		};
		await body(far);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
		assert.equal(tel.process.exitCode, null);
		far.end = await tel.call(call, "ended", wait_ms + 4000);
		const closed = await tel.wait((e) => e.kind === "recording" && e.state === "closed", 5000);
		return { ...far, sound: tel.events.filter((e) => e.kind === "sound").at(-1)?.rows[0], recording: readRecording(path.join(tel.recordings, closed.path)) };
	} finally {
		carrier.stop();
		rtp.close();
		rtcp.close();
		assert.equal(await tel.stop(), 0);
	}
}

/** Speak for ms by the clock: each packet by send(seq, ts, payload). */
async function speak(ms, send, hz = 1000, from = 0) {
	const tone = toneAlaw(hz), start = performance.now();
	for (let i = from; (i - from) * 20 < ms; i++) {
		send(i, i * 160, tone.subarray((i * 160) % 8000, ((i * 160) % 8000) + 160));
		await sleep(Math.max(0, start + (i - from + 1) * 20 - performance.now()));
	}
}

test("what is lost is counted, told to the far end, and learnt from it", async () => {
	const { sound, reports } = await answered(6500, async (far) => {
		const answering = setInterval(() => {
			const last = far.reports.at(-1);
			if (last && !last.answered) {
				last.answered = true;
				const held = performance.now() - last.at;
				setTimeout(() => far.control(receiverReport(last.d, { fraction: 12, lost: 9, jitter: 160, held })), 60);
			}
		}, 20);
		await speak(4500, (i, ts, payload) => i % 10 === 9 || far.send(packet(1000 + i, ts, payload)));
		clearInterval(answering);
	});
	const first = reports[0].d;
	assert.equal(first[0] & 31, 1, "a report has a block");
	assert.equal(first[1], 200);
	assert.equal(first.readUInt32BE(28), SSRC);
	assert.ok(first[32] > 12 && first[32] < 40, `${first[32]} of 256 lost, told to the far end`);
	assert.ok(sound.came > 180 && sound.came < 210, `${sound.came} packets`);
	assert.ok(sound.lost >= 15 && sound.lost <= 25, `${sound.lost} lost`);
	assert.deepEqual([sound.side, sound.codec, sound.far_lost, sound.far_jitter_ms], ["contact", "PCMA", 9, 20]);
	assert.ok(sound.rtt_ms >= 55 && sound.rtt_ms < 1000, `${sound.rtt_ms} ms there and back`);
	assert.ok(sound.mos > 220 && sound.mos < 380, `MOS ${sound.mos} with a tenth lost`);
	assert.ok(sound.far_mos > 300 && sound.far_mos < 440, `MOS ${sound.far_mos} there`);
});

test("RTP of strangers, of wrong payloads, rubbish and bursts: the voice stays what it was", async () => {
	const stranger = await socket(0, "127.0.0.2"), neighbour = await socket(0);
	const noise = Buffer.alloc(160, 0x2a);
	try {
		const { recording, sound } = await answered(4500, async (far) => {
			let n = 0;
			const voice = sender(["tone", RTP, far.port, 3]);
			await voice.begun;
			await speak(2800, (i, ts, payload) => {
				for (const s of [stranger, neighbour]) s.send(packet(i + 1, ts, noise, { ssrc: 0xbad }), far.port, "127.0.0.1");
				stranger.send(Buffer.from(crypto.getRandomValues(new Uint8Array((7 * n) % 200))), far.port + 1, "127.0.0.1");
				far.control(Buffer.from(crypto.getRandomValues(new Uint8Array(n++ % 80))));
				far.control(Buffer.from([0x9f, 200 + (n % 8), 0xff, 0xff, 0, 0, 0, 1])); // says a quarter of a megabyte
				far.send(Buffer.from([0x40, 8, 0, 1, 2, 3])); // no RTP
				far.send(Buffer.concat([Buffer.from([0xb0, 8]), packet(i, ts, Buffer.alloc(9, 0xff)).subarray(2)])); // padding and an extension that lie
			});
			await voice.done;
		});
		assert.ok(sound.came > 140 && sound.came <= 150, `${sound.came}: the far end's own packets and nothing else`);
		assert.ok(mostly(recording.sides[1], 1000, 0.5, 2.8) > 0.9, "its tone, and nobody else's");
	} finally {
		stranger.close();
		neighbour.close();
	}
});

test("wrong payload types are silence, a burst is played once, a pause is a faint line", async () => {
	const { recording } = await answered(6000, async (far) => {
		await speak(800, (i, ts, payload) => far.send(packet(i, ts, payload)));
		await speak(800, (i, ts, payload) => far.send(packet(i, ts, payload, { pt: 18 })), 600, 40); // G.729 was never agreed
		await sleep(800);
		const tone = toneAlaw(1000); // two seconds of packets at once, from another clock
		for (let i = 0; i < 100; i++) far.send(packet(5000 + i, 900000 + i * 160, tone.subarray((i * 160) % 8000, ((i * 160) % 8000) + 160)));
		await sleep(1200);
	});
	const heard = recording.sides[1];
	let start = 0; // of the voice: how soon we began is the machine's matter
	while (level(heard, start, start + 0.02) < 1000) start += 0.02;
	assert.ok(mostly(heard, 1000, start, start + 0.7) > 0.5);
	assert.ok(mostly(heard, 600, start + 0.9, start + 1.5) < 0.1, "the wrong payload is not heard");
	const quiet = level(heard, start + 1.8, start + 2.2);
	assert.ok(quiet > 1 && quiet < 110, `the pause is at ${quiet} of 32767: neither dead nor loud`);
	assert.ok(level(heard, recording.seconds - 0.4, recording.seconds) < 110, "a burst ends");
	assert.ok(recording.seconds > 5.5 && recording.seconds < 7.5, `${recording.seconds} s`);
});

test("a machine that answers is hung up on, a person waits for an operator as ever", async () => {
	const tel = await Tel.start();
	try {
		tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "practice" }] });
		await sleep(1500); // the voice of the simulated subscriber is being made
		const machine = dial(tel, { number: "+74951234593", judging: true, record: "m", wait_ms: 1000 });
		const person = dial(tel, { number: "+74951234598", judging: true, record: "p", wait_ms: 1000 });
		const known = await tel.wait((e) => e.kind === "call" && e.call === person && e.state === "answered" && !e.judging, 30000, "a person");
		const first = await tel.wait((e) => e.kind === "call" && e.call === person && e.state === "answered");
		assert.equal(first.judging, true);
		assert.ok(known.at - first.at < 4000, `known after ${known.at - first.at} ms`);
		const end = await tel.call(machine, "ended", 30000);
		assert.deepEqual([end.cause, end.by], ["machine", "system"]);
		assert.equal(tel.events.find((e) => e.call === machine && e.state === "queued"), undefined);
		const left = await tel.call(person, "ended", 10000);
		assert.equal(left.cause, "abandoned");
		assert.ok(left.wait_ms >= 900 && left.wait_ms < 2000, `${left.wait_ms} ms from when he began to wait`);
	} finally {
		assert.equal(await tel.stop(), 0);
	}
});
