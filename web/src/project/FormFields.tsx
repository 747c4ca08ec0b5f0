// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { RefsInput, TextsInput } from "../parts/form/inputs";
import { ListPage } from "../parts/form/ListPage";
import type { TabProps } from "./ProjectPage";

export function FormFields({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="form_field"
			path="/projects/{project_id}/form_fields"
			ids={{ project_id: project.id }}
			title={t("project.tab.form")}
			empty={t("form_fields.empty")}
			newText={t("form_fields.new")}
			right="run_project"
			columns={[
				{ name: "position", width: 90 },
				{ name: "label", grow: true },
				"key",
				"type",
				{ name: "choices", render: (r) => r.choices?.join(", ") },
				"archived",
			]}
			form={["label", "key", "type", "choices", "required_by", "position", "archived"]}
			initial={{ type: "text" }}
			hints={{ key: t("form_fields.key.what") }}
			hidden={(v) => (v.type === "choice" ? [] : ["choices"])}
			inputs={{
				choices: (p) => <TextsInput {...p} />,
				required_by: (p) => <RefsInput {...p} entity="result" project={project.id} />,
			}}
			rowTitle={(r) => r.label}
		/>
	);
}
