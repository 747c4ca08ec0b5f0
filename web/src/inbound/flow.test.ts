// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import { addStep, changeStep, exits, lead, removeStep, sent } from "./flow";

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
