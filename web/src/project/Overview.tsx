// SPDX-License-Identifier: GPL-3.0-or-later
// Overview.tsx - plan against fact, conversion by day, and what keeps the project from running.
import { Alert, Anchor, Box, Group, List, Paper, Progress, SimpleGrid, Skeleton, Spoiler, Text } from "@mantine/core";
import { IconCircleCheck, IconListCheck } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useGet } from "../api/hooks";
import type { Overview as Figures } from "../api/types";
import { useMay } from "../app/session";
import { tAny } from "../i18n";
import { dateTime, dayOf, duration, number, percent } from "../parts/format";
import { Empty, Failed } from "../parts/states";
import type { TabProps } from "./ProjectPage";

const DaysChart = lazy(async () => ({ default: (await import("./DaysChart")).DaysChart }));

function Missing({ id }: { id: number }) {
	const { t } = useTranslation();
	const { data } = useGet(
		"/projects/{id}/readiness",
		{ id, project_id: id },
		{},
		{ entities: ["project", "base", "script_version", "result", "member", "trunk"] },
	);
	if (!data) return null;
	if (data.ready)
		return (
			<Alert color="teal" icon={<IconCircleCheck />} p="xs" flex="none">
				{t("readiness.ready")}
			</Alert>
		);
	return (
		<Alert color="yellow" icon={<IconListCheck />} title={t("readiness.missing")} style={{ flexShrink: 0 }}>
			<List size="sm">
				{data.missing.map((m) => (
					<List.Item key={m.code}>
						{m.page ? (
							<Anchor component={Link} to={`/projects/${id}/${m.page}`} size="sm">
								{tAny(`readiness:${m.code}`) === m.code ? m.what : tAny(`readiness:${m.code}`)}
							</Anchor>
						) : (
							m.what
						)}
					</List.Item>
				))}
			</List>
		</Alert>
	);
}

type Forecast = NonNullable<Figures["forecast"]>;

/** How long the base lasts, by what its contacts took so far. */
function BaseLasts({ forecast }: { forecast: Forecast }) {
	const { t } = useTranslation();
	const { fresh, due, calls_left, calls_per_day } = forecast;
	const values = { fresh: number(fresh), due: number(due), calls: number(calls_left) };
	if (!calls_per_day) return null;
	const days = calls_left / calls_per_day;
	return (
		<Alert color={days < 1 ? "red" : days < 3 ? "yellow" : "gray"} py={6} flex="none" data-testid="forecast">
			{days < 1 ? t("forecast.ends", values) : t("forecast.lasts", { ...values, days: number(days, days < 10 ? 1 : 0) })}
		</Alert>
	);
}

function Fact({ label, value, of, note }: { label: string; value: number; of?: number; note?: string }) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="sm">
			<Text size="sm" c="dimmed">
				{label}
			</Text>
			<Text fz={26} fw={600} lh={1.25}>
				{number(value)}
				{!!of && (
					<Text span size="sm" c="dimmed">
						{" "}
						{t("overview.of", { plan: number(of) })}
					</Text>
				)}
			</Text>
			{of ? (
				<Progress
					value={Math.min(100, (100 * value) / of)}
					size={5}
					aria-label={label}
					color={value >= of ? "teal" : "bell"}
				/>
			) : (
				<Box h={5} />
			)}
			<Text size="xs" c="dimmed" mih={18}>
				{note}
			</Text>
		</Paper>
	);
}

function Row({ title, figures }: { title: string; figures: Figures["today"] }) {
	const { t } = useTranslation();
	const { calls, answered, dialogues, leads, meetings, refusals, talk_ms, plan } = figures;
	return (
		<Box>
			<Text fw={600} mb={6}>
				{title}
			</Text>
			<SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="xs">
				<Fact
					label={t("overview.dialogues")}
					value={dialogues}
					of={plan}
					note={plan ? percent(dialogues, plan) : undefined}
				/>
				<Fact label={t("overview.calls")} value={calls} note={t("overview.answered", { share: percent(answered, calls) })} />
				<Fact
					label={t("report.leads")}
					value={leads}
					note={t("overview.conversion", { share: percent(leads, dialogues) })}
				/>
				<Fact label={t("report.meetings")} value={meetings} />
				<Fact label={t("report.refusals")} value={refusals} note={percent(refusals, dialogues)} />
				<Fact
					label={t("overview.talk_h")}
					value={Math.round(talk_ms / 360_000) / 10}
					note={answered ? t("overview.talk_mean", { time: duration(talk_ms / answered) }) : undefined}
				/>
			</SimpleGrid>
		</Box>
	);
}

/** What sales said about it, as it was last told to our people: nobody else may read it. */
function Summary({ id }: { id: number }) {
	const { t } = useTranslation();
	const may = useMay();
	const { data } = useGet(
		"/handovers/{id}",
		{ id, project_id: id },
		{},
		{ entities: ["handover", "project"], enabled: may("hand_over") },
	);
	if (!data?.summary) return null;
	return (
		<Paper withBorder p="sm" style={{ flexShrink: 0 }}>
			<Spoiler
				maxHeight={110}
				showLabel={t("handover.summary.more")}
				hideLabel={t("handover.summary.less")}
				styles={{ control: { fontSize: 13 } }}
			>
				<Text size="sm" fw={600}>
					{t("handover.summary")} · {dateTime(data.handed_at)}
				</Text>
				<Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
					{data.summary}
				</Text>
			</Spoiler>
		</Paper>
	);
}

export function Overview({ project }: TabProps) {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet(
		"/projects/{id}/overview",
		{ id: project.id, project_id: project.id },
		{},
		{ entities: ["call", "journal", "project"] },
	);
	return (
		<Box className="tab-scroll" tabIndex={0}>
			{project.state === "stopped" && (
				<Alert color="red" title={t("overview.stopped", { when: dateTime(project.stopped_at) })}>
					{project.stopped_reason}
				</Alert>
			)}
			{project.state === "finished" && (
				<Alert color="gray" py={6} flex="none">
					{t("overview.finished")}{" "}
					<Anchor component={Link} to={`/projects/${project.id}/final`} size="sm">
						{t("overview.finished.final")}
					</Anchor>
				</Alert>
			)}
			{project.state !== "running" && project.state !== "finished" && <Missing id={project.id} />}
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<Skeleton h={220} />
			) : (
				<>
					{project.state === "running" && data.forecast && <BaseLasts forecast={data.forecast} />}
					<Row title={t("report.today")} figures={data.today} />
					<Row title={t("overview.total")} figures={data.total} />
					<Paper withBorder p="sm">
						<Group justify="space-between" mb="xs">
							<Text fw={600}>{t("overview.by_day")}</Text>
							<Text size="sm" c="dimmed">
								{t("overview.conversion.what")}
							</Text>
						</Group>
						{data.days.length ? (
							<Suspense fallback={<Skeleton h={240} />}>
								<DaysChart days={data.days} />
							</Suspense>
						) : (
							<Empty what={t("overview.no_calls")} />
						)}
					</Paper>
				</>
			)}
			<Summary id={project.id} />
			{(project.goal || project.offer) && (
				<Paper withBorder p="sm">
					{project.goal && (
						<Text size="sm">
							<b>{t("project.goal")}:</b> {project.goal}
						</Text>
					)}
					{project.offer && (
						<Text size="sm">
							<b>{t("project.offer")}:</b> {project.offer}
						</Text>
					)}
					<Text size="sm" c="dimmed">
						{dayOf(project.starts_on)} — {dayOf(project.ends_on)}
					</Text>
				</Paper>
			)}
		</Box>
	);
}
