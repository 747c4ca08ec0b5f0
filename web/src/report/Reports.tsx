// SPDX-License-Identifier: GPL-3.0-or-later
// Reports.tsx - the customer's first page: his projects, and what happened in each today.
import { Anchor, Badge, Box, Group, Paper, Progress, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAll, useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { useMe } from "../app/session";
import { Mentions, Waiting } from "../change/Waiting";
import { number } from "../parts/format";
import { Empty, Failed } from "../parts/states";

/** Dialogues of today against the plan of the day. */
function Plan({ id }: { id: number }) {
	const { t } = useTranslation();
	const { data } = useGet("/projects/{id}/overview", { id, project_id: id }, {}, { entities: ["call", "project"] });
	if (!data?.today.plan) return null;
	const { dialogues, plan } = data.today;
	return (
		<Box mt="sm">
			<Text size="sm">{t("report.plan", { done: number(dialogues), plan: number(plan) })}</Text>
			<Progress
				value={Math.min(100, (100 * dialogues) / plan)}
				size={5}
				color={dialogues >= plan ? "teal" : "bell"}
				aria-label={t("report.plan", { done: number(dialogues), plan: number(plan) })}
			/>
		</Box>
	);
}

/** Where else one goes from a project. */
const doors = [
	["report", "report.title"],
	["overview", "report.door.overview"],
	["changes", "report.door.changes"],
	["final", "report.door.final"],
] as const;

function Tile({ project }: { project: Project }) {
	const { t } = useTranslation();
	const today = useGet(
		"/projects/{id}/report/totals",
		{ id: project.id, project_id: project.id },
		{ "last_at>": "today" },
		{ entities: ["call", "contact"] },
	);
	const all = useGet(
		"/projects/{id}/report/totals",
		{ id: project.id, project_id: project.id },
		{},
		{ entities: ["call", "contact"] },
	);
	const figures: [string, number | undefined, number | undefined][] = [
		["report.rows", today.data?.rows, all.data?.rows],
		["report.leads", today.data?.leads, all.data?.leads],
		["report.meetings", today.data?.meetings, all.data?.meetings],
		["report.refusals", today.data?.refusals, all.data?.refusals],
	];
	return (
		<Paper withBorder p="md" component="article">
			<Group justify="space-between" wrap="nowrap" mb="sm">
				<Anchor component={Link} to={`/projects/${project.id}/report`} fw={600} size="lg">
					{project.name}
				</Anchor>
				<Badge flex="none" color={project.state === "running" ? "teal" : "gray"}>
					{t(["handed_over", "ready"].includes(project.state) ? "report.preparing" : `project.state:${project.state}`)}
				</Badge>
			</Group>
			<SimpleGrid cols={4} spacing="xs">
				{figures.map(([label, now, ever]) => (
					<div key={label}>
						<Text fz={22} fw={600} lh={1.2}>
							{now === undefined ? <Skeleton h={26} w={40} /> : number(now)}
						</Text>
						<Text size="xs" c="dimmed">
							{t(label)}
						</Text>
						<Text size="xs" c="dimmed">
							{ever !== undefined && t("report.in_all", { count: ever })}
						</Text>
					</div>
				))}
			</SimpleGrid>
			<Plan id={project.id} />
			<Group gap="md" mt="sm">
				{doors.map(([page, text]) => (
					<Anchor key={page} component={Link} to={`/projects/${project.id}/${page}`} size="sm">
						{t(text)}
					</Anchor>
				))}
			</Group>
		</Paper>
	);
}

export function Reports() {
	const { t } = useTranslation();
	const customer = useMe().role === "customer";
	const { rows, isPending, error, refetch } = useAll("/projects", {}, "project");
	return (
		<Box className="page" maw={1100}>
			<Title order={1} mb="xs">
				{t(customer ? "nav.mine" : "nav.reports")}
			</Title>
			<Text c="dimmed" mb="md">
				{t("report.today_is")}
			</Text>
			<Waiting projects={rows} />
			<Mentions />
			{error ? (
				<Failed error={error} retry={refetch} />
			) : isPending ? (
				<Skeleton h={140} />
			) : rows.length === 0 ? (
				<Empty what={t("report.no_projects")} />
			) : (
				<SimpleGrid cols={{ base: 1, md: 2 }}>
					{rows.map((p) => (
						<Tile key={p.id} project={p} />
					))}
				</SimpleGrid>
			)}
		</Box>
	);
}
