// SPDX-License-Identifier: GPL-3.0-or-later
// flow.ts - changes of a flow's drawing. All return a new one.
import type { FlowGraph, FlowStep } from "../api/types";

export type Kind = FlowStep["type"];
export const kinds: Kind[] = [
	"say",
	"menu",
	"survey",
	"hours",
	"queue",
	"callback",
	"outside",
	"voicemail",
	"opt_out",
	"end",
];
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
		case "opt_out":
			return [next("next")];
		case "survey":
			return [
				next("answered"),
				...KEYS.filter((key) => step.keys && key in step.keys && step.answers && key in step.answers).map((key) => ({
					id: `key:${key}`,
					label: step.answers?.[key] ? `${key} — ${step.answers[key]}` : key,
					to: step.keys?.[key] || null,
				})),
				other("no_answer"),
			];
		case "outside":
			return [other("nobody")];
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
	if (type === "survey") step.answers = { "1": "", "2": "" };
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

/** The key answers the question, means something else, or answers it no more. */
export function answer(step: FlowStep, key: string, value: string | null): Partial<FlowStep> {
	const answers = { ...step.answers };
	const keys = { ...step.keys };
	if (value === null) {
		delete answers[key];
		delete keys[key];
	} else answers[key] = value;
	return { answers, keys };
}

/** An answer that leads elsewhere than the others, or does no more. */
export function ownWay(step: FlowStep, key: string, own: boolean): Partial<FlowStep> {
	const keys = { ...step.keys };
	if (own) keys[key] ??= "";
	else delete keys[key];
	return { keys };
}

type Words = (key: string) => string;
const at = (i: number) => ({ x: 320 * i, y: 0 });
/** What a new flow begins with: the usual one of each kind of work, to be changed. */
export const patterns: Record<"inbound" | "message" | "survey" | "rating", (t: Words) => FlowGraph> = {
	inbound: (t) => ({
		start: "n1",
		nodes: [{ id: "n1", type: "say", title: t("flow.greeting"), words: t("flow.greeting.words"), ...at(0) }],
	}),
	message: (t) => ({
		start: "n1",
		nodes: [
			{
				...{ id: "n1", type: "menu", title: t("pattern.message"), words: t("pattern.message.words"), ...at(0) },
				...{ keys: { "9": "n3" }, tries: 1, wait_s: 4, other: "n2" },
			},
			{ id: "n2", type: "end", title: t("flow.kind:end"), words: t("pattern.thanks.words"), ...at(1) },
			{ id: "n3", type: "opt_out", title: t("flow.kind:opt_out"), words: t("pattern.opt_out.words"), x: 320, y: 240 },
		],
	}),
	survey: (t) => ({
		start: "n1",
		nodes: [
			{
				...{ id: "n1", type: "survey", title: t("pattern.survey"), words: t("pattern.survey.words"), ...at(0) },
				...{ answers: { "1": t("yes"), "2": t("no"), "9": t("flow.kind:opt_out") }, keys: { "9": "n3" }, next: "n2" },
			},
			{ id: "n2", type: "end", title: t("flow.kind:end"), words: t("pattern.thanks.words"), ...at(1) },
			{ id: "n3", type: "opt_out", title: t("flow.kind:opt_out"), words: t("pattern.opt_out.words"), x: 320, y: 240 },
		],
	}),
	rating: (t) => ({
		start: "n1",
		nodes: [
			{
				...{ id: "n1", type: "survey", title: t("pattern.rating"), words: t("pattern.rating.words"), ...at(0) },
				...{ answers: { "1": "", "2": "", "3": "", "4": "", "5": "" }, rates: true, tries: 1, next: "n2" },
			},
			{ id: "n2", type: "end", title: t("flow.kind:end"), words: t("pattern.thanks.words"), ...at(1) },
		],
	}),
};

/** As the server takes it: a key without a step is a key that leads nowhere, and so is no key. */
export function sent(graph: FlowGraph): FlowGraph {
	return {
		...graph,
		nodes: graph.nodes.map((n) =>
			n.keys ? { ...n, keys: Object.fromEntries(Object.entries(n.keys).filter(([, to]) => to)) } : n,
		),
	};
}
