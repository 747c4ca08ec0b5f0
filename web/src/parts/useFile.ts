// SPDX-License-Identifier: GPL-3.0-or-later
// useFile.ts - where a link to a table leads: to the file, or to the profile of who must set a second factor up first.
import { useMe } from "../app/session";

export function useFile() {
	const locked = useMe().export_locked;
	return (href: string) => (locked ? { href: "/profile" } : { href, download: true });
}
