// SPDX-License-Identifier: GPL-3.0-or-later
// Flows.tsx - the flows of a project; one is opened in the designer, in its draft or else as it runs. Flow and version stand in the address.
import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { post } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { ListPage } from "../parts/form/ListPage";
import { clockSeconds } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { patterns } from "./flow";

const FlowEditor = lazy(async () => ({ default: (await import("./FlowEditor")).FlowEditor }));

interface OneProps extends TabProps {
	id: number;
	wanted: number;
	pick: (version: number | null) => void;
	close: () => void;
}

function One({ project, id, wanted, pick, close }: OneProps) {
	const ids = { project_id: project.id };
	const flow = useGet("/projects/{project_id}/flows/{id}", { ...ids, id }, {}, { entities: ["call_flow"] });
	const versions = useAll("/projects/{project_id}/flow_versions", ids, "flow_version", { flow_id: id, sort: "-number" });
	const of = (state: string) => versions.rows.find((v) => v.state === state);
	const chosen = versions.rows.find((v) => v.id === wanted) ?? of("draft") ?? of("active") ?? versions.rows[0];
	const whole = useGet(
		"/projects/{project_id}/flow_versions/{id}",
		{ ...ids, id: chosen?.id ?? 0 },
		{},
		{ entities: ["flow_version"], enabled: !!chosen },
	);
	const failed = [flow, versions, whole].find((x) => x.error);
	if (failed?.error) return <Failed error={failed.error} retry={failed.refetch} />;
	if (!flow.data || versions.isPending || (chosen && whole.data?.id !== chosen.id)) return <RowsSkeleton />;
	return (
		<Suspense fallback={<RowsSkeleton />}>
			<FlowEditor
				key={chosen?.id ?? 0}
				flow={flow.data}
				version={whole.data}
				versions={versions.rows}
				project={project}
				pick={pick}
				close={close}
			/>
		</Suspense>
	);
}

export function Flows({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const at = Number(params.get("flow"));
	const open = (flow?: number, version?: number | null) =>
		setParams({ part: "flows", ...(flow && { flow: String(flow) }), ...(version && { version: String(version) }) });
	// A flow without steps, then its first draft: nothing of it runs yet.
	const make = useChange(
		async (pattern: keyof typeof patterns) => {
			const ids = { project_id: project.id };
			const name = `${t(`pattern.${pattern}`)} ${clockSeconds(Date.now())}`;
			const made = await post("/projects/{project_id}/flows", ids, { ...ids, name });
			const graph = patterns[pattern](t);
			return post("/projects/{project_id}/flow_versions", ids, { ...ids, flow_id: made.id, graph });
		},
		["call_flow", "flow_version"],
		(made) => open(made.flow_id),
	);
	if (at)
		return (
			<One
				project={project}
				id={at}
				wanted={Number(params.get("version"))}
				pick={(version) => open(at, version)}
				close={() => open()}
			/>
		);
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
			columns={[{ name: "name", grow: true }, { name: "running", width: 180 }, "created_at"]}
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
