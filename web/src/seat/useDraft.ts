// SPDX-License-Identifier: GPL-3.0-or-later
// useDraft.ts - what the operator typed is on the server within a second, whatever happens to the browser.
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, put } from "../api/client";
import type { SeatCall } from "../api/types";
import type { Step } from "../script/walk";

export interface Draft {
	comment: string;
	answers: Record<string, string>;
	path: Step[];
	result_id: number | null;
	/** A call that is promised: when, and is it his own. */
	due_at: number | null;
	mine: boolean;
}
/** refused: the server will not have it as it is, so it stands on this screen only. */
export type Kept = "kept" | "keeping" | "refused";
const WAIT_MS = 400;
const AGAIN_MS = 2000;

export function useDraft(call: SeatCall, first: Draft) {
	const [draft, setDraft] = useState<Draft>(() => ({ ...first, ...cleaned(call.draft) }));
	const [kept, setKept] = useState<Kept>("kept");
	const latest = useRef(draft);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const id = call.id;

	const send = useCallback(
		async (keepalive = false) => {
			timer.current = undefined;
			const sent = latest.current;
			try {
				await put("/seat/draft", {}, { call_id: id, ...sent }, { keepalive });
				if (latest.current === sent) setKept("kept");
			} catch (error) {
				if (error instanceof ApiError && !error.passes) return setKept(error.code === "saved" ? "kept" : "refused");
				timer.current ??= setTimeout(send, AGAIN_MS);
			}
		},
		[id],
	);
	const change = useCallback(
		(what: Partial<Draft>) => {
			latest.current = { ...latest.current, ...what };
			setDraft(latest.current);
			setKept("keeping");
			timer.current ??= setTimeout(send, WAIT_MS);
		},
		[send],
	);
	useEffect(() => {
		const leave = () => timer.current && send(true);
		window.addEventListener("pagehide", leave);
		return () => {
			window.removeEventListener("pagehide", leave);
			clearTimeout(timer.current);
			leave();
		};
	}, [send]);
	return { draft, change, kept };
}

function cleaned(saved: SeatCall["draft"]): Partial<Draft> {
	if (!saved) return {};
	const out: Partial<Draft> = {};
	if (saved.comment) out.comment = saved.comment;
	if (saved.answers) out.answers = saved.answers as Record<string, string>;
	if (Array.isArray(saved.path) && saved.path.length) out.path = saved.path as unknown as Step[];
	if (saved.result_id) out.result_id = saved.result_id;
	if (saved.due_at) out.due_at = saved.due_at;
	if (saved.mine === false) out.mine = false;
	return out;
}
