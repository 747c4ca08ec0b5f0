// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import { addStep, answer, changeStep, exits, lead, ownWay, patterns, removeStep, sent } from "./flow";

it("draws a menu, leads its keys, and forgets a step that is removed", () => {
	let { graph, id } = addStep({ start: null, nodes: [] }, "menu", "Меню");
	const menu = id;
	({ graph, id } = addStep(graph, "queue", "Продажи"));
	expect(graph.start).toBe(menu);
	graph = changeStep(graph, menu, { keys: { "1": "", "2": "" } });
	graph = lead(lead(graph, menu, "key:1", id), menu, "other", id);
	expect(exits(graph.nodes[0]!).map((e) => [e.id, e.to])).toEqual([
		["key:1", id],
		["key:2", null],
		["other", id],
	]);
	expect(sent(graph).nodes[0]?.keys).toEqual({ "1": id });
	graph = removeStep(graph, id);
	expect(exits(graph.nodes[0]!).map((e) => e.to)).toEqual([null, null, null]);
	expect(removeStep(graph, menu)).toEqual({ start: null, nodes: [] });

	({ graph, id } = addStep(graph, "callback", "Перезвонить"));
	expect(exits(lead(graph, id, "other", menu).nodes.at(-1)!).map((e) => [e.id, e.to])).toEqual([["other", menu]]);
});

it("leads all answers of a question one way, and some a way of their own", () => {
	let { graph, id } = addStep({ start: null, nodes: [] }, "survey", "Вопрос");
	const change = (more: object) => {
		graph = changeStep(graph, id, more);
		return graph.nodes[0]!;
	};
	change(answer(graph.nodes[0]!, "9", "не звонить"));
	const step = change(ownWay(graph.nodes[0]!, "9", true));
	expect(exits(step).map((e) => [e.id, e.label])).toEqual([
		["next", "answered"],
		["key:9", "9 — не звонить"],
		["other", "no_answer"],
	]);
	graph = lead(lead(graph, id, "key:9", "end"), id, "next", "more");
	expect(sent(graph).nodes[0]).toMatchObject({
		answers: { "1": "", "2": "", "9": "не звонить" },
		keys: { "9": "end" },
		next: "more",
	});
	const gone = change(answer(graph.nodes[0]!, "9", null));
	expect([gone.answers, gone.keys]).toEqual([{ "1": "", "2": "" }, {}]);
});

it("begins each kind of flow with steps that lead to steps that are there", () => {
	for (const make of Object.values(patterns)) {
		const graph = make((key) => key);
		const ids = graph.nodes.map((n) => n.id);
		expect(ids).toContain(graph.start);
		for (const n of graph.nodes) for (const e of exits(n)) if (e.to) expect(ids).toContain(e.to);
	}
});
