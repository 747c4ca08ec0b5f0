// SPDX-License-Identifier: GPL-3.0-or-later
// Versions.tsx - which version of a flow is on the screen, what it changes, and its way to the calls: published, or sent to the customer.
import { Button, Group, Select, Text } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { post, remove } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { FlowVersion, Project } from "../api/types";
import { useMay } from "../app/session";
import { CompareVersions, useVersionLabel } from "../change/CompareVersions";
import { FlowDiff } from "../change/FlowDiff";
import { RemoveButton } from "../parts/form/ListPage";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";

export type VersionRow = Omit<FlowVersion, "graph">;

function Since({ id, against }: { id: number; against: number }) {
	const { data, error, refetch } = useGet("/flow_versions/{id}/diff", { id }, { against }, { entities: ["flow_version"] });
	return error ? <Failed error={error} retry={refetch} /> : data ? <FlowDiff flow={data} /> : <RowsSkeleton rows={4} />;
}

interface Props {
	project: Project;
	version: FlowVersion;
	versions: VersionRow[];
	/** Something is not saved: first that. */
	dirty: boolean;
	pick: (id: number | null) => void;
}

function Moves({ project, version, versions, dirty, pick }: Props) {
	const { t } = useTranslation();
	const ids = { project_id: project.id };
	const { state, id } = version;
	const publish = useChange(
		() => post("/flow_versions/{id}/publish", { id }),
		["flow_version", "call_flow"],
		() => tell(t("flow.published")),
	);
	const copy = useChange(
		() => post("/projects/{project_id}/flow_versions", ids, { ...ids, flow_id: version.flow_id, graph: version.graph }),
		["flow_version"],
		(made) => pick(made.id),
	);
	const drop = useChange(
		() => remove("/projects/{project_id}/flow_versions/{id}", { ...ids, id }),
		["flow_version"],
		() => pick(null),
	);
	const failed = { onError: tellError };
	const asks = project.customer_approves;
	return (
		<Group gap="xs">
			{(state === "proposed" || state === "approved") && (
				<Text size="sm" c="dimmed">
					{t("flow.waits")}
				</Text>
			)}
			{state === "draft" && versions.length > 1 && (
				<RemoveButton text={t("flow.draft.remove")} run={() => drop.mutate(undefined, failed)} />
			)}
			{(state === "declined" || (state === "retired" && asks)) && (
				<Button variant="default" loading={copy.isPending} onClick={() => copy.mutate(undefined, failed)}>
					{t("script.copy")}
				</Button>
			)}
			{asks && state === "draft" && (
				<Button
					component={Link}
					to={`/projects/${project.id}/changes?change=new&flow=${id}`}
					data-disabled={dirty || undefined}
					onClick={(e) => dirty && e.preventDefault()}
				>
					{t("change.propose.customer")}
				</Button>
			)}
			{!asks && (state === "draft" || state === "retired") && (
				<Button
					title={t("flow.publish.what")}
					disabled={dirty}
					loading={publish.isPending}
					onClick={() => publish.mutate(undefined, failed)}
				>
					{t(state === "draft" ? "flow.publish" : "flow.publish.again")}
				</Button>
			)}
		</Group>
	);
}

export function Versions(props: Props) {
	const { t } = useTranslation();
	const may = useMay();
	const label = useVersionLabel();
	const { version, versions, dirty, pick } = props;
	const [compares, setCompares] = useState(false);
	return (
		<>
			<Group gap="xs">
				<Select
					w={210}
					aria-label={t("flow.version")}
					allowDeselect={false}
					disabled={dirty}
					value={String(version.id)}
					onChange={(v) => v && pick(Number(v))}
					data={versions.map(label)}
				/>
				{versions.length > 1 && (
					<Button variant="subtle" leftSection={<IconGitCompare size={16} />} onClick={() => setCompares(true)}>
						{t("compare.open")}
					</Button>
				)}
				{version.state === "declined" && (
					<Text size="sm" c="dimmed" lineClamp={1} title={version.note ?? ""} maw={260}>
						{version.note}
					</Text>
				)}
			</Group>
			{may("run_project") && <Moves {...props} />}
			{compares && (
				<CompareVersions version={version} versions={versions} onClose={() => setCompares(false)}>
					{(against) => <Since id={version.id} against={against} />}
				</CompareVersions>
			)}
		</>
	);
}
