// SPDX-License-Identifier: GPL-3.0-or-later
// sound.ts - a file the server does not read (M4A, AAC) is decoded by the browser, which does, and sent as WAV.

const RATE = 16000;
const HEAD = 44;

export function wavOf(samples: Float32Array, rate: number): ArrayBuffer {
	const buffer = new ArrayBuffer(HEAD + 2 * samples.length);
	const view = new DataView(buffer);
	const text = (at: number, what: string) => {
		for (let i = 0; i < what.length; i++) view.setUint8(at + i, what.charCodeAt(i));
	};
	text(0, "RIFF");
	view.setUint32(4, buffer.byteLength - 8, true);
	text(8, "WAVEfmt ");
	view.setUint32(16, 16, true);
	view.setUint16(20, 1, true);
	view.setUint16(22, 1, true);
	view.setUint32(24, rate, true);
	view.setUint32(28, 2 * rate, true);
	view.setUint16(32, 2, true);
	view.setUint16(34, 16, true);
	text(36, "data");
	view.setUint32(40, 2 * samples.length, true);
	samples.forEach((s, i) => {
		view.setInt16(HEAD + 2 * i, Math.round(Math.max(-1, Math.min(1, s)) * 32767), true);
	});
	return buffer;
}

/** The same sound as WAV, under the same name; null when the browser cannot read it either. */
export async function decoded(file: File): Promise<File | null> {
	try {
		const whole = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await file.arrayBuffer());
		const context = new OfflineAudioContext(1, Math.max(1, Math.ceil(whole.duration * RATE)), RATE);
		const source = context.createBufferSource();
		source.buffer = whole;
		source.connect(context.destination);
		source.start();
		const mono = await context.startRendering();
		return new File([wavOf(mono.getChannelData(0), RATE)], file.name, { type: "audio/wav" });
	} catch {
		return null;
	}
}

/** The language a voice reads words in when nobody said: as the server sees it, by what stands between the braces. */
export function voiceOf(words: string, usual: "ru" | "en"): "ru" | "en" {
	const plain = words.replace(/\{[^}]*\}/g, "");
	return /[а-яё]/i.test(plain) ? "ru" : /[a-z]/i.test(plain) ? "en" : usual;
}
