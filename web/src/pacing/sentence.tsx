// SPDX-License-Identifier: GPL-3.0-or-later
// sentence.tsx - what predictive dialling does now and why, in words a supervisor reads in passing.
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PacingSecond } from "../api/types";
import { number } from "../parts/format";

/** «Линий: 5 · за 12 с освободятся 2 · дозвон 24 %». */
export function useSentence() {
	const { t } = useTranslation();
	return (now: PacingSecond) =>
		[
			t("pacing.lines", { n: now.ringing + now.dialled }),
			now.idle > 0 && t("pacing.idle", { n: now.idle }),
			now.soon_ms > 0 && t("pacing.soon", { s: Math.round(now.soon_ms / 1000), n: number(now.soon, 1) }),
			t("pacing.answers", { share: number(now.answer_pct) }),
		]
			.filter(Boolean)
			.join(" · ");
}

/** Why it does not dial more. */
export function useWhy() {
	const { t } = useTranslation();
	return (now: PacingSecond) =>
		t(now.stop === "guard" ? `pacing.guard:${now.guard}` : `pacing.stop:${now.stop}`, {
			risk: number(now.risk_pct, 1),
			limit: number(now.limit_pct, 1),
		});
}

export function Sentence({ now, name }: { now: PacingSecond; name?: string }) {
	const say = useSentence();
	const why = useWhy();
	return (
		<Group gap={6} wrap="wrap">
			{name && <Text fw={600}>{name}:</Text>}
			<Text>{say(now)}</Text>
			<Text c="dimmed">{why(now)}</Text>
		</Group>
	);
}
