// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { daysOf } from "./period";

describe("periods", () => {
	const now = new Date(2026, 2, 31, 23, 30);
	it("are whole days of the calendar", () => {
		expect(daysOf("today", now)).toEqual({ from: "2026-03-31", to: "2026-03-31" });
		expect(daysOf("week", now)).toEqual({ from: "2026-03-25", to: "2026-03-31" });
		expect(daysOf("this_month", now)).toEqual({ from: "2026-03-01", to: "2026-03-31" });
		expect(daysOf("last_month", now)).toEqual({ from: "2026-02-01", to: "2026-02-28" });
		expect(daysOf("last_month", new Date(2026, 0, 1))).toEqual({ from: "2025-12-01", to: "2025-12-31" });
	});
});
