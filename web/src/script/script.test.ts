// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import type { Graph } from "../api/types";
import { addAnswer, addNode, leadAnswer, removeNode } from "./graph";
import { mergeText } from "./merge";
import { answer, back, begin, current, implied, jump } from "./walk";

const step = (id: string, answers: Graph["nodes"][number]["answers"]) => ({
	id,
	stage: "s1",
	type: "ask" as const,
	title: id,
	text: "",
	answers,
	x: 0,
	y: 0,
});
const graph: Graph = {
	start: "n1",
	conflict: "n3",
	stages: [{ id: "s1", name: "Контакт", kind: "contact" }],
	nodes: [
		step("n1", [
			{ id: "a1", label: "Да", to: "n2", set: { lpr: "да" } },
			{ id: "a2", label: "Нет", to: null },
		]),
		step("n2", []),
		step("n3", []),
	],
};

describe("merge fields", () => {
	it("fills what is known and leaves a gap for what is not", () => {
		const pieces = mergeText("Здравствуйте, {person.name}! {contact.city}, {field.volume}.", {
			person: { name: "Иван" },
			contact: { city: "Уфа" },
			answers: {},
		});
		expect(pieces.map((p) => p.text).join("")).toBe("Здравствуйте, Иван! Уфа, field.volume.");
		expect(pieces.filter((p) => p.gap).map((p) => p.text)).toEqual(["field.volume"]);
	});
	it("leaves braces that are no field alone", () => {
		expect(mergeText("скидка {10 %}", {})).toEqual([{ text: "скидка {10 %}" }]);
	});
});

describe("walking a script", () => {
	it("follows an answer, comes back, and tells what was implied", () => {
		const first = begin(graph);
		const second = answer(graph, first, "a1", 1200);
		expect(second).toEqual([
			["n1", "a1", 0],
			["n2", null, 1200],
		]);
		expect(current(graph, second)?.id).toBe("n2");
		expect(implied(graph, second)).toEqual({ lpr: "да" });
		expect(back(second)).toEqual(first);
	});
	it("notes an answer that leads nowhere and stays", () => {
		expect(answer(graph, begin(graph), "a2", 10)).toEqual([["n1", "a2", 0]]);
	});
	it("jumps to the conflict branch once", () => {
		const there = jump(graph, begin(graph), graph.conflict, 500);
		expect(there.at(-1)).toEqual(["n3", null, 500]);
		expect(jump(graph, there, graph.conflict, 900)).toBe(there);
	});
});

describe("editing a graph", () => {
	it("removes a step with everything that led to it", () => {
		const without = removeNode(graph, "n2");
		expect(without.nodes.map((n) => n.id)).toEqual(["n1", "n3"]);
		expect(without.nodes[0]?.answers[0]?.to).toBeNull();
		expect(removeNode(graph, "n1").start).toBe("n2");
	});
	it("never gives an id twice", () => {
		const { graph: more, id } = addNode(removeNode(graph, "n2"), "Новый");
		expect(new Set(more.nodes.map((n) => n.id)).size).toBe(more.nodes.length);
		const led = leadAnswer(addAnswer(more, "n1", "Ещё"), "n1", "a3", id);
		expect(led.nodes[0]?.answers.map((a) => a.id)).toEqual(["a1", "a2", "a3"]);
		expect(led.nodes[0]?.answers[2]?.to).toBe(id);
	});
});
