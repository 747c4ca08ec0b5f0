// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { ahead, fromInput, here, toInput, tomorrowAt, zoneOr } from "./moments";

describe("a promised moment", () => {
	const noon = Date.UTC(2026, 2, 12, 12, 0, 30);
	it("is on the client's clock, both ways", () => {
		expect(ahead("Asia/Yekaterinburg", noon)).toBe(5 * 3_600_000);
		expect(toInput(noon, "Asia/Yekaterinburg")).toBe("2026-03-12T17:00");
		expect(fromInput("2026-03-13T10:00", "Asia/Yekaterinburg")).toBe(Date.UTC(2026, 2, 13, 5));
		expect(fromInput("", "Asia/Yekaterinburg")).toBeNull();
	});
	it("tomorrow is the client's tomorrow", () => {
		const late = Date.UTC(2026, 2, 12, 20, 30); // 06:30 of the 13th in Vladivostok
		expect(tomorrowAt(10, "Asia/Vladivostok", late)).toBe(Date.UTC(2026, 2, 14, 0));
		expect(tomorrowAt(10, "Europe/Moscow", late)).toBe(Date.UTC(2026, 2, 13, 7));
	});
	it("counts by the clock of its own day when clocks are changed", () => {
		expect(fromInput("2026-03-29T10:00", "Europe/Berlin")).toBe(Date.UTC(2026, 2, 29, 8));
		expect(fromInput("2026-03-29T01:30", "Europe/Berlin")).toBe(Date.UTC(2026, 2, 29, 0, 30));
		expect(tomorrowAt(10, "Europe/Berlin", Date.UTC(2026, 2, 28, 12))).toBe(Date.UTC(2026, 2, 29, 8));
	});
	it("of a zone nobody knows is by this clock", () => {
		expect(zoneOr("Nowhere/Land")).toBe(here());
		expect(zoneOr(null)).toBe(here());
		expect(zoneOr("Asia/Tokyo")).toBe("Asia/Tokyo");
	});
});
