// SPDX-License-Identifier: GPL-3.0-or-later
// Corrections.tsx - what was corrected of a call or of a row's calls: when, from what to what, why; for our own people also by whom.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { useAll } from "../api/hooks";
import { useName } from "../api/refs";
import { useMay } from "../app/session";
import { tAny } from "../i18n";
import { dateTime } from "../parts/format";

type Correction = Schemas["correction"];

function One({ row }: { row: Correction }) {
	const { t } = useTranslation();
	const may = useMay();
	const author = useName(may("see_users") ? "user" : undefined, (row as { author_id?: number }).author_id);
	const diff = (row as { diff?: Record<string, unknown> | null }).diff;
	const comment = diff?.comment as [string | null, string | null] | undefined;
	const others = row.changed.filter((name) => name !== "result").map((name) => tAny(`changed:${name}`));
	return (
		<div>
			<Text size="sm">
				{row.was_result_id === row.result_id ? row.result : t("corrections.to", { was: row.was_result, now: row.result })}
				{others.length > 0 && (
					<Text span size="sm" c="dimmed">
						{` · ${others.join(", ")}`}
					</Text>
				)}
			</Text>
			<Text size="sm" fs={row.why ? undefined : "italic"}>
				{row.why || t("corrections.erased")}
			</Text>
			{comment?.[0] && (
				<Text size="xs" c="dimmed" td="line-through">
					{comment[0]}
				</Text>
			)}
			<Text size="xs" c="dimmed">
				{[dateTime(row.corrected_at), may("see_users") && author].filter(Boolean).join(" · ")}
			</Text>
		</div>
	);
}

export function Corrections({ filter }: { filter: { call_id: number } | { contact_id: number } }) {
	const { t } = useTranslation();
	const { rows } = useAll("/corrections", {}, "correction", filter);
	if (!rows.length) return null;
	return (
		<Stack gap="xs" data-testid="corrections">
			<Text fw={600}>{t("corrections.title")}</Text>
			{rows.map((row) => (
				<One key={row.id} row={row} />
			))}
		</Stack>
	);
}
