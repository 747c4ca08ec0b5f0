// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import type { FormField, Result } from "../api/types";
import { hotKeys, lacks } from "./results";

const result = (id: number, more: Partial<Result> = {}) =>
	({
		id,
		version: 1,
		project_id: 1,
		parent_id: null,
		position: id,
		name: `r${id}`,
		effect: "final",
		counts_as: "nothing",
		retry_min: 0,
		hot_key: null,
		asks_comment: false,
		archived: false,
		...more,
	}) as Result;
const results = [result(1), result(2, { effect: "callback" }), result(3), result(4, { parent_id: 3, asks_comment: true })];
const fields = [
	{
		id: 1,
		key: "volume",
		label: "Объём",
		type: "number",
		required_by: [1],
		choices: null,
		archived: false,
		position: 0,
		project_id: 1,
		version: 1,
	},
] as FormField[];
const draft = {
	comment: "",
	answers: {},
	path: [],
	result_id: 1 as number | null,
	due_at: null as number | null,
	mine: true,
};

describe("what a result asks for", () => {
	it("a result, and not a mere heading", () => {
		expect(lacks(results, fields, { ...draft, result_id: null }, 0)?.result).toBe(true);
		expect(lacks(results, fields, { ...draft, result_id: 3 }, 0)?.result).toBe(true);
	});
	it("the fields of the form it needs", () => {
		expect(lacks(results, fields, draft, 0)?.fields).toEqual(["volume"]);
		expect(lacks(results, fields, { ...draft, answers: { volume: "200" } }, 0)).toBeNull();
	});
	it("a comment, and a moment to call back that is not past", () => {
		expect(lacks(results, [], { ...draft, result_id: 4 }, 0)?.comment).toBe(true);
		expect(lacks(results, [], { ...draft, result_id: 4, comment: "дорого" }, 0)).toBeNull();
		expect(lacks(results, [], { ...draft, result_id: 2, due_at: 5 }, 10)?.callback).toBe(true);
		expect(lacks(results, [], { ...draft, result_id: 2, due_at: 50 }, 10)).toBeNull();
	});
});

describe("the digits of results", () => {
	it("are their own, and those of places nobody has taken", () => {
		const three = [result(1), result(2), result(3, { hot_key: "1" })];
		expect(hotKeys(three)).toEqual(["", "2", "1"]);
		expect(hotKeys([result(1), result(2, { hot_key: "7" })])).toEqual(["1", "7"]);
	});
});
