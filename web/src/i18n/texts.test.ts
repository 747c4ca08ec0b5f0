// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { texts } from "./texts";

const src = join(import.meta.dirname, "..");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
	(f) => /\.tsx?$/.test(f) && !f.includes("test") && !f.startsWith("api/schema"),
);
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
	it("exist for each key the screens name", () => {
		const missing = files.flatMap((file) =>
			[...readFileSync(join(src, file), "utf8").matchAll(/\bt\("([^"]+)"/g)]
				.map((m) => m[1]!)
				.filter((key) => !(key in texts) && !plural(key))
				.map((key) => `${file}: ${key}`),
		);
		expect(missing).toEqual([]);
	});
});
