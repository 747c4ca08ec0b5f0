// SPDX-License-Identifier: GPL-3.0-or-later
// sender.mjs - tests/sip/sender.c: packets that come on time however busy this process is.
import { spawn } from "node:child_process";
import path from "node:path";
import { binary } from "./tel.mjs";

/** Start it; text goes to its stdin. begun: the first packet is out; done: {sent, gap_ms}, the longest it was itself held up. */
export function sender(args, text = "") {
	const child = spawn(path.join(path.dirname(binary), "sender"), args.map(String), { stdio: ["pipe", "pipe", "inherit"] });
	let said = "";
	child.stdin.on("error", () => {});
	child.stdin.end(text);
	const begun = new Promise((done) => child.stdout.on("data", (d) => /begun/.test((said += d)) && done()));
	const done = new Promise((yes, no) =>
		child.on("close", (code) => (code === 0 ? yes(JSON.parse(said.split("\n")[1])) : no(new Error(`sender ${args.join(" ")}: ${code}`)))));
	return { begun, done };
}
