// SPDX-License-Identifier: GPL-3.0-or-later
// Ratings.tsx - how customers rated the talks of each operator: the average only with enough ratings to mean something, and always with how many.
import { Box, Group, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { isoDay, number, percent, todayAt0 } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";

const DAY = 86_400_000;
/** With fewer an average says more of the day than of the operator. */
const LEAST = 5;

export function Ratings({ project }: TabProps) {
	const { t } = useTranslation();
	const [from, setFrom] = useState(isoDay(todayAt0() - 29 * DAY));
	const [to, setTo] = useState(isoDay(todayAt0()));
	const query = { since: new Date(`${from}T00:00:00`).getTime(), until: new Date(`${to}T00:00:00`).getTime() + DAY };
	const valid = query.since < query.until;
	const { data, error, refetch } = useGet("/projects/{id}/ratings", { id: project.id }, query, {
		entities: ["survey_reply"],
		enabled: valid,
	});
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<Group gap="xs" mb="sm">
				<TextInput type="date" aria-label={t("filter.from")} value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
				<span>—</span>
				<TextInput type="date" aria-label={t("filter.to")} value={to} onChange={(e) => setTo(e.currentTarget.value)} />
			</Group>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<RowsSkeleton />
			) : !data.rows.length ? (
				<Empty what={t("ratings.empty")} />
			) : (
				<Table.ScrollContainer minWidth={620}>
					<Table withTableBorder bg="var(--paper)" maw={1000}>
						<Table.Thead>
							<Table.Tr>
								<Table.Th>{t("field.operator_id")}</Table.Th>
								<Table.Th ta="right">{t("ratings.talks")}</Table.Th>
								<Table.Th ta="right">{t("ratings.rated")}</Table.Th>
								<Table.Th ta="right">{t("ratings.average")}</Table.Th>
								<Table.Th>{t("ratings.spread")}</Table.Th>
							</Table.Tr>
						</Table.Thead>
						<Table.Tbody>
							{data.rows.map((row) => (
								<Table.Tr key={row.operator_id}>
									<Table.Td>{row.name}</Table.Td>
									<Table.Td ta="right">{number(row.talks)}</Table.Td>
									<Table.Td ta="right">
										{number(row.rated)} ({percent(row.rated, row.talks)})
									</Table.Td>
									<Table.Td ta="right">
										{row.average !== null && row.rated >= LEAST ? (
											number(row.average, 2)
										) : (
											<Text span size="sm" c="dimmed">
												{t("ratings.few")}
											</Text>
										)}
									</Table.Td>
									<Table.Td>
										{row.counts
											.map((n, i) => (n ? `${i + 1} × ${number(n)}` : ""))
											.filter(Boolean)
											.join(", ")}
									</Table.Td>
								</Table.Tr>
							))}
						</Table.Tbody>
					</Table>
				</Table.ScrollContainer>
			)}
		</Box>
	);
}
