// SPDX-License-Identifier: GPL-3.0-or-later
// form.ts - the form of a report while it is being built: an ordered list of columns, some of them formulas.
import type { Schemas } from "../api/client";

export type FormColumn = NonNullable<Schemas["report_form"]["columns"]>[number];

export const isCalc = (column: { key: string }) => column.key.startsWith("calc.");

/** A key no column has yet: views and formulas know a column by it, so it never comes again within the form. */
export function newKey(columns: FormColumn[]): string {
	const used = columns.filter(isCalc).map((c) => Number(c.key.slice(5)) || 0);
	return `calc.${Math.max(0, ...used) + 1}`;
}

export function moved<T>(list: T[], from: number, by: number): T[] {
	const to = from + by;
	if (to < 0 || to >= list.length) return list;
	const copy = [...list];
	copy.splice(to, 0, ...copy.splice(from, 1));
	return copy;
}

/** "columns[3].formula" → 3 */
export const columnOf = (field: string | undefined) => Number(/^columns\[(\d+)\]/.exec(field ?? "")?.[1] ?? -1);
