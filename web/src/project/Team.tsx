// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";
import type { TabProps } from "./ProjectPage";

export function Team({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="member"
			path="/projects/{project_id}/members"
			ids={{ project_id: project.id }}
			title={t("project.tab.team")}
			empty={t("team.empty")}
			newText={t("team.add")}
			right="run_project"
			mayRemove
			columns={[{ name: "user_id", grow: true }, "created_at"]}
			form={["user_id"]}
			rowTitle={() => t("project.tab.team")}
		/>
	);
}
