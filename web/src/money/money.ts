// SPDX-License-Identifier: GPL-3.0-or-later
// money.ts - sums as people type them. On the wire they are whole kopecks, discounts hundredths of a per cent.

/** «1 250,50» → 125050; null for what is no sum. */
export function toKop(text: string): number | null {
	const m = /^(\d{1,10})(?:[.,](\d{1,2}))?$/.exec(text.replace(/[\s\u00a0]/g, ""));
	return m ? Number(m[1]) * 100 + Number((m[2] ?? "").padEnd(2, "0")) : null;
}

/** 125050 → «1250,5»: to be typed on. */
export const fromKop = (kop: number | null | undefined) =>
	kop === null || kop === undefined ? "" : String(kop / 100).replace(".", ",");
