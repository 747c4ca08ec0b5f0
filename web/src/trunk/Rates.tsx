// SPDX-License-Identifier: GPL-3.0-or-later
// Rates.tsx - how often a caller number was dialled from and answered, day by day, the last two weeks.
import { Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { day as dayText, percent } from "../parts/format";
import { Failed, RowsSkeleton } from "../parts/states";

export function Rates({ number }: { number: string }) {
	const { t } = useTranslation();
	const offset = -new Date().getTimezoneOffset();
	const { data, error, refetch } = useGet("/caller_numbers/rates", {}, { offset_min: String(offset) });
	const days = data?.rows.filter((row) => row.number === number).reverse() ?? [];
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	return (
		<>
			<Title order={2} mt="md" mb="xs">
				{t("rates.title")}
			</Title>
			{days.length === 0 ? (
				<Text size="sm" c="dimmed">
					{t("rates.empty")}
				</Text>
			) : (
				<Table>
					<Table.Thead>
						<Table.Tr>
							<Table.Th>{t("rates.day")}</Table.Th>
							<Table.Th ta="right">{t("rates.dialled")}</Table.Th>
							<Table.Th ta="right">{t("rates.answered")}</Table.Th>
							<Table.Th ta="right">%</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{days.map((day) => (
							<Table.Tr key={day.from}>
								<Table.Td>{dayText(day.from)}</Table.Td>
								<Table.Td ta="right">{day.dialled}</Table.Td>
								<Table.Td ta="right">{day.answered}</Table.Td>
								<Table.Td ta="right">{percent(day.answered, day.dialled)}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			)}
		</>
	);
}
