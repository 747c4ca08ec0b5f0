// SPDX-License-Identifier: GPL-3.0-or-later
// PacingChart.tsx - the last minutes: operators who wait, lines that ring, dials. The log below it says the same in a table.
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { PacingSecond } from "../api/types";
import { Chart, type Ink } from "../parts/Chart";
import { clockSeconds } from "../parts/format";

export function PacingChart({ rows }: { rows: PacingSecond[] }) {
	const { t } = useTranslation();
	const draw = useCallback(
		(ink: Ink) => {
			const inOrder = [...rows].reverse();
			const curve = (key: "idle" | "ringing" | "talking", color: string) => ({
				name: t(`pacing_log.${key}`),
				type: "line",
				step: "end",
				showSymbol: false,
				data: inOrder.map((row) => row[key]),
				itemStyle: { color },
				lineStyle: { color, width: 1.5 },
			});
			return {
				grid: { left: 36, right: 12, top: 30, bottom: 24 },
				xAxis: ink.names(inOrder.map((row) => clockSeconds(row.at))),
				yAxis: ink.values({ minInterval: 1 }),
				series: [
					{
						name: t("pacing_log.dialled"),
						type: "bar",
						data: inOrder.map((row) => row.dialled),
						itemStyle: { color: ink.bar },
					},
					curve("ringing", ink.orange),
					curve("idle", "#2f9e44"),
					curve("talking", ink.dark ? "#748ffc" : "#4263eb"),
				],
			};
		},
		[rows, t],
	);
	return <Chart height={220} draw={draw} />;
}
