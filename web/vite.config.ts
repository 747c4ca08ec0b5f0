// SPDX-License-Identifier: GPL-3.0-or-later
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, runnerImport } from "vite";

/** One language of src/i18n/texts each, since a person reads one: virtual:first-ru, -en, the rest-…, and said-…, which wait for a refusal. */
function textsOfOneLanguage(): Plugin {
	const mark = /^virtual:(first|rest|said)-(ru|en)$/;
	return {
		name: "texts-of-one-language",
		resolveId: (id) => (mark.test(id) ? `\0${id}` : undefined),
		async load(id) {
			const [, what, language] = mark.exec(id.slice(1)) ?? [];
			if (!what) return;
			type Pairs = Record<string, [string, string]>;
			const { module } = await runnerImport<{ first: Pairs; rest: Pairs; said: Record<string, string> }>(
				"./src/i18n/texts/index.ts",
			);
			const english = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
			const pick =
				what === "said"
					? Object.entries(module.said).map(([words, russian]) => [words, language === "ru" ? russian : english(words)])
					: Object.entries(module[what as "first" | "rest"]).map(([key, pair]) => [key, pair[language === "ru" ? 0 : 1]]);
			return `export default ${JSON.stringify(Object.fromEntries(pick))}`;
		},
	};
}

export default defineConfig({
	plugins: [react(), textsOfOneLanguage()],
	// The server puts its nonce in place of %NONCE% in each answer (Content-Security-Policy).
	html: { cspNonce: "%NONCE%" },
	build: {
		target: "es2022",
		cssTarget: ["chrome123", "firefox120", "safari17.5"],
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		chunkSizeWarningLimit: 1200,
		// What every page needs is one file: a browser asks an HTTP/1.1 server for six at a time.
		rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
	},
	worker: { format: "es" },
	server: { proxy: { "/api": process.env.ZVONAR_SERVER ?? "http://127.0.0.1:8080" } },
});
