// SPDX-License-Identifier: GPL-3.0-or-later
// Results.tsx - the tree of results: what each does with the contact, what it counts as, its key at the seat.
import { Box, Button, Drawer, Group, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Result } from "../api/types";
import { useMay } from "../app/session";
import { EntityForm } from "../parts/form/EntityForm";
import { Empty, Failed, RowsSkeleton, tell } from "../parts/states";
import { Word } from "../parts/table/cells";
import { childrenOf } from "../seat/results";
import type { TabProps } from "./ProjectPage";
import { Retries } from "./Retries";

function flatten(results: Result[], parent: number | null = null, depth = 0): { result: Result; depth: number }[] {
	return childrenOf(results, parent).flatMap((result) => [{ result, depth }, ...flatten(results, result.id, depth + 1)]);
}

const form = [
	"name",
	"parent_id",
	"effect",
	"counts_as",
	"retry_min",
	"retry_most",
	"hot_key",
	"asks_comment",
	"position",
	"archived",
];

export function Results({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const ids = { project_id: project.id };
	const { rows, isPending, error, refetch } = useAll("/projects/{project_id}/results", ids, "result");
	const [opened, setOpened] = useState<Result | "new" | null>(null);
	const row = opened && opened !== "new" ? opened : undefined;
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			row
				? patch("/projects/{project_id}/results/{id}", { ...ids, id: row.id }, values, version)
				: post("/projects/{project_id}/results", ids, { ...ids, ...values }),
		["result"],
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (isPending) return <RowsSkeleton />;
	const writes = may("run_project");
	const make = writes && (
		<Button leftSection={<IconPlus size={16} />} onClick={() => setOpened("new")}>
			{t("results.new")}
		</Button>
	);
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<Group justify="space-between">
				<Text size="sm" c="dimmed">
					{t("results.what")}
				</Text>
				{make}
			</Group>
			{rows.length === 0 ? (
				<Empty what={t("results.empty")}>{make}</Empty>
			) : (
				<Table withTableBorder bg="var(--paper)">
					<Table.Thead>
						<Table.Tr>
							<Table.Th>{t("result.name")}</Table.Th>
							<Table.Th>{t("result.hot_key")}</Table.Th>
							<Table.Th>{t("result.effect")}</Table.Th>
							<Table.Th>{t("result.counts_as")}</Table.Th>
							<Table.Th>{t("result.retry_min")}</Table.Th>
							<Table.Th>{t("result.asks_comment")}</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{flatten(rows).map(({ result, depth }) => (
							<Table.Tr key={result.id}>
								<Table.Td pl={12 + depth * 26}>
									<button type="button" className="plain" onClick={() => setOpened(result)}>
										{depth > 0 && "└ "}
										{result.name}
									</button>
								</Table.Td>
								<Table.Td>{result.hot_key && <span className="key">{result.hot_key}</span>}</Table.Td>
								<Table.Td>
									<Word entity="result" field="effect" word={result.effect} />
								</Table.Td>
								<Table.Td>
									<Word entity="result" field="counts_as" word={result.counts_as} />
								</Table.Td>
								<Table.Td>{result.retry_min || ""}</Table.Td>
								<Table.Td>{result.asks_comment && t("yes")}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			)}
			<Retries project={project} />
			<Drawer
				opened={!!opened}
				onClose={() => setOpened(null)}
				position="right"
				title={row?.name ?? t("results.new")}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{opened && (
					<EntityForm
						key={row?.id ?? 0}
						entity="result"
						names={form}
						row={row}
						project={project.id}
						initial={{ effect: "final", counts_as: "nothing", position: rows.length }}
						hidden={(v) => (v.effect === "retry" ? [] : ["retry_min", "retry_most"])}
						readOnly={!writes}
						save={(values, version) => save.mutateAsync({ values, version })}
						onSaved={() => {
							tell(t("saved"));
							setOpened(null);
						}}
						onCancel={() => setOpened(null)}
					/>
				)}
			</Drawer>
		</Box>
	);
}
