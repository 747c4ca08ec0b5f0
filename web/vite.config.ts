// SPDX-License-Identifier: GPL-3.0-or-later
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, runnerImport } from "vite";

/** virtual:texts-ru and virtual:texts-en: one language of src/i18n/texts each, since a person reads one. */
function textsOfOneLanguage(): Plugin {
	const mark = "virtual:texts-";
	return {
		name: "texts-of-one-language",
		resolveId: (id) => (id.startsWith(mark) ? `\0${id}` : undefined),
		async load(id) {
			if (!id.startsWith(`\0${mark}`)) return;
			const at = id.endsWith("ru") ? 0 : 1;
			const { module } = await runnerImport<{ texts: Record<string, [string, string]>; said: Record<string, string> }>(
				"./src/i18n/texts/index.ts",
			);
			const texts = Object.fromEntries(Object.entries(module.texts).map(([key, pair]) => [key, pair[at]]));
			const own = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
			const said = at ? Object.fromEntries(Object.keys(module.said).map((words) => [words, own(words)])) : module.said;
			return `export default ${JSON.stringify({ texts, said })}`;
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
	},
	worker: { format: "es" },
	server: { proxy: { "/api": process.env.ZVONAR_SERVER ?? "http://127.0.0.1:8080" } },
});
