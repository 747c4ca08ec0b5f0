// SPDX-License-Identifier: GPL-3.0-or-later
// NodePanel.tsx - everything about one step of the script.
import {
	ActionIcon,
	Button,
	Divider,
	Group,
	Menu,
	MultiSelect,
	Select,
	Stack,
	TagsInput,
	Text,
	Textarea,
	TextInput,
} from "@mantine/core";
import { IconBraces, IconMessage2Question, IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Article, FormField, Graph, Objection, Result, ScriptNode } from "../api/types";
import { RemoveButton } from "../parts/form/ListPage";
import { addAnswer, addObjection, changeNode } from "./graph";
import { mergeFields } from "./merge";

interface Props {
	graph: Graph;
	step: ScriptNode;
	fields: FormField[];
	results: Result[];
	articles: Article[];
	objections: Objection[];
	writes: boolean;
	change: (graph: Graph) => void;
	onRemove: () => void;
}
type Set = (what: Partial<ScriptNode>) => void;

function TextWithFields({
	step,
	fields,
	set,
	writes,
}: {
	step: ScriptNode;
	fields: FormField[];
	set: Set;
	writes: boolean;
}) {
	const { t } = useTranslation();
	const area = useRef<HTMLTextAreaElement>(null);
	const insert = (name: string) => {
		const at = area.current?.selectionStart ?? step.text.length;
		set({ text: `${step.text.slice(0, at)}{${name}}${step.text.slice(at)}` });
		area.current?.focus();
	};
	return (
		<div>
			<Group justify="space-between">
				<Text size="sm" fw={500}>
					{t("node.text")}
				</Text>
				{writes && (
					<Menu position="bottom-end">
						<Menu.Target>
							<Button size="compact-xs" variant="subtle" leftSection={<IconBraces size={13} />}>
								{t("node.insert")}
							</Button>
						</Menu.Target>
						<Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
							{[...mergeFields, ...fields.map((f) => `field.${f.key}`)].map((name) => (
								<Menu.Item key={name} onClick={() => insert(name)}>
									{t(`merge.${name}`, { defaultValue: fields.find((f) => `field.${f.key}` === name)?.label ?? name })}
								</Menu.Item>
							))}
						</Menu.Dropdown>
					</Menu>
				)}
			</Group>
			<Textarea
				ref={area}
				aria-label={t("node.text")}
				minRows={4}
				maxRows={12}
				maxLength={8000}
				readOnly={!writes}
				value={step.text}
				onChange={(e) => set({ text: e.currentTarget.value })}
			/>
		</div>
	);
}

function FromLibrary({ graph, step, change, objections }: Pick<Props, "graph" | "step" | "change" | "objections">) {
	const { t } = useTranslation();
	return (
		<Select
			size="xs"
			aria-label={t("node.objection.add")}
			placeholder={t("node.objection.add")}
			leftSection={<IconMessage2Question size={14} />}
			searchable
			value={null}
			data={objections.map((o) => ({ value: String(o.id), label: o.phrase }))}
			onChange={(id) => {
				const o = objections.find((x) => String(x.id) === id);
				if (o) change(addObjection(graph, step.id, o.phrase, o.answer, t("node.back")));
			}}
		/>
	);
}

function Answers({
	graph,
	step,
	change,
	writes,
	objections,
}: Pick<Props, "graph" | "step" | "change" | "writes" | "objections">) {
	const { t } = useTranslation();
	const steps = graph.nodes.filter((n) => n.id !== step.id).map((n) => ({ value: n.id, label: n.title || n.id }));
	const put = (id: string, what: Partial<ScriptNode["answers"][number]>) =>
		change(changeNode(graph, step.id, { answers: step.answers.map((a) => (a.id === id ? { ...a, ...what } : a)) }));
	return (
		<Stack gap={6}>
			{step.answers.map((a, i) => (
				<Group key={a.id} gap={4} wrap="nowrap">
					<span className="key">{i + 1}</span>
					<TextInput
						size="xs"
						flex={1}
						aria-label={t("node.answer")}
						readOnly={!writes}
						value={a.label}
						onChange={(e) => put(a.id, { label: e.currentTarget.value })}
					/>
					<Select
						size="xs"
						w={130}
						aria-label={t("node.leads_to")}
						placeholder={t("node.nowhere")}
						data={steps}
						clearable
						searchable
						disabled={!writes}
						value={a.to}
						onChange={(to) => put(a.id, { to })}
					/>
					{writes && (
						<ActionIcon
							variant="subtle"
							color="gray"
							aria-label={`${t("remove")}: ${a.label}`}
							onClick={() => change(changeNode(graph, step.id, { answers: step.answers.filter((x) => x.id !== a.id) }))}
						>
							<IconTrash size={15} />
						</ActionIcon>
					)}
				</Group>
			))}
			{writes && (
				<Button
					size="compact-sm"
					variant="light"
					leftSection={<IconPlus size={14} />}
					onClick={() => change(addAnswer(graph, step.id, t("node.answer.new")))}
				>
					{t("node.answer.add")}
				</Button>
			)}
			{writes && objections.length > 0 && <FromLibrary graph={graph} step={step} change={change} objections={objections} />}
		</Stack>
	);
}

