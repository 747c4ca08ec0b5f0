// SPDX-License-Identifier: GPL-3.0-or-later
// ReportCalls.tsx - the calls behind a figure or a line of an act, as the report of their project tells them.
import { Box, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { ReportCall } from "../api/types";
import { useMay } from "../app/session";
import { PlayButton, Player } from "../call/Player";
import { dateTime, phone } from "../parts/format";
import { DataTable } from "../parts/table/DataTable";

export function ReportCalls() {
	const { t } = useTranslation();
	const may = useMay();
	const id = Number(useParams().id);
	const [playing, setPlaying] = useState<ReportCall | null>(null);
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.calls")}</Title>
			<DataTable
				entity="report_call"
				path="/projects/{id}/report/calls"
				ids={{ id, project_id: id }}
				label={t("nav.calls")}
				empty={t("calls.empty")}
				entities={["call", "journal"]}
				columns={[
					{
						name: "recording_id",
						label: " ",
						width: 46,
						extra: true,
						render: (row) =>
							row.recording_id &&
							may("listen") && (
								<PlayButton
									what={row.company ?? dateTime(row.asked_at)}
									active={playing?.id === row.id}
									onPlay={() => setPlaying(row)}
								/>
							),
					},
					{ name: "asked_at", width: 115 },
					{ name: "company", grow: true, width: 200 },
					{ name: "number", width: 160, render: (row) => phone(row.number) },
					"talk_ms",
					{ name: "result_id", width: 200, render: (row) => row.result },
				]}
			/>
			{playing?.recording_id && (
				<Player
					recording={playing.recording_id}
					title={`${playing.company ?? ""} · ${dateTime(playing.asked_at)}`}
					onClose={() => setPlaying(null)}
				/>
			)}
		</Box>
	);
}
