// SPDX-License-Identifier: GPL-3.0-or-later
// view.ts - a saved view against the columns there are now.
import type { Schemas } from "../api/client";
import type { ReportColumn } from "../api/types";

type View = Pick<Schemas["report_view"], "columns" | "filters" | "sort"> & { id: number };

const own = /^((?:mark|answer)\.[^~]+)~?$/;

/** What of the address is no filter: the saved view, the row whose panel is open, the order. */
const NO_FILTERS = ["view", "contact", "sort"];
export const filtersOf = (params: URLSearchParams): Record<string, string> =>
	Object.fromEntries([...params].filter(([name]) => !NO_FILTERS.includes(name)));

/** A filter by a column that is gone would be refused: it is left out, and gone() names it. */
const stands = (name: string, columns: ReportColumn[]) => {
	const key = own.exec(name)?.[1];
	return !key || columns.some((c) => c.key === key);
};

export function paramsOf(view: View | null, columns: ReportColumn[]): URLSearchParams {
	const next = new URLSearchParams();
	if (!view) return next;
	for (const [name, value] of Object.entries(view.filters ?? {})) if (stands(name, columns)) next.set(name, value);
	if (view.sort) next.set("sort", view.sort);
	next.set("view", String(view.id));
	return next;
}

/** Headings of the columns a view shows or filters by and the sheet no longer has. */
export function gone(view: View, columns: ReportColumn[]): string[] {
	const kept = view.columns ?? [];
	const label = (key: string) => kept.find((c) => c.key === key)?.label ?? key;
	const filters = Object.keys(view.filters ?? {}).flatMap((name) => own.exec(name)?.[1] ?? []);
	const keys = [...kept.map((c) => c.key), ...filters];
	return [...new Set(keys.filter((key) => !columns.some((c) => c.key === key)).map(label))];
}

/** The chosen columns that are there, as a file is asked for them. */
export const shownKeys = (chosen: string[], columns: ReportColumn[]): string =>
	chosen.filter((key) => columns.some((c) => c.key === key)).join(",");

/** What one calls interested. */
export const interested = "lead,meeting,presentation,sale";

/** The server's CSV as spreadsheets paste it: tabs between cells, quotes only where a cell holds a tab or a line break. */
export function tabbed(csv: string): { text: string; rows: number } {
	const lines: string[][] = [[]];
	const cells = /("((?:[^"]|"")*)"|[^;\r\n]*)(;|\r?\n|$)/y;
	const source = csv.replace(/^\uFEFF/, "");
	while (cells.lastIndex < source.length) {
		const [, raw = "", quoted, end] = cells.exec(source) ?? [];
		if (end === undefined) break;
		const cell = quoted === undefined ? raw : quoted.replaceAll('""', '"');
		lines.at(-1)?.push(/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
		if (end.endsWith("\n")) lines.push([]);
	}
	const full = lines.filter((line) => line.length > 0);
	return { text: full.map((line) => line.join("\t")).join("\n"), rows: Math.max(0, full.length - 1) };
}
