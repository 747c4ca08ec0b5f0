// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import type { Graph } from "../api/types";
import { blocksOf } from "../parts/Prose";
import { fits } from "../seat/AtHand";
import { addAnswer, addNode, addObjection, leadAnswer, NEW_STEP, removeNode, withAnswer } from "./graph";
import { mergeText } from "./merge";
import { answer, back, begin, current, implied, jump, stepsOf } from "./walk";

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

describe("the library", () => {
	it("puts an objection into the script as a step that leads back", () => {
		const more = addObjection(graph, "n1", "Дорого", "Понимаю.", "Вернуться");
		const made = more.nodes.at(-1);
		expect(made).toMatchObject({ type: "objection", title: "Дорого", text: "Понимаю.", answers: [{ to: "n1" }] });
		expect(more.nodes[0]?.answers.at(-1)).toMatchObject({ label: "Дорого", to: made?.id });
	});
	it("finds an objection by the beginnings of its words", () => {
		const one = { phrase: "Ещё дорого", answer: "А с чем сравниваете?" };
		expect(["", "дор", "еще дорог", "сравн дорого"].every((typed) => fits(one, typed))).toBe(true);
		expect(["рого", "дорого скидка"].some((typed) => fits(one, typed))).toBe(false);
	});
	it("sets an article as it was written", () => {
		expect(blocksOf("# Цены\nДо конца\nквартала\n\n- раз\n- два\r\n\nВсё")).toEqual([
			{ kind: "heading", lines: ["Цены"] },
			{ kind: "text", lines: ["До конца", "квартала"] },
			{ kind: "list", lines: ["раз", "два"] },
			{ kind: "text", lines: ["Всё"] },
		]);
	});
});

describe("what calls tell", () => {
	it("makes an answer of a phrase: to a new step, to one that is there, to none yet", () => {
		const fresh = withAnswer(graph, "n2", "Уже есть поставщик", NEW_STEP);
		expect(fresh.nodes.at(-1)).toMatchObject({ type: "objection", title: "Уже есть поставщик" });
		expect(fresh.nodes[1]?.answers).toEqual([{ id: "a1", label: "Уже есть поставщик", to: fresh.nodes.at(-1)?.id }]);
		expect(withAnswer(graph, "n2", "Да", "n3").nodes[1]?.answers[0]?.to).toBe("n3");
		expect(withAnswer(graph, "n2", "Да", "").nodes[1]?.answers[0]?.to).toBeNull();
	});
	it("adds up steps over operators, the one most are lost at first", () => {
		const row = (operator_id: number, node: string, lost: number) => ({
			...{ operator_id, operator: "Анна", node, lost, calls: 10, ended: 1, won: 2, ms: 100 },
		});
		const rows = [row(1, "n1", 1), row(2, "n1", 2), row(1, "n2", 4)];
		expect(stepsOf(rows, null).map((s) => [s.node, s.lost, s.calls])).toEqual([
			["n2", 4, 10],
			["n1", 3, 20],
		]);
		expect(stepsOf(rows, 2).map((s) => [s.node, s.lost])).toEqual([["n1", 2]]);
	});
});
