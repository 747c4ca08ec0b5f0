// SPDX-License-Identifier: GPL-3.0-or-later
// results.ts - the project's tree of results and what a chosen one asks for before it can be saved.
import type { FormField, Result } from "../api/types";
import type { Draft } from "./useDraft";

export interface Promised {
	due_at: number | null;
	mine: boolean;
	note: string;
}

const inOrder = (a: Result, b: Result) => a.position - b.position || a.id - b.id;
export const childrenOf = (results: Result[], parent: number | null) =>
	results.filter((r) => !r.archived && (r.parent_id ?? null) === parent).sort(inOrder);

/** The node of the first level a result stands under. */
export function topOf(results: Result[], id: number | null): Result | undefined {
	let at = results.find((r) => r.id === id);
	for (let i = 0; at?.parent_id && i < results.length; i++) at = results.find((r) => r.id === at?.parent_id) ?? undefined;
	return at;
}

export interface Lack {
	result?: boolean;
	comment?: boolean;
	callback?: boolean;
	fields: string[];
}

/** What is missing before this result can be saved; null: nothing. */
export function lacks(results: Result[], fields: FormField[], draft: Draft, promised: Promised, now: number): Lack | null {
	const result = results.find((r) => r.id === draft.result_id);
	if (!result || childrenOf(results, result.id).length) return { result: true, fields: [] };
	const top = topOf(results, result.id);
	const needed = fields.filter((f) => f.required_by?.some((id) => id === result.id || id === top?.id));
	const lack: Lack = {
		comment: result.asks_comment && !draft.comment.trim(),
		callback: result.effect === "callback" && (!promised.due_at || promised.due_at <= now),
		fields: needed.filter((f) => !draft.answers[f.key]?.trim()).map((f) => f.key),
	};
	return lack.comment || lack.callback || lack.fields.length ? lack : null;
}
