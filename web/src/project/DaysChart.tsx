// SPDX-License-Identifier: GPL-3.0-or-later
// DaysChart.tsx - dialogues as bars, conversion dialogue → lead as a line; a table with the same figures for those who do not see it.
import { useComputedColorScheme, VisuallyHidden } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Overview } from "../api/types";
import { percent } from "../parts/format";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export function DaysChart({ days }: { days: Overview["days"] }) {
	const { t } = useTranslation();
	const box = useRef<HTMLDivElement>(null);
	const dark = useComputedColorScheme() === "dark";
	useEffect(() => {
		if (!box.current) return;
		const chart = init(box.current, undefined, { renderer: "canvas" });
		const ink = dark ? "#c9c9c9" : "#495057";
		const line = dark ? "#373a40" : "#e9ecef";
		chart.setOption({
			animation: false,
			textStyle: { fontFamily: "inherit", color: ink },
			grid: { left: 36, right: 44, top: 30, bottom: 24 },
			legend: { top: 0, right: 0, textStyle: { color: ink } },
			// Drawn on the canvas: a tooltip of HTML would need inline styles.
			tooltip: {
				trigger: "axis",
				renderMode: "richText",
				backgroundColor: dark ? "#25262b" : "#fff",
				textStyle: { color: ink },
			},
			xAxis: {
				type: "category",
				data: days.map((d) => `${d.day.slice(8)}.${d.day.slice(5, 7)}`),
				axisLabel: { color: ink },
				axisLine: { lineStyle: { color: line } },
			},
			yAxis: [
				{ type: "value", axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
				{ type: "value", axisLabel: { color: ink, formatter: "{value} %" }, splitLine: { show: false } },
			],
			series: [
				{
					name: t("overview.dialogues"),
					type: "bar",
					data: days.map((d) => d.dialogues),
					itemStyle: { color: dark ? "#2a848f" : "#7dbbc3" },
					barMaxWidth: 26,
				},
				{
					name: t("overview.conversion.line"),
					type: "line",
					yAxisIndex: 1,
					data: days.map((d) => (d.dialogues ? Math.round((1000 * d.leads) / d.dialogues) / 10 : null)),
					itemStyle: { color: "#e8590c" },
					symbolSize: 6,
				},
			],
		});
		const watch = new ResizeObserver(() => chart.resize());
		watch.observe(box.current);
		return () => {
			watch.disconnect();
			chart.dispose();
		};
	}, [days, dark, t]);
	return (
		<>
			<div ref={box} style={{ height: 250 }} aria-hidden="true" />
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
