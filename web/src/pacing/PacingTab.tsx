// SPDX-License-Identifier: GPL-3.0-or-later
// PacingTab.tsx - predictive dialling of a project: what it does now and why, how near its limit it is, the last minutes, and its log.
import { Alert, Anchor, Box, Group, Paper, SimpleGrid, Skeleton, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useGet } from "../api/hooks";
import type { PacingSecond } from "../api/types";
import { useMay } from "../app/session";
import { Fact } from "../parts/Fact";
import { clockSeconds, dateTime, number, percent } from "../parts/format";
import { Empty, Failed } from "../parts/states";
import { ExportMenu } from "../parts/table/DataTable";
import type { TabProps } from "../project/ProjectPage";
import { Replay } from "./Replay";
import { Sentence, useWhy } from "./sentence";

const PacingChart = lazy(async () => ({ default: (await import("./PacingChart")).PacingChart }));
const REFRESH_MS = 2000;
const FRESH_MS = 10_000;
const SHOWN = 40;

function Facts({ now, max, window }: { now: PacingSecond; max: number; window: "day" | "month" }) {
	const { t } = useTranslation();
	return (
		<SimpleGrid cols={{ base: 2, md: 4 }} spacing="xs">
			<Fact
				label={t("pacing.abandoned")}
				value={percent(now.abandoned, now.answered)}
				note={t(`pacing.abandoned.${window}`, { n: now.abandoned, of: now.answered, max: number(max, 1) })}
				bad={now.answered > 0 && (100 * now.abandoned) / now.answered > max}
			/>
			<Fact label={t("pacing.upper")} value={`${number(now.upper_pct, 1)} %`} note={t("pacing.upper.what")} />
			<Fact label={t("pacing.answer_rate")} value={`${number(now.answer_pct)} %`} note={t("pacing.answer_rate.what")} />
			<Fact
				label={t("pacing.operators")}
				value={number(now.operators)}
				note={t("pacing.operators.what", { talking: now.talking, wrap_up: now.wrap_up, idle: now.idle })}
			/>
		</SimpleGrid>
	);
}

function Log({ rows }: { rows: PacingSecond[] }) {
	const { t } = useTranslation();
	const why = useWhy();
	return (
		<Table.ScrollContainer minWidth={640}>
			<Table withTableBorder bg="var(--paper)">
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{t("pacing.at")}</Table.Th>
						{(["idle", "talking", "wrap_up", "ringing", "waiting", "dialled"] as const).map((key) => (
							<Table.Th key={key} ta="right">
								{t(`pacing_log.${key}`)}
							</Table.Th>
						))}
						<Table.Th>{t("pacing.why")}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map((row) => (
						<Table.Tr key={row.id}>
							<Table.Td>{clockSeconds(row.at)}</Table.Td>
							{([row.idle, row.talking, row.wrap_up, row.ringing, row.waiting, row.dialled] as const).map((n, i) => (
								<Table.Td key={`${row.id}-${i}`} ta="right">
									{n || ""}
								</Table.Td>
							))}
							<Table.Td>{why(row)}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

export function PacingTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const predictive = project.mode === "predictive";
	const query = { project_id: project.id, limit: 480 };
	const { data, error, refetch } = useGet("/pacing", {}, query, { refetchInterval: predictive ? REFRESH_MS : undefined });
	const rows = data?.rows ?? [];
	const now = rows[0];
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <Skeleton h={220} />;
	if (!predictive && !now)
		return (
			<Box className="tab-scroll" tabIndex={0}>
				<Empty what={t("pacing.not_predictive")}>
					{may("run_project") && (
						<Anchor component={Link} to={`/projects/${project.id}/settings`}>
							{t("pacing.to_settings")}
						</Anchor>
					)}
				</Empty>
				<Replay project={project} />
			</Box>
		);
	if (!now)
		return (
			<Box className="tab-scroll" tabIndex={0}>
				<Empty what={t("pacing.nothing_yet")} />
				<Replay project={project} />
			</Box>
		);
	const working = Date.now() - now.at < FRESH_MS;
	return (
		<Box className="tab-scroll" tabIndex={0}>
			{now.alarm && (
				<Alert color="red" icon={<IconAlertTriangle />} title={t("pacing.alarm")}>
					{t("pacing.alarm.what", { max: number(project.abandon_max, 1) })}
				</Alert>
			)}
			<Paper withBorder p="sm">
				{working ? <Sentence now={now} /> : <Text c="dimmed">{t("pacing.idle_since", { when: dateTime(now.at) })}</Text>}
			</Paper>
			<Facts now={now} max={project.abandon_max} window={project.abandon_window} />
			<Paper withBorder p="sm">
				<Group justify="space-between" mb="xs">
					<Text fw={600}>{t("pacing.minutes")}</Text>
					{may("export") && <ExportMenu path="/pacing" ids={{}} query={{ project_id: project.id }} />}
				</Group>
				<Suspense fallback={<Skeleton h={220} />}>
					<PacingChart rows={rows} />
				</Suspense>
			</Paper>
			<Replay project={project} />
			<Log rows={rows.slice(0, SHOWN)} />
		</Box>
	);
}
