// SPDX-License-Identifier: GPL-3.0-or-later
// Parts.tsx - a tab of several tables, one at a time: which one, what is searched and how it is sorted stand in the address.
import { SegmentedControl, Stack } from "@mantine/core";
import type { ComponentType } from "react";
import { useSearchParams } from "react-router";
import { type Right, useMay } from "../app/session";
import type { TabProps } from "./ProjectPage";

export interface Part {
	key: string;
	label: string;
	page: ComponentType<TabProps>;
	/** Who sees it; whoever sees the tab when it says nothing. */
	right?: Right;
}

export function Parts({ label, parts, project }: { label: string; parts: Part[] } & TabProps) {
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const shown = parts.filter(({ right }) => !right || may(right));
	const part = shown.find(({ key }) => key === params.get("part")) ?? shown[0];
	if (!part) return null;
	return (
		<Stack className="tab-page" gap="xs">
			<SegmentedControl
				mt="sm"
				w="fit-content"
				aria-label={label}
				value={part.key}
				onChange={(part) => setParams({ part })}
				data={shown.map(({ key, label }) => ({ value: key, label }))}
			/>
			<part.page key={part.key} project={project} />
		</Stack>
	);
}
