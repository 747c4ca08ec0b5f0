// SPDX-License-Identifier: GPL-3.0-or-later
// events.ts - the tab's end of the event stream: tells listeners, and makes the query cache read again what changed.
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { loggedOut } from "./client";
import type { Word } from "./events.worker";
import { type ServerEvent, Stream, type StreamMessage } from "./stream";

type Listener = (event: ServerEvent) => void;
const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
const readers = new Set<() => void>();
let up = true;
/** Nothing was missed since the stream came up. */
let whole = false;
let say: ((word: Word) => void) | undefined;
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
		const again = message.up && !whole;
		up = whole = message.up;
		for (const watcher of watchers) watcher();
		if (!again) return;
		client?.invalidateQueries({
			predicate: ({ meta }) => !!(meta as { entities?: string[] } | undefined)?.entities?.length,
		});
		for (const read of readers) read();
	} else if (message.kind === "lost") {
		client?.invalidateQueries();
		for (const read of readers) read();
	} else if (message.kind === "out") {
		loggedOut();
	} else {
		const { event } = message;
		const projects = pending.get(event.entity) ?? new Set<number>();
		pending.set(event.entity, projects.add(event.project_id ?? 0));
		_timer ??= setTimeout(flush, REST_MS);
		for (const listener of listeners) listener(event);
	}
}

function door(): (word: Word) => void {
	if (typeof SharedWorker !== "function") {
		const stream = new Stream(heard);
		return (word) => (word === "open" ? stream.open() : stream.close());
	}
	const { port } = new SharedWorker(new URL("./events.worker.ts", import.meta.url), {
		type: "module",
		name: "zvonar-events",
	});
	port.onmessage = (e: MessageEvent<StreamMessage>) => heard(e.data);
	window.addEventListener("pagehide", () => port.postMessage("leave" satisfies Word));
	return (word) => port.postMessage(word);
}

/** This tab listens, once the person is known: by one door, however often he goes from screen to screen. */
export function startEvents(queries: QueryClient) {
	client = queries;
	say ??= door();
	say("open");
}

/** over: he is logged out, in every tab. */
export function stopEvents(over = false) {
	whole = false;
	say?.(over ? "over" : "leave");
}

/** For what is kept beside the query cache: called when events may have been missed, so that it must be read anew. */
export function useReread(read: () => void) {
	useEffect(() => {
		readers.add(read);
		return () => {
			readers.delete(read);
		};
	}, [read]);
}

/** Until the stream is up, or for so long: what is read then misses nothing and need not be read again. */
export function streamUp(ms: number): Promise<void> {
	return new Promise((done) => {
		const look = () => whole && end();
		const end = () => {
			clearTimeout(timer);
			watchers.delete(look);
			done();
		};
		const timer = setTimeout(end, ms);
		watchers.add(look);
		look();
	});
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
