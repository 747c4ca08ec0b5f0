// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { url } from "../api/client";
import type { ReportColumn, ReportRow } from "../api/types";
import { columnOf, moved, newKey } from "./form";
import { continued, marked, merged } from "./merged";
import { filtersOf, gone, paramsOf, tabbed } from "./view";

const row = (id: number, last_at = 0) => ({ id, last_at }) as ReportRow;

describe("rows read again", () => {
	it("keep their place, come on top when new, go when they left the filter", () => {
		const after = merged([row(1), row(2), row(3)], [2, 3, 9], [row(9, 50), row(2, 7)]);
		expect(after.map((r) => r.id)).toEqual([9, 1, 2]);
		expect(after[2]?.last_at).toBe(7);
	});
	it("come on top when they were called again, in the order of time", () => {
		const rows = [row(1, 90), row(2, 80), row(3, 70)];
		expect(merged(rows, [2, 3], [row(2, 80), row(3, 95)], 70, true).map((r) => r.id)).toEqual([3, 1, 2]);
		expect(merged(rows, [2, 3], [row(2, 80), row(3, 95)]).map((r) => r.id)).toEqual([1, 2, 3]);
	});
	it("leave rows to their page that the sheet has not come to", () => {
		const after = merged([row(1, 90), row(2, 80)], [5, 9], [row(5, 30), row(9, 85)], 80);
		expect(after.map((r) => r.id)).toEqual([9, 1, 2]);
		expect(continued(after, [row(9, 85), row(5, 30)]).map((r) => r.id)).toEqual([9, 1, 2, 5]);
	});
	it("take a cell as an event tells it, once, and never an older word", () => {
		const said = { contact_id: 2, column_id: 7, value: "Да", version: 2, author: "Анна", changed_at: 5 };
		const rows = [
			{ ...row(1), marks: {} },
			{ ...row(2), marks: {} },
		];
		const now = marked(rows, said);
		expect(now.map((r) => r.marks["mark.7"]?.value)).toEqual([undefined, "Да"]);
		expect(marked(now, { ...said, value: "Нет", version: 1 })).toBe(now);
		expect(marked(now, said)).toBe(now);
		expect(marked(now, { ...said, contact_id: 3, version: 9 })).toBe(now);
	});
});

describe("addresses", () => {
	it("fill the path and keep the operators of filters readable", () => {
		expect(url("/projects/{id}/report", { id: 7 }, { "last_at>": 5, "company~": "ром", state: null })).toBe(
			"/api/projects/7/report?last_at>=5&company~=%D1%80%D0%BE%D0%BC",
		);
		expect(url("/tickets/{token}", { token: "a/b" })).toBe("/api/tickets/a%2Fb");
	});
});

describe("copied rows", () => {
	it("are the server's cells, parted by tabs", () => {
		expect(tabbed('\uFEFFКомпания;Город\r\n"ООО ""А""; Б";Уфа\r\n;\r\n')).toEqual({
			text: 'Компания\tГород\n"ООО ""А""; Б"\tУфа\n\t',
			rows: 2,
		});
	});
});

describe("saved views and the form", () => {
	const columns = [{ key: "company" }, { key: "mark.1" }] as ReportColumn[];
	const view = {
		id: 5,
		columns: [
			{ key: "company", label: "Компания" },
			{ key: "answer.oil", label: "Масло" },
		],
		filters: { "answer.oil": "Да", "mark.1~": "x", "last_at>": "5" },
		sort: "-company",
	};
	it("say which column is gone and filter by the rest", () => {
		expect(gone(view, columns)).toEqual(["Масло"]);
		expect(Object.fromEntries(paramsOf(view, columns))).toEqual({
			"mark.1~": "x",
			"last_at>": "5",
			sort: "-company",
			view: "5",
		});
		expect(filtersOf(new URLSearchParams("view=5&sort=a&q=b"))).toEqual({ q: "b" });
	});
	it("keep keys of formulas apart, and columns in order", () => {
		expect(newKey([{ key: "calc.2" }, { key: "company" }])).toBe("calc.3");
		expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
		expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
		expect(columnOf("columns[3].formula")).toBe(3);
	});
});
