// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { first, rest } from "./texts";
import { said } from "./texts/said";

const src = join(import.meta.dirname, "..");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
	(f) => /\.tsx?$/.test(f) && !f.includes("test") && !f.startsWith("api/schema"),
);
const texts = { ...first, ...rest };
/** The files that the first pages of routes.tsx and the shell around them import, sooner or later. */
function firstFiles(): Set<string> {
	const routes = readFileSync(join(src, "app/routes.tsx"), "utf8");
	const todo = [...routes.matchAll(/first\("[^"]+", \(\) => import\("\.\.\/([^"]+)"\)/g)].map((m) =>
		join(src, `${m[1]}.tsx`),
	);
	expect(todo.length).toBe(7);
	todo.push(join(src, "app/shell.tsx"));
	const seen = new Set<string>();
	for (let file = todo.pop(); file; file = todo.pop()) {
		if (seen.has(file)) continue;
		seen.add(file);
		const now = readFileSync(file, "utf8").replace(/all\(\[import\("[^"]+"\), restOfTexts\(\)\]/g, ""); // brings its texts along
		const imports = now.matchAll(/(?:from\s+|import\()"(\.[^"]+)"/g);
		const found = [...imports].map((m) => [".tsx", ".ts"].map((end) => join(dirname(file!), m[1]! + end)).find(existsSync));
		todo.push(...found.filter((f) => f !== undefined));
	}
	return seen;
}
const plural = (key: string) => ["_one", "_few", "_many", "_other"].some((end) => key + end in texts);

describe("texts", () => {
	it("exist in both languages, with the same places to fill in", () => {
		for (const [key, [ru, en]] of Object.entries(texts)) {
			expect(ru, key).not.toBe("");
			expect(en, key).not.toBe("");
			expect((ru.match(/\{\{\w+\}\}/g) ?? []).sort(), key).toEqual((en.match(/\{\{\w+\}\}/g) ?? []).sort());
			expect(/[а-яё]/i.test(en), key).toBe(false);
		}
	});
	it("say in Russian what the server refuses with", () => {
		const domain = join(src, "../../src/domain");
		const sources = readdirSync(domain, { recursive: true, encoding: "utf8" }).filter(
			(f) => /\.c$/.test(f) && !f.endsWith("_test.c"),
		);
		const refused =
			/\bfail\([^,;]+,\s*E(?:INVAL|ALREADY|ACCES|EXIST|KEYREJECTED|DQUOT|NOENT|TIMEDOUT),\s*(?:"[^"]*"|[^",]+),\s*"(\w+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g;
		const missing = sources.flatMap((file) =>
			[...readFileSync(join(domain, file), "utf8").matchAll(refused)]
				.map((m) => ({ code: m[1]!, words: m[2]!.replace(/"\s*"/g, "").trim().slice(1, -1) }))
				.filter(({ code, words }) => !(words in said) && !(`error.${code}` in texts))
				.map(({ words }) => `${file}: ${words}`),
		);
		expect(missing).toEqual([]);
		const numbers = readFileSync(join(src, "../../src/kit/phone/phone.c"), "utf8");
		const reasons = [...numbers.matchAll(/\{PHONE_\w+, "([^"]+)"\}/g)].map((m) => m[1]!);
		expect(reasons.length).toBeGreaterThan(5);
		expect(reasons.filter((words) => !(words in said))).toEqual([]);
		for (const [english, russian] of Object.entries(said)) {
			expect(/[а-яё]/i.test(russian), english).toBe(true);
			expect(/%/.test(english), english).toBe(false);
		}
	});
	it("say in Russian each step of a test of a server, and what it stopped at", () => {
		const source = (file: string) => readFileSync(join(src, "../../src", file), "utf8");
		const engine = ["mail/imap.c", "mail/wire.c", "mail/oauth.c", "mail/smtp.c", "sms/kannel.c", "net/post.c"].map((file) =>
			source(`engine/${file}`),
		);
		const trial = source("engine/tel/trial.c") + source("exchange/trunks.c");
		const steps = [
			...engine.flatMap((text) => /phase_names\[.*\] = \{\s*([^}]*), "done"/.exec(text)?.[1]?.match(/\w+/g) ?? []),
			...[...trial.matchAll(/add\([^,]+, "(\w+)"|\.what = "(\w+)"/g)].map((m) => m[1] ?? m[2]!),
			...[
				...(source("domain/mailbox/mailbox.c") + source("domain/setting/probe.c")).matchAll(
					/step\((?:w, "oauth"|&w), "(\w+)"/g,
				),
			].map((m) => m[1]!),
		];
		expect(new Set(steps).size).toBeGreaterThan(14);
		expect(steps.filter((step) => !(`step:${step}` in texts))).toEqual([]);
		const causes = engine.flatMap((text) =>
			[...text.matchAll(/"(?:imap|smtp|oauth|sms|post)_\w+",\s*"([^"]*?)(?:: (?:HTTP )?%[^"]*)?"/g)].map((m) => m[1]!),
		);
		expect(causes.length).toBeGreaterThan(50);
		expect(causes.filter((words) => !(words in said))).toEqual([]);
	});
	it("name each job, and what the trail says was done to what", () => {
		const server = join(src, "../../src");
		const all = readdirSync(server, { recursive: true, encoding: "utf8" })
			.filter((f) => /\.c$/.test(f) && !f.endsWith("_test.c"))
			.map((file) => readFileSync(join(server, file), "utf8"));
		const found = (kind: string, block: RegExp, word: RegExp) =>
			all.flatMap((text) => text.match(block) ?? []).flatMap((b) => [...b.matchAll(word)].map((m) => `${kind}:${m[1]}`));
		const keys = [
			...found("job", /struct job_kind \w+\[\] = \{[\s\S]*?\};/g, /\{\s*(?:\.name = )?"([\w.]+)"/g),
			...found("verb", /struct audit\)\{[^}]*\}/g, /\.verb = "(\w+)"/g),
			...found("entity", /struct audit\)\{[^}]*\}/g, /\.entity = "(\w+)"/g),
		];
		expect(new Set(keys).size).toBeGreaterThan(30);
		expect(keys.filter((key) => !(key in texts))).toEqual([]);
	});
	it("exist for each key the screens name", () => {
		const missing = files.flatMap((file) =>
			[...readFileSync(join(src, file), "utf8").matchAll(/\bt\("([^"]+)"/g)]
				.map((m) => m[1]!)
				.filter((key) => !(key in texts) && !plural(key))
				.map((key) => `${file}: ${key}`),
		);
		expect(missing).toEqual([]);
	});
	it("are among the first where the first pages name them", () => {
		const late = [...firstFiles()].flatMap((file) =>
			[...readFileSync(file, "utf8").matchAll(/"([\w.:]+)"/g)]
				.map((m) => m[1]!)
				.filter((key) => key in rest || `${key}_other` in rest)
				.map((key) => `${file}: ${key}`),
		);
		expect(late).toEqual([]);
	});
});
