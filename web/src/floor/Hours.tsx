// SPDX-License-Identifier: GPL-3.0-or-later
// Hours.tsx - hours worked by each operator: logged-in time less unpaid pauses.
import { Box, Group, Table, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { duration, isoDay, todayAt0 } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";

const DAY = 86_400_000;
const columns = ["logged_ms", "worked_ms", "talking_ms", "wrap_up_ms", "ready_ms", "pause_ms"] as const;
const labels: Record<(typeof columns)[number], string> = {
	logged_ms: "hours.logged",
	worked_ms: "hours.worked",
	talking_ms: "hours.talk",
	wrap_up_ms: "seat.state:wrap_up",
	ready_ms: "seat.state:ready",
	pause_ms: "hours.pause",
};

export function Hours() {
	const { t } = useTranslation();
	const [from, setFrom] = useState(isoDay(todayAt0() - 6 * DAY));
	const [to, setTo] = useState(isoDay(todayAt0()));
	const query = { from: new Date(`${from}T00:00:00`).getTime(), to: new Date(`${to}T00:00:00`).getTime() + DAY };
	const valid = query.from < query.to;
	const { data, error, refetch } = useGet("/hours", {}, query, { entities: ["shift"], enabled: valid });
	const rows = data?.rows ?? [];
	return (
		<Box className="page" maw={1000}>
			<Group justify="space-between" mb="md">
				<Title order={1}>{t("nav.hours")}</Title>
				<Group gap="xs">
					<TextInput
						type="date"
						aria-label={t("filter.from")}
						value={from}
						onChange={(e) => setFrom(e.currentTarget.value)}
					/>
					<span>—</span>
					<TextInput type="date" aria-label={t("filter.to")} value={to} onChange={(e) => setTo(e.currentTarget.value)} />
				</Group>
			</Group>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<RowsSkeleton />
			) : rows.length === 0 ? (
				<Empty what={t("hours.empty")} />
			) : (
				<Table.ScrollContainer minWidth={620}>
					<Table withTableBorder bg="var(--paper)">
						<Table.Thead>
							<Table.Tr>
								<Table.Th>{t("field.user_id")}</Table.Th>
								{columns.map((c) => (
									<Table.Th key={c} ta="right">
										{t(labels[c])}
									</Table.Th>
								))}
							</Table.Tr>
						</Table.Thead>
						<Table.Tbody>
							{rows.map((row) => (
								<Table.Tr key={row.user_id}>
									<Table.Td>{row.name}</Table.Td>
									{columns.map((c) => (
										<Table.Td key={c} ta="right">
											{duration(row[c])}
										</Table.Td>
									))}
								</Table.Tr>
							))}
						</Table.Tbody>
						<Table.Tfoot>
							<Table.Tr>
								<Table.Th>{t("table.sum")}</Table.Th>
								{columns.map((c) => (
									<Table.Th key={c} ta="right">
										{duration(rows.reduce((s, row) => s + row[c], 0))}
									</Table.Th>
								))}
							</Table.Tr>
						</Table.Tfoot>
					</Table>
				</Table.ScrollContainer>
			)}
		</Box>
	);
}
