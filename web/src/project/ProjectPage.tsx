// SPDX-License-Identifier: GPL-3.0-or-later
// ProjectPage.tsx - a project and its parts as tabs; the tab is in the address.
import { Anchor, Box, Group, Tabs, Title } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { type Right, useMay } from "../app/session";
import { Failed, Missing, PageSkeleton, RowsSkeleton } from "../parts/states";
import { Word } from "../parts/table/cells";
import { RunControls } from "./RunControls";

export interface TabProps {
	project: Project;
}
const tab = <N extends string>(load: () => Promise<Record<N, ComponentType<TabProps>>>, name: N) =>
	lazy(async () => ({ default: (await load())[name] })) as unknown as ComponentType<TabProps>;

const tabs: { key: string; right: Right; page: ComponentType<TabProps> }[] = [
	{ key: "overview", right: "see_projects", page: tab(() => import("./Overview"), "Overview") },
	{ key: "base", right: "see_base", page: tab(() => import("../base/BaseTab"), "BaseTab") },
	{ key: "script", right: "see_projects", page: tab(() => import("../script/ScriptTab"), "ScriptTab") },
	{ key: "results", right: "see_projects", page: tab(() => import("./Results"), "Results") },
	{ key: "form", right: "see_projects", page: tab(() => import("./FormFields"), "FormFields") },
	{ key: "columns", right: "see_report", page: tab(() => import("./MarkColumns"), "MarkColumns") },
	{ key: "inbound", right: "see_floor", page: tab(() => import("../inbound/InboundTab"), "InboundTab") },
	{ key: "survey", right: "see_report", page: tab(() => import("../survey/SurveyTab"), "SurveyTab") },
	{ key: "pacing", right: "see_floor", page: tab(() => import("../pacing/PacingTab"), "PacingTab") },
	{ key: "amd", right: "see_calls", page: tab(() => import("../amd/AmdTab"), "AmdTab") },
	{ key: "team", right: "see_users", page: tab(() => import("./Team"), "Team") },
	{ key: "rules", right: "run_project", page: tab(() => import("../rule/ProjectRules"), "ProjectRules") },
	{ key: "settings", right: "run_project", page: tab(() => import("./Settings"), "Settings") },
];

export function ProjectPage() {
	const { t } = useTranslation();
	const { id, tab: at = "overview" } = useParams();
	const navigate = useNavigate();
	const may = useMay();
	const { data: project, error, refetch } = useGet("/projects/{id}", { id: Number(id) }, {}, { entities: ["project"] });
	if (error) return <Failed error={error} retry={refetch} />;
	if (!project) return <PageSkeleton />;
	const shown = tabs.filter((tab) => may(tab.right));
	const Page = shown.find((tab) => tab.key === at)?.page;
	if (!Page) return <Missing />;
	return (
		<Box className="page-full">
			<Group justify="space-between" gap="xs">
				<Group gap="sm" wrap="nowrap" miw={0}>
					<Title order={1} lineClamp={1}>
						{project.name}
					</Title>
					<Word entity="project" field="state" word={project.state} />
				</Group>
				<Group gap="xs">
					{may("see_report") && (
						<Anchor component={Link} to={`/projects/${project.id}/report`} size="sm">
							<Group gap={4}>
								<IconFileText size={16} />
								{t("report.title")}
							</Group>
						</Anchor>
					)}
					{may("run_project") && <RunControls project={project} />}
				</Group>
			</Group>
			<Tabs value={at} onChange={(key) => navigate(`/projects/${project.id}/${key}`)} className="tab-page">
				<Tabs.List>
					{shown.map((tab) => (
						<Tabs.Tab key={tab.key} value={tab.key}>
							{t(`project.tab.${tab.key}`)}
						</Tabs.Tab>
					))}
				</Tabs.List>
				<Tabs.Panel value={at} className="tab-page">
					<Suspense fallback={<RowsSkeleton />}>
						<Page project={project} />
					</Suspense>
				</Tabs.Panel>
			</Tabs>
		</Box>
	);
}
