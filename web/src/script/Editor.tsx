// SPDX-License-Identifier: GPL-3.0-or-later
// Editor.tsx - the script as a drawing: steps coloured by stage, answers as arrows; beside it the step's panel, the linter and the
// preview as the operator sees it. Only a draft can be changed.
import { Badge, Button, Group, Paper, Tabs, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, patch } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Graph, Project, ScriptVersion } from "../api/types";
import { useMay } from "../app/session";
import { EditFailed, EditTools } from "../parts/EditTools";
import { useLetterKeys } from "../parts/keys";
import { Leaving } from "../parts/Leaving";
import { tell } from "../parts/states";
import { Canvas } from "./Canvas";
import { addNode, removeNode } from "./graph";
import { Lint } from "./Lint";
import { useLibrary } from "./library";
import { NodePanel } from "./NodePanel";
import { Preview } from "./Preview";

interface Props {
	version: ScriptVersion;
	project: Project;
	onDirty: (dirty: boolean) => void;
}

export function Editor({ version, project, onDirty }: Props) {
	const { t } = useTranslation();
	const may = useMay();
	const writes = version.state === "draft" && may("write_script");
	const fields = useAll("/projects/{project_id}/form_fields", { project_id: project.id }, "form_field").rows;
	const results = useAll("/projects/{project_id}/results", { project_id: project.id }, "result").rows;
	const { articles, objections } = useLibrary(project.id);
	const [graph, setGraph] = useState<Graph>(version.graph as Graph);
	const [before, setBefore] = useState<Graph[]>([]);
	const [saved, setSaved] = useState({ graph: version.graph as Graph, version: version.version });
	const [picked, setPicked] = useState<string | null>(null);
	const [tab, setTab] = useState<string | null>("step");
	const [failed, setFailed] = useState<ApiError | null>(null);
	const dirty = graph !== saved.graph;
	const change = (next: Graph) => {
		if (!writes) return;
		setBefore((b) => [...b.slice(-99), graph]);
		setGraph(next);
	};
	const undo = () => {
		const last = before.at(-1);
		if (!last) return;
		setBefore(before.slice(0, -1));
		setGraph(last);
	};
	const send = useChange(
		(what: { graph: Graph; version: number }) =>
			patch(
				"/projects/{project_id}/scripts/{id}",
				{ project_id: project.id, id: version.id },
				{ graph: what.graph },
				what.version,
			),
		["script_version", "lint"],
	);
	async function save(over = saved.version) {
		if (!dirty) return true;
		if (!writes) return false;
		try {
			const answer = await send.mutateAsync({ graph, version: over });
			setSaved({ graph, version: answer.version });
			setFailed(null);
			tell(t("saved"));
			return true;
		} catch (error) {
			setFailed(error instanceof ApiError ? error : null);
			return false;
		}
	}
	// While one types Ctrl+S saves, Ctrl+Z takes back what was typed.
	useLetterKeys([["mod+S", () => save()]]);
	useLetterKeys([["mod+Z", undo]], ["INPUT", "TEXTAREA"]);
	useEffect(() => onDirty(dirty), [onDirty, dirty]);
	const add = () => {
		const made = addNode(graph, t("node.new"), picked ?? undefined);
		change(made.graph);
		setPicked(made.id);
		setTab("step");
	};
	const pick = (id: string | null) => {
		setPicked(id);
		if (id) setTab("step");
	};
	const step = graph.nodes.find((n) => n.id === picked);
	return (
		<>
			<Leaving dirty={dirty} saving={send.isPending} save={() => save()} />
			<Paper withBorder className="editor-canvas">
				<Group className="editor-tools" gap="xs">
					{writes && (
						<>
							<Button size="compact-sm" leftSection={<IconPlus size={15} />} onClick={add}>
								{t("node.add")}
							</Button>
							<EditTools undo={before.length ? undo : undefined} dirty={dirty} saving={send.isPending} save={() => save()} />
						</>
					)}
					{dirty && <Badge color="yellow">{t("form.unsaved")}</Badge>}
					{!writes && version.state !== "draft" && (
						<Text size="xs" c="dimmed">
							{t("script.fixed")}
						</Text>
					)}
				</Group>
				{failed && (
					<EditFailed
						failed={failed}
						close={() => setFailed(null)}
						theirs={(current) => {
							change(current.graph as Graph);
							setSaved({ graph: current.graph as Graph, version: current.version as number });
							setFailed(null);
						}}
						mine={(current) => save(current.version as number)}
					/>
				)}
				<div className="editor-flow">
					<Canvas graph={graph} picked={picked} setPicked={pick} change={change} writes={writes} />
				</div>
			</Paper>
			<Paper withBorder className="editor-side">
				<Tabs value={tab} onChange={setTab} className="editor-tabs">
					<Tabs.List grow>
						<Tabs.Tab value="step">{t("script.step")}</Tabs.Tab>
						<Tabs.Tab value="lint">{t("script.lint")}</Tabs.Tab>
						<Tabs.Tab value="preview">{t("script.preview")}</Tabs.Tab>
					</Tabs.List>
					<Tabs.Panel value="step" p="sm">
						{step ? (
							<NodePanel
								key={step.id}
								graph={graph}
								step={step}
								fields={fields}
								results={results}
								articles={articles}
								objections={objections}
								writes={writes}
								change={change}
								onRemove={() => {
									change(removeNode(graph, step.id));
									setPicked(null);
								}}
							/>
						) : (
							<Text size="sm" c="dimmed">
								{t("script.pick")}
							</Text>
						)}
					</Tabs.Panel>
					<Tabs.Panel value="lint" p="sm">
						<Lint version={version.id} at={saved.version} dirty={dirty} graph={graph} onPick={pick} />
					</Tabs.Panel>
					<Tabs.Panel value="preview" p="sm">
						<Preview graph={graph} fields={fields} project={project} />
					</Tabs.Panel>
				</Tabs>
			</Paper>
		</>
	);
}
