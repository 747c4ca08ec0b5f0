// SPDX-License-Identifier: GPL-3.0-or-later
// reason.ts - the place of the reason in the letter of a stop: it goes along with the words around it, until somebody writes over it.
const PLACE = "{reason}";

/** The text as it was edited, shown with its reason; before: the same before the edit, with the place. */
export function withPlace(edited: string, before: string, reason: string): string {
	const [head, tail] = before.split(PLACE);
	if (tail === undefined) return edited;
	if (edited.endsWith(reason + tail)) return edited.slice(0, edited.length - (reason + tail).length) + PLACE + tail;
	if (edited.startsWith(head + reason)) return head + PLACE + edited.slice((head + reason).length);
	return edited;
}
