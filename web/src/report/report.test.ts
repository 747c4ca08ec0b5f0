// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { url } from "../api/client";
import type { ReportRow } from "../api/types";
import { merged } from "./merged";

const row = (id: number, last_at = 0) => ({ id, last_at }) as ReportRow;

describe("rows read again", () => {
	it("keep their place, come on top when new, go when they left the filter", () => {
		const after = merged([row(1), row(2), row(3)], [2, 3, 9], [row(9, 50), row(2, 7)]);
		expect(after.map((r) => r.id)).toEqual([9, 1, 2]);
		expect(after[2]?.last_at).toBe(7);
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
