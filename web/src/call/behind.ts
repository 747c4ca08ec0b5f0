// SPDX-License-Identifier: GPL-3.0-or-later
// behind.ts - where the calls behind a figure are: in the journal, or, for who reads a report without it, in that report's list of calls.
import { useMay } from "../app/session";

export function useCallsBehind(): (journal: string | null | undefined) => string | undefined {
	const may = useMay();
	return (journal) => {
		if (!journal) return undefined;
		if (may("see_calls")) return `/calls?${journal}`;
		const filters = journal.split("&");
		const project = filters.find((f) => f.startsWith("project_id="))?.slice("project_id=".length);
		if (!project || !may("see_report") || filters.some((f) => /^(operator|base)_id=/.test(f))) return undefined;
		return `/projects/${project}/report/calls?${filters.filter((f) => !f.startsWith("project_id=")).join("&")}`;
	};
}
