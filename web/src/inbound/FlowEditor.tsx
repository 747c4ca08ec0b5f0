// SPDX-License-Identifier: GPL-3.0-or-later
// FlowEditor.tsx - the designer: steps as boxes, ways out as arrows, the picked step's panel beside. Undo and save by keys. What is saved is a draft:
// calls go by what runs until a version is published or approved.
import "@xyflow/react/dist/style.css";
import { Badge, Button, Group, Menu, Paper, Text, TextInput, useComputedColorScheme } from "@mantine/core";
import { IconArrowLeft, IconPlus } from "@tabler/icons-react";
import {
	Background,
	BackgroundVariant,
	Controls,
	type Edge,
	Handle,
	type Node,
	type NodeProps,
	Position,
	ReactFlow,
	useNodesState,
} from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { ApiError, patch, post, remove } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { CallFlow, FlowGraph, FlowStep, FlowVersion, Project, Prompt } from "../api/types";
import { useMay } from "../app/session";
import { EditFailed, EditTools } from "../parts/EditTools";
import { RemoveButton } from "../parts/form/ListPage";
import { phone } from "../parts/format";
import { useLetterKeys } from "../parts/keys";
import { Leaving } from "../parts/Leaving";
import { tell, tellError } from "../parts/states";
import "../script/editor.css";
import { addStep, changeStep, exits, kinds, lead, patterns, removeStep, sent } from "./flow";
import { StepPanel } from "./StepPanel";
import { type VersionRow, Versions } from "./Versions";

type BoxNode = Node<{ step: FlowStep; start: boolean; queue: string; prompt: string }, "step">;
/* The colours of the script editor, by what a step does. */
const looks = {
	say: "contact",
	menu: "options",
	hours: "orientation",
	queue: "exit",
	callback: "exit",
	voicemail: "decision",
	end: "conflict",
	survey: "options",
	opt_out: "conflict",
	outside: "exit",
} as const;

function StepBox({ data, selected }: NodeProps<BoxNode>) {
	const { t } = useTranslation();
	const { step, start, queue, prompt } = data;
	return (
		<div className={`step step-${looks[step.type]} ${selected ? "step-picked" : ""}`}>
			<Handle type="target" position={Position.Left} />
			<div className="step-head">
				<span>{t(`flow.kind:${step.type}`)}</span>
				<span>{start && `▶ ${t("flow.first")}`}</span>
			</div>
			<div className="step-title">{step.title || queue || "…"}</div>
			<div className="step-text">
				{step.type === "queue" ? queue : step.type === "outside" ? phone(step.number) : prompt ? `♪ ${prompt}` : step.words}
			</div>
			{exits(step).map((e) => (
				<div className="step-answer" key={e.id}>
					{e.id.startsWith("key:") ? e.label : t(`flow.out:${e.label}`)}
					<Handle type="source" position={Position.Right} id={e.id} />
				</div>
			))}
		</div>
	);
}
const nodeTypes = { step: StepBox };

function arrows(graph: FlowGraph): Edge[] {
	return graph.nodes.flatMap((n) =>
		exits(n)
			.filter((e) => e.to)
			.map((e) => ({
				id: `${n.id}-${e.id}`,
				source: n.id,
				sourceHandle: e.id,
				target: e.to as string,
				className: "arrow",
			})),
	);
}

interface CanvasProps {
	graph: FlowGraph;
	picked: string | null;
	setPicked: (id: string | null) => void;
	change: (graph: FlowGraph) => void;
	writes: boolean;
	queues: { id: number; name: string }[];
	prompts: Prompt[];
}

