// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { measure } from "./sms";

describe("a short message", () => {
	it("is as long as the server counts it (src/engine/sms/sms_test.c)", () => {
		expect(measure("")).toEqual({ ucs2: false, parts: 1, left: 160 });
		expect(measure("a".repeat(161))).toEqual({ ucs2: false, parts: 2, left: 145 });
		expect(measure("{".repeat(80))).toEqual({ ucs2: false, parts: 1, left: 0 });
		expect(measure("{".repeat(81))).toEqual({ ucs2: false, parts: 2, left: 143 });
		expect(measure("я".repeat(70))).toEqual({ ucs2: true, parts: 1, left: 0 });
		expect(measure("я".repeat(71))).toEqual({ ucs2: true, parts: 2, left: 63 });
		expect(measure("😀".repeat(36))).toEqual({ ucs2: true, parts: 2, left: 61 });
	});
});
