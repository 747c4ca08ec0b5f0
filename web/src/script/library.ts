// SPDX-License-Identifier: GPL-3.0-or-later
// library.ts - objections and articles a project may use: its own first, then those of the house. For who may read neither: none.
import { useAll } from "../api/hooks";
import { useMay } from "../app/session";

export function useObjections(project: number, enabled = true) {
	const own = useAll("/objections", {}, "objection", { project_id: project }, enabled).rows;
	const house = useAll("/objections", {}, "objection", { project_id: "null" }, enabled).rows;
	return [...own, ...house];
}

export function useLibrary(project: number) {
	const reads = useMay()("open_card");
	const own = useAll("/articles", {}, "article", { project_id: project, archived: "no" }, reads).rows;
	const house = useAll("/articles", {}, "article", { project_id: "null", archived: "no" }, reads).rows;
	return { articles: [...own, ...house], objections: useObjections(project, reads) };
}
