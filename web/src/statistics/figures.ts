// SPDX-License-Identifier: GPL-3.0-or-later
// figures.ts - a figure's value as people read it: the digits the server rounded to, so that screen and files show the same.
import type { Answer } from "../api/client";
import { i18next } from "../i18n";

export type Answered = Answer<"/statistics", "get">;
export type Figure = Answered["figures"][number];

const digits = { count: 0, seconds: 0, share: 1, hours: 2, money: 2 } as const;

export function figureText(figure: Figure, value: number | null | undefined): string {
	if (value === null || value === undefined) return "—";
	const n = digits[figure.unit];
	return value.toLocaleString(i18next.language === "en" ? "en-GB" : "ru-RU", {
		minimumFractionDigits: n,
		maximumFractionDigits: n,
	});
}

export const hereZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
