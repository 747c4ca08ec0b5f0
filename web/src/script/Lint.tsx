// SPDX-License-Identifier: GPL-3.0-or-later
import { Alert, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import type { Graph } from "../api/types";
import { quoted } from "../parts/format";
import { Failed, RowsSkeleton } from "../parts/states";

interface Props {
	version: number;
	/** Version of the row the remarks are about. */
	at: number;
	dirty: boolean;
	graph: Graph;
	onPick: (node: string) => void;
}

export function Lint({ version, at, dirty, graph, onPick }: Props) {
	const { t } = useTranslation();
	const { data, error } = useGet(
		"/scripts/{id}/lint",
		{ id: version },
		{ at: undefined },
		{ entities: ["script_version", "form_field"] },
	);
	if (error) return <Failed error={error} />;
	if (!data) return <RowsSkeleton rows={3} />;
	return (
		<Stack gap="xs" data-version={at}>
			{dirty && (
				<Text size="sm" c="dimmed">
					{t("lint.dirty")}
				</Text>
			)}
			{data.rows.length === 0 && (
				<Alert color="teal" p="xs">
					{t("lint.clean")}
				</Alert>
			)}
			{data.rows.map((row, i) => {
				const step = graph.nodes.find((n) => n.id === row.node);
				return (
					<button
						key={i}
						type="button"
						className={`remark ${row.error ? "remark-error" : ""}`}
						onClick={() => row.node && onPick(row.node)}
					>
						<Text size="sm" fw={600}>
							{t(`lint:${row.code}`, { defaultValue: row.code })}
						</Text>
						<Text size="sm">{[step?.title, row.what && quoted(row.what)].filter(Boolean).join(": ")}</Text>
					</button>
				);
			})}
		</Stack>
	);
}
