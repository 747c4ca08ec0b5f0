// SPDX-License-Identifier: GPL-3.0-or-later
// PmLoad.tsx - project managers by what they lead already; who has least comes first.
import { Box, Table, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAll } from "../api/hooks";
import { fieldLabel } from "../i18n";
import { number } from "../parts/format";

const figures = ["running", "waiting", "plan_per_day", "operators"] as const;

export function PmLoad() {
	const { t } = useTranslation();
	const { rows } = useAll("/project-managers", {}, "project", { sort: "running,plan_per_day,waiting" });
	if (!rows.length) return null;
	return (
		<Box mah="40%" style={{ overflowY: "auto" }} tabIndex={0}>
			<Title order={2} size="h4" mb={4}>
				{t("handovers.load")}
			</Title>
			<Table stickyHeader withTableBorder>
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{fieldLabel("pm_load", "name")}</Table.Th>
						{figures.map((name) => (
							<Table.Th key={name} ta="right">
								{fieldLabel("pm_load", name)}
							</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map((pm) => (
						<Table.Tr key={pm.id}>
							<Table.Td>{pm.name}</Table.Td>
							{figures.map((name) => (
								<Table.Td key={name} ta="right">
									{number(pm[name])}
								</Table.Td>
							))}
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Box>
	);
}
