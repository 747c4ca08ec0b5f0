// SPDX-License-Identifier: GPL-3.0-or-later
// PacingChart.tsx - the last minutes: operators who wait, lines that ring, dials. The log below it says the same in a table.
import { useComputedColorScheme } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { PacingSecond } from "../api/types";
import { clockSeconds } from "../parts/format";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export function PacingChart({ rows }: { rows: PacingSecond[] }) {
	const { t } = useTranslation();
	const box = useRef<HTMLDivElement>(null);
	const dark = useComputedColorScheme() === "dark";
	useEffect(() => {
		if (!box.current) return;
		const chart = init(box.current, undefined, { renderer: "canvas" });
		const ink = dark ? "#c9c9c9" : "#495057";
		const line = dark ? "#373a40" : "#e9ecef";
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
		chart.setOption({
			animation: false,
			textStyle: { fontFamily: "inherit", color: ink },
			grid: { left: 36, right: 12, top: 30, bottom: 24 },
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
				data: inOrder.map((row) => clockSeconds(row.at)),
				axisLabel: { color: ink },
				axisLine: { lineStyle: { color: line } },
			},
			yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
			series: [
				{
					name: t("pacing_log.dialled"),
					type: "bar",
					data: inOrder.map((row) => row.dialled),
					itemStyle: { color: dark ? "#2a848f" : "#7dbbc3" },
				},
				curve("ringing", "#e8590c"),
				curve("idle", "#2f9e44"),
				curve("talking", dark ? "#748ffc" : "#4263eb"),
			],
		});
		const watch = new ResizeObserver(() => chart.resize());
		watch.observe(box.current);
		return () => {
			watch.disconnect();
			chart.dispose();
		};
	}, [rows, dark, t]);
	return <div ref={box} style={{ height: 220 }} aria-hidden="true" />;
}
