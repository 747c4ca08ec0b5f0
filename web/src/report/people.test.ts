// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { naming, stillNamed, withName } from "./people";

describe("naming people", () => {
	it("begins after an @ that begins a word, and never in an address", () => {
		expect(naming("Спросите @Оль", 13)).toBe("Оль");
		expect(naming("@", 1)).toBe("");
		expect(naming("пишите a@b.example", 18)).toBe(null);
		expect(naming("просто текст", 12)).toBe(null);
	});
	it("puts the name where it was begun, and leaves the rest", () => {
		expect(withName("Спросите @Оль завтра", 13, "Ольга Смирнова")).toEqual({
			text: "Спросите @Ольга Смирнова завтра",
			cursor: 25,
		});
	});
	it("forgets who was taken out of the text again", () => {
		const chosen = [
			{ id: 1, name: "Ольга" },
			{ id: 2, name: "Пётр" },
			{ id: 1, name: "Ольга" },
		];
		expect(stillNamed("@Ольга, посмотрите", chosen)).toEqual([1]);
	});
});
