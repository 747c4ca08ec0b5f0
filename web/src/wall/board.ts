// SPDX-License-Identifier: GPL-3.0-or-later
// board.ts - what a board knows, for months without a hand on it: asked every few seconds and at each event, and honest when it is old.
import { useEffect, useState } from "react";
import type { Answer } from "../api/client";

export type Board = Answer<"/wall", "get">;
export interface Seen {
	board: Board | null;
	/** The browser's clock less the server's. */
	skew: number;
	/** When the last answer came; 0: none yet. */
	at: number;
	/** The link is spent. */
	dead: boolean;
}

const ASK_MS = 5000;
const DEAD_ASK_MS = 60_000;
const REST_MS = 700;
/** The server's heartbeat comes each 15 s: a stream silent for longer is a broken one that nobody told us of. */
const SILENT_MS = 40_000;
const AGAIN_MS = 3000;
const RELOAD_HOUR = 4;

/** Wakes at each event the board may hear of; ends with the signal, and by itself when the stream breaks or falls silent. */
async function listen(token: string, wake: () => void, signal: AbortSignal) {
	const own = new AbortController();
	const end = () => own.abort();
	signal.addEventListener("abort", end);
	let silent = setTimeout(end, SILENT_MS);
	try {
		const answer = await fetch("/api/events", {
			headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
			signal: own.signal,
			cache: "no-store",
		});
		const reader = answer.ok ? answer.body?.getReader() : undefined;
		const text = new TextDecoder();
		for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
			clearTimeout(silent);
			silent = setTimeout(end, SILENT_MS);
			if (text.decode(part.value, { stream: true }).includes("data:")) wake();
		}
	} catch {
		// Broken: the caller connects again.
	} finally {
		clearTimeout(silent);
		signal.removeEventListener("abort", end);
		own.abort();
	}
}

const sleep = (ms: number, signal: AbortSignal) =>
	new Promise<void>((done) => {
		const timer = setTimeout(done, ms);
		signal.addEventListener("abort", () => {
			clearTimeout(timer);
			done();
		});
	});

/** A page that has been open since before the server's start, or since yesterday, is loaded anew. */
function isOld(board: Board, first: Board | null, opened: number): boolean {
	const now = new Date();
	const night = now.getHours() === RELOAD_HOUR && now.getTime() - opened > 12 * 3600_000;
	return night || (!!first && first.started_at !== board.started_at);
}

export function useBoard(token: string): Seen {
	const [seen, setSeen] = useState<Seen>({ board: null, skew: 0, at: 0, dead: false });
	useEffect(() => {
		const stop = new AbortController();
		const { signal } = stop;
		const opened = Date.now();
		let first: Board | null = null;
		// An event that comes while the board is being asked, or rests, is not in that answer: it counts for the next.
		let news = false;
		let wakened: () => void = () => undefined;
		const wake = () => {
			news = true;
			wakened();
		};
		async function ask(): Promise<number> {
			const answer = await fetch("/api/wall", {
				headers: { Authorization: `Bearer ${token}`, Accept: "application/json" },
				signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
				cache: "no-store",
			});
			if (answer.status === 401 || answer.status === 403) {
				setSeen((was) => ({ ...was, dead: true }));
				return DEAD_ASK_MS;
			}
			if (!answer.ok) return ASK_MS;
			const board = (await answer.json()) as Board;
			if (isOld(board, first, opened)) location.reload();
			first ??= board;
			setSeen({ board, skew: Date.now() - board.at, at: Date.now(), dead: false });
			return ASK_MS;
		}
		async function turn() {
			while (!signal.aborted) {
				news = false;
				const rest = await ask().catch(() => ASK_MS);
				await sleep(REST_MS, signal);
				if (!news) await Promise.race([sleep(rest - REST_MS, signal), new Promise<void>((done) => (wakened = done))]);
			}
		}
		async function follow() {
			while (!signal.aborted) {
				await listen(token, wake, signal);
				await sleep(AGAIN_MS, signal);
			}
		}
		if (token) {
			turn();
			follow();
		}
		return () => stop.abort();
	}, [token]);
	return seen;
}

/** The screen stays lit where the browser can be asked for it; asked again whenever it comes back into sight. */
export function useAwake() {
	useEffect(() => {
		let lock: WakeLockSentinel | undefined;
		const wake = async () => {
			if (document.visibilityState === "visible") lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
		};
		wake();
		document.addEventListener("visibilitychange", wake);
		return () => {
			document.removeEventListener("visibilitychange", wake);
			lock?.release();
		};
	}, []);
}
