// SPDX-License-Identifier: GPL-3.0-or-later
// useSeat.ts - the snapshot of the seat: read once, then kept by events that carry what moved.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { get, post } from "../api/client";
import { useReread, useServerEvent } from "../api/events";
import type { ServerEvent } from "../api/stream";
import type { Seat } from "../api/types";
import { tellError } from "../parts/states";

export const seatKey = ["/seat"];
const STALE_TRIES = 5;

/** Card, script and project belong to what moves. */
function complete(seat: Seat): boolean {
	const { call, card, script, project } = seat;
	return (
		(project?.id ?? null) === (seat.project_id ?? null) &&
		(script?.id ?? null) === (seat.script_version_id ?? null) &&
		(!call?.contact_id || card?.id === call.contact_id)
	);
}

export function useSeat() {
	const queries = useQueryClient();
	// The position of the last event heard: what was printed before it is old, whenever it arrives.
	const heard = useRef(0);
	const query = useQuery({
		queryKey: seatKey,
		queryFn: async () => {
			let seat = await get("/seat");
			for (let i = 0; i < STALE_TRIES && seat.position < heard.current; i++) seat = await get("/seat");
			return seat;
		},
		staleTime: Number.POSITIVE_INFINITY,
		meta: { entities: [] },
	});
	const [busy, setBusy] = useState(false);

	// Events and answers tell what moves; what stands still (script, results, projects) is read again when it is another one.
	const take = useCallback(
		(now: Partial<Seat> | undefined) => {
			if (!now || typeof now !== "object" || !("state" in now)) return;
			const old = queries.getQueryData<Seat>(seatKey);
			const seat = { ...old, ...now } as Seat;
			queries.setQueryData<Seat>(seatKey, seat);
			if (!old || !complete(seat)) queries.invalidateQueries({ queryKey: seatKey });
		},
		[queries],
	);
	useServerEvent(
		useCallback(
			(event: ServerEvent) => {
				// Stopped, or running again: what is said while one waits.
				if (event.entity === "project" && event.id === queries.getQueryData<Seat>(seatKey)?.project_id)
					queries.invalidateQueries({ queryKey: seatKey });
				if (event.entity !== "seat") return;
				heard.current = event.position;
				if (event.body) take(event.body as Partial<Seat>);
				else queries.invalidateQueries({ queryKey: seatKey });
			},
			[take, queries],
		),
	);
	useReread(
		useCallback(() => {
			queries.invalidateQueries({ queryKey: seatKey });
		}, [queries]),
	);
	/** An action. Its answer shows the seat as it was when it was printed: an event heard meanwhile knows better. soon: what it will show. */
	const act = useCallback(
		async (path: `/seat/${string}`, body?: unknown, key?: string, soon?: Partial<Seat>): Promise<boolean> => {
			setBusy(true);
			if (soon) queries.setQueryData<Seat>(seatKey, (seat) => seat && { ...seat, ...soon });
			const before = heard.current;
			try {
				const answer = (await post(path as "/seat/ready", {}, body, { key })) as Partial<Seat> | undefined;
				if (heard.current === before) take(answer);
				return true;
			} catch (error) {
				tellError(error);
				queries.invalidateQueries({ queryKey: seatKey });
				return false;
			} finally {
				setBusy(false);
			}
		},
		[take, queries],
	);
	return { ...query, seat: query.data, act, busy };
}
export type Act = ReturnType<typeof useSeat>["act"];
