// SPDX-License-Identifier: GPL-3.0-or-later
// Canvas.tsx - a script as a drawing: steps coloured by stage, answers as arrows; or, with heat, by where talks are lost.
import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import {
	Background,
	BackgroundVariant,
	type Connection,
	Controls,
	type Edge,
	Handle,
	type Node,
	type NodeProps,
	Position,
	ReactFlow,
	useNodesState,
} from "@xyflow/react";
import { type CSSProperties, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Graph, ScriptNode } from "../api/types";
import { number, percent } from "../parts/format";
import "./editor.css";
import { changeNode, leadAnswer } from "./graph";

/** How talks went through a step. */
export interface Heat {
	calls: number;
	lost: number;
}

type StepNode = Node<{ step: ScriptNode; stage: string; kind: string; start: boolean; heat?: Heat }, "step">;

function StepBox({ data, selected }: NodeProps<StepNode>) {
	const { t } = useTranslation();
	const { step, stage, kind, start, heat } = data;
	const warmth = heat && { "--heat": `${Math.round(Math.min(1, (2 * heat.lost) / (heat.calls || 1)) * 70)}%` };
	return (
		<div
			className={`step step-${kind} ${selected ? "step-picked" : ""} ${heat ? "step-heat" : ""}`}
			style={warmth as CSSProperties}
		>
			<Handle type="target" position={Position.Left} />
			<div className="step-head">
				<span>{stage}</span>
				<span>
					{start && "▶ "}
					{t(`node:${step.type}`)}
				</span>
			</div>
			<div className="step-title">{step.title || "…"}</div>
			{heat ? (
				<div className="step-text">
					{t("walk.talks", { count: heat.calls, n: number(heat.calls) })}
					{heat.lost > 0 && ` · −${percent(heat.lost, heat.calls)}`}
				</div>
			) : (
				<div className="step-text">{step.text}</div>
			)}
			{step.answers.map((a) => (
				<div className="step-answer" key={a.id}>
					{a.label}
					<Handle type="source" position={Position.Right} id={a.id} />
				</div>
			))}
		</div>
	);
}
const nodeTypes = { step: StepBox };

function drawn(graph: Graph, picked: string | null, heat?: Map<string, Heat>): StepNode[] {
	return graph.nodes.map((step) => {
		const stage = graph.stages.find((s) => s.id === step.stage);
		return {
			id: step.id,
			type: "step",
			position: { x: step.x, y: step.y },
			selected: step.id === picked,
			data: {
				step,
				stage: stage?.name ?? "",
				kind: stage?.kind ?? "contact",
				start: graph.start === step.id,
				heat: heat && (heat.get(step.id) ?? { calls: 0, lost: 0 }),
			},
		};
	});
}

function arrows(graph: Graph): Edge[] {
	return graph.nodes.flatMap((n) =>
		n.answers
			.filter((a) => a.to)
			.map((a) => ({ id: `${n.id}-${a.id}`, source: n.id, sourceHandle: a.id, target: a.to as string, className: "arrow" })),
	);
}

interface CanvasProps {
	graph: Graph;
	picked: string | null;
	setPicked: (id: string | null) => void;
	change?: (graph: Graph) => void;
	writes?: boolean;
	/** In place of the words: how many talks came through each step, and how many were lost there. */
	heat?: Map<string, Heat>;
}

export function Canvas({ graph, picked, setPicked, change = () => undefined, writes = false, heat }: CanvasProps) {
	const dark = useComputedColorScheme() === "dark";
	const [nodes, setNodes, onNodesChange] = useNodesState<StepNode>(drawn(graph, picked, heat));
	useEffect(() => setNodes(drawn(graph, picked, heat)), [graph, picked, heat, setNodes]);
	const edges = useMemo(() => arrows(graph), [graph]);
	return (
		<ReactFlow
			nodes={nodes}
			edges={edges}
			nodeTypes={nodeTypes}
			onNodesChange={onNodesChange}
			onNodeClick={(_, node) => setPicked(node.id)}
			onPaneClick={() => setPicked(null)}
			onNodeDragStop={(_, node) =>
				change(changeNode(graph, node.id, { x: Math.round(node.position.x), y: Math.round(node.position.y) }))
			}
			onConnect={(c: Connection) => c.sourceHandle && change(leadAnswer(graph, c.source, c.sourceHandle, c.target))}
			onEdgesDelete={(gone) => change(gone.reduce((g, e) => leadAnswer(g, e.source, e.sourceHandle ?? "", null), graph))}
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
