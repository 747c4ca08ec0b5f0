// SPDX-License-Identifier: GPL-3.0-or-later
// remarks.ts - what the guard says of a letter while it is written.
import { useEffect, useState } from "react";
import { type Answer, send } from "../api/client";

export type Verdict = Answer<"/mailboxes/{id}/check", "post">;
export type Remark = Verdict["violations"][number];

const PAUSE_MS = 600;

/** Asked when the writer pauses; what was asked before and is not answered yet is forgotten. */
export function useRemarks(box: number, draft: Record<string, unknown>): { verdict: Verdict | null; asking: boolean } {
	const [verdict, setVerdict] = useState<Verdict | null>(null);
	const [answered, setAnswered] = useState("");
	const body = JSON.stringify(draft);
	useEffect(() => {
		const stop = new AbortController();
		const timer = setTimeout(async () => {
			try {
				const answer = await send(
					"POST",
					"/mailboxes/{id}/check",
					{ id: box },
					{ body: JSON.parse(body), signal: stop.signal },
				);
				setVerdict((await answer.json()) as Verdict);
				setAnswered(body);
			} catch {
				// a draft that is no letter yet, or no connection: the sending will say so
			}
		}, PAUSE_MS);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [box, body]);
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