export function NodePanel({ graph, step, fields, results, articles, objections, writes, change, onRemove }: Props) {
	const { t } = useTranslation();
	const set: Set = (what) => change(changeNode(graph, step.id, what));
	const place = graph.start === step.id ? "start" : graph.conflict === step.id ? "conflict" : "";
	return (
		<Stack gap="xs">
			<TextInput
				label={t("field.title")}
				readOnly={!writes}
				value={step.title}
				onChange={(e) => set({ title: e.currentTarget.value })}
			/>
			<Group grow gap="xs">
				<Select
					label={t("node.stage")}
					disabled={!writes}
					allowDeselect={false}
					data={graph.stages.map((s) => ({ value: s.id, label: s.name }))}
					value={step.stage}
					onChange={(v) => v && set({ stage: v })}
				/>
				<Select
					label={t("field.type")}
					disabled={!writes}
					allowDeselect={false}
					data={(["say", "ask", "objection", "end"] as const).map((v) => ({ value: v, label: t(`node:${v}`) }))}
					value={step.type}
					onChange={(v) => v && set({ type: v as ScriptNode["type"] })}
				/>
			</Group>
			<TextWithFields step={step} fields={fields} set={set} writes={writes} />
			<Divider label={t("node.answers")} labelPosition="left" />
			<Answers graph={graph} step={step} change={change} writes={writes} objections={objections} />
			<Divider label={t("node.more")} labelPosition="left" />
			<TextInput
				label={t("node.tone")}
				readOnly={!writes}
				value={step.tone ?? ""}
				onChange={(e) => set({ tone: e.currentTarget.value || null })}
			/>
			<TextInput
				label={t("node.hint")}
				readOnly={!writes}
				value={step.hint ?? ""}
				onChange={(e) => set({ hint: e.currentTarget.value || null })}
			/>
			<TagsInput
				label={t("play.forbidden")}
				description={t("node.forbidden.what")}
				readOnly={!writes}
				value={step.forbidden ?? []}
				onChange={(forbidden) => set({ forbidden })}
			/>
			<MultiSelect
				label={t("node.fields")}
				disabled={!writes}
				data={fields.map((f) => ({ value: f.key, label: f.label }))}
				value={step.fields ?? []}
				onChange={(keys) => set({ fields: keys })}
			/>
			<MultiSelect
				label={t("node.articles")}
				disabled={!writes}
				searchable
				maxValues={10}
				data={articles.map((a) => ({ value: String(a.id), label: a.title }))}
				value={(step.articles ?? []).map(String)}
				onChange={(ids) => set({ articles: ids.map(Number) })}
			/>
			<Select
				label={t("node.result")}
				disabled={!writes}
				clearable
				searchable
				data={results.map((r) => ({ value: String(r.id), label: r.name }))}
				value={step.result_id ? String(step.result_id) : null}
				onChange={(v) => set({ result_id: v ? Number(v) : null })}
			/>
			{writes && (
				<Group gap="xs">
					<Button
						size="compact-sm"
						variant={place === "start" ? "filled" : "default"}
						onClick={() => change({ ...graph, start: step.id })}
					>
						{t("node.is_start")}
					</Button>
					<Button
						size="compact-sm"
						variant={place === "conflict" ? "filled" : "default"}
						color={place === "conflict" ? "red" : undefined}
						onClick={() => change({ ...graph, conflict: place === "conflict" ? null : step.id })}
					>
						{t("node.is_conflict")}
					</Button>
					<RemoveButton run={onRemove} />
				</Group>
			)}
		</Stack>
	);
}
