// SPDX-License-Identifier: GPL-3.0-or-later
// Audit.tsx - who changed what, from what to what.
import { Box, Code, Drawer, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { fieldLabel, tAny } from "../i18n";
import { dateTime } from "../parts/format";
import { Empty } from "../parts/states";
import { DataTable } from "../parts/table/DataTable";

type Trail = Schemas["trail"];
const show = (value: unknown) =>
	value === null || value === undefined || value === ""
		? "—"
		: typeof value === "object"
			? JSON.stringify(value)
			: String(value);

function Diff({ row }: { row: Trail }) {
	const { t } = useTranslation();
	const diff = Object.entries((row.diff ?? {}) as Record<string, [unknown, unknown]>);
	if (!diff.length) return <Empty what={t("audit.no_diff")} />;
	return (
		<Table>
			<Table.Thead>
				<Table.Tr>
					<Table.Th />
					<Table.Th>{t("audit.old")}</Table.Th>
					<Table.Th>{t("audit.new")}</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{diff.map(([name, pair]) => (
					<Table.Tr key={name}>
						<Table.Th>{fieldLabel(row.entity, name)}</Table.Th>
						<Table.Td>
							<Code className="wrap">{show(pair?.[0])}</Code>
						</Table.Td>
						<Table.Td>
							<Code className="wrap">{show(pair?.[1])}</Code>
						</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</Table>
	);
}

export function Audit() {
	const { t } = useTranslation();
	const [open, setOpen] = useState<Trail | null>(null);
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.audit")}</Title>
			<DataTable
				entity="trail"
				path="/audit"
				label={t("nav.audit")}
				empty={t("audit.empty")}
				entities={["audit"]}
				onOpen={setOpen}
				columns={[
					"at",
					{ name: "user_id", width: 190 },
					{ name: "verb", width: 120, render: (r) => tAny(`verb:${r.verb}`) },
					{ name: "entity", width: 150, render: (r) => tAny(`entity:${r.entity}`) },
					{ name: "row_id", width: 80 },
					{
						name: "diff",
						grow: true,
						width: 260,
						extra: true,
						render: (r) =>
							Object.keys(r.diff ?? {})
								.map((n) => fieldLabel(r.entity, n))
								.join(", "),
					},
					"peer",
				]}
				more={["project_id"]}
			/>
			<Drawer
				opened={!!open}
				onClose={() => setOpen(null)}
				position="right"
				size="lg"
				title={open && `${tAny(`entity:${open.entity}`)} № ${open.row_id}`}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{open && (
					<>
						<Text size="sm" c="dimmed" mb="sm">
							{dateTime(open.at)} · {open.peer}
						</Text>
						<Diff row={open} />
					</>
				)}
			</Drawer>
		</Box>
	);
}
