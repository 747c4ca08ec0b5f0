// SPDX-License-Identifier: GPL-3.0-or-later
// DaysChart.tsx - dialogues as bars, conversion dialogue → lead as a line; a table with the same figures for those who do not see it.
import { VisuallyHidden } from "@mantine/core";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Overview } from "../api/types";
import { Chart, type Ink } from "../parts/Chart";
import { dayShort, percent } from "../parts/format";

type Day = Pick<Overview["days"][number], "day" | "dialogues" | "leads">;

export function DaysChart({ days }: { days: Day[] }) {
	const { t } = useTranslation();
	const draw = useCallback(
		(ink: Ink) => ({
			xAxis: ink.names(days.map((d) => dayShort(d.day))),
			yAxis: [ink.values(), ink.values({ formatter: "{value} %", across: false })],
			series: [
				{
					name: t("overview.dialogues"),
					type: "bar",
					data: days.map((d) => d.dialogues),
					itemStyle: { color: ink.bar },
					barMaxWidth: 26,
				},
				{
					name: t("overview.conversion.line"),
					type: "line",
					yAxisIndex: 1,
					data: days.map((d) => (d.dialogues ? Math.round((1000 * d.leads) / d.dialogues) / 10 : null)),
					itemStyle: { color: ink.orange },
					symbolSize: 6,
				},
			],
		}),
		[days, t],
	);
	return (
		<>
			<Chart height={250} draw={draw} />
			<VisuallyHidden>
				<table>
					<caption>{t("overview.by_day")}</caption>
					<tbody>
						{days.map((d) => (
							<tr key={d.day}>
								<th scope="row">{d.day}</th>
								<td>{d.dialogues}</td>
								<td>{percent(d.leads, d.dialogues)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</VisuallyHidden>
		</>
	);
}
