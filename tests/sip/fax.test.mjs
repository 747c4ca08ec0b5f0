// SPDX-License-Identifier: GPL-3.0-or-later
// fax.test.mjs - a fax over a trunk to spandsp's own receiver behind a carrier: it arrives dot for dot; busy, a line cut in the middle, an offer of T.38 and a
// person who answers are told as they are. A page takes its seconds, so the cases run beside each other; three whole pages only with ZVONAR_LONG.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import dgram from "node:dgram";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Carrier } from "./lib/carrier.mjs";
import { telWithTrunk } from "./lib/lines.mjs";
import { binary, uuid } from "./lib/tel.mjs";

const machine = path.join(path.dirname(binary), "faxmachine"), PORT = 5080, long = process.env.ZVONAR_LONG;
const folder = mkdtempSync(path.join(tmpdir(), "fax-"));
const receivers = new Map();
let tel, carrier;

const make = (pages, length) => {
	const name = path.join(folder, `sent-${pages}-${length}.tif`);
	execFileSync(machine, ["make", pages, length, name]);
	return name;
};
const dots = (name) => execFileSync(machine, ["pages", name], { encoding: "utf8" });
const freePort = async () => {
	const s = dgram.createSocket("udp4");
	await new Promise((done) => s.bind(0, "127.0.0.1", done));
	const { port } = s.address();
	await new Promise((done) => s.close(done));
	return port;
};

/** The machine that answers an invitation; said grows, over resolves with what it says last. */
async function receiver(r, number) {
	const port = await freePort(), m = { port, request: r, out: path.join(folder, `got-${number}.tif`), said: "" };
	m.process = spawn(machine, ["hear", port, /m=audio (\d+)/.exec(r.body)[1], m.out], { stdio: ["ignore", "pipe", "inherit"] });
	m.process.stdout.on("data", (d) => (m.said += d));
	m.over = new Promise((done) => m.process.on("exit", () => done(m.said.includes("{") ? JSON.parse(m.said.trim().split("\n").at(-1)) : {})));
	m.says = async (what, ms = 60000) => {
		for (const end = performance.now() + ms; !m.said.includes(what); await sleep(20)) assert.ok(performance.now() < end, `the receiver does not say ${what}: ${m.said}`);
	};
	receivers.set(number, m);
	await m.says("ready");
	return m;
}
const machineAt = async (number) => {
	for (let i = 0; i < 500 && !receivers.get(number)?.said.includes("ready"); i++) await sleep(20);
	return receivers.get(number);
};

before(async () => {
	carrier = await Carrier.start(PORT, async (c, r) => {
		if (r.method === "BYE") c.reply(r, 200, "OK");
		const number = /sip:([^@]+)@/.exec(r.line)?.[1];
		if (r.method !== "INVITE" || c.saw("INVITE").filter((i) => i.headers["call-id"] === r.headers["call-id"]).length > 1) return;
		if (number === "+74950000486") return c.reply(r, 486, "Busy Here");
		c.reply(r, 180, "Ringing");
		const m = await receiver(r, number);
		c.reply(r, 200, "OK", { sdp: c.sdp("sendrecv", "8").replace(/m=audio \d+/, `m=audio ${m.port}`) });
	});
	tel = await telWithTrunk(PORT);
	await tel.wait((e) => e.kind === "trunk" && e.state === "up", 9000, "trunk up");
});
after(async () => {
	for (const m of receivers.values()) m.process.kill();
	const code = await tel.stop();
	carrier.stop();
	rmSync(folder, { recursive: true, force: true });
	assert.equal(code, 0);
	assert.doesNotMatch(tel.log, /Sanitizer|runtime error/);
});

const send = (number, document, more = {}) => {
	const call = uuid();
	tel.send({ kind: "fax", call, project: 1, number, trunk: 1, ring_ms: 20000, document: readFileSync(document).toString("base64url"), name: "+7 812 4483454", ...more });
	return call;
};
const told = (call, fits, ms = 90000) => tel.wait((e) => e.kind === "fax" && e.call === call && fits(e), ms, `fax ${fits}`);
const ended = (call) => told(call, (e) => e.state === "ended");
/** A modem hears each sample that comes late. Where that spoils a fax it is sent again whole, as app does: what its last try was told. */
async function tried(number, attempt) {
	for (let left = 2; ; left--) {
		receivers.delete(number);
		const r = await attempt();
		if (r.end.ok || !left) return r;
		console.log(`fax to ${number}: ${JSON.stringify(r.end)}`);
		receivers.get(number).process.kill();
	}
}

