// SPDX-License-Identifier: GPL-3.0-or-later
// FiguresChart.tsx - one figure of each row as bars. The table below it says the same.
import { useCallback } from "react";
import { Chart, type Ink } from "../parts/Chart";

interface Props {
	name: string;
	names: string[];
	values: (number | null)[];
	/** Beside it as a line: the team, the plan. */
	line?: { name: string; values: (number | null)[] };
	height?: number;
}

export function FiguresChart({ name, names, values, line, height = 190 }: Props) {
	const draw = useCallback(
		(ink: Ink) => ({
			grid: { left: 52, right: 16, top: 30, bottom: 24 },
			xAxis: ink.names(names),
			yAxis: ink.values(),
			series: [
				{ name, type: "bar", data: values, itemStyle: { color: ink.bar }, barMaxWidth: 28 },
				...(line
					? [{ name: line.name, type: "line", data: line.values, itemStyle: { color: ink.orange }, symbolSize: 5 }]
					: []),
			],
		}),
		[name, names, values, line],
	);
	return <Chart height={height} draw={draw} />;
}
