// SPDX-License-Identifier: GPL-3.0-or-later
// ProjectPage.tsx - a project and its parts as tabs; the tab is in the address.
import { Box, Button, Group, SegmentedControl, Tabs, Title } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { type Right, useMay } from "../app/session";
import { Failed, Missing, PageSkeleton, RowsSkeleton } from "../parts/states";
import { Word } from "../parts/table/cells";
import { LogButton } from "../report/LogButton";
import { RunControls } from "./RunControls";

export interface TabProps {
	project: Project;
}
const tab = <N extends string>(load: () => Promise<Record<N, ComponentType<TabProps>>>, name: N) =>
	lazy(async () => ({ default: (await load())[name] })) as unknown as ComponentType<TabProps>;

interface Tab {
	key: string;
	right: Right;
	page: ComponentType<TabProps>;
}
/** Tabs by their address; those that belong together share one, and are told apart below it. */
const groups: { key: string; tabs: Tab[] }[] = [
	{
		key: "overview",
		tabs: [
			{ key: "overview", right: "see_projects", page: tab(() => import("./Overview"), "Overview") },
			{ key: "final", right: "see_report", page: tab(() => import("./Final"), "Final") },
			{ key: "handover", right: "hand_over", page: tab(() => import("../handover/HandoverTab"), "HandoverTab") },
		],
	},
	{ key: "base", tabs: [{ key: "base", right: "see_base", page: tab(() => import("../base/BaseTab"), "BaseTab") }] },
	{
		key: "script",
		tabs: [
			{ key: "script", right: "see_projects", page: tab(() => import("../script/ScriptTab"), "ScriptTab") },
			{ key: "unanswered", right: "write_script", page: tab(() => import("../script/Unanswered"), "Unanswered") },
			{ key: "walk", right: "see_report", page: tab(() => import("../script/WalkTab"), "WalkTab") },
			{ key: "split", right: "see_report", page: tab(() => import("../script/SplitTab"), "SplitTab") },
			{ key: "objections", right: "open_card", page: tab(() => import("../script/Library"), "Objections") },
			{ key: "articles", right: "open_card", page: tab(() => import("../script/Library"), "Articles") },
		],
	},
	{
		key: "changes",
		tabs: [
			{ key: "changes", right: "see_projects", page: tab(() => import("../change/ChangesTab"), "ChangesTab") },
			{ key: "stops", right: "see_projects", page: tab(() => import("../change/StopsTab"), "StopsTab") },
		],
	},
	{
		key: "card",
		tabs: [
			{ key: "results", right: "see_base", page: tab(() => import("./Results"), "Results") },
			{ key: "form", right: "see_base", page: tab(() => import("./FormFields"), "FormFields") },
			{ key: "templates", right: "run_project", page: tab(() => import("../template/TemplatesTab"), "TemplatesTab") },
			{ key: "columns", right: "see_calls", page: tab(() => import("./MarkColumns"), "MarkColumns") },
			{ key: "report_form", right: "run_project", page: tab(() => import("../report/FormTab"), "FormTab") },
		],
	},
	{
		key: "dialling",
		tabs: [
			{ key: "pacing", right: "see_floor", page: tab(() => import("../pacing/PacingTab"), "PacingTab") },
			{ key: "amd", right: "see_floor", page: tab(() => import("../amd/AmdTab"), "AmdTab") },
			{ key: "rules", right: "run_project", page: tab(() => import("../rule/ProjectRules"), "ProjectRules") },
		],
	},
	{
		key: "inbound",
		tabs: [{ key: "inbound", right: "see_floor", page: tab(() => import("../inbound/InboundTab"), "InboundTab") }],
	},
	{
		key: "survey",
		tabs: [{ key: "survey", right: "see_report", page: tab(() => import("../survey/SurveyTab"), "SurveyTab") }],
	},
	{
		key: "log",
		tabs: [
			{ key: "log", right: "see_calls", page: tab(() => import("../communication/CommunicationTab"), "CommunicationTab") },
		],
	},
	{
		key: "money",
		tabs: [{ key: "money", right: "see_money", page: tab(() => import("../money/MoneyTab"), "MoneyTab") }],
	},
	{ key: "team", tabs: [{ key: "team", right: "see_users", page: tab(() => import("./Team"), "Team") }] },
	{ key: "settings", tabs: [{ key: "settings", right: "run_project", page: tab(() => import("./Settings"), "Settings") }] },
];

export function ProjectPage() {
	const { t } = useTranslation();
	const { id, tab: at = "overview" } = useParams();
	const navigate = useNavigate();
	const may = useMay();
	const { data: project, error, refetch } = useGet("/projects/{id}", { id: Number(id) }, {}, { entities: ["project"] });
	if (error) return <Failed error={error} retry={refetch} />;
	if (!project) return <PageSkeleton />;
	const shown = groups
		.map((group) => ({ ...group, tabs: group.tabs.filter((tab) => may(tab.right)) }))
		.filter((group) => group.tabs.length);
	const group = shown.find((g) => g.tabs.some((tab) => tab.key === at));
	const Page = group?.tabs.find((tab) => tab.key === at)?.page;
	if (!group || !Page) return <Missing />;
	const open = (key: string) => navigate(`/projects/${project.id}/${key}`);
	return (
		<Box className="page-full">
			<Group justify="space-between" gap="xs">
				<Group gap="sm" wrap="nowrap" miw={0} align="baseline">
					<Title order={1} lineClamp={2}>
						{project.name}
					</Title>
					<Box flex="none">
						<Word entity="project" field="state" word={project.state} />
					</Box>
				</Group>
				<Group gap="xs">
					{may("see_report") && <LogButton project={project.id} />}
					{may("see_report") && (
						<Button
							component={Link}
							to={`/projects/${project.id}/report`}
							size="compact-sm"
							variant="subtle"
							leftSection={<IconFileText size={16} />}
						>
							{t("report.title")}
						</Button>
					)}
					{may("run_project") && <RunControls project={project} />}
				</Group>
			</Group>
			<Tabs
				value={group.key}
				onChange={(key) => open(shown.find((g) => g.key === key)?.tabs[0]?.key ?? "overview")}
				className="tab-page"
			>
				<Tabs.List>
					{shown.map(({ key }) => (
						<Tabs.Tab key={key} value={key}>
							{t(`project.tab.${key}`)}
						</Tabs.Tab>
					))}
				</Tabs.List>
				<Tabs.Panel value={group.key} className="tab-page">
					{group.tabs.length > 1 && (
						<SegmentedControl
							mt="sm"
							w="fit-content"
							aria-label={t(`project.tab.${group.key}`)}
							value={at}
							onChange={open}
							data={group.tabs.map(({ key }) => ({ value: key, label: t(`project.tab.${key}`) }))}
						/>
					)}
					<Suspense fallback={<RowsSkeleton />}>
						<Page project={project} />
					</Suspense>
				</Tabs.Panel>
			</Tabs>
		</Box>
	);
}
