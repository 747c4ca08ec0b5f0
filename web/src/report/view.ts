// SPDX-License-Identifier: GPL-3.0-or-later
// view.ts - a saved view against the columns there are now.
import type { Schemas } from "../api/client";
import type { ReportColumn } from "../api/types";

type View = Pick<Schemas["report_view"], "columns" | "filters" | "sort"> & { id: number };

const own = /^((?:mark|answer)\.[^~]+)~?$/;

/** The filters of the address, without what is no filter. */
export const filtersOf = (params: URLSearchParams): Record<string, string> =>
	Object.fromEntries([...params].filter(([name]) => name !== "view" && name !== "sort"));

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
