// SPDX-License-Identifier: GPL-3.0-or-later
// SurveyTab.tsx - what people pressed: totals of each question, every reply, and how they rated the talks of each operator.
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";
import { number, phone } from "../parts/format";
import { DataTable } from "../parts/table/DataTable";
import { Parts } from "../project/Parts";
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

function Quotas({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="quota"
			path="/projects/{project_id}/quotas"
			ids={{ project_id: project.id }}
			title={t("survey.quotas")}
			empty={t("quotas.empty")}
			newText={t("quotas.new")}
			right="run_project"
			mayRemove
			columns={[
				{ name: "field", width: 150 },
				{ name: "value", grow: true },
				{ name: "result_id", width: 200 },
				{ name: "got", label: t("quota.got"), extra: true, width: 120, render: (row) => number(row.got) },
				{ name: "target", width: 120 },
				{ name: "filled_at", width: 170 },
			]}
			form={["field", "value", "result_id", "target"]}
			hints={{ value: t("quota.value.hint"), result_id: t("quota.result_id.hint") }}
			rowTitle={(row) => row.value}
		/>
	);
}

const parts = { totals: Totals, replies: Replies, ratings: Ratings, quotas: Quotas };
const rights = { totals: "see_report", replies: "see_report", ratings: "see_calls", quotas: "run_project" } as const;

export function SurveyTab({ project }: TabProps) {
	const { t } = useTranslation();
	const keys = Object.keys(parts) as (keyof typeof parts)[];
	return (
		<Parts
			project={project}
			label={t("project.tab.survey")}
			parts={keys.map((key) => ({ key, label: t(`survey.${key}`), page: parts[key], right: rights[key] }))}
		/>
	);
}
