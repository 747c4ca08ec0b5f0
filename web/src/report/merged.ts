// SPDX-License-Identifier: GPL-3.0-or-later
import type { ReportRow } from "../api/types";

/** Rows read again take their places: changed ones stay, new ones come on top, ones that left the filter go. */
export function merged(rows: ReportRow[], asked: number[], got: ReportRow[]): ReportRow[] {
	const found = new Map(got.map((row) => [row.id, row]));
	const kept = rows
		.filter((row) => !asked.includes(row.id) || found.has(row.id))
		.map((row) => {
			const now = found.get(row.id);
			found.delete(row.id);
			return now ?? row;
		});
	return found.size ? [...[...found.values()].sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0)), ...kept] : kept;
}
