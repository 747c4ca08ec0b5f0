// SPDX-License-Identifier: GPL-3.0-or-later
// results.ts - the project's tree of results and what a chosen one asks for before it can be saved.
import type { FormField, Result } from "../api/types";
import type { Draft } from "./useDraft";

const inOrder = (a: Result, b: Result) => a.position - b.position || a.id - b.id;
export const childrenOf = (results: Result[], parent: number | null) =>
	results.filter((r) => !r.archived && (r.parent_id ?? null) === parent).sort(inOrder);

/** The node of the first level a result stands under. */
export function topOf(results: Result[], id: number | null): Result | undefined {
	let at = results.find((r) => r.id === id);
	for (let i = 0; at?.parent_id && i < results.length; i++) at = results.find((r) => r.id === at?.parent_id) ?? undefined;
	return at;
}

/** The digit of each: its own, or that of its place when nobody has it. */
export function hotKeys(results: Result[]): string[] {
	const own = new Set(results.map((r) => r.hot_key));
	return results.map((r, i) => {
		const place = i < 9 ? String(i + 1) : "";
		return r.hot_key ?? (own.has(place) ? "" : place);
	});
}

export interface Lack {
	result?: boolean;
	comment?: boolean;
	callback?: boolean;
	fields: string[];
}

/** What is missing before this result can be saved; null: nothing. */
export function lacks(results: Result[], fields: FormField[], draft: Draft, now: number): Lack | null {
	const result = results.find((r) => r.id === draft.result_id);
	if (!result || childrenOf(results, result.id).length) return { result: true, fields: [] };
	const top = topOf(results, result.id);
	const needed = fields.filter((f) => f.required_by?.some((id) => id === result.id || id === top?.id));
	const lack: Lack = {
		comment: result.asks_comment && !draft.comment.trim(),
		callback: result.effect === "callback" && (!draft.due_at || draft.due_at <= now),
		fields: needed.filter((f) => !draft.answers[f.key]?.trim()).map((f) => f.key),
	};
	return lack.comment || lack.callback || lack.fields.length ? lack : null;
}
