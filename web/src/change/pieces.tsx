// SPDX-License-Identifier: GPL-3.0-or-later
// pieces.tsx - what the diffs of scripts, flows and settings share: marked words, and values for people.
import { tAny } from "../i18n";
import { ofDay } from "../parts/format";

export const colors = { added: "teal", removed: "red", changed: "yellow" } as const;

/** Added and removed words differ by more than colour: underlined and struck through. */
export function Piece({ sign, text: said }: { sign: string; text: string }) {
	// Those who read it know no merge fields.
	const text = said.replace(/\{([a-z]+\.[\w.]+)(?:\|[^}]*)?\}/g, (_, name) => `[${tAny(`merge.${name}`).toLowerCase()}]`);
	if (sign === "+") return <ins className="diff-added">{text}</ins>;
	if (sign === "-") return <del className="diff-removed">{text}</del>;
	return <span>{text}</span>;
}

export function hours(value: unknown): string[] {
	const days = Array.isArray(value) ? (value as ([number, number] | null)[]) : [];
	const monday = Date.UTC(2024, 0, 1, 12);
	const name = (i: number) =>
		new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" }).format(
			monday + i * 86_400_000,
		);
	return days.flatMap((day, i) => (day ? [`${name(i)} ${ofDay(day[0])}–${ofDay(day[1])}`] : []));
}
