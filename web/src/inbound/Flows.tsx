// SPDX-License-Identifier: GPL-3.0-or-later
// Flows.tsx - the flows of a project; one is opened in the designer, which stands in the address.
import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { ListPage } from "../parts/form/ListPage";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { patterns } from "./flow";

const FlowEditor = lazy(async () => ({ default: (await import("./FlowEditor")).FlowEditor }));

function One({ project, id, close }: TabProps & { id: number; close: () => void }) {
	const { data, error, refetch } = useGet(
		"/projects/{project_id}/flows/{id}",
		{ project_id: project.id, id },
		{},
		{ entities: [] },
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	return (
		<Suspense fallback={<RowsSkeleton />}>
			<FlowEditor key={id} flow={data} project={project} close={close} />
		</Suspense>
	);
}

export function Flows({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const at = Number(params.get("flow"));
	const open = (flow?: number) => setParams(flow ? { part: "flows", flow: String(flow) } : { part: "flows" });
	const make = useChange(
		(pattern: keyof typeof patterns) =>
			post(
				"/projects/{project_id}/flows",
				{ project_id: project.id },
				{ name: `${t(`pattern.${pattern}`)} ${new Date().toLocaleTimeString()}`, graph: patterns[pattern](t) },
			),
		["call_flow"],
		(made) => open(made.id),
	);
	if (at) return <One project={project} id={at} close={() => open()} />;
	return (
		<ListPage
			inner
			entity="call_flow"
			path="/projects/{project_id}/flows"
			ids={{ project_id: project.id }}
			title={t("flows.title")}
			empty={t("flows.empty")}
			mayMake={false}
			right="run_project"
			columns={[{ name: "name", grow: true }, "created_at"]}
			form={[]}
			onOpen={(row) => open(row.id)}
			actions={
				may("run_project") && (
					<Menu>
						<Menu.Target>
							<Button leftSection={<IconPlus size={16} />} loading={make.isPending}>
								{t("flows.new")}
							</Button>
						</Menu.Target>
						<Menu.Dropdown>
							{Object.keys(patterns).map((pattern) => (
								<Menu.Item
									key={pattern}
									onClick={() => make.mutate(pattern as keyof typeof patterns, { onError: tellError })}
								>
									{t(`pattern.${pattern}`)}
								</Menu.Item>
							))}
						</Menu.Dropdown>
					</Menu>
				)
			}
		/>
	);
}
