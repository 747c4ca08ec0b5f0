// SPDX-License-Identifier: GPL-3.0-or-later
// Floor.tsx - who is doing what right now.
import { Box, Group, Paper, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { serverNow } from "../api/client";
import { useGet } from "../api/hooks";
import { useName } from "../api/refs";
import { duration } from "../parts/format";
import { Empty, Failed } from "../parts/states";
import { Word } from "../parts/table/cells";
import { useNow } from "../parts/useNow";

interface Operator {
	id: number;
	name: string;
	state: string;
	state_since: number | null;
	project_id: number | null;
	calls: number;
	dialogues: number;
	leads: number;
}

function Tile({ operator, now }: { operator: Operator; now: number }) {
	const { t } = useTranslation();
	const project = useName("project", operator.project_id);
	return (
		<Paper withBorder p="sm" className={`floor-tile floor-${operator.state}`}>
			<Group justify="space-between" wrap="nowrap">
				<Text fw={600} truncate>
					{operator.name}
				</Text>
				<Word entity="seat" field="state" word={operator.state} />
			</Group>
			<Text fz={22} fw={600} lh={1.3}>
				{operator.state_since ? duration(now - operator.state_since) : "—"}
			</Text>
			<Text size="sm" c="dimmed" truncate>
				{project || "—"}
			</Text>
			<Text size="sm">
				{t("floor.figures", { calls: operator.calls })} · {t("seat.dialogues", { count: operator.dialogues })} ·{" "}
				{t("seat.leads", { count: operator.leads })}
			</Text>
		</Paper>
	);
}

const ORDER = ["talking", "wrap_up", "reserved", "preview", "ready", "pause", "lost", "offline"];
const REFRESH_MS = 5000;

export function Floor() {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet(
		"/floor",
		{},
		{},
		{ entities: ["shift", "seat", "call"], refetchInterval: REFRESH_MS },
	);
	const now = useNow();
	const operators = [...((data?.operators ?? []) as Operator[])].sort(
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
				</Group>
			</Group>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<Skeleton h={160} />
			) : operators.length === 0 ? (
				<Empty what={t("floor.empty")} />
			) : (
				<SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }}>
					{operators.map((o) => (
						<Tile key={o.id} operator={o} now={now} />
					))}
				</SimpleGrid>
			)}
		</Box>
	);
}
