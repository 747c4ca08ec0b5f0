// SPDX-License-Identifier: GPL-3.0-or-later
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
	plugins: [react()],
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
