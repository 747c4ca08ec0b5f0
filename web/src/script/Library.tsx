// SPDX-License-Identifier: GPL-3.0-or-later
// Library.tsx - what stands beside the scripts: objections with their answers, and articles; of this project, or of the house.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Project } from "../api/types";
import { useMay } from "../app/session";
import { ListPage } from "../parts/form/ListPage";
import type { TabProps } from "../project/ProjectPage";

/** Whose rows are shown: what is for every project is written by who leads them all. */
function useWhose(project: Project) {
	const { t } = useTranslation();
	const may = useMay();
	const [whose, setWhose] = useState("project");
	const own = whose === "project";
	return {
		ids: own ? { project_id: project.id } : ({} as Record<string, number>),
		fixed: { project_id: own ? project.id : "null" },
		mayMake: own || may("assign_pm"),
		settled: () => !own && !may("assign_pm"),
		key: whose,
		actions: (
			<SegmentedControl
				aria-label={t("library.whose")}
				value={whose}
				onChange={setWhose}
				data={[
					{ value: "project", label: t("library.project") },
					{ value: "house", label: t("library.house") },
				]}
			/>
		),
	};
}

export function Objections({ project }: TabProps) {
	const { t } = useTranslation();
	const { key, ...whose } = useWhose(project);
	return (
		<ListPage
			inner
			key={key}
			entity="objection"
			path="/objections"
			{...whose}
			title={t("project.tab.objections")}
			empty={t("objections.empty")}
			newText={t("objections.new")}
			right="write_script"
			mayRemove={whose.mayMake}
			columns={[
				{ name: "phrase", width: 320 },
				{ name: "answer", grow: true },
			]}
			form={["phrase", "answer"]}
			hints={{ answer: t("objections.answer.what") }}
			rowTitle={(r) => r.phrase}
		/>
	);
}

export function Articles({ project }: TabProps) {
	const { t } = useTranslation();
	const { key, ...whose } = useWhose(project);
	return (
		<ListPage
			inner
			key={key}
			entity="article"
			path="/articles"
			{...whose}
			title={t("project.tab.articles")}
			empty={t("articles.empty")}
			newText={t("articles.new")}
			right="write_script"
			columns={[{ name: "title", grow: true }, "archived", "created_at"]}
			form={["title", "body", "archived"]}
			hints={{ body: t("articles.body.what") }}
			rowTitle={(r) => r.title}
		/>
	);
}
