// SPDX-License-Identifier: GPL-3.0-or-later
// Floor.tsx - who is doing what right now.
import { Anchor, Badge, Box, Group, Paper, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Answer, serverNow } from "../api/client";
import { useGet } from "../api/hooks";
import { useOptions } from "../api/refs";
import { useMay, useMe } from "../app/session";
import { BadSound, SoundMenu } from "../call/Sound";
import { Sentence } from "../pacing/sentence";
import { clock, duration, phone } from "../parts/format";
import { Empty, Failed } from "../parts/states";
import { Word } from "../parts/table/cells";
import { useNow } from "../parts/useNow";
import { MonitorBar, type Monitoring, MonitorMenu, useMonitor } from "./Monitor";
import { Queues } from "./Queues";

type Operator = Answer<"/floor", "get">["rows"][number];

const TALKS = ["connected", "held", "transferring", "consulting", "conference", "taken_over"];

function Tile({ operator, now, monitor }: { operator: Operator; now: number; monitor: Monitoring }) {
	const { t } = useTranslation();
	const me = useMe();
	const may = useMay();
	const client = operator.company ?? phone(operator.call_number ?? "");
	const talk = operator.call_id && TALKS.includes(operator.call_state ?? "") ? operator.call_id : null;
	const reasons = useOptions("pause_reason");
	const reason = operator.state === "pause" && reasons.find((r) => r.value === String(operator.pause_reason_id))?.label;
	return (
		<Paper withBorder p="sm" className={`floor-tile floor-${operator.state}`}>
			<Group justify="space-between" wrap="nowrap">
				<Text fw={600} truncate>
					{operator.name}
				</Text>
				{reason ? <Badge color="gray">{reason}</Badge> : <Word entity="seat" field="state" word={operator.state} />}
			</Group>
			<Text fz={22} fw={600} lh={1.3}>
				{operator.state_since ? duration(now - operator.state_since) : "—"}
			</Text>
			<Text size="sm" c="dimmed" truncate>
				{operator.project ?? "—"}
			</Text>
			<Text size="sm" truncate mih={22}>
				{operator.call_id
					? `${client} · ${t(`call.state:${operator.call_state}`)}`
					: t("floor.on_shift", { since: clock(operator.started_at) })}
			</Text>
			{operator.monitored_by && (
				<Text size="xs" c="dimmed">
					{t("floor.monitored", { name: operator.monitored_by })}
				</Text>
			)}
			{talk && (
				<Group gap={6}>
					{may("supervise") && operator.user_id !== me.id && monitor.watched?.call !== talk && (
						<MonitorMenu talk={{ call: talk, name: operator.name, client }} monitor={monitor} />
					)}
					{may("see_calls") && <SoundMenu call={talk} />}
				</Group>
			)}
			{operator.state === "talking" && <BadSound mos={operator.call_mos} />}
			{!operator.leg_up && (
				<Text size="xs" c="red">
					{t("leg.off")}
				</Text>
			)}
		</Paper>
	);
}

/** The last second of each project that dials ahead now. */
function Pacing({ now }: { now: number }) {
	const projects = useOptions("project");
	const { data } = useGet("/pacing", {}, { limit: 60 }, { refetchInterval: REFRESH_MS });
	const rows = (data?.rows ?? []).filter(
		(row, i, all) => now - row.at < PACING_FRESH_MS && all.findIndex((r) => r.project_id === row.project_id) === i,
	);
	if (rows.length === 0) return null;
	return (
		<Paper withBorder p="sm" mb="md">
			{rows.map((row) => (
				<Sentence key={row.id} now={row} name={projects.find((p) => p.value === String(row.project_id))?.label} />
			))}
		</Paper>
	);
}

const ORDER = ["talking", "wrap_up", "offered", "reserved", "preview", "ready", "pause", "lost", "offline"];
const REFRESH_MS = 5000;
const PACING_FRESH_MS = 15_000;

export function Floor() {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet(
		"/floor",
		{},
		{},
		{ entities: ["floor", "shift", "seat", "call"], refetchInterval: REFRESH_MS },
	);
	const now = useNow();
	const monitor = useMonitor();
	const { watched, drop } = monitor;
	const over =
		!!watched && !!data && !data.rows.some((o) => o.call_id === watched.call && TALKS.includes(o.call_state ?? ""));
	useEffect(() => {
		if (over) drop();
	}, [over, drop]);
	const operators = [...(data?.rows ?? [])].sort(
		(a, b) =>
			ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.state_since ?? serverNow()) - (b.state_since ?? serverNow()),
	);
	const count = (state: string) => operators.filter((o) => o.state === state).length;
	return (
		<Box className="page">
			<Group justify="space-between" mb="md">
				<Title order={1}>{t("nav.floor")}</Title>
				<Group gap="lg">
					{(["talking", "ready", "wrap_up", "pause"] as const).map((state) => (
						<Text key={state} size="sm">
							{t(`seat.state:${state}`)}: <b>{count(state)}</b>
						</Text>
					))}
					<Anchor component={Link} to="/walls" size="sm">
						{t("walls.title")}
					</Anchor>
				</Group>
			</Group>
			<MonitorBar monitor={monitor} />
			<Pacing now={now} />
			<Queues />
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<Skeleton h={160} />
			) : operators.length === 0 ? (
				<Empty what={t("floor.empty")} />
			) : (
				<SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }}>
					{operators.map((o) => (
						<Tile key={o.user_id} operator={o} now={now} monitor={monitor} />
					))}
				</SimpleGrid>
			)}
		</Box>
	);
}
