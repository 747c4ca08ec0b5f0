// SPDX-License-Identifier: GPL-3.0-or-later
// merged.ts - the rows at hand, and what comes to them: rows read again, pages, cells that events tell.
import type { ReportRow } from "../api/types";

/**
 * Rows read again take their places: changed ones stay, new ones come on top, ones that left the filter go. In the order of time one that was
 * called again is news as well and comes on top. since: of the report only rows from that moment on are at hand; an older one comes with its page.
 */
export function merged(rows: ReportRow[], asked: number[], got: ReportRow[], since = 0, byTime = false): ReportRow[] {
	const found = new Map(got.map((row) => [row.id, row]));
	const called = (row: ReportRow) => byTime && (found.get(row.id)?.last_at ?? 0) > (row.last_at ?? 0);
	const kept = rows
		.filter((row) => !asked.includes(row.id) || (found.has(row.id) && !called(row)))
		.map((row) => {
			const now = found.get(row.id);
			found.delete(row.id);
			return now ?? row;
		});
	const fresh = [...found.values()].filter((row) => (row.last_at ?? 0) >= since);
	return fresh.length ? [...fresh.sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0)), ...kept] : kept;
}

/** The next page behind what is at hand; a row that an event brought before stays where it is. */
export function continued(rows: ReportRow[], page: ReportRow[]): ReportRow[] {
	const have = new Set(rows.map((row) => row.id));
	return [...rows, ...page.filter((row) => !have.has(row.id))];
}

export interface SaidMark {
	contact_id: number;
	column_id: number;
	value: string;
	version: number;
	author: string | null;
	changed_at: number;
}
/** A cell as its event tells it. What stands there already, or is newer (one's own word, on its way), stays. */
export function marked(rows: ReportRow[], { contact_id, column_id, ...mark }: SaidMark): ReportRow[] {
	const key = `mark.${column_id}`;
	const row = rows.find((row) => row.id === contact_id);
	if (!row || (row.marks[key]?.version ?? 0) >= mark.version) return rows;
	return rows.map((old) => (old === row ? { ...row, marks: { ...row.marks, [key]: mark } } : old));
}
