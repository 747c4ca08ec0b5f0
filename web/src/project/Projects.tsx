// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useMay } from "../app/session";
import { useNewDraft } from "../handover/NewDraft";
import { ListPage } from "../parts/form/ListPage";

export function Projects() {
	const { t } = useTranslation();
	const navigate = useNavigate();
	const may = useMay();
	const draft = useNewDraft();
	return (
		<>
			<ListPage
				entity="project"
				path="/projects"
				title={t("nav.projects")}
				empty={t("projects.empty")}
				newText={t("projects.new")}
				right="run_project"
				makeAction={may("hand_over") && draft.button}
				onOpen={(row) => navigate(`/projects/${row.id}`)}
				onMade={(row) => navigate(`/projects/${row.id}/settings`)}
				columns={[
					{ name: "name", grow: true, width: 260 },
					{ name: "customer_id", width: 160 },
					{ name: "state", width: 110 },
					{ name: "type", width: 165 },
					{ name: "pm_id", width: 160 },
					{ name: "plan_per_day", width: 125, sum: true },
					{ name: "volume_dialogues", width: 110, sum: true },
					"ends_on",
				]}
				more={["mode", "starts_on", "timezone", "trunk_id", "created_at"]}
				form={[
					"name",
					"customer_id",
					"type",
					"pm_id",
					"mode",
					"volume_dialogues",
					"plan_per_day",
					"starts_on",
					"ends_on",
					"timezone",
				]}
				initial={{ type: "cold_calls", mode: "progressive", timezone: "Europe/Moscow" }}
			/>
			{draft.drawer}
		</>
	);
}
