// SPDX-License-Identifier: GPL-3.0-or-later
// bound.ts - what a rule asks for, as people read it: «09:00–21:00», «3 % за 30 дн.», «15 с».
import { t } from "../i18n";
import { number, ofDay } from "../parts/format";

export interface Bound {
	kind: string;
	value: number;
	days: number;
	from_min: number;
	to_min: number;
	list: string | null;
}

export function bound(r: Bound): string {
	switch (r.kind) {
		case "hours_workday":
		case "hours_day_off":
			return `${ofDay(r.from_min)}–${ofDay(r.to_min)}`;
		case "list":
			return t("rule.bound.list", { list: r.list, days: r.days });
		case "abandoned_share":
			return t("rule.bound.share", { share: number(r.value / 10, 1), days: r.days });
		case "gap":
			return t("rule.bound.minutes", { n: r.value });
		case "abandoned_lock":
			return t("rule.bound.hours", { n: r.value });
		case "ring":
			return t("rule.bound.seconds", { n: r.value });
		case "per_day":
		case "per_week":
		case "per_month":
		case "caller_label":
			return number(r.value);
		default:
			return "";
	}
}
