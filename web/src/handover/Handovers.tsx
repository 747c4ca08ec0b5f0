// SPDX-License-Identifier: GPL-3.0-or-later
// Handovers.tsx - projects on their way from sales to the project department, and how busy those are who could lead them.
import { Box, Group, SegmentedControl, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Query } from "../api/client";
import { useMay } from "../app/session";
import { DataTable } from "../parts/table/DataTable";
import { useNewDraft } from "./NewDraft";
import { PmLoad } from "./PmLoad";

const views: Record<"waiting" | "drafts" | "all", Query> = {
	waiting: { state: "handed_over,ready", pm_id: "null" },
	drafts: { state: "draft", sales_id: "!null" },
	all: { sales_id: "!null" },
};

export function Handovers() {
	const { t } = useTranslation();
	const navigate = useNavigate();
	const may = useMay();
	const draft = useNewDraft();
	const [view, setView] = useState<keyof typeof views>(may("assign_pm") ? "waiting" : "all");
	return (
		<Box className="page-full">
			<Group justify="space-between">
				<Title order={1}>{t("nav.handovers")}</Title>
				<SegmentedControl
					aria-label={t("nav.handovers")}
					value={view}
					onChange={(v) => setView(v as keyof typeof views)}
					data={(Object.keys(views) as (keyof typeof views)[]).map((value) => ({ value, label: t(`handovers.${value}`) }))}
				/>
			</Group>
			<DataTable
				key={view}
				entity="handover"
				path="/handovers"
				fixed={views[view]}
				label={t("nav.handovers")}
				empty={t(view === "waiting" ? "handovers.empty.waiting" : "handovers.empty")}
				makeAction={view !== "waiting" && draft.button}
				entities={["handover", "project"]}
				onOpen={(row) => navigate(`/projects/${row.id}/handover`)}
				columns={[
					{ name: "name", grow: true, width: 240 },
					{ name: "customer_id", width: 140 },
					{ name: "state", width: 120 },
					{ name: "sales_name", width: 140 },
					{ name: "handed_at", width: 125 },
					{ name: "pm_name", width: 140 },
					{ name: "volume_dialogues", width: 100 },
					{ name: "letter_state", width: 105 },
				]}
				more={["type", "starts_on", "ends_on", "created_at", "files"]}
			/>
			{draft.drawer}
			{may("assign_pm") && <PmLoad />}
		</Box>
	);
}
