// SPDX-License-Identifier: GPL-3.0-or-later
// period.ts - the periods people ask for by name, as days.
import { isoDay } from "../parts/format";

export const periods = ["today", "yesterday", "week", "month", "this_month", "last_month"] as const;
export type Period = (typeof periods)[number];

/** First and last day, as 2026-03-12. */
export function daysOf(period: Period, now = new Date()): { from: string; to: string } {
	const at = (back: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
	const first = (months: number) => new Date(now.getFullYear(), now.getMonth() - months, 1);
	const pair = (from: Date, to: Date) => ({ from: isoDay(from.getTime()), to: isoDay(to.getTime()) });
	switch (period) {
		case "today":
			return pair(at(0), at(0));
		case "yesterday":
			return pair(at(1), at(1));
		case "week":
			return pair(at(6), at(0));
		case "month":
			return pair(at(29), at(0));
		case "this_month":
			return pair(first(0), at(0));
		case "last_month":
			return pair(first(1), new Date(now.getFullYear(), now.getMonth(), 0));
	}
}
