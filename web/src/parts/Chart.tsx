// SPDX-License-Identifier: GPL-3.0-or-later
// Chart.tsx - figures drawn on a canvas in the house's colours. It is hidden from screen readers: whoever draws puts the same figures in a table.
import { useComputedColorScheme } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** What follows the theme. */
export interface Ink {
	dark: boolean;
	bar: string;
	orange: string;
	/** A category axis of these names. */
	names: (data: string[]) => object;
	/** A value axis; only the first one draws lines across. */
	values: (more?: { formatter?: string; minInterval?: number; across?: boolean }) => object;
}

function inkOf(dark: boolean) {
	const text = dark ? "#c9c9c9" : "#495057";
	const line = dark ? "#373a40" : "#e9ecef";
	const ink: Ink = {
		dark,
		bar: dark ? "#2a848f" : "#7dbbc3",
		orange: "#e8590c",
		names: (data) => ({ type: "category", data, axisLabel: { color: text }, axisLine: { lineStyle: { color: line } } }),
		values: ({ formatter, minInterval, across = true } = {}) => ({
			type: "value",
			minInterval,
			axisLabel: { color: text, formatter },
			splitLine: { show: across, lineStyle: { color: line } },
		}),
	};
	return { text, ink };
}

/** draw: axes and series; give the same function while nothing changes (useCallback). */
export function Chart({ height, draw }: { height: number; draw: (ink: Ink) => EChartsCoreOption }) {
	const box = useRef<HTMLDivElement>(null);
	const dark = useComputedColorScheme() === "dark";
	useEffect(() => {
		if (!box.current) return;
		const chart = init(box.current, undefined, { renderer: "canvas" });
		const { text, ink } = inkOf(dark);
		chart.setOption({
			animation: false,
			textStyle: { fontFamily: "inherit", color: text },
			grid: { left: 36, right: 44, top: 30, bottom: 24 },
			legend: { top: 0, right: 0, textStyle: { color: text } },
			// Drawn on the canvas: a tooltip of HTML would need inline styles.
			tooltip: {
				trigger: "axis",
				renderMode: "richText",
				backgroundColor: dark ? "#25262b" : "#fff",
				textStyle: { color: text },
			},
			...draw(ink),
		});
		const watch = new ResizeObserver(() => chart.resize());
		watch.observe(box.current);
		return () => {
			watch.disconnect();
			chart.dispose();
		};
	}, [draw, dark]);
	return <div ref={box} style={{ height }} aria-hidden="true" />;
}
