// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { TextsInput } from "../parts/form/inputs";
import { ListPage } from "../parts/form/ListPage";
import type { TabProps } from "./ProjectPage";

export function MarkColumns({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="mark_column"
			path="/projects/{project_id}/mark_columns"
			ids={{ project_id: project.id }}
			title={t("project.tab.columns")}
			empty={t("mark_columns.empty")}
			newText={t("mark_columns.new")}
			right="run_project"
			columns={[
				{ name: "position", width: 90 },
				{ name: "name", grow: true },
				"type",
				{ name: "choices", width: 260, render: (r) => r.choices?.join(", ") },
				"archived",
			]}
			form={["name", "type", "choices", "position", "archived"]}
			initial={{ type: "text" }}
			hidden={(v) => (v.type === "choice" ? [] : ["choices"])}
			inputs={{ choices: (p) => <TextsInput {...p} /> }}
		/>
	);
}
