// SPDX-License-Identifier: GPL-3.0-or-later
// hooks.ts - reading from the server: a query knows which entities it shows, so an event makes it read again.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { type Answer, type GetPath, get, type Ids, type ListPath, type Query, type Row } from "./client";

interface Reading {
	/** Entities whose changes make the answer old. */
	entities?: string[];
	enabled?: boolean;
	refetchInterval?: number;
	/** Read once when it comes onto the screen, whatever is known of it: something is written that begins from it. */
	once?: boolean;
}

export function useGet<P extends GetPath>(
	path: P,
	ids?: Ids,
	query?: Query,
	{ entities, enabled, refetchInterval, once }: Reading = {},
) {
	const project = Number(ids?.project_id) || undefined;
	return useQuery<Answer<P, "get">>({
		queryKey: [path, ids ?? {}, query ?? {}],
		queryFn: ({ signal }) => get(path, ids, query, signal),
		meta: { entities, project },
		enabled,
		refetchInterval,
		...(once && { staleTime: 0, refetchOnReconnect: false }),
		placeholderData: keepPreviousData,
	});
}

interface Page<T> {
	rows: T[];
	next: string | null;
	total?: number;
	total_more?: boolean;
}

/** A list page by page; pages are joined, total is the server's count over the whole filter, more: there are more than it counted. */
export function usePages<P extends ListPath>(path: P, ids: Ids, query: Query, entities: string[], limit = 100) {
	const project = Number(ids.project_id) || undefined;
	const pages = useInfiniteQuery({
		queryKey: [path, ids, query, "pages"],
		queryFn: async ({ pageParam, signal }) => {
			const after = pageParam ? { after: pageParam } : { total: 1 };
			return (await get(path, ids, { ...query, limit, ...after }, signal)) as unknown as Page<Row<P>>;
		},
		initialPageParam: "",
		getNextPageParam: (last) => last.next || undefined,
		meta: { entities, project },
		placeholderData: keepPreviousData,
	});
	const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
	const first = pages.data?.pages[0];
	return { ...pages, rows, total: first?.total, more: first?.total_more === true };
}

/** Rows of a short list (reasons, results, members), all at once. */
export function useAll<P extends ListPath>(path: P, ids: Ids = {}, entity?: string, query: Query = {}, enabled = true) {
	const answer = useGet(path, ids, { limit: 500, ...query } as Query, { entities: entity ? [entity] : [], enabled });
	return { ...answer, rows: ((answer.data as unknown as Page<Row<P>> | undefined)?.rows ?? []) as Row<P>[] };
}

const nameOf = (argument: unknown) =>
	JSON.stringify(argument, (_, v) => (v instanceof File ? `${v.name} ${v.size} ${v.lastModified}` : v)) ?? "";

/** A change; afterwards everything that shows these entities is read again. The same one is not asked for while it is under way: a double
 * click is one. */
export function useChange<A, T>(
	run: (argument: A) => Promise<T>,
	entities: string[],
	then?: (answer: T, argument: A) => void,
) {
	const queries = useQueryClient();
	const underWay = useRef(new Set<string>());
	const change = useMutation({
		mutationFn: (argument: A) => run(argument).finally(() => underWay.current.delete(nameOf(argument))),
		onSuccess: (answer, argument) => {
			queries.invalidateQueries({
				predicate: (query) =>
					!!(query.meta as { entities?: string[] } | undefined)?.entities?.some((e) => entities.includes(e)),
			});
			then?.(answer, argument);
		},
	});
	const { mutate } = change;
	const once: typeof mutate = useCallback(
		(...asked) => {
			const name = nameOf(asked[0]);
			if (underWay.current.has(name)) return;
			underWay.current.add(name);
			mutate(...asked);
		},
		[mutate],
	);
	return { ...change, mutate: once };
}
