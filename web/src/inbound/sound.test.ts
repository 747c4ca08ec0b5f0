// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import { voiceOf, wavOf } from "./sound";

it("writes samples as WAV, cutting what is too loud", () => {
	const view = new DataView(wavOf(new Float32Array([0, 0.5, 2, -2]), 16000));
	expect(view.byteLength).toBe(52);
	expect(view.getUint32(24, true)).toBe(16000);
	expect(view.getUint32(40, true)).toBe(8);
	expect([44, 46, 48, 50].map((at) => view.getInt16(at, true))).toEqual([0, 16384, 32767, -32767]);
});

it("chooses the voice by the words, not by the names of fields", () => {
	expect(voiceOf("{person.name}, здравствуйте", "en")).toBe("ru");
	expect(voiceOf("Hello, {person.name|Анна}", "ru")).toBe("en");
	expect(voiceOf("{person.name} 101", "ru")).toBe("ru");
});
