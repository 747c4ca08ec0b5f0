// SPDX-License-Identifier: GPL-3.0-or-later
// Settings.tsx - everything about a project that is set once: the order, dialling, hours, the evening letter.
import { Box, Paper, SimpleGrid, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { patch } from "../api/client";
import { useChange } from "../api/hooks";
import type { Project } from "../api/types";
import { useMay } from "../app/session";
import { EntityForm } from "../parts/form/EntityForm";
import { MinuteInput } from "../parts/form/inputs";
import { tell } from "../parts/states";
import { Retention } from "../setting/Retention";
import { HoursGrid } from "./HoursGrid";
import type { TabProps } from "./ProjectPage";

const groups: { key: string; names: string[]; columns?: number }[] = [
	{
		key: "order",
		names: [
			"name",
			"type",
			"pm_id",
			"volume_dialogues",
			"plan_per_day",
			"starts_on",
			"ends_on",
			"timezone",
			"language",
			"customer_approves",
		],
		columns: 2,
	},
	{ key: "talk", names: ["goal", "offer", "task", "peculiarities"] },
	{
		key: "dialling",
		names: [
			"mode",
			"trunk_id",
			"caller_number",
			"caller_label",
			"ring_s",
			"wrap_up_s",
			"preview_s",
			"preview_then",
			"dialogue_s",
			"records",
		],
		columns: 2,
	},
	{
		key: "agentless",
		names: ["flow_id", "lines_max", "calls_per_min", "machine_text"],
		columns: 2,
	},
	{ key: "rating", names: ["after_flow_id"] },
	{ key: "predictive", names: ["abandon_max", "abandon_window", "abandoned_text"], columns: 2 },
	{
		key: "attempts",
		names: [
			"attempts_total",
			"attempts_day",
			"attempts_week",
			"attempt_gap_min",
			"takes_first",
			"promised_when",
			"fresh_by",
			"stick_min",
		],
		columns: 2,
	},
	{ key: "rules", names: ["purpose", "jurisdiction", "calls_days_off", "record_notice", "notice_text"], columns: 2 },
	{ key: "hours", names: ["hours"] },
	{ key: "acceptance", names: ["accept_days"] },
	{ key: "letter", names: ["letter_on", "letter_minute", "letter_to", "link_days"], columns: 2 },
];

export function Settings({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			patch("/projects/{id}", { id: project.id }, values, version),
		["project"],
		() => tell(t("saved")),
	);
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<SimpleGrid cols={{ base: 1, lg: 2 }}>
				{groups.map((group) => (
					<Paper withBorder p="md" key={group.key}>
						<Title order={2} mb="sm">
							{t(`project.group.${group.key}`)}
						</Title>
						<EntityForm<Project>
							entity="project"
							names={group.names}
							row={project}
							columns={group.columns}
							project={project.id}
							hints={{
								accept_days: t("project.accept_days.hint"),
								preview_then: t("project.preview_then.hint"),
								flow_id: t("project.flow_id.hint"),
								after_flow_id: t("project.after_flow_id.hint"),
								calls_per_min: t("project.calls_per_min.hint"),
								machine_text: t("project.machine_text.hint"),
							}}
							inputs={{
								hours: ({ value, onChange }) => <HoursGrid value={value} onChange={onChange} />,
								letter_minute: (props) => <MinuteInput {...props} />,
							}}
							save={(values, version) => save.mutateAsync({ values, version })}
						/>
					</Paper>
				))}
				{may("run_project") && <Retention project={project.id} />}
			</SimpleGrid>
		</Box>
	);
}
