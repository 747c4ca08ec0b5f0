// SPDX-License-Identifier: GPL-3.0-or-later
// pictures.ts - pictures inside a letter ("cid:"), taken out of the letter itself and given to its frame as data, since the frame reaches no network.
// What is no picture by its first bytes is none, whatever it calls itself; drawings (SVG) are not shown.
import { useQuery } from "@tanstack/react-query";
import { url } from "../api/client";
import { useGet } from "../api/hooks";
import type { MailLetter } from "../api/types";

const ONE_MAX = 5 << 20;
const ALL_MAX = 20 << 20;
const MANY = 50;

const SIGNS: [string, number[]][] = [
	["image/png", [0x89, 0x50, 0x4e, 0x47]],
	["image/jpeg", [0xff, 0xd8, 0xff]],
	["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/** The type of a picture by its first bytes; null: it is none we show. */
export function pictureType(bytes: Uint8Array): string | null {
	const webp = String.fromCharCode(...bytes.slice(0, 4), ...bytes.slice(8, 12)) === "RIFFWEBP";
	return webp ? "image/webp" : (SIGNS.find(([, sign]) => sign.every((b, i) => bytes[i] === b))?.[0] ?? null);
}

/** The names of pictures the HTML asks for. */
export const askedPictures = (html: string): Set<string> =>
	new Set([...html.matchAll(/src="cid:([^"]+)"/gi)].map((m) => (m[1] ?? "").replace(/&amp;/g, "&")));

function base64(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
	return btoa(text);
}

async function fetched(letter: number, files: MailLetter["files"], signal: AbortSignal): Promise<Record<string, string>> {
	const pictures: Record<string, string> = {};
	let room = ALL_MAX;
	for (const file of files) {
		if (file.bytes > ONE_MAX || file.bytes > room) continue;
		room -= file.bytes;
		const answer = await fetch(url("/mail-letters/{id}/parts/{part_id}", { id: letter, part_id: file.part }), { signal });
		if (!answer.ok) continue;
		const bytes = new Uint8Array(await answer.arrayBuffer());
		const type = pictureType(bytes);
		if (type) pictures[file.cid] = `data:${type};base64,${base64(bytes)}`;
	}
	return pictures;
}

/** Data by the name ("cid") of each picture that the letter's HTML shows; grows from nothing to all of them. */
export function usePictures(letter: MailLetter, html: string): Record<string, string> {
	const asked = askedPictures(html);
	const listed = letter.files.length > 0 || !letter.files_n;
	const whole = useGet("/mail-letters/{id}", { id: letter.id }, {}, { enabled: asked.size > 0 && !listed });
	const all = listed ? letter.files : whole.data?.id === letter.id ? whole.data.files : [];
	const files = all.filter((f) => f.cid && asked.has(f.cid)).slice(0, MANY);
	const { data } = useQuery({
		queryKey: ["mail_pictures", letter.id, files.map((f) => f.part)],
		queryFn: ({ signal }) => fetched(letter.id, files, signal),
		enabled: files.length > 0,
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 60_000,
	});
	return data ?? {};
}
