// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs.tsx - work done aside (letters, encoding, backups); what failed for good waits here for a person.
import { Box, Button, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange } from "../api/hooks";
import { tAny } from "../i18n";
import { tell, tellError } from "../parts/states";
import { DataTable } from "../parts/table/DataTable";

export function Jobs() {
	const { t } = useTranslation();
	const again = useChange(
		(id: number) => post("/jobs/{id}/retry", { id }),
		["job"],
		() => tell(t("jobs.queued")),
	);
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.jobs")}</Title>
			<DataTable
				entity="job"
				path="/jobs"
				label={t("nav.jobs")}
				empty={t("jobs.empty")}
				columns={[
					{ name: "kind", width: 200, render: (r) => tAny(`job:${r.kind}`) },
					"state",
					{ name: "tries", width: 90 },
					"run_at",
					{ name: "error", grow: true, width: 300 },
					{
						name: "id",
						label: " ",
						width: 130,
						extra: true,
						render: (r) =>
							r.state === "dead" && (
								<Button size="compact-xs" variant="light" onClick={() => again.mutate(r.id, { onError: tellError })}>
									{t("retry")}
								</Button>
							),
					},
				]}
				more={["ref_id", "created_at", "done_at"]}
			/>
		</Box>
	);
}
