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
}
const WAIT_MS = 400;
const AGAIN_MS = 2000;

export function useDraft(call: SeatCall, first: Draft) {
	const [draft, setDraft] = useState<Draft>(() => ({ ...first, ...cleaned(call.draft) }));
	const [kept, setKept] = useState(true);
	const latest = useRef(draft);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const id = call.id;

	const send = useCallback(
		async (keepalive = false) => {
			timer.current = undefined;
			const sent = latest.current;
			try {
				await put("/seat/draft", {}, { call_id: id, ...sent }, { keepalive });
				if (latest.current === sent) setKept(true);
			} catch (error) {
				// What is refused would be refused again: the result was saved meanwhile.
				if (error instanceof ApiError && error.status >= 400 && error.status < 500) return;
				timer.current ??= setTimeout(send, AGAIN_MS);
			}
		},
		[id],
	);
	const change = useCallback(
		(what: Partial<Draft>) => {
			latest.current = { ...latest.current, ...what };
			setDraft(latest.current);
			setKept(false);
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
	return out;
}
