// SPDX-License-Identifier: GPL-3.0-or-later
// drafts.ts - letters that are being written, kept in this browser until they are sent or thrown away, so that neither a reload nor a closed window loses
// them. Each is one person's, in one mailbox; another person at the same computer is shown none of them.
import type { MailUpload } from "../api/types";
import type { Task } from "./Compose";

export interface Draft {
	to: string;
	cc: string;
	subject: string;
	text: string;
	files: MailUpload[];
	asked: number[];
	/** What a new letter is about; of an answer its thread says. */
	project: number | null;
	reason: string;
	/** The key by which the server takes a letter once, whatever the browser asks twice. */
	once: string;
}
export interface KeptDraft extends Draft {
	task: Task;
	at: number;
}

const PREFIX = "mail-draft:";
const KEPT_MS = 60 * 86400e3;

export const placeOf = (user: number, box: number) => `${PREFIX}${user}:${box}:`;
const keyOf = (place: string, task: Task) =>
	`${place}${task.kind === "new" ? `new${task.of ? `:${task.of}` : ""}` : `${task.kind}:${task.letter}`}`;

function parsed(text: string | null): KeptDraft | null {
	try {
		const draft = JSON.parse(text ?? "null") as KeptDraft | null;
		return draft && typeof draft.text === "string" && Date.now() - draft.at < KEPT_MS ? draft : null;
	} catch {
		return null;
	}
}

export const keptDraft = (place: string, task: Task) => parsed(localStorage.getItem(keyOf(place, task)));

/** False when the browser has no room for it: then the writer should know. */
export function keepDraft(place: string, task: Task, draft: Draft): boolean {
	try {
		localStorage.setItem(keyOf(place, task), JSON.stringify({ ...draft, task, at: Date.now() }));
		return true;
	} catch {
		return false;
	}
}

export const dropDraft = (place: string, task: Task) => localStorage.removeItem(keyOf(place, task));

/** All of a person in a mailbox, the last written first; those of long ago are thrown away. */
export function keptDrafts(place: string): KeptDraft[] {
	const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
	for (const key of keys) if (!parsed(localStorage.getItem(key))) localStorage.removeItem(key);
	return keys
		.filter((key) => key.startsWith(place))
		.flatMap((key) => parsed(localStorage.getItem(key)) ?? [])
		.sort((a, b) => b.at - a.at);
}
