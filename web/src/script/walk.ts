// SPDX-License-Identifier: GPL-3.0-or-later
// walk.ts - walking a script: a path is [[step, answer or null, ms since the answer of the call], …]; its last step is where we are.
import type { Graph, ScriptNode, ScriptSteps } from "../api/types";

export type Step = [node: string, answer: string | null, ms: number];

export const nodeOf = (graph: Graph, id: string | null | undefined): ScriptNode | undefined =>
	graph.nodes.find((n) => n.id === id);

export function begin(graph: Graph): Step[] {
	const first = graph.start ?? graph.nodes[0]?.id;
	return first ? [[first, null, 0]] : [];
}
export const current = (graph: Graph, path: Step[]) => nodeOf(graph, path.at(-1)?.[0]);

/** The answer leads on; one that leads nowhere leaves us where we are, with the answer noted. */
export function answer(graph: Graph, path: Step[], id: string, ms: number): Step[] {
	const at = path.at(-1);
	const given = nodeOf(graph, at?.[0])?.answers.find((a) => a.id === id);
	if (!at || !given) return path;
	const noted: Step[] = [...path.slice(0, -1), [at[0], id, at[2]]];
	return given.to && nodeOf(graph, given.to) ? [...noted, [given.to, null, ms]] : noted;
}

/** Back one step; its answer is taken back too. */
export function back(path: Step[]): Step[] {
	if (path.length < 2) return path;
	const before = path.at(-2)!;
	return [...path.slice(0, -2), [before[0], null, before[2]]];
}

export function jump(graph: Graph, path: Step[], id: string | null | undefined, ms: number): Step[] {
	return id && nodeOf(graph, id) && path.at(-1)?.[0] !== id ? [...path, [id, null, ms]] : path;
}

/** Values of form fields the answers given so far imply. */
export function implied(graph: Graph, path: Step[]): Record<string, string> {
	const out: Record<string, string> = {};
	for (const [node, id] of path) Object.assign(out, nodeOf(graph, node)?.answers.find((a) => a.id === id)?.set);
	return out;
}

export type StepSum = Omit<ScriptSteps[number], "operator_id" | "operator">;

/** The sums over operators, or one's; the step most talks are lost at first. */
export function stepsOf(rows: ScriptSteps, operator: number | null): StepSum[] {
	const all = new Map<string, StepSum>();
	for (const row of rows) {
		if (operator !== null && row.operator_id !== operator) continue;
		const sum = all.get(row.node) ?? { node: row.node, calls: 0, ended: 0, lost: 0, won: 0, ms: 0 };
		for (const key of ["calls", "ended", "lost", "won", "ms"] as const) sum[key] += row[key];
		all.set(row.node, sum);
	}
	return [...all.values()].sort((a, b) => b.lost - a.lost || b.calls - a.calls);
}
