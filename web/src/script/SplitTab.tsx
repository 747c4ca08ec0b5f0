// SPDX-License-Identifier: GPL-3.0-or-later
// SplitTab.tsx - two approved versions tried against each other: what each brings, how far they plausibly are apart, whether that is decided, and
// what is missing. No uplift without its interval and its numbers.
import { Alert, Anchor, Badge, Button, Group, Paper, Progress, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { Project, ScriptVersion, Split, SplitReading } from "../api/types";
import { useMay } from "../app/session";
import { dateTime, number, percent } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";

const GOALS = ["lead", "meeting", "presentation", "sale"] as const;
const points = (share: number) => number(share * 100, 1);
const signed = (share: number) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${points(Math.abs(share))}`;

function Start({ project, versions }: { project: Project; versions: ScriptVersion[] }) {
	const { t } = useTranslation();
	const active = versions.find((v) => v.state === "active");
	const others = versions.filter((v) => v.state === "retired" && v.approved_at);
	const [against, setAgainst] = useState<string | null>(others[0] ? String(others[0].id) : null);
	const [goal, setGoal] = useState<string>("lead");
	const plan = useGet("/projects/{id}/split-plan", { id: project.id }, { goal }).data;
	const start = useChange(
		() =>
			post(
				"/projects/{project_id}/splits",
				{ project_id: project.id },
				{ project_id: project.id, b_id: Number(against), goal },
			),
		["split"],
		() => tell(t("split.started")),
	);
	if (!active || !others.length) return <Empty what={t("split.empty")} />;
	return (
		<Paper withBorder p="md" maw={720}>
			<Stack gap="sm">
				<Text fw={600}>{t("split.start.title", { n: active.number })}</Text>
				<Text size="sm">{t("split.start.what")}</Text>
				<SimpleGrid cols={{ base: 1, sm: 2 }}>
					<Select
						label={t("split.against")}
						allowDeselect={false}
						value={against}
						onChange={setAgainst}
						data={others.map((v) => ({ value: String(v.id), label: `v${v.number}` }))}
					/>
					<Select
						label={t("split.goal")}
						allowDeselect={false}
						value={goal}
						onChange={(v) => v && setGoal(v)}
						data={GOALS.map((value) => ({ value, label: t(`counts_as:${value}`) }))}
					/>
				</SimpleGrid>
				{plan && (
					<Text size="sm" c="dimmed">
						{plan.each > 0 && plan.share > 0
							? t("split.plan", {
									n: number(plan.contacts),
									each: number(plan.each),
									share: points(plan.share),
									seen: points(plan.seen),
								})
							: t("split.plan.none", { n: number(plan.contacts) })}
					</Text>
				)}
				<Button
					w="fit-content"
					disabled={!against}
					loading={start.isPending}
					onClick={() => start.mutate(undefined, { onError: tellError })}
				>
					{t("split.start")}
				</Button>
			</Stack>
		</Paper>
	);
}

/** full: the share that fills the line, the same on both sides. */
function Side({ side, wins, full }: { side: SplitReading["sides"][number]; wins: boolean; full: number }) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="md">
			<Group justify="space-between">
				<Text fw={600}>v{side.number}</Text>
				{wins && <Badge color="teal">{t("split.winner")}</Badge>}
			</Group>
			<Text fz={28} fw={700}>
				{percent(side.won, side.talked)}
			</Text>
			<Text size="sm">
				{t("split.of", { won: number(side.won), talked: number(side.talked), contacts: number(side.contacts) })}
			</Text>
			{side.talked > 0 && (
				<>
					<Text size="xs" c="dimmed" mb={4}>
						{t("split.likely", { low: points(side.low), high: points(side.high) })}
					</Text>
					<Progress.Root size={8} aria-hidden>
						<Progress.Section value={(100 * side.low) / full} color="transparent" />
						<Progress.Section value={(100 * (side.high - side.low)) / full} />
					</Progress.Root>
				</>
			)}
		</Paper>
	);
}

/** What may be said, and what is still missing. */
function Verdict({ reading }: { reading: SplitReading }) {
	const { t } = useTranslation();
	const [a, b] = reading.sides as [SplitReading["sides"][number], SplitReading["sides"][number]];
	const fewest = Math.min(a.talked, b.talked);
	const winner = reading.verdict === "a" ? a : reading.verdict === "b" ? b : null;
	const colors = { early: "gray", uneven: "red", open: "yellow", a: "teal", b: "teal" } as const;
	return (
		<Alert
			color={colors[reading.verdict]}
			title={t(`split.verdict.${winner ? "won" : reading.verdict}`, { n: winner?.number })}
		>
			<Stack gap={4}>
				{reading.verdict === "uneven" ? (
					<Text size="sm">{t("split.uneven.what", { a: number(a.contacts), b: number(b.contacts) })}</Text>
				) : (
					reading.verdict !== "early" && (
						<Text size="sm">
							{t("split.difference", { a: a.number, b: b.number, low: signed(reading.low), high: signed(reading.high) })}
						</Text>
					)
				)}
				{reading.verdict === "early" && <Text size="sm">{t("split.early.what")}</Text>}
				{reading.verdict === "open" && (
					<Text size="sm">
						{reading.needed > fewest
							? t("split.needed", { n: number(reading.needed), left: number(reading.needed - fewest) })
							: t("split.seen", { seen: points(reading.seen) })}
					</Text>
				)}
				{!winner && reading.verdict === "open" && (
					<Text size="xs" c="dimmed">
						{t("split.better", { b: b.number, p: number(reading.better * 100) })}
					</Text>
				)}
			</Stack>
		</Alert>
	);
}

function Stop({ split, reading, project }: { split: Split; reading: SplitReading; project: Project }) {
	const { t } = useTranslation();
	const stop = useChange(
		(keep_id: number) => post("/splits/{id}/stop", { id: split.id }, { keep_id }),
		["split", "script_version"],
		() => tell(t("split.stopped")),
	);
	const [a, b] = reading.sides as [SplitReading["sides"][number], SplitReading["sides"][number]];
	return (
		<Group gap="xs">
			<Button variant="default" loading={stop.isPending} onClick={() => stop.mutate(split.a_id, { onError: tellError })}>
				{t("split.stop.keep", { n: a.number })}
			</Button>
			{project.customer_approves ? (
				<Text size="sm" c="dimmed">
					{t("split.customer", { n: b.number })}
				</Text>
			) : (
				<Button
					variant={reading.verdict === "b" ? "filled" : "default"}
					loading={stop.isPending}
					onClick={() => stop.mutate(split.b_id, { onError: tellError })}
				>
					{t("split.stop.take", { n: b.number })}
				</Button>
			)}
		</Group>
	);
}

function SplitView({ split, project }: { split: Split; project: Project }) {
	const { t } = useTranslation();
	const may = useMay();
	const running = split.state === "running";
	const { data, error, refetch } = useGet(
		"/splits/{id}/reading",
		{ id: split.id },
		{},
		{ entities: ["split"], refetchInterval: running ? 60_000 : undefined },
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton rows={3} />;
	const full = 1.1 * Math.max(...data.sides.map((side) => (side.talked ? side.high : 0)), 0.01);
	return (
		<Stack gap="sm" maw={900}>
			<Group gap="xs">
				<Text fw={600}>{t("split.title", { a: data.sides[0]?.number, b: data.sides[1]?.number })}</Text>
				<Badge color={running ? "teal" : "gray"}>{t(`split.state.${split.state}`)}</Badge>
				<Text size="sm" c="dimmed">
					{t("split.since", { goal: t(`counts_as:${split.goal}`), from: dateTime(split.started_at) })}
					{split.stopped_at && ` — ${dateTime(split.stopped_at)}`}
				</Text>
			</Group>
			<SimpleGrid cols={{ base: 1, sm: 2 }}>
				{data.sides.map((side, i) => (
					<Side key={side.script_version_id} side={side} wins={data.verdict === (i ? "b" : "a")} full={full} />
				))}
			</SimpleGrid>
			<Verdict reading={data} />
			{split.stopped_why && (
				<Text size="sm" c="dimmed">
					{split.stopped_why === "replaced" ? t("split.replaced") : split.stopped_why}
				</Text>
			)}
			{running && may("run_project") && <Stop split={split} reading={data} project={project} />}
		</Stack>
	);
}

export function SplitTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [picked, setPicked] = useState<number | null>(null);
	const ids = { project_id: project.id };
	const splits = useAll("/projects/{project_id}/splits", ids, "split", { sort: "-id" });
	const versions = useAll("/projects/{project_id}/scripts", ids, "script_version", { sort: "-number" });
	const failed = splits.error ?? versions.error;
	if (failed) return <Failed error={failed} retry={splits.refetch} />;
	if (splits.isPending || versions.isPending) return <RowsSkeleton />;
	const running = splits.rows.find((s) => s.state === "running");
	const shown = splits.rows.find((s) => s.id === picked) ?? running ?? splits.rows[0];
	const numberOf = (id: number) => versions.rows.find((v) => v.id === id)?.number ?? "?";
	return (
		<Stack gap="lg" style={{ overflow: "auto" }}>
			{!running && may("run_project") && <Start project={project} versions={versions.rows} />}
			{!shown && !may("run_project") && <Empty what={t("split.empty")} />}
			{shown && <SplitView key={shown.id} split={shown} project={project} />}
			{splits.rows.length > 1 && (
				<Group gap="md">
					<Text size="sm" c="dimmed">
						{t("split.others")}
					</Text>
					{splits.rows
						.filter((s) => s.id !== shown?.id)
						.map((s) => (
							<Anchor key={s.id} component="button" size="sm" onClick={() => setPicked(s.id)}>
								v{numberOf(s.a_id)} — v{numberOf(s.b_id)}, {dateTime(s.started_at)}
							</Anchor>
						))}
				</Group>
			)}
		</Stack>
	);
}
