// SPDX-License-Identifier: GPL-3.0-or-later
// Calls.tsx - the journal: a row per call, with the recording under the hand.
import { Box, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { Call } from "../api/types";
import { useMay } from "../app/session";
import { dateTime, duration, phone } from "../parts/format";
import { Word } from "../parts/table/cells";
import { DataTable } from "../parts/table/DataTable";
import { CallDrawer } from "./CallDrawer";
import { PlayButton, Player } from "./Player";

const sumOf = (name: "talk_ms" | "wrap_ms") => (rows: Call[]) => duration(rows.reduce((s, row) => s + row[name], 0));

export function Calls() {
	const { t } = useTranslation();
	const may = useMay();
	const [playing, setPlaying] = useState<Call | null>(null);
	const [params, setParams] = useSearchParams();
	const open = Number(params.get("row")) || null;
	const setOpen = (id: number | null) => {
		const next = new URLSearchParams(params);
		if (id) next.set("row", String(id));
		else next.delete("row");
		setParams(next, { replace: true });
	};
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.calls")}</Title>
			<DataTable
				entity="journal"
				path="/calls"
				label={t("nav.calls")}
				empty={t("calls.empty")}
				entities={["call", "journal"]}
				onOpen={(row) => setOpen(row.id)}
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
									what={row.company ?? row.number}
									active={playing?.id === row.id}
									onPlay={() => setPlaying(row)}
								/>
							),
					},
					{ name: "asked_at", width: 115 },
					{ name: "project_id", width: 100 },
					{ name: "company", grow: true, width: 158 },
					{ name: "number", width: 150, render: (row) => phone(row.number) },
					{ name: "operator_id", width: 140, render: (row) => row.operator_name },
					{ name: "result_id", width: 130, render: (row) => row.result },
					{ name: "cause", width: 110, render: (row) => <Word entity="journal" field="cause" word={row.cause} /> },
					{
						name: "talk_ms",
						width: 75,
						render: (row) => (row.talk_ms ? duration(row.talk_ms) : null),
						sum: sumOf("talk_ms"),
					},
					{ name: "is_dialogue", width: 92 },
				]}
				more={[
					"wrap_ms",
					"share_pct",
					"monologue_ms",
					"silence_ms",
					"interruptions",
					"mos",
					"rating",
					"counts_as",
					"mode",
					"direction",
					"ended_by",
					"sip_code",
					"comment",
					"reason",
					"answered_at",
					"connected_at",
					"ended_at",
					"base_id",
					"id",
				]}
			/>
			{playing?.recording_id && (
				<Player
					recording={playing.recording_id}
					title={`${playing.company ?? phone(playing.number)} · ${dateTime(playing.asked_at)}`}
					onClose={() => setPlaying(null)}
				/>
			)}
			<CallDrawer id={open} onClose={() => setOpen(null)} />
		</Box>
	);
}
