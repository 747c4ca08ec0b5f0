// SPDX-License-Identifier: GPL-3.0-or-later
// remarks.ts - what the guard says of a letter while it is written.
import { useEffect, useState } from "react";
import { type Answer, ApiError, send } from "../api/client";

export type Verdict = Answer<"/mailboxes/{id}/check", "post">;
export type Remark = Verdict["violations"][number];

const PAUSE_MS = 600;
const AGAIN_MS = 3000;

const passes = (error: unknown) => error instanceof ApiError && (error.offline || error.status >= 429);

/** Asked when the writer pauses; what was asked before and is not answered yet is forgotten. Without an answer the writer is not held up: the sending
 * asks as well. */
export function useRemarks(
	path: "/mailboxes/{id}/check" | "/projects/{id}/words/check",
	id: number,
	draft: Record<string, unknown>,
): { verdict: Verdict | null; asking: boolean } {
	const [verdict, setVerdict] = useState<Verdict | null>(null);
	const [answered, setAnswered] = useState("");
	const body = JSON.stringify(draft);
	useEffect(() => {
		const stop = new AbortController();
		const ask = async () => {
			try {
				const answer = await send("POST", path, { id }, { body: JSON.parse(body), signal: stop.signal });
				setVerdict((await answer.json()) as Verdict);
			} catch (error) {
				if (stop.signal.aborted) return;
				setVerdict(null);
				if (passes(error)) timer = setTimeout(ask, AGAIN_MS);
			}
			setAnswered(body);
		};
		let timer = setTimeout(ask, PAUSE_MS);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [path, id, body]);
	return { verdict, asking: answered !== body };
}

/** Where code point n of a text is in JavaScript's counting. */
export const unitsAt = (text: string, n: number) => [...text].slice(0, n).join("").length;

/** Remarks of one rule at one place are one line; the same word twice is said once. */
export function grouped(remarks: Remark[]): Remark[] {
	const seen = new Set<string>();
	return remarks.filter((r) => {
		const key = `${r.rule} ${r.field} ${r.rule === "SPELL" ? r.text.toLowerCase() : r.at}`;
		return !seen.has(key) && seen.add(key);
	});
}
