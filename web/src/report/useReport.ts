// SPDX-License-Identifier: GPL-3.0-or-later
// useReport.ts - the rows of the live report: pages are fetched one after another in the background, as many as somebody may look through, and
// the rest as one scrolls to it. An event that tells a cell is shown as it comes; another one makes the rows it is about be read again, and no
// others, so that a sheet of ten thousand rows is never fetched anew because one cell changed.
import { startTransition, useCallback, useEffect, useRef, useState } from "react";
import { get, type Query } from "../api/client";
import { streamUp, useReread, useServerEvent } from "../api/events";
import type { ServerEvent } from "../api/stream";
import type { ReportRow } from "../api/types";
import { continued, marked, merged, type SaidMark } from "./merged";

type Mark = ReportRow["marks"][string];
/** What fills a window is there first; the rest comes in larger pages, behind whatever the person does meanwhile. */
const FIRST_PAGE = 60;
const PAGE = 500;
/** So many rows come by themselves: two hundred people who open a report of a million are no storm, and no browser holds it. */
const AT_HAND = 10_000;
/** An edit is there at once; in a busy project each screen reads a few times a second, however much happens. */
const GATHER_MS = 50;
const REST_MS = 200;
const RETRY_MS = 3000;
const FRESH_MS = 4000;
const STREAM_MS = 400;
const MOST_AT_ONCE = 100;

/** The contact an event of the project is about. */
export function contactOf(event: ServerEvent): number {
	const body = event.body as { contact_id?: number } | undefined;
	return body?.contact_id ?? (event.entity === "contact" || event.entity === "report_row" ? event.id : 0);
}

/** counts: the sheet has formulas, whose cells the server counts. */
export function useReport(project: number, query: Query, counts: boolean) {
	const [rows, setRows] = useState<ReportRow[]>([]);
	const [done, setDone] = useState(false);
	const [error, setError] = useState<unknown>(null);
	const [fresh, setFresh] = useState<ReadonlySet<number>>(new Set());
	const [run, setRun] = useState(0);
	const key = JSON.stringify(query);
	/** By what is written into cells, the server chooses or counts. */
	const depends = counts || key.includes('"mark.');
	const changed = useRef(new Set<number>());
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const read = useRef(0);
	/** Ends what is under way for these filters when there are others. */
	const asking = useRef(new AbortController());
	const more = useRef<() => void>(undefined);
	/** The moment of the last row, while the report goes on behind it in the order of time. */
	const since = useRef(0);

	useEffect(() => {
		const stop = new AbortController();
		asking.current = stop;
		(async () => {
			setDone(false);
			setError(null);
			await streamUp(STREAM_MS);
			let after = "";
			let n = 0;
			while (!stop.signal.aborted) {
				if (n >= AT_HAND) {
					setDone(true);
					await new Promise<void>((go) => {
						more.current = go;
					});
				}
				const page = await get(
					"/projects/{id}/report",
					{ id: project },
					{ ...JSON.parse(key), limit: after ? PAGE : FIRST_PAGE, after },
					stop.signal,
				);
				if (after) startTransition(() => setRows((old) => continued(old, page.rows)));
				else setRows(page.rows);
				n += page.rows.length;
				after = page.next ?? "";
				since.current = after && !JSON.parse(key).sort ? (page.rows.at(-1)?.last_at ?? 0) : 0;
				if (!after) break;
			}
			if (!stop.signal.aborted) setDone(true);
		})().catch((e) => stop.signal.aborted || setError(e));
		return () => {
			stop.abort();
			clearTimeout(timer.current);
			timer.current = undefined;
			changed.current.clear();
		};
	}, [project, key, run]);

	const again = useCallback(() => setRun((n) => n + 1), []);
	useReread(again);
	const show = useCallback((ids: number[]) => {
		setFresh(new Set(ids));
		setTimeout(() => setFresh(new Set()), FRESH_MS);
	}, []);
	const readAgain = useCallback(async () => {
		const { signal } = asking.current;
		timer.current = undefined;
		read.current = Date.now();
		const ids = [...changed.current];
		changed.current.clear();
		if (ids.length > MOST_AT_ONCE) return setRun((n) => n + 1);
		const page = await get(
			"/projects/{id}/report",
			{ id: project },
			{ ...JSON.parse(key), id: ids.join(","), limit: PAGE },
			signal,
		).catch(() => null);
		if (signal.aborted) return;
		if (!page) {
			for (const id of ids) changed.current.add(id);
			timer.current ??= setTimeout(readAgain, RETRY_MS);
			return;
		}
		setRows((old) => merged(old, ids, page.rows, since.current, !JSON.parse(key).sort));
		show(ids);
	}, [project, key, show]);

	useServerEvent(
		useCallback(
			(event: ServerEvent) => {
				// Other columns: the rows have other answers, cells and marks.
				if (event.project_id === project && (event.entity === "report_columns" || event.entity === "form_field"))
					setRun((n) => n + 1);
				const id = event.project_id === project ? contactOf(event) : 0;
				if (!id) return;
				if (event.entity === "mark") {
					setRows((old) => marked(old, event.body as SaidMark));
					show([id]);
					if (!depends) return;
				}
				changed.current.add(id);
				timer.current ??= setTimeout(readAgain, Math.max(GATHER_MS, read.current + REST_MS - Date.now()));
			},
			[project, depends, readAgain, show],
		),
	);
	const putMark = useCallback((contact: number, column: string, mark: Mark | undefined) => {
		setRows((old) =>
			old.map((row) => {
				if (row.id !== contact) return row;
				const { [column]: _, ...others } = row.marks;
				return { ...row, marks: mark ? { ...others, [column]: mark } : others };
			}),
		);
	}, []);
	const onEnd = useCallback(() => {
		more.current?.();
		more.current = undefined;
	}, []);
	return { rows, done, error, fresh, putMark, onEnd, again };
}
