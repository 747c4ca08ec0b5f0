// SPDX-License-Identifier: GPL-3.0-or-later
// ProjectRules.tsx - which rules hold for a project; a director switches one off or on here, with the reason.
import { Alert, Badge, Box, Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, remove } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { tAny } from "../i18n";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { type Bound, bound } from "./bound";

interface Row extends Bound {
	id: number;
	source: string | null;
	note: string | null;
	applies: boolean;
	exception_id: number | null;
	reason: string | null;
}

function Line({ row, project }: { row: Row; project: number }) {
	const { t } = useTranslation();
	const may = useMay();
	const [reason, setReason] = useState<string | null>(null);
	const ids = { project_id: project };
	const except = useChange(
		(why: string) =>
			post("/projects/{project_id}/rule_exceptions", ids, { ...ids, rule_id: row.id, applies: !row.applies, reason: why }),
		["rule", "rule_exception", "project"],
		() => setReason(null),
	);
	const back = useChange(
		(id: number) => remove("/projects/{project_id}/rule_exceptions/{id}", { ...ids, id }),
		["rule", "rule_exception", "project"],
	);
	return (
		<Box py={8} px="sm" className="rule-line">
			<Group justify="space-between" wrap="nowrap" gap="md">
				<Badge color={row.applies ? "teal" : "gray"} w={120} flex="none">
					{t(row.applies ? "project_rules.holds" : "project_rules.not")}
				</Badge>
				<Box flex={1} miw={0}>
					<Text size="sm" fw={600} c={row.applies ? undefined : "dimmed"}>
						{[tAny(`rule.kind:${row.kind}`), bound(row)].filter(Boolean).join(": ")}
					</Text>
					<Text size="xs" c="dimmed">
						{[row.source, row.note].filter(Boolean).join(". ")}
					</Text>
					{row.reason && <Text size="xs">{t("project_rules.because", { reason: row.reason })}</Text>}
				</Box>
				{may("change_rules") &&
					(row.exception_id ? (
						<Button
							size="compact-sm"
							variant="default"
							onClick={() => back.mutate(row.exception_id ?? 0, { onError: tellError })}
						>
							{t("project_rules.back")}
						</Button>
					) : (
						<Button size="compact-sm" variant="subtle" onClick={() => setReason("")}>
							{t(row.applies ? "project_rules.off" : "project_rules.on")}
						</Button>
					))}
			</Group>
			{reason !== null && (
				<Stack gap="xs" mt="xs" ml={136}>
					<Textarea
						label={t("project_rules.why")}
						description={t("project_rules.kept")}
						value={reason}
						autosize
						autoFocus
						minRows={2}
						onChange={(e) => setReason(e.currentTarget.value)}
					/>
					<Group gap="xs">
						<Button
							size="compact-sm"
							disabled={reason.trim().length < 3}
							loading={except.isPending}
							onClick={() => except.mutate(reason, { onError: tellError })}
						>
							{t(row.applies ? "project_rules.off" : "project_rules.on")}
						</Button>
						<Button size="compact-sm" variant="subtle" onClick={() => setReason(null)}>
							{t("cancel")}
						</Button>
					</Group>
				</Stack>
			)}
		</Box>
	);
}

export function ProjectRules({ project }: TabProps) {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet(
		"/projects/{id}/rules",
		{ id: project.id },
		{},
		{ entities: ["rule", "rule_exception", "project", "register"] },
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	return (
		<Box className="tab-scroll" tabIndex={0}>
			{!project.purpose && (
				<Alert color="yellow" flex="none">
					{t("project_rules.none")}
				</Alert>
			)}
			{data.blocks && (
				<Alert color="red" flex="none">
					{t("project_rules.blocks", { why: tAny(`rule:${data.blocks}`) })}
				</Alert>
			)}
			{data.rules.length > 0 && (
				<Paper withBorder flex="none">
					{/* What holds here first. */}
					{(data.rules as Row[])
						.toSorted((a, b) => Number(b.applies) - Number(a.applies))
						.map((row) => (
							<Line key={row.id} row={row} project={project.id} />
						))}
				</Paper>
			)}
			<Text size="sm" c="dimmed">
				{t("rules.no_advice")}
			</Text>
		</Box>
	);
}
