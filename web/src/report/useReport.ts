// SPDX-License-Identifier: GPL-3.0-or-later
// useReport.ts - the rows of the live report: all pages are fetched one after another in the background, and an event makes only the
// rows it is about be read again, so that a sheet of ten thousand rows is never fetched anew because one cell changed.
import { startTransition, useCallback, useEffect, useRef, useState } from "react";
import { get, type Query } from "../api/client";
import { useServerEvent } from "../api/events";
import type { ServerEvent } from "../api/stream";
import type { ReportRow } from "../api/types";
import { merged } from "./merged";

type Mark = ReportRow["marks"][string];
/** What fills a window is there first; the rest comes in larger pages, behind whatever the person does meanwhile. */
const FIRST_PAGE = 60;
const PAGE = 500;
const GATHER_MS = 250;
const FRESH_MS = 4000;
const MOST_AT_ONCE = 100;

/** The contact an event of the project is about. */
export function contactOf(event: ServerEvent): number {
	const body = event.body as { contact_id?: number } | undefined;
	return body?.contact_id ?? (event.entity === "contact" || event.entity === "report_row" ? event.id : 0);
}

export function useReport(project: number, query: Query) {
	const [rows, setRows] = useState<ReportRow[]>([]);
	const [done, setDone] = useState(false);
	const [error, setError] = useState<unknown>(null);
	const [fresh, setFresh] = useState<ReadonlySet<number>>(new Set());
	const [run, setRun] = useState(0);
	const key = JSON.stringify(query);
	const changed = useRef(new Set<number>());
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

	useEffect(() => {
		const stop = new AbortController();
		(async () => {
			setDone(false);
			setError(null);
			let after = "";
			let all: ReportRow[] = [];
			do {
				const page = await get(
					"/projects/{id}/report",
					{ id: project },
					{ ...JSON.parse(key), limit: after ? PAGE : FIRST_PAGE, after },
					stop.signal,
				);
				all = after ? [...all, ...page.rows] : page.rows;
				const rows = all;
				if (after) startTransition(() => setRows(rows));
				else setRows(rows);
				after = page.next ?? "";
			} while (after && !stop.signal.aborted);
			setDone(true);
		})().catch((e) => stop.signal.aborted || setError(e));
		return () => stop.abort();
	}, [project, key, run]);

	const readAgain = useCallback(async () => {
		timer.current = undefined;
		const ids = [...changed.current];
		changed.current.clear();
		if (ids.length > MOST_AT_ONCE) return setRun((n) => n + 1);
		const page = await get(
			"/projects/{id}/report",
			{ id: project },
			{ ...JSON.parse(key), id: ids.join(","), limit: PAGE },
		).catch(() => null);
		if (!page) return;
		setRows((old) => merged(old, ids, page.rows));
		setFresh(new Set(ids));
		setTimeout(() => setFresh(new Set()), FRESH_MS);
	}, [project, key]);

	useServerEvent(
		useCallback(
			(event: ServerEvent) => {
				const id = event.project_id === project ? contactOf(event) : 0;
				if (!id) return;
				changed.current.add(id);
				timer.current ??= setTimeout(readAgain, GATHER_MS);
			},
			[project, readAgain],
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
	return { rows, done, error, fresh, putMark, again: () => setRun((n) => n + 1) };
}