function Canvas({ graph, picked, setPicked, change, writes, queues, prompts }: CanvasProps) {
	const dark = useComputedColorScheme() === "dark";
	const drawn = useMemo(
		() =>
			graph.nodes.map(
				(step): BoxNode => ({
					id: step.id,
					type: "step",
					position: { x: step.x, y: step.y },
					selected: step.id === picked,
					data: {
						step,
						start: graph.start === step.id,
						queue: queues.find((q) => q.id === step.queue_id)?.name ?? "",
						prompt: prompts.find((p) => p.id === step.prompt_id)?.name ?? "",
					},
				}),
			),
		[graph, picked, queues, prompts],
	);
	const [nodes, setNodes, onNodesChange] = useNodesState<BoxNode>(drawn);
	useEffect(() => setNodes(drawn), [drawn, setNodes]);
	return (
		<ReactFlow
			nodes={nodes}
			edges={useMemo(() => arrows(graph), [graph])}
			nodeTypes={nodeTypes}
			onNodesChange={onNodesChange}
			onNodeClick={(_, node) => setPicked(node.id)}
			onPaneClick={() => setPicked(null)}
			onNodeDragStop={(_, node) =>
				change(changeStep(graph, node.id, { x: Math.round(node.position.x), y: Math.round(node.position.y) }))
			}
			onConnect={(c) => c.sourceHandle && change(lead(graph, c.source, c.sourceHandle, c.target))}
			onEdgesDelete={(gone) => change(gone.reduce((g, e) => lead(g, e.source, e.sourceHandle ?? "", null), graph))}
			nodesDraggable={writes}
			nodesConnectable={writes}
			deleteKeyCode={null}
			colorMode={dark ? "dark" : "light"}
			fitView
			fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
			minZoom={0.2}
			proOptions={{ hideAttribution: true }}
		>
			<Background variant={BackgroundVariant.Dots} gap={22} size={1} />
			<Controls showInteractive={false} />
		</ReactFlow>
	);
}

interface Props {
	flow: CallFlow;
	/** undefined: the flow has none yet. */
	version: FlowVersion | undefined;
	versions: VersionRow[];
	project: Project;
	pick: (version: number | null) => void;
	close: () => void;
}

