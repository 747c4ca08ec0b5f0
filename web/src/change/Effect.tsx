// SPDX-License-Identifier: GPL-3.0-or-later
// Effect.tsx - what a change or a version of the script brought, in plain words: both shares with their counts, the plausible difference, and whether it is decided.
import { Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { number, percent } from "../parts/format";

/** «от −0,5 до +2,1» percentage points. */
const points = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${number(Math.abs(value) * 100, 1)}`;

export function Effect({ of = "changes", id }: { of?: "changes" | "scripts"; id: number }) {
	const { t } = useTranslation();
	const { data } = useGet(`/${of}/{id}/effect`, { id }, {}, { entities: ["call", "change", "script_version"] });
	if (!data) return null;
	const { before, after, difference } = data;
	return (
		<Paper withBorder p="sm">
			<Text fw={600} size="sm">
				{t("change.brought")}
			</Text>
			{difference ? (
				<>
					<Text>
						{t("change.brought.shares", {
							after: percent(after.leads, after.dialogues),
							before: percent(before.leads, before.dialogues),
						})}{" "}
						{t("change.brought.counts", { after: number(after.dialogues), before: number(before.dialogues) })}
					</Text>
					<Text size="sm">
						{t("change.brought.difference", { low: points(difference.low), high: points(difference.high) })}{" "}
						{difference.decided
							? t(difference.low > 0 ? "change.brought.better" : "change.brought.worse")
							: t("change.brought.open")}{" "}
						{!difference.decided && difference.needed > 0 && t("change.brought.needed", { n: number(difference.needed) })}
					</Text>
					<Text size="xs" c="dimmed">
						{t("change.brought.caution")}
					</Text>
				</>
			) : (
				<Text size="sm">{t("change.brought.none", { n: number(after.dialogues) })}</Text>
			)}
		</Paper>
	);
}
