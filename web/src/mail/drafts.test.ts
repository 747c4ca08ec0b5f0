// SPDX-License-Identifier: GPL-3.0-or-later
import { beforeEach, expect, test, vi } from "vitest";
import { type Draft, dropDraft, keepDraft, keptDraft, keptDrafts, placeOf } from "./drafts";

const draft = (text: string): Draft => ({
	to: "a@b",
	cc: "",
	subject: "s",
	text,
	files: [],
	asked: [],
	project: null,
	reason: "",
	once: "x",
});
const place = placeOf(1, 2);

beforeEach(() => {
	const kept = new Map<string, string>();
	vi.stubGlobal(
		"localStorage",
		new Proxy(
			{
				getItem: (k: string) => kept.get(k) ?? null,
				setItem: (k: string, v: string) => void kept.set(k, v),
				removeItem: (k: string) => void kept.delete(k),
			},
			{ ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
		),
	);
});

test("a draft is kept by person, mailbox and letter, and dropped", () => {
	expect(keepDraft(place, { kind: "new" }, draft("новое"))).toBe(true);
	keepDraft(place, { kind: "answer", letter: 5 }, draft("ответ"));
	keepDraft(placeOf(9, 2), { kind: "new" }, draft("чужое"));
	expect(keptDraft(place, { kind: "answer", letter: 5 })?.text).toBe("ответ");
	expect(keptDraft(place, { kind: "forward", letter: 5 })).toBeNull();
	expect(
		keptDrafts(place)
			.map((d) => d.text)
			.sort(),
	).toEqual(["новое", "ответ"]);
	dropDraft(place, { kind: "answer", letter: 5 });
	expect(keptDrafts(place)).toHaveLength(1);
});

test("what is broken or old is none", () => {
	localStorage.setItem(`${place}new`, "{");
	expect(keptDraft(place, { kind: "new" })).toBeNull();
	localStorage.setItem(
		`${place}new`,
		JSON.stringify({ ...draft("x"), task: { kind: "new" }, at: Date.now() - 61 * 86400e3 }),
	);
	expect(keptDrafts(place)).toEqual([]);
	expect(localStorage.getItem(`${place}new`)).toBeNull();
});
