// SPDX-License-Identifier: GPL-3.0-or-later
// Totals.tsx - each question with how many were asked, how many pressed what, and how many pressed nothing. A contact counts once.
import { Badge, Box, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Answer } from "../api/client";
import { useGet } from "../api/hooks";
import { number, percent } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";

type Question = Answer<"/projects/{id}/survey", "get">["rows"][number];

function Bar({ label, count, of, dimmed }: { label: string; count: number; of: number; dimmed?: boolean }) {
	return (
		<div>
			<Group justify="space-between" gap="xs" wrap="nowrap">
				<Text size="sm" c={dimmed ? "dimmed" : undefined} lineClamp={1} title={label}>
					{label}
				</Text>
				<Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
					{number(count)} · {percent(count, of)}
				</Text>
			</Group>
			<Progress value={of ? (100 * count) / of : 0} color={dimmed ? "gray" : undefined} aria-label={label} />
		</div>
	);
}

function Card({ q }: { q: Question }) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="md" data-testid="question">
			<Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
				<Title order={2} size="h4">
					{q.title || q.words}
				</Title>
				{q.archived && <Badge color="gray">{t("survey.archived")}</Badge>}
			</Group>
			<Text size="sm" c="dimmed" mb="xs">
				{q.words}
			</Text>
			<Group gap="md" mb="sm">
				<Text size="sm">{t("survey.asked", { n: number(q.asked) })}</Text>
				<Text size="sm">{t("survey.answered", { n: number(q.answered), share: percent(q.answered, q.asked) })}</Text>
				{q.average !== null && <Text size="sm">{t("survey.average", { n: number(q.average, 2) })}</Text>}
			</Group>
			<Stack gap={8}>
				{q.choices.map((c) => (
					<Bar key={c.key} label={c.value === c.key ? c.key : `${c.key} — ${c.value}`} count={c.count} of={q.asked} />
				))}
				<Bar label={t("survey.no_answer")} count={q.asked - q.answered} of={q.asked} dimmed />
			</Stack>
		</Paper>
	);
}

export function Totals({ project }: TabProps) {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet(
		"/projects/{id}/survey",
		{ id: project.id },
		{},
		{ entities: ["survey_reply", "call_flow"] },
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	if (!data.rows.length) return <Empty what={t("survey.empty")} />;
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
				{data.rows.map((q) => (
					<Card key={q.id} q={q} />
				))}
			</SimpleGrid>
		</Box>
	);
}