describe("a fax", { concurrency: true }, () => {
	test("arrives dot for dot, and every step of it is told", async () => {
		const sent = long ? make(3, 2291) : make(1, 200), pages = long ? 3 : 1;
		const { call, end } = await tried("+74950000001", async () => {
			const call = send("+74950000001", sent);
			await told(call, (e) => e.state === "dialling");
			await told(call, (e) => e.state === "ringing");
			await told(call, (e) => e.on || e.state === "ended");
			return { call, end: await ended(call) };
		});
		assert.equal((await told(call, (e) => e.on)).name, "+7 495 1234567");
		const far = await (await machineAt("+74950000001")).over;
		assert.deepEqual([end.ok, end.pages, end.cause, end.what, end.name], [true, pages, "hung_up", undefined, "+7 495 1234567"]);
		assert.ok(end.rate >= 2400 && end.rate <= 14400, `14400 in quiet, less after a bad training: ${end.rate}`);
		assert.deepEqual([far.state, far.pages, far.ident], ["done", pages, "+7 812 4483454"]);
		assert.equal(dots(receivers.get("+74950000001").out), dots(sent));
		assert.ok(!tel.events.some((e) => e.kind === "call" && e.call === call), "it is told as a fax alone");
	});

	test("a busy line is told at once, with what the carrier said", async () => {
		const end = await ended(send("+74950000486", make(1, 200)));
		assert.deepEqual([end.ok, end.cause, end.sip_code, end.what], [undefined, "busy", 486, undefined]);
	});

	test("a line that is cut in page 2: one page is confirmed, and the rest did not arrive", async () => {
		const { end, far } = await tried("+74950000002", async () => {
			const call = send("+74950000002", make(2, 200)), far = await machineAt("+74950000002");
			const first = await told(call, (e) => e.pages === 1 || e.state === "ended");
			if (first.state !== "ended") carrier.request(far.request, "BYE");
			const end = await ended(call);
			return { far, end: { ...end, ok: first.state !== "ended" || undefined } };
		});
		end.ok = undefined;
		assert.deepEqual([end.ok, end.pages, end.what, end.cause, end.lasting], [undefined, 1, "fax_cut", "hung_up", undefined]);
		far.process.kill();
	});

	test("an offer of T.38 is refused, and the fax goes on as sound", async () => {
		const sent = make(1, 200);
		const { end, far } = await tried("+74950000038", async () => {
			const call = send("+74950000038", sent), far = await machineAt("+74950000038");
			await told(call, (e) => e.state === "ivr");
			await offerT38(far);
			return { end: await ended(call), far };
		});
		assert.equal(end.ok, true);
		await far.over;
		assert.equal(dots(far.out), dots(sent));
	});
	async function offerT38(far) {
		carrier.request(far.request, "INVITE", { cseq: 7, body: ["v=0", "o=c 1 2 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", `m=image ${far.port} udptl t38`, "a=T38FaxVersion:0", "a=T38FaxRateManagement:transferredTCF", ""].join("\r\n") });
		const id = far.request.headers["call-id"], answer = () => carrier.requests.find((r) => r.code >= 200 && r.headers.cseq === "7 INVITE" && r.headers["call-id"] === id);
		for (let i = 0; i < 250 && !answer(); i++) await sleep(20);
		assert.equal(answer()?.code, 488);
		carrier.request(far.request, "ACK", { cseq: 7 });
	}

	test("one that is taken back ends, and is told as not arrived", async () => {
		const call = send("+74950000003", make(1, 200)), far = await machineAt("+74950000003");
		await told(call, (e) => e.state === "ivr");
		tel.send({ kind: "hangup", call, by: "system" });
		assert.equal((await ended(call)).what, "fax_cut");
		far.process.kill();
	});

	test("what is no document is refused", async () => {
		const call = uuid();
		tel.send({ kind: "fax", call, project: 1, number: "+74950000004", trunk: 1, ring_ms: 20000, document: Buffer.from("%PDF-1.7").toString("base64url") });
		const no = await tel.wait((e) => e.kind === "refused" && e.call === call);
		assert.deepEqual([no.command, no.text], ["fax", "document"]);
	});
});
