// SPDX-License-Identifier: GPL-3.0-or-later
// graph.ts - changing a script's graph: pure functions, so that undo is only an older graph.
import type { Graph, ScriptNode } from "../api/types";

const KINDS = ["contact", "orientation", "options", "decision", "exit", "conflict"] as const;

export function emptyGraph(t: (key: string) => string): Graph {
	const stages = KINDS.map((kind, i) => ({ id: `s${i + 1}`, name: t(`stage:${kind}`), kind }));
	return { start: "n1", conflict: null, stages, nodes: [newNode("n1", "s1", t("node.first"), 0, 0)] };
}

export function newNode(id: string, stage: string, title: string, x: number, y: number): ScriptNode {
	return {
		id,
		stage,
		type: "ask",
		title,
		text: "",
		tone: null,
		hint: null,
		forbidden: [],
		fields: [],
		articles: [],
		result_id: null,
		answers: [],
		x,
		y,
	};
}

/** A free id of the kind: n1, n2, … */
export function freeId(taken: string[], letter: string): string {
	const used = new Set(taken);
	let i = taken.length + 1;
	while (used.has(`${letter}${i}`)) i++;
	return `${letter}${i}`;
}

export const changeNode = (graph: Graph, id: string, what: Partial<ScriptNode>): Graph => ({
	...graph,
	nodes: graph.nodes.map((n) => (n.id === id ? { ...n, ...what } : n)),
});

export function addNode(graph: Graph, title: string, from?: string): { graph: Graph; id: string } {
	const id = freeId(
		graph.nodes.map((n) => n.id),
		"n",
	);
	const near = graph.nodes.find((n) => n.id === from) ?? graph.nodes.at(-1);
	const made = newNode(id, near?.stage ?? graph.stages[0]?.id ?? "s1", title, (near?.x ?? 0) + 320, (near?.y ?? 0) + 40);
	return { graph: { ...graph, start: graph.start ?? id, nodes: [...graph.nodes, made] }, id };
}

/** The step goes, and nothing leads to it any more. */
export function removeNode(graph: Graph, id: string): Graph {
	const nodes = graph.nodes
		.filter((n) => n.id !== id)
		.map((n) => ({ ...n, answers: n.answers.map((a) => (a.to === id ? { ...a, to: null } : a)) }));
	return {
		...graph,
		nodes,
		start: graph.start === id ? (nodes[0]?.id ?? null) : graph.start,
		conflict: graph.conflict === id ? null : graph.conflict,
	};
}

export function addAnswer(graph: Graph, node: string, label: string, to: string | null = null): Graph {
	const at = graph.nodes.find((n) => n.id === node);
	if (!at) return graph;
	const id = freeId(
		at.answers.map((a) => a.id),
		"a",
	);
	return changeNode(graph, node, { answers: [...at.answers, { id, label, to }] });
}

/** An objection of the library as a step of its own: an answer of the step leads to it, and it leads back. */
export function addObjection(graph: Graph, from: string, phrase: string, text: string, back: string): Graph {
	const { graph: more, id } = addNode(graph, phrase, from);
	const made = changeNode(more, id, { type: "objection", text });
	return addAnswer(addAnswer(made, id, back, from), from, phrase, id);
}

export function leadAnswer(graph: Graph, node: string, answer: string, to: string | null): Graph {
	const at = graph.nodes.find((n) => n.id === node);
	return at ? changeNode(graph, node, { answers: at.answers.map((a) => (a.id === answer ? { ...a, to } : a)) }) : graph;
}

/** Leads to a step that is made for it. */
export const NEW_STEP = "new";

/** The draft with the answer: at the step, leading to one that is there, to a new one, or nowhere yet. */
export function withAnswer(graph: Graph, step: string, label: string, to: string): Graph {
	if (to !== NEW_STEP) return addAnswer(graph, step, label, to || null);
	const made = addNode(graph, label.slice(0, 200), step);
	return addAnswer(changeNode(made.graph, made.id, { type: "objection" }), step, label, made.id);
}
