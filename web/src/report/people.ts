// SPDX-License-Identifier: GPL-3.0-or-later
// people.ts - naming people in a comment: the word after @ that is being written, and who of the chosen still stands in the text.
export interface Named {
	id: number;
	name: string;
}

/** What is written after the @ before the cursor; null: nobody is being named. */
export function naming(text: string, cursor: number): string | null {
	return /(?:^|\s)@([^@\n]{0,40})$/.exec(text.slice(0, cursor))?.[1] ?? null;
}

/** The text with the name in place of what was written of it, and where the cursor goes. */
export function withName(text: string, cursor: number, name: string): { text: string; cursor: number } {
	const begun = naming(text, cursor) ?? "";
	const before = `${text.slice(0, cursor - begun.length)}${name} `;
	return { text: before + text.slice(cursor).replace(/^ /, ""), cursor: before.length };
}

export const stillNamed = (text: string, chosen: Named[]): number[] => [
	...new Set(chosen.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id)),
];
