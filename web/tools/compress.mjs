// SPDX-License-Identifier: GPL-3.0-or-later
// compress.mjs - puts NAME.br and NAME.gz beside each text file of dist, so that the server compresses nothing while people wait.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist", import.meta.url).pathname;
for (const name of readdirSync(dist, { recursive: true })) {
	const path = join(dist, name);
	// index.html gets its nonce at each request and is not compressed ahead.
	if (!statSync(path).isFile() || !/\.(js|css|svg|json|webmanifest)$/.test(path)) continue;
	const text = readFileSync(path);
	writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
	writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
}
