// SPDX-License-Identifier: GPL-3.0-or-later
// keys.ts - hot keys as hands mean them: letters by their place, whatever the layout; at the seat a key held down counts once, and what is
// pressed in a window or a menu above it is not for what lies below.
import { useHotkeys } from "@mantine/hooks";

export type Keys = [key: string, run: () => void][];
const BY_PLACE = { preventDefault: true, usePhysicalKeys: true };

/** Letters with Ctrl: in a Russian layout Ctrl+K is Ctrl+л. ignored: tags in which they are the text's own. */
export function useLetterKeys(keys: Keys, ignored: string[] = []) {
	useHotkeys(
		keys.map(([key, run]) => [key, () => run(), BY_PLACE]),
		ignored,
	);
}

const inside = ({ target }: KeyboardEvent, what: string) => target instanceof Element && !!target.closest(what);

function inText({ target }: KeyboardEvent): boolean {
	if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button"].includes(target.type);
	return target instanceof HTMLElement && (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName));
}

/** anywhere: from a window above too (hang up); seat: not from there; script: nor from a menu, or while one types (digits). */
export function useSeatKeys(keys: Keys, where: "anywhere" | "seat" | "script" = "seat") {
	useHotkeys(
		keys.map(([key, run]) => [
			key,
			(e) => {
				if (where === "script" && (inText(e) || inside(e, '[role="menu"]'))) return;
				e.preventDefault();
				if (!e.repeat && (where === "anywhere" || !inside(e, '[role="dialog"]'))) run();
			},
			{},
		]),
		[],
	);
}
