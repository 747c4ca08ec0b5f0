// SPDX-License-Identifier: GPL-3.0-or-later
// Missed.tsx - who called and spoke with nobody: a list that empties by itself as people are spoken with
// (MissedHere.tsx offers them at the seat).
import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ListPage } from "../parts/form/ListPage";
import { duration, phone } from "../parts/format";
import { RefName } from "../parts/table/cells";
import { Tickets } from "./Tickets";

export function Missed() {
	const { t } = useTranslation();
	const [params, setParams] = useSearchParams();
	const part = params.get("part") === "tickets" ? "tickets" : "missed";
	const tabs = (
		<SegmentedControl
			aria-label={t("nav.missed")}
			value={part}
			onChange={(part) => setParams({ part })}
			data={["missed", "tickets"].map((value) => ({ value, label: t(`missed.tab.${value}`) }))}
		/>
	);
	if (part === "tickets") return <Tickets tabs={tabs} />;
	return (
		<ListPage
			entity="missed_call"
			path="/missed_calls"
			title={t("nav.missed")}
			empty={t("missed.empty")}
			mayMake={false}
			right="open_card"
			actions={tabs}
			columns={[
				"last_at",
				{ name: "caller", width: 170, render: (r) => (r.caller ? phone(r.caller) : t("missed.hidden")) },
				{ name: "calls", width: 90 },
				{ name: "waited_ms", width: 90, render: (r) => duration(r.waited_ms) },
				"project_id",
				{ name: "queue_id", width: 150, render: (r) => <RefName entity="queue" id={r.queue_id} project={r.project_id} /> },
				{ name: "state", width: 130 },
				"user_id",
				{ name: "note", grow: true, width: 200 },
			]}
			more={["created_at", "done_at"]}
			form={["state", "note"]}
			rowTitle={(row) => (row.caller ? phone(row.caller) : t("missed.hidden"))}
		/>
	);
}
