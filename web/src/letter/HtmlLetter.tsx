// SPDX-License-Identifier: GPL-3.0-or-later
// HtmlLetter.tsx - HTML of a letter behind two walls: DOMPurify, then a frame without scripts, origin or network.
import DOMPurify from "dompurify";
import { useMemo } from "react";

const RULES = {
	FORBID_TAGS: ["style", "svg", "math", "form", "iframe", "object", "embed", "base", "meta", "link", "input", "button"],
	FORBID_ATTR: ["style", "srcset", "background"],
	ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|cid:|data:image\/)/i,
};

export function cleaned(html: string): string {
	return DOMPurify.sanitize(html, RULES);
}

export function HtmlLetter({ html, title }: { html: string; title: string }) {
	const page = useMemo(
		() =>
			`<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: blob:"><body>${cleaned(html)}</body>`,
		[html],
	);
	return <iframe className="letter-frame" sandbox="" title={title} srcDoc={page} />;
}
