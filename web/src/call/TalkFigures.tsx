// SPDX-License-Identifier: GPL-3.0-or-later
// TalkFigures.tsx - how a talk went: who spoke how much, and the figures that say something about it.
import { Group, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Row } from "../api/client";
import { useGet } from "../api/hooks";
import { duration, number, percent } from "../parts/format";

type Figures = Row<"/talk-figures">;

const seconds = (ms: number | null) => (ms === null ? "—" : number(ms / 1000, 1));

/** Rows of the table: a key of the texts, what the operator and the other side did; undefined: the figure has one side only. */
const rows: [string, (k: Figures) => string, ((k: Figures) => string)?][] = [
	["talk.speech", (k) => duration(k.speech_ms), (k) => duration(k.contact_speech_ms)],
	["talk.monologue", (k) => duration(k.monologue_ms), (k) => duration(k.story_ms)],
	["talk.latency", (k) => seconds(k.latency_ms), (k) => seconds(k.contact_latency_ms)],
	["talk.latency_p90", (k) => seconds(k.latency_p90_ms), (k) => seconds(k.contact_latency_p90_ms)],
	["talk.interruptions", (k) => number(k.interruptions), (k) => number(k.contact_interruptions)],
];
const common: [string, (k: Figures) => string][] = [
	["talk.first_word", (k) => seconds(k.first_word_ms)],
	["talk.silence", (k) => `${percent(k.silence_ms, k.talk_ms)} · ${duration(k.silence_ms)}`],
	["talk.longest_silence", (k) => duration(k.longest_silence_ms)],
	["talk.overlaps", (k) => `${number(k.overlap_count)} · ${duration(k.overlap_ms)}`],
	["talk.switches", (k) => number(k.switches_per_min, 1)],
];

/** Where a talk is worth listening to for: a silence over 10 s, a speech over 150 s, a first word after 2 s. */
const over: Record<string, (k: Figures) => boolean> = {
	"talk.monologue": (k) => k.monologue_ms > 150_000,
	"talk.first_word": (k) => (k.first_word_ms ?? 0) > 2000,
	"talk.longest_silence": (k) => k.longest_silence_ms > 10_000,
};

/** A figure of the operator's, or of both. */
function Ours({ name, text, k }: { name: string; text: string; k: Figures }) {
	const { t } = useTranslation();
	if (!over[name]?.(k)) return <>{text}</>;
	return (
		<Text span inherit c="var(--warn)" fw={600}>
			<IconAlertTriangle size={14} role="img" aria-label={t("talk.over")} /> {text}
		</Text>
	);
}

function Share({ share }: { share: number }) {
	const { t } = useTranslation();
	return (
		<Stack gap={4} aria-label={t("talk.share")} role="group">
			<Progress.Root size="lg" aria-hidden>
				<Progress.Section value={share} color="bell" />
				<Progress.Section value={100 - share} color="orange" />
			</Progress.Root>
			<Group justify="space-between">
				<Text size="sm">{t("talk.operator_share", { share: number(share) })}</Text>
				<Text size="sm">{t("talk.contact_share", { share: number(100 - share) })}</Text>
			</Group>
		</Stack>
	);
}

function Shown({ k }: { k: Figures }) {
	const { t } = useTranslation();
	return (
		<>
			{k.share_pct !== null && <Share share={k.share_pct} />}
			<Table>
				<Table.Thead>
					<Table.Tr>
						<Table.Th />
						<Table.Th w={110} ta="right">
							{t("player.operator")}
						</Table.Th>
						<Table.Th w={110} ta="right">
							{t("player.contact")}
						</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map(([key, ours, theirs]) => (
						<Table.Tr key={key}>
							<Table.Td>{t(key)}</Table.Td>
							<Table.Td ta="right">
								<Ours name={key} text={ours(k)} k={k} />
							</Table.Td>
							<Table.Td ta="right">{theirs?.(k)}</Table.Td>
						</Table.Tr>
					))}
					{common.map(([key, both]) => (
						<Table.Tr key={key}>
							<Table.Td>{t(key)}</Table.Td>
							<Table.Td ta="right" colSpan={2}>
								<Ours name={key} text={both(k)} k={k} />
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</>
	);
}

/** Nothing at all when the call has no figures: not recorded, or not measured yet. */
export function TalkFigures({ call }: { call: number }) {
	const { t } = useTranslation();
	const { data } = useGet("/talk-figures", {}, { call_id: call }, { entities: ["call", "recording"] });
	const k = data?.rows[0];
	if (!k || k.call_id !== call) return null;
	return (
		<Stack gap="xs" data-testid="talk-figures">
			<Title order={3}>{t("talk.title")}</Title>
			{k.valid ? (
				<Shown k={k} />
			) : (
				<Text size="sm" c="dimmed">
					{t("talk.too_short", { ours: seconds(k.speech_ms), theirs: seconds(k.contact_speech_ms) })}
				</Text>
			)}
		</Stack>
	);
}
