// SPDX-License-Identifier: GPL-3.0-or-later
// prompts.test.mjs - what a caller hears in a flow and in a queue: an uploaded sound, words that were spoken before, his place. Run by tests/sip/run.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { acknowledges, Caller } from "./lib/caller.mjs";
import { Carrier } from "./lib/carrier.mjs";
import { telWithTrunk } from "./lib/lines.mjs";
import { alaw, mostly, patience } from "./lib/tel.mjs";

const PORT = 5080, LINE = "+74957654321";

const sha256 = (b) => createHash("sha256").update(b).digest("hex");
/** The key of words in the folder of those once spoken (engine/audio/voice.h). */
const keyOf = (words, voice) => sha256(`1\n${voice}\n${words}`);
const fileOf = (dir, key) => path.join(dir, key.slice(0, 2), `${key.slice(2)}.wav`);

/** A tone as the file of a sound. */
function keepTone(dir, key, hz, seconds = 1) {
	const samples = Buffer.alloc(16000 * seconds), head = Buffer.alloc(44);
	for (let i = 0; i < samples.length / 2; i++) samples.writeInt16LE(Math.round(5000 * Math.sin((2 * Math.PI * hz * i) / 8000)), 2 * i);
	head.write("RIFF", 0);
	head.writeUInt32LE(36 + samples.length, 4);
	head.write("WAVEfmt ", 8);
	for (const [at, v] of [[16, 16], [24, 8000], [28, 16000], [40, samples.length]]) head.writeUInt32LE(v, at);
	for (const [at, v] of [[20, 1], [22, 1], [32, 2], [34, 16]]) head.writeUInt16LE(v, at);
	head.write("data", 36);
	mkdirSync(path.dirname(fileOf(dir, key)), { recursive: true });
	writeFileSync(fileOf(dir, key), Buffer.concat([head, samples]));
}

const heard = (c) => Float64Array.from(Buffer.concat(c.heard), alaw);
const until = async (fits, what, ms = 9000 * patience) => {
	for (const end = performance.now() + ms; !fits(); await sleep(20)) if (performance.now() > end) assert.fail(what);
};
/** Is there half a second in which the caller heard mostly this tone? */
const hears = (c, hz) => {
	const all = heard(c);
	for (let at = 0; at + 0.5 <= all.length / 8000; at += 0.1) if (mostly(all, hz, at, at + 0.5) > 0.9) return true;
	return false;
};

/** tel with folders of sounds, a carrier and what app told. */
async function scene(folder, inbound, body) {
	process.env.TEL_SOUNDS = path.join(folder, "sounds");
	process.env.TEL_SPOKEN = path.join(folder, "spoken");
	const carrier = await Carrier.start(PORT, acknowledges), tel = await telWithTrunk(PORT);
	try {
		await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
		await tel.tell({ kind: "inbound", members: [], ...inbound });
		await body(tel, carrier);
		assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
	} finally {
		carrier.stop();
		assert.equal(await tel.stop(), 0);
	}
}

async function inFolder(body) {
	const folder = mkdtempSync(path.join(tmpdir(), "prompts-"));
	try {
		await body(folder, path.join(folder, "sounds"), path.join(folder, "spoken"));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const queues = [{ queue: 10, project: 1, wait_ms: 60000 }];
const flowOf = (...nodes) => ({ numbers: [{ number: LINE, project: 1, queue: 10, flow: 5 }], queues,
	nodes: nodes.map((n, i) => ({ flow: 5, node: i + 1, next: i + 2 <= nodes.length ? i + 2 : 0, ...n })) });

test("an uploaded sound is heard whole in place of words; one that is not there is passed over", () =>
	inFolder(async (folder, sounds) => {
		const key = sha256("tone"), lost = sha256("lost");
		keepTone(sounds, key, 660, 2);
		await scene(folder, flowOf({ type: "say", sound: lost, ms: 5000 }, { type: "end", sound: key, ms: 2000 }), async (tel, c) => {
			const caller = new Caller(c);
			assert.equal(await caller.call(), 200);
			const { call } = await tel.wait((e) => e.kind === "call_in");
			const end = await tel.call(call, "ended", 9000 * patience);
			assert.deepEqual([end.cause, end.by], ["hung_up", "system"]);
			assert.ok(hears(c, 660), "the tone");
			const all = heard(c);
			let tone = 0;
			for (let at = 0; at + 0.1 <= all.length / 8000; at += 0.1) tone += mostly(all, 660, at, at + 0.1) > 0.9;
			assert.ok(tone >= 17, `two seconds of it: ${tone}`);
			assert.match(tel.log, new RegExp(`the sound ${lost} is not there`));
		});
	}));

test("words are made when the flow is told, before anybody calls, and never again: not even by a new tel", () =>
	inFolder(async (folder, _, spoken) => {
		const words = "Ваш долг одна тысяча двадцать один рубль пять копеек.", file = fileOf(spoken, keyOf(words, "ru"));
		const told = flowOf({ type: "end", words, voice: "ru" });
		await scene(folder, told, async () => until(() => existsSync(file), "spoken before a call"));
		keepTone(spoken, keyOf(words, "ru"), 880); // shows where the sound comes from
		await scene(folder, told, async (tel, c) => {
			const caller = new Caller(c);
			assert.equal(await caller.call(), 200);
			await tel.call((await tel.wait((e) => e.kind === "call_in")).call, "ended", 9000 * patience);
			assert.ok(hears(c, 880), "what was kept");
		});
		rmSync(file);
		await scene(folder, told, async (tel, c) => {
			const caller = new Caller(c);
			assert.equal(await caller.call(), 200);
			await tel.call((await tel.wait((e) => e.kind === "call_in")).call, "ended", 20000 * patience);
			assert.ok(!hears(c, 880) && heard(c).some((v) => Math.abs(v) > 2000), "it is spoken anew");
		});
	}));

test("who waits hears his place, then music again, then his place", () =>
	inFolder(async (folder, _, spoken) => {
		keepTone(spoken, keyOf("Вы первый в очереди.", "ru"), 660);
		const numbers = [{ number: LINE, project: 1, queue: 10 }];
		await scene(folder, { numbers, queues: [{ ...queues[0], announce_ms: 1000, voice: "ru" }] }, async (tel, c) => {
			const caller = new Caller(c);
			assert.equal(await caller.call(), 200);
			await tel.call((await tel.wait((e) => e.kind === "call_in")).call, "queued");
			await until(() => hears(c, 660), "his place", 15000 * patience);
			const first = c.heard.length;
			await until(() => c.heard.length > first + 60, "packets");
			c.heard.splice(0, first + 60); // the rest of the tone
			assert.ok(!hears(c, 660), "music between");
			await until(() => hears(c, 660), "his place again");
			await tel.tell({ kind: "inbound", members: [], numbers, queues: [{ ...queues[0], announce_ms: 1000, voice: "en" }] });
			await until(() => existsSync(fileOf(spoken, keyOf("You are first in the queue.", "en"))), "in the other language");
			assert.equal(await new Caller(c, { from: "+79160000001" }).call(), 200);
			await until(() => existsSync(fileOf(spoken, keyOf("You are second in the queue.", "en"))), "the second one's place");
		});
	}));
