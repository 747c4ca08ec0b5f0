// SPDX-License-Identifier: GPL-3.0-or-later
// SurveyTab.tsx - what people pressed: totals of each question, every reply, and how they rated the talks of each operator.
import { SegmentedControl, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMay } from "../app/session";
import { phone } from "../parts/format";
import { DataTable } from "../parts/table/DataTable";
import type { TabProps } from "../project/ProjectPage";
import { Ratings } from "./Ratings";
import { Totals } from "./Totals";

function Replies({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<DataTable
			entity="survey_reply"
			path="/projects/{project_id}/survey_replies"
			ids={{ project_id: project.id }}
			label={t("survey.replies")}
			empty={t("survey.replies.empty")}
			entities={["survey_reply"]}
			columns={[
				{ name: "asked_at", width: 120 },
				{ name: "company", grow: true, width: 200 },
				{ name: "number", render: (row) => phone(row.number) },
				{ name: "question", width: 220 },
				{ name: "key", width: 90 },
				{ name: "value", width: 180 },
			]}
			more={["answered_at", "counts", "call_id", "contact_id", "id"]}
		/>
	);
}

const parts = { totals: Totals, replies: Replies, ratings: Ratings };

export function SurveyTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const shown = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => part !== "ratings" || may("see_calls"));
	const at = shown.find((part) => part === params.get("part")) ?? "totals";
	const Part = parts[at];
	return (
		<Stack className="tab-page" gap="xs">
			<SegmentedControl
				mt="sm"
				w="fit-content"
				aria-label={t("project.tab.survey")}
				value={at}
				onChange={(part) => setParams({ part })}
				data={shown.map((value) => ({ value, label: t(`survey.${value}`) }))}
			/>
			<Part key={at} project={project} />
		</Stack>
	);
}
