// SPDX-License-Identifier: GPL-3.0-or-later
// useSeat.ts - the snapshot of the seat: read once, then kept by events that carry the whole of it; older ones are dropped by position.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { get, post } from "../api/client";
import { useServerEvent } from "../api/events";
import type { ServerEvent } from "../api/stream";
import type { Seat } from "../api/types";
import { tellError } from "../parts/states";

export const seatKey = ["/seat"];

export function useSeat() {
	const queries = useQueryClient();
	const query = useQuery({
		queryKey: seatKey,
		queryFn: () => get("/seat"),
		staleTime: Number.POSITIVE_INFINITY,
		meta: { entities: [] },
	});
	const [busy, setBusy] = useState(false);

	const take = useCallback(
		(seat: Seat | undefined) => {
			if (!seat || typeof seat !== "object" || !("state" in seat)) return;
			queries.setQueryData<Seat>(seatKey, (old) => (old && old.position > seat.position ? old : seat));
		},
		[queries],
	);
	useServerEvent(
		useCallback(
			(event: ServerEvent) => {
				if (event.entity !== "seat") return;
				if (event.body) take(event.body as Seat);
				else queries.invalidateQueries({ queryKey: seatKey });
			},
			[take, queries],
		),
	);
	/** An action; what it answers is the new snapshot. */
	const act = useCallback(
		async (path: `/seat/${string}`, body?: unknown, key?: string): Promise<boolean> => {
			setBusy(true);
			try {
				take((await post(path as "/seat/ready", {}, body, { key })) as Seat | undefined);
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
