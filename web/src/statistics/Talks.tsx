// SPDX-License-Identifier: GPL-3.0-or-later
// Talks.tsx - how operators talk: the middle of each talk figure, marked where it is over its limit; in the statistics by operator and on the card.
import { Anchor, Box, SimpleGrid, Table, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Answer, Query } from "../api/client";
import { useGet } from "../api/hooks";
import { number } from "../parts/format";
import { Failed, RowsSkeleton } from "../parts/states";
import { Small } from "./Small";

type Talks = Answer<"/statistics/talks", "get">;
type Figure = Talks["figures"][number];
type Middle = Talks["rows"][number]["middles"][number];

const useTalks = (query: Query) => useGet("/statistics/talks", {}, query, { entities: ["recording"] });

function Value({ figure, middle }: { figure: Figure; middle: NonNullable<Middle> }) {
	const { t } = useTranslation();
	const text = number(middle.value, 1);
	if (figure.limit === null || middle.value <= figure.limit) return <>{text}</>;
	return (
		<Text span inherit c="var(--warn)" fw={600} data-over>
			<IconAlertTriangle size={14} role="img" aria-label={t("talks.limit", { limit: number(figure.limit) })} /> {text}
		</Text>
	);
}

function useNote() {
	const { t } = useTranslation();
	return (figure: Figure, middle: NonNullable<Middle>) =>
		[
			t("talks.likely", { low: number(middle.low, 1), high: number(middle.high, 1) }),
			figure.limit !== null && middle.over > 0 && t("talks.over", { limit: number(figure.limit), n: number(middle.over) }),
		]
			.filter(Boolean)
			.join(" · ");
}

function What({ talks }: { talks: Talks }) {
	const { t } = useTranslation();
	return (
		<Text size="xs" c="dimmed" mt={6}>
			{t("talks.what", { least: number(talks.least), most: number(talks.most) })}
		</Text>
	);
}

export function TalksTable({ query }: { query: Query }) {
	const { t } = useTranslation();
	const note = useNote();
	const { data, error, refetch } = useTalks(query);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	return (
		<>
			<Table.ScrollContainer minWidth={700} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }} className="figures">
				<Table withTableBorder stickyHeader bg="var(--paper)" fz="sm" aria-label={t("talks.title")}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th className="figures-name" />
							<Table.Th ta="right">{t("talks.n")}</Table.Th>
							{data.figures.map((f) => (
								<Table.Th
									key={f.key}
									ta="right"
									title={f.limit === null ? undefined : t("talks.limit", { limit: number(f.limit) })}
								>
									{f.name}
								</Table.Th>
							))}
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{data.rows.map((row) => (
							<Table.Tr key={row.key}>
								<Table.Th scope="row" fw={400} className="figures-name">
									<Anchor component={Link} to={`/people/${row.key}?from=${query.from}&to=${query.to}`} size="sm">
										{row.name}
									</Anchor>
								</Table.Th>
								<Table.Td ta="right">{number(row.talks)}</Table.Td>
								{row.talks < data.least ? (
									<Table.Td colSpan={data.figures.length} c="dimmed">
										{t("talks.few")}
									</Table.Td>
								) : (
									data.figures.map((f, i) => (
										<Table.Td key={f.key} ta="right">
											{row.middles[i] ? (
												<Tooltip label={note(f, row.middles[i])}>
													<span>
														<Value figure={f} middle={row.middles[i]} />
													</span>
												</Tooltip>
											) : (
												"—"
											)}
										</Table.Td>
									))
								)}
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			<What talks={data} />
		</>
	);
}

/** Of one employee; nothing when he had no calls. */
export function TalksOf({ query }: { query: Query }) {
	const { t } = useTranslation();
	const note = useNote();
	const { data } = useTalks(query);
	const row = data?.rows[0];
	if (!data || !row) return null;
	return (
		<Box data-testid="talks">
			<Text fw={600} mb={6}>
				{t("talks.title")}
			</Text>
			{row.talks < data.least ? (
				<Text size="sm">{t("talks.few_of", { n: number(row.talks) })}</Text>
			) : (
				<SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="xs">
					<Small label={t("talks.n")} value={number(row.talks)} />
					{data.figures.map((f, i) => {
						const middle = row.middles[i];
						return (
							<Small
								key={f.key}
								label={f.name}
								value={middle ? <Value figure={f} middle={middle} /> : "—"}
								note={middle ? note(f, middle) : undefined}
							/>
						);
					})}
				</SimpleGrid>
			)}
			<What talks={data} />
		</Box>
	);
}
