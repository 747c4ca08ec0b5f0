// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it, vi } from "vitest";

vi.mock("../i18n", () => ({ i18next: { language: "ru" } }));
const { duration, ofDay, phone, toMinutes } = await import("./format");

describe("format", () => {
	it("durations", () => {
		expect([duration(0), duration(75_999), duration(3_675_000), duration(-5)]).toEqual([
			"00:00",
			"01:15",
			"1:01:15",
			"00:00",
		]);
	});
	it("telephone numbers", () => {
		expect(phone("+78124483454", "12")).toBe("+7 812 448-34-54 (12)");
		expect(phone("+442071838750")).toBe("+442071838750");
	});
	it("minutes of the day, both ways", () => {
		for (const m of [0, 540, 1260, 1439]) expect(toMinutes(ofDay(m))).toBe(m);
		expect(toMinutes("25:00")).toBeNull();
		expect(toMinutes("9:5")).toBeNull();
	});
});
