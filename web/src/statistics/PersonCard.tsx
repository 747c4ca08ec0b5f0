// SPDX-License-Identifier: GPL-3.0-or-later
// PersonCard.tsx - one employee: his figures of the chosen days beside his colleagues', his weeks, what he has in hand.
import { Anchor, Box, Group, Paper, Select, SimpleGrid, Skeleton, Table, Text, Title } from "@mantine/core";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Answer } from "../api/client";
import { useGet } from "../api/hooks";
import { useCallsBehind } from "../call/behind";
import { tAny } from "../i18n";
import { dayShort, number } from "../parts/format";
import { Failed, RowsSkeleton } from "../parts/states";
import { AskedDays, useAsked } from "./Asked";
import { figureText, hereZone } from "./figures";
import { Small } from "./Small";
import { TalksOf } from "./Talks";

const FiguresChart = lazy(async () => ({ default: (await import("./FiguresChart")).FiguresChart }));
type Card = Answer<"/statistics/operators/{id}", "get">;

/** journal: the filter of his calls of these days. */
function Figures({ card, journal }: { card: Card; journal?: string | null }) {
	const { t } = useTranslation();
	const callsBehind = useCallsBehind();
	const shown = card.figures.flatMap((figure, i) =>
		figure.counted && figure.unit !== "money" && card.values[i] !== null
			? [{ figure, value: card.values[i], median: card.median[i] }]
			: [],
	);
	return (
		<Box>
			<SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="xs">
				{shown.map(({ figure, value, median }) => (
					<Small
						key={figure.key}
						label={figure.name}
						value={figureText(figure, value)}
						to={value && journal && figure.journal ? callsBehind(`${journal}&${figure.journal}`) : undefined}
						note={median === null ? undefined : t("person.median", { value: figureText(figure, median) })}
					/>
				))}
			</SimpleGrid>
			<Text size="xs" c="dimmed" mt={6}>
				{card.team < 3 ? t("person.team.few") : t("person.team", { n: number(card.team) })}
			</Text>
		</Box>
	);
}

/** What his talks ended with, by the name of the result. */
function Results({ answer }: { answer: Answer<"/statistics", "get"> }) {
	const { t } = useTranslation();
	const callsBehind = useCallsBehind();
	const at = answer.figures.findIndex((f) => f.key === "answered");
	const rows = answer.rows.filter((row) => row.key && row.values[at]);
	if (!rows.length) return null;
	return (
		<Paper withBorder p="sm">
			<Text fw={600} mb={6}>
				{t("person.results")}
			</Text>
			<Table fz="sm" aria-label={t("person.results")}>
				<Table.Tbody>
					{rows.map((row) => {
						const to = row.journal ? callsBehind(`${row.journal}&answered_at=!null`) : undefined;
						return (
							<Table.Tr key={row.key}>
								<Table.Td>{row.name}</Table.Td>
								<Table.Td ta="right">
									{to ? (
										<Anchor component={Link} to={to} size="sm">
											{number(row.values[at] ?? 0)}
										</Anchor>
									) : (
										number(row.values[at] ?? 0)
									)}
								</Table.Td>
							</Table.Tr>
						);
					})}
				</Table.Tbody>
			</Table>
		</Paper>
	);
}

function Weeks({ card }: { card: Card }) {
	const { t } = useTranslation();
	const [key, setKey] = useState("conversion");
	const figures = card.figures.filter((f) => f.counted && f.unit !== "money" && !f.key.startsWith("plan"));
	const at = card.figures.findIndex((f) => f.key === key);
	const drawn = useMemo(
		() => ({
			names: card.weeks.map((w) => dayShort(w.from)),
			values: card.weeks.map((w) => w.values[at] ?? null),
		}),
		[card, at],
	);
	return (
		<Paper withBorder p="sm">
			<Group justify="space-between" mb="xs">
				<Text fw={600}>{t("person.weeks")}</Text>
				<Select
					size="xs"
					w={230}
					aria-label={t("statistics.chart")}
					data={figures.map((f) => ({ value: f.key, label: f.name }))}
					value={key}
					allowDeselect={false}
					onChange={(v) => v && setKey(v)}
				/>
			</Group>
			<Suspense fallback={<Skeleton h={190} />}>
				<FiguresChart name={card.figures[at]!.name} {...drawn} />
			</Suspense>
			<Text size="xs" c="dimmed">
				{t("person.weeks.what")}
			</Text>
		</Paper>
	);
}

function Work({ card }: { card: Card }) {
	const { t } = useTranslation();
	return (
		<Box>
			<Text fw={600} mb={6}>
				{t("person.work")}
			</Text>
			<SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="xs">
				{card.extras.map((x) => (
					<Small
						key={x.key}
						label={tAny(`person.${x.key}`)}
						value={x.value === null ? "—" : number(x.value, 2)}
						note={x.counted ? undefined : t("statistics.not_counted")}
					/>
				))}
			</SimpleGrid>
		</Box>
	);
}

export function PersonCard() {
	const { t, i18n } = useTranslation();
	const id = Number(useParams().id);
	const asked = useAsked();
	const { from, to } = asked.query;
	const query = { from, to, zone: hereZone(), language: i18n.language };
	const { data, error, refetch } = useGet("/statistics/operators/{id}", { id }, query, { entities: ["journal", "shift"] });
	const results = useGet("/statistics", {}, { ...query, by: "result", operator_id: id }, { entities: ["journal"] }).data;
	return (
		<Box className="page" maw={1100}>
			<Group justify="space-between" mb="md">
				<Title order={1}>{data?.name ?? t("person.card")}</Title>
				<Group gap="xs">
					<AskedDays {...asked} />
					<Anchor component={Link} to={`/people/${id}/day?from=${to}`} size="sm">
						{t("person.day")}
					</Anchor>
				</Group>
			</Group>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<RowsSkeleton />
			) : (
				<Box style={{ display: "flex", flexDirection: "column", gap: 14 }}>
					<Figures card={data} journal={results?.total.journal} />
					{results && <Results answer={results} />}
					<Weeks card={data} />
					<TalksOf query={{ ...query, operator_id: id }} />
					<Work card={data} />
				</Box>
			)}
		</Box>
	);
}