export function FlowEditor({ flow, version, versions, project, pick, close }: Props) {
	const { t } = useTranslation();
	const ids = { project_id: project.id };
	const writes = useMay()("run_project");
	const queues = useAll("/projects/{project_id}/queues", { project_id: project.id }, "queue").rows;
	const all = useAll("/projects/{project_id}/results", { project_id: project.id }, "result").rows;
	const results = all.filter(
		(r) => !r.archived && r.effect !== "callback" && !all.some((x) => x.parent_id === r.id && !x.archived),
	);
	const prompts = useAll("/projects/{id}/prompts", { id: project.id }, "prompt").rows;
	const [name, setName] = useState(flow.name);
	const [graph, setGraph] = useState<FlowGraph>(() => version?.graph ?? patterns.inbound(t));
	const [before, setBefore] = useState<FlowGraph[]>([]);
	const [saved, setSaved] = useState({ graph: version?.graph, name: flow.name, version: version?.version });
	const [picked, setPicked] = useState<string | null>(null);
	const [failed, setFailed] = useState<ApiError | null>(null);
	const dirty = writes && (graph !== saved.graph || name !== saved.name);
	const change = (next: FlowGraph) => {
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
	// Into the draft on the screen, or into a new one: what runs, ran or lies before somebody stays as it is.
	const draw = (over?: number) =>
		version?.state === "draft"
			? patch("/projects/{project_id}/flow_versions/{id}", { ...ids, id: version.id }, { graph: sent(graph) }, over)
			: post("/projects/{project_id}/flow_versions", ids, { ...ids, flow_id: flow.id, graph: sent(graph) });
	const send = useChange(
		async (over: { flow: number; version: number | undefined }) => {
			if (name !== saved.name)
				await patch("/projects/{project_id}/flows/{id}", { ...ids, id: flow.id }, { name }, over.flow);
			setSaved((was) => ({ ...was, name }));
			return graph === saved.graph ? undefined : draw(over.version);
		},
		["call_flow", "flow_version"],
	);
	/** Before the page goes on by itself: nothing of it is unsaved. */
	const clean = (at?: number) => flushSync(() => setSaved({ graph, name, version: at }));
	async function save({ over = { flow: flow.version, version: saved.version }, stays = true } = {}) {
		if (!dirty) return true;
		try {
			const drawn = await send.mutateAsync(over);
			clean(drawn?.version ?? saved.version);
			setFailed(null);
			tell(drawn ? t("flow.draft.saved", { n: drawn.number }) : t("saved"));
			if (drawn && drawn.id !== version?.id && stays) pick(drawn.id);
			return true;
		} catch (error) {
			setFailed(error instanceof ApiError ? error : null);
			const wrong = error instanceof ApiError && /^graph\.(.+)$/.exec(error.field ?? "")?.[1];
			if (wrong) setPicked(wrong);
			return false;
		}
	}
	/** Of the drawing or of its name, whichever was refused. */
	const theirs = (current: Record<string, unknown>) => {
		const drawn = current.graph as FlowGraph | undefined;
		if (drawn) {
			change(drawn);
			setSaved({ ...saved, graph: drawn, version: current.version as number });
		} else {
			setName(current.name as string);
			setSaved({ ...saved, name: current.name as string });
		}
		setFailed(null);
	};
	const mine = (current: Record<string, unknown>) => {
		const at = current.version as number;
		return save({
			over: current.graph ? { flow: flow.version, version: at } : { flow: at, version: saved.version },
		});
	};
	const drop = useChange(
		() => remove("/projects/{project_id}/flows/{id}", { ...ids, id: flow.id }),
		["call_flow", "flow_version"],
		() => {
			clean();
			close();
		},
	);
	useLetterKeys([["mod+S", () => save()]]);
	useLetterKeys([["mod+Z", undo]], ["INPUT", "TEXTAREA"]); // in a text it is the text's own
	const step = graph.nodes.find((n) => n.id === picked);
	return (
		<>
			<Leaving dirty={dirty} saving={send.isPending} save={() => save({ stays: false })} />
			<Group justify="space-between" gap="xs">
				<Button variant="subtle" leftSection={<IconArrowLeft size={16} />} onClick={close}>
					{t("flow.back")}
				</Button>
				{version && <Versions {...{ project, version, versions, dirty, pick }} />}
			</Group>
			<div className="editor">
				<Paper withBorder className="editor-canvas">
					<Group className="editor-tools" gap="xs">
						<TextInput
							size="xs"
							aria-label={t("field.name")}
							value={name}
							readOnly={!writes}
							onChange={(e) => setName(e.currentTarget.value)}
						/>
						{writes && (
							<>
								<Menu>
									<Menu.Target>
										<Button size="compact-sm" leftSection={<IconPlus size={15} />}>
											{t("node.add")}
										</Button>
									</Menu.Target>
									<Menu.Dropdown>
										{kinds.map((kind) => (
											<Menu.Item
												key={kind}
												onClick={() => {
													const made = addStep(graph, kind, t(`flow.kind:${kind}`));
													change(made.graph);
													setPicked(made.id);
												}}
											>
												{t(`flow.kind:${kind}`)}
											</Menu.Item>
										))}
									</Menu.Dropdown>
								</Menu>
								<EditTools
									undo={before.length ? undo : undefined}
									dirty={dirty}
									saving={send.isPending}
									save={() => save()}
								/>
							</>
						)}
						{dirty && <Badge color="yellow">{t("form.unsaved")}</Badge>}
					</Group>
					{failed && <EditFailed failed={failed} close={() => setFailed(null)} theirs={theirs} mine={mine} />}
					<div className="editor-flow">
						<Canvas {...{ graph, picked, setPicked, change, writes, queues, prompts }} />
					</div>
				</Paper>
				<Paper withBorder className="editor-side" p="sm">
					{step ? (
						<StepPanel
							key={step.id}
							step={step}
							first={graph.start === step.id}
							project={project}
							queues={queues}
							results={results}
							prompts={prompts}
							writes={writes}
							change={(more) => change(changeStep(graph, step.id, more))}
							makeFirst={() => change({ ...graph, start: step.id })}
							onRemove={() => {
								change(removeStep(graph, step.id));
								setPicked(null);
							}}
						/>
					) : (
						<>
							<Text size="sm" c="dimmed" mb="sm">
								{t("flow.pick")}
							</Text>
							{writes && <RemoveButton text={t("flow.remove")} run={() => drop.mutate(undefined, { onError: tellError })} />}
						</>
					)}
				</Paper>
			</div>
		</>
	);
}
