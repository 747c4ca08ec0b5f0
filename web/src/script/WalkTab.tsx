// SPDX-License-Identifier: GPL-3.0-or-later
// WalkTab.tsx - where talks are lost: the script as a drawing, warmer where more of the talks that came there ended without success; the same
// as a table; for all operators or one.
import { Box, Group, Paper, Select, Table, Text, UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAll, useGet } from "../api/hooks";
import type { Graph } from "../api/types";
import { duration, number, percent } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { Canvas, type Heat } from "./Canvas";
import { type StepSum, stepsOf } from "./walk";

function StepsTable({
	steps,
	graph,
	picked,
	onPick,
}: {
	steps: StepSum[];
	graph: Graph;
	picked: string | null;
	onPick: (id: string) => void;
}) {
	const { t } = useTranslation();
	const titles = new Map(graph.nodes.map((n) => [n.id, n.title || n.id]));
	return (
		<Table stickyHeader fz="sm" verticalSpacing={6}>
			<Table.Thead>
				<Table.Tr>
					<Table.Th>{t("script.step")}</Table.Th>
					<Table.Th ta="right">{t("walk.calls")}</Table.Th>
					<Table.Th ta="right">{t("walk.lost")}</Table.Th>
					<Table.Th ta="right">{t("walk.won")}</Table.Th>
					<Table.Th ta="right">{t("walk.time")}</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{steps.map((s) => (
					<Table.Tr key={s.node} bg={picked === s.node ? "var(--mantine-primary-color-light)" : undefined}>
						<Table.Td>
							<UnstyledButton fz="sm" onClick={() => onPick(s.node)}>
								{titles.get(s.node) ?? s.node}
							</UnstyledButton>
						</Table.Td>
						<Table.Td ta="right">{number(s.calls)}</Table.Td>
						<Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
							{number(s.lost)} · {percent(s.lost, s.calls)}
						</Table.Td>
						<Table.Td ta="right">{percent(s.won, s.calls)}</Table.Td>
						<Table.Td ta="right">{duration(s.calls ? s.ms / s.calls : 0)}</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</Table>
	);
}

export function WalkTab({ project }: TabProps) {
	const { t } = useTranslation();
	const [wanted, setWanted] = useState<number | null>(null);
	const [operator, setOperator] = useState<number | null>(null);
	const [picked, setPicked] = useState<string | null>(null);
	const ids = { project_id: project.id };
	const list = useAll("/projects/{project_id}/scripts", ids, "script_version", { sort: "-number" });
	const talked = list.rows.filter((v) => v.approved_at);
	const id = wanted ?? (talked.find((v) => v.state === "active") ?? talked[0])?.id ?? 0;
	const version = useGet("/scripts/{id}", { id }, {}, { entities: ["script_version"], enabled: !!id });
	const walked = useGet("/scripts/{id}/steps", { id }, {}, { enabled: !!id, refetchInterval: 60_000 });
	const rows = walked.data?.rows ?? [];
	const steps = useMemo(() => stepsOf(walked.data?.rows ?? [], operator), [walked.data, operator]);
	const heat = useMemo(() => new Map<string, Heat>(steps.map((s) => [s.node, { calls: s.calls, lost: s.lost }])), [steps]);
	const failed = list.error ?? version.error ?? walked.error;
	if (failed) return <Failed error={failed} retry={walked.refetch} />;
	if (list.isPending) return <RowsSkeleton />;
	if (!talked.length) return <Empty what={t("walk.none")} />;
	const graph = version.data?.id === id ? (version.data.graph as Graph) : undefined;
	const operators = [...new Map(rows.filter((r) => r.operator_id).map((r) => [r.operator_id, r.operator]))];
	return (
		<>
			<Group gap="xs">
				<Select
					w={230}
					aria-label={t("script.version")}
					allowDeselect={false}
					value={String(id)}
					onChange={(v) => v && setWanted(Number(v))}
					data={talked.map((v) => ({ value: String(v.id), label: `v${v.number} · ${t(`state:${v.state}`)}` }))}
				/>
				{operators.length > 0 && (
					<Select
						w={230}
						aria-label={t("walk.operator")}
						placeholder={t("walk.everybody")}
						clearable
						searchable
						value={operator === null ? null : String(operator)}
						onChange={(v) => setOperator(v ? Number(v) : null)}
						data={operators.map(([value, name]) => ({ value: String(value), label: name ?? `№ ${value}` }))}
					/>
				)}
				<Text size="sm" c="dimmed">
					{t("walk.what")}
				</Text>
			</Group>
			{rows.length === 0 ? (
				<Empty what={t("walk.empty")} />
			) : (
				<Box className="editor editor-wide">
					<Paper withBorder className="editor-canvas">
						<div className="editor-flow">
							{graph && <Canvas key={id} graph={graph} picked={picked} setPicked={setPicked} heat={heat} />}
						</div>
					</Paper>
					<Paper withBorder className="editor-side">
						{graph && <StepsTable steps={steps} graph={graph} picked={picked} onPick={setPicked} />}
					</Paper>
				</Box>
			)}
		</>
	);
}
