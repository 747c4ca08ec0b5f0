// SPDX-License-Identifier: GPL-3.0-or-later
// flow.ts - changes of a flow's drawing. All return a new one.
import type { FlowGraph, FlowStep } from "../api/types";

export type Kind = FlowStep["type"];
export const kinds: Kind[] = ["say", "menu", "hours", "queue", "callback", "voicemail", "end"];
export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];

export interface Exit {
	/** "next", "other", or "key:1" */
	id: string;
	/** Key of its text, or the key pressed. */
	label: string;
	to: string | null;
}

/** The ways out of a step, in the order they are drawn. */
export function exits(step: FlowStep): Exit[] {
	const next = (label: string): Exit => ({ id: "next", label, to: step.next ?? null });
	const other = (label: string): Exit => ({ id: "other", label, to: step.other ?? null });
	switch (step.type) {
		case "say":
		case "voicemail":
			return [next("next")];
		case "hours":
			return [next("open"), other("closed")];
		case "queue":
			return [other("nobody")];
		case "callback":
			return [other("no_key")];
		case "menu":
			return [
				...KEYS.filter((key) => step.keys && key in step.keys).map((key) => ({
					id: `key:${key}`,
					label: key,
					to: step.keys?.[key] || null,
				})),
				other("no_key"),
			];
		default:
			return [];
	}
}

export function changeStep(graph: FlowGraph, id: string, more: Partial<FlowStep>): FlowGraph {
	return { ...graph, nodes: graph.nodes.map((n) => (n.id === id ? { ...n, ...more } : n)) };
}

/** Lead a way out to a step, or to none. */
export function lead(graph: FlowGraph, id: string, exit: string, to: string | null): FlowGraph {
	const step = graph.nodes.find((n) => n.id === id);
	if (!step) return graph;
	if (exit.startsWith("key:")) return changeStep(graph, id, { keys: { ...step.keys, [exit.slice(4)]: to ?? "" } });
	return changeStep(graph, id, exit === "other" ? { other: to } : { next: to });
}

const days = (): [number, number][] => Array.from({ length: 5 }, () => [540, 1080]);

export function addStep(graph: FlowGraph, type: Kind, title: string): { graph: FlowGraph; id: string } {
	const used = graph.nodes.map((n) => Number(/^n(\d+)$/.exec(n.id)?.[1] ?? 0));
	const id = `n${Math.max(0, ...used) + 1}`;
	const right = Math.max(-300, ...graph.nodes.map((n) => n.x));
	const step: FlowStep = { id, type, title, x: right + 300, y: 0 };
	if (type === "hours") step.hours = [...days(), null, null];
	if (type === "menu") step.keys = { "1": "" };
	return { graph: { start: graph.start ?? id, nodes: [...graph.nodes, step] }, id };
}

export function removeStep(graph: FlowGraph, id: string): FlowGraph {
	const none = (to: string | null | undefined) => (to === id ? null : to);
	const nodes = graph.nodes
		.filter((n) => n.id !== id)
		.map((n) => ({
			...n,
			next: none(n.next),
			other: none(n.other),
			...(n.keys && { keys: Object.fromEntries(Object.entries(n.keys).map(([key, to]) => [key, none(to) ?? ""])) }),
		}));
	return { start: graph.start === id ? (nodes[0]?.id ?? null) : graph.start, nodes };
}

/** As the server takes it: a key without a step is a key that leads nowhere, and so is no key. */
export function sent(graph: FlowGraph): FlowGraph {
	return {
		...graph,
		nodes: graph.nodes.map((n) =>
			n.keys ? { ...n, keys: Object.fromEntries(Object.entries(n.keys).filter(([, to]) => to)) } : n,
		),
	};
}
