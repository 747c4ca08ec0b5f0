// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { fromKop, toKop } from "./money";

describe("sums", () => {
	it("are read as people type them, to the kopeck", () => {
		for (const [text, kop] of [
			["95,50", 9550],
			["95.5", 9550],
			["1 250", 125000],
			["31 954,50", 3195450],
			["0,07", 7],
			["8,29", 829],
		] as const)
			expect(toKop(text), text).toBe(kop);
		for (const text of ["", "-5", "1,234", "1e3", "12,", "пять", "10 руб"]) expect(toKop(text), text).toBeNull();
	});
	it("come back as they were", () => {
		for (const kop of [0, 7, 829, 9550, 125000, 3195450]) expect(toKop(fromKop(kop))).toBe(kop);
		expect(fromKop(null)).toBe("");
	});
});
