// SPDX-License-Identifier: GPL-3.0-or-later
// Hours.tsx - hours worked by each operator: logged-in time less unpaid pauses.
import { Box, Group, Table, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { useOptions } from "../api/refs";
import { dayOf, duration, isoDay } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";

const DAY = 86_400_000;

export function Hours() {
	const { t } = useTranslation();
	const [from, setFrom] = useState(isoDay(Date.now() - 6 * DAY));
	const [to, setTo] = useState(isoDay(Date.now()));
	const { data, error, refetch } = useGet("/hours", {}, { from, to }, { entities: ["shift"] });
	const people = useOptions("user");
	const rows = (data?.rows ?? []) as {
		user_id: number;
		name?: string;
		day: string;
		worked_ms: number;
		talk_ms: number;
		pause_ms: number;
	}[];
	const name = (row: (typeof rows)[number]) =>
		row.name ?? people.find((p) => p.value === String(row.user_id))?.label ?? `№ ${row.user_id}`;
	const sum = (key: "worked_ms" | "talk_ms" | "pause_ms") => duration(rows.reduce((s, r) => s + r[key], 0));
	return (
		<Box className="page" maw={900}>
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
				<Table withTableBorder bg="var(--paper)">
					<Table.Thead>
						<Table.Tr>
							<Table.Th>{t("field.user_id")}</Table.Th>
							<Table.Th>{t("field.day")}</Table.Th>
							<Table.Th ta="right">{t("hours.worked")}</Table.Th>
							<Table.Th ta="right">{t("hours.talk")}</Table.Th>
							<Table.Th ta="right">{t("hours.pause")}</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{rows.map((row) => (
							<Table.Tr key={`${row.user_id}-${row.day}`}>
								<Table.Td>{name(row)}</Table.Td>
								<Table.Td>{dayOf(row.day)}</Table.Td>
								<Table.Td ta="right">{duration(row.worked_ms)}</Table.Td>
								<Table.Td ta="right">{duration(row.talk_ms)}</Table.Td>
								<Table.Td ta="right">{duration(row.pause_ms)}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
					<Table.Tfoot>
						<Table.Tr>
							<Table.Th colSpan={2}>{t("table.sum")}</Table.Th>
							<Table.Th ta="right">{sum("worked_ms")}</Table.Th>
							<Table.Th ta="right">{sum("talk_ms")}</Table.Th>
							<Table.Th ta="right">{sum("pause_ms")}</Table.Th>
						</Table.Tr>
					</Table.Tfoot>
				</Table>
			)}
		</Box>
	);
}
