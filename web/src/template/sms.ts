// SPDX-License-Identifier: GPL-3.0-or-later
// sms.ts - how many messages a text takes, as src/engine/sms/measure.c counts them (3GPP TS 23.038, 23.040).
const alphabet = new Set(
	"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑܧ¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const escaped = new Set("\f^{}\\[~]|€");

export interface Size {
	ucs2: boolean;
	parts: number;
	left: number;
}

const septets = (c: string) => (alphabet.has(c) ? 1 : escaped.has(c) ? 2 : 0);

export function measure(text: string): Size {
	const signs = [...text];
	const ucs2 = signs.some((c) => !septets(c));
	const [whole, part] = ucs2 ? [70, 67] : [160, 153];
	let total = 0;
	let parts = 1;
	let used = 0;
	for (const sign of signs) {
		const cost = ucs2 ? sign.length : septets(sign);
		total += cost;
		if (used + cost > part) {
			parts++;
			used = 0;
		}
		used += cost;
	}
	return total <= whole ? { ucs2, parts: 1, left: whole - total } : { ucs2, parts, left: part - used };
}
