// SPDX-License-Identifier: GPL-3.0-or-later
// refs.ts - names of the things rows refer to by number: users, customers, projects, results, bases, trunks.
import type { ListPath } from "./client";
import { useAll } from "./hooks";

const paths: Record<string, ListPath> = {
	user: "/users",
	customer: "/customers",
	project: "/projects",
	seller: "/sellers",
	trunk: "/trunks",
	pause_reason: "/pause_reasons",
	result: "/projects/{project_id}/results",
	base: "/projects/{project_id}/bases",
	queue: "/projects/{project_id}/queues",
	call_flow: "/projects/{project_id}/flows",
	number: "/projects/{project_id}/numbers",
};

export interface Option {
	value: string;
	label: string;
}

/** All rows of an entity as options; empty for one the person may not read. */
export function useOptions(entity: string | undefined, project?: number): Option[] {
	const path = entity ? paths[entity] : undefined;
	const scoped = !!path?.includes("{project_id}");
	const { rows } = useAll(
		path ?? "/users",
		scoped ? { project_id: project ?? 0 } : {},
		entity,
		{},
		!!path && (!scoped || !!project),
	);
	if (!path) return [];
	return (rows as unknown as { id: number; name?: string; e164?: string }[]).map((row) => ({
		value: String(row.id),
		label: row.name ?? row.e164 ?? `№ ${row.id}`,
	}));
}

export function useName(entity: string | undefined, id: number | null | undefined, project?: number): string {
	const options = useOptions(id ? entity : undefined, project);
	if (!id) return "";
	return options.find((option) => option.value === String(id))?.label ?? `№ ${id}`;
}
