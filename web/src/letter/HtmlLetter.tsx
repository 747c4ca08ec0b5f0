// SPDX-License-Identifier: GPL-3.0-or-later
// HtmlLetter.tsx - HTML of a letter behind two walls: DOMPurify, then a frame without scripts, origin or network. Pictures of the letter itself come in as
// data; those that stand anywhere else are not shown, so that nobody learns when a letter is read. (Our own CSP holds in the frame too: no styles.)
import DOMPurify from "dompurify";
import { useMemo } from "react";

const RULES = {
	FORBID_TAGS: ["style", "svg", "math", "form", "iframe", "object", "embed", "base", "meta", "link", "input", "button"],
	FORBID_ATTR: ["style", "srcset", "background"],
	ADD_URI_SAFE_ATTR: ["width", "height", "colspan", "rowspan", "align", "start"],
	ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|cid:|data:image\/)/i,
};

/** pictures: data by "cid". */
export function cleaned(html: string, pictures: Record<string, string> = {}): string {
	const body = DOMPurify.sanitize(html, { ...RULES, RETURN_DOM: true }) as HTMLElement;
	for (const img of body.querySelectorAll("img")) {
		const src = img.getAttribute("src") ?? "";
		const data = src.startsWith("cid:") ? pictures[src.slice(4)] : src.startsWith("data:image/") ? src : undefined;
		if (data) img.setAttribute("src", data);
		else img.replaceWith(img.alt ? `[${img.alt}]` : "");
	}
	return body.innerHTML;
}

const NONE = {};

export function HtmlLetter({
	html,
	pictures = NONE,
	title,
}: {
	html: string;
	pictures?: Record<string, string>;
	title: string;
}) {
	const page = useMemo(
		() =>
			`<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:"><body><font face="system-ui, sans-serif">${cleaned(html, pictures)}</font></body>`,
		[html, pictures],
	);
	return <iframe className="letter-frame" sandbox="" title={title} srcDoc={page} />;
}
