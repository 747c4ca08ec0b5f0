// SPDX-License-Identifier: GPL-3.0-or-later
// events.ts - the tab's end of the event stream: tells listeners, and makes the query cache read again what changed.
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { type ServerEvent, Stream, type StreamMessage } from "./stream";

type Listener = (event: ServerEvent) => void;
const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let up = true;
let say: (word: "open" | "close" | "leave") => void = () => undefined;
let client: QueryClient | undefined;

// A busy project saves results many times a second; the screen reads again at most once in this time.
const REST_MS = 700;
const pending = new Map<string, Set<number>>();
let _timer: ReturnType<typeof setTimeout> | undefined;

function flush() {
	_timer = undefined;
	const changed = new Map(pending);
	pending.clear();
	client?.invalidateQueries({
		predicate: (query) => {
			const { entities, project } = (query.meta ?? {}) as { entities?: string[]; project?: number };
			return !!entities?.some((entity) => {
				const projects = changed.get(entity);
				return !!projects && (!project || projects.has(project) || projects.has(0));
			});
		},
	});
}

function heard(message: StreamMessage) {
	if (message.kind === "state") {
		// What was read before the stream was up may have missed an event; who reads no entity misses none.
		if (message.up && !up)
			client?.invalidateQueries({
				predicate: ({ meta }) => !!(meta as { entities?: string[] } | undefined)?.entities?.length,
			});
		up = message.up;
		for (const watcher of watchers) watcher();
	} else if (message.kind === "lost") {
		client?.invalidateQueries();
	} else {
		const { event } = message;
		const projects = pending.get(event.entity) ?? new Set<number>();
		pending.set(event.entity, projects.add(event.project_id ?? 0));
		_timer ??= setTimeout(flush, REST_MS);
		for (const listener of listeners) listener(event);
	}
}

/** Connects this tab once the person is known. */
export function startEvents(queries: QueryClient) {
	client = queries;
	if (typeof SharedWorker === "function") {
		const worker = new SharedWorker(new URL("./events.worker.ts", import.meta.url), {
			type: "module",
			name: "zvonar-events",
		});
		worker.port.onmessage = (e: MessageEvent<StreamMessage>) => heard(e.data);
		say = (word) => worker.port.postMessage(word);
		window.addEventListener("pagehide", () => say("leave"));
	} else {
		const stream = new Stream(heard);
		say = (word) => (word === "open" ? stream.open() : stream.close());
	}
	say("open");
}

export function stopEvents() {
	say("close");
}

export function useServerEvent(listener: Listener) {
	useEffect(() => {
		listeners.add(listener);
		return () => {
			listeners.delete(listener);
		};
	}, [listener]);
}

/** False while the stream is down: the screen says that what it shows may be old. */
export function useStreamUp(): boolean {
	return useSyncExternalStore(
		(watcher) => {
			watchers.add(watcher);
			return () => watchers.delete(watcher);
		},
		() => up,
	);
}
