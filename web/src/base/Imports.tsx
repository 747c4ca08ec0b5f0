// SPDX-License-Identifier: GPL-3.0-or-later
import { Button, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAll } from "../api/hooks";
import { dateTime, number } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import { Word } from "../parts/table/cells";

export function Imports({ base, onOpen }: { base: number; onOpen: (id: number) => void }) {
	const { t } = useTranslation();
	const { rows, isPending, error, refetch } = useAll("/bases/{id}/imports", { id: base }, "import");
	if (error) return <Failed error={error} retry={refetch} />;
	if (isPending) return <RowsSkeleton rows={3} />;
	if (!rows.length) return <Empty what={t("base.no_imports")} />;
	return (
		<Table>
			<Table.Tbody>
				{rows.map((row) => (
					<Table.Tr key={row.id}>
						<Table.Td>{row.file_name}</Table.Td>
						<Table.Td>{dateTime(row.created_at)}</Table.Td>
						<Table.Td>
							<Word entity="import" field="state" word={row.state} /> {row.held && t("import.held")}
						</Table.Td>
						<Table.Td ta="right">{number(row.accepted)}</Table.Td>
						<Table.Td ta="right">
							<Button size="compact-sm" variant="subtle" onClick={() => onOpen(row.id)}>
								{t("open")}
							</Button>
						</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</Table>
	);
}
