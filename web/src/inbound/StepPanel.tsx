// SPDX-License-Identifier: GPL-3.0-or-later
// StepPanel.tsx - what a step of a flow says and waits for.
import { Badge, Button, Chip, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { url } from "../api/client";
import type { FlowStep, Prompt } from "../api/types";
import { RemoveButton } from "../parts/form/ListPage";
import { HoursGrid } from "../project/HoursGrid";
import { Answers } from "./Answers";
import { KEYS } from "./flow";
import { voiceOf } from "./sound";
import { WordsInput } from "./Words";

interface Props {
	step: FlowStep;
	first: boolean;
	project: { id: number; language?: "ru" | "en" };
	queues: { id: number; name: string }[];
	/** What a call that comes to this step may end with. */
	results: { id: number; name: string }[];
	prompts: Prompt[];
	writes: boolean;
	change: (more: Partial<FlowStep>) => void;
	makeFirst: () => void;
	onRemove: () => void;
}

const waits = { menu: 5, survey: 7, queue: 0, callback: 5, voicemail: 120, outside: 30 } as const;

function Keys({ step, change }: Pick<Props, "step" | "change">) {
	const { t } = useTranslation();
	const keys = step.keys ?? {};
	return (
		<div>
			<Text size="sm" fw={500}>
				{t("flow.keys")}
			</Text>
			<Chip.Group
				multiple
				value={Object.keys(keys)}
				onChange={(now) => change({ keys: Object.fromEntries(now.map((key) => [key, keys[key] ?? ""])) })}
			>
				<Group gap={4}>
					{KEYS.map((key) => (
						<Chip key={key} value={key} size="xs">
							{key}
						</Chip>
					))}
				</Group>
			</Chip.Group>
		</div>
	);
}

/** A prompt by its name, or words of the step's own. */
function Said({
	step,
	project,
	prompts,
	writes,
	change,
}: Pick<Props, "step" | "project" | "prompts" | "writes" | "change">) {
	const { t } = useTranslation();
	const prompt = prompts.find((p) => p.id === step.prompt_id);
	const words = step.words ?? "";
	return (
		<>
			{(prompts.length > 0 || step.prompt_id) && (
				<Select
					label={t("flow.prompt")}
					placeholder={t("flow.prompt.own")}
					data={prompts.map((p) => ({ value: String(p.id), label: p.name }))}
					value={step.prompt_id ? String(step.prompt_id) : null}
					onChange={(id) => change({ prompt_id: id ? Number(id) : null })}
					clearable
					searchable
				/>
			)}
			{prompt && (
				<>
					{prompt.words && (
						<Text size="sm" c="dimmed">
							{prompt.words}
						</Text>
					)}
					<audio
						key={`${prompt.id}-${prompt.version}`}
						src={`${url("/prompts/{id}/audio", { id: prompt.id })}?v=${prompt.version}`}
						controls
						preload="none"
						style={{ width: "100%", height: 36 }}
						aria-label={t("prompt.heard")}
					/>
				</>
			)}
			{!step.prompt_id && (
				<WordsInput
					value={words}
					onChange={(w) => change({ words: w })}
					project={project.id}
					spoken={{ project_id: project.id, language: voiceOf(words, project.language ?? "ru") }}
					label={t("flow.words")}
					hint={t("flow.words.hint")}
					disabled={!writes}
				/>
			)}
		</>
	);
}

export function StepPanel(props: Props) {
	const { step, first, queues, results, writes, change, makeFirst, onRemove } = props;
	const { t } = useTranslation();
	const spoken = step.type !== "queue" && step.type !== "hours";
	const wait = step.type in waits ? (step.type as keyof typeof waits) : null;
	return (
		<fieldset disabled={!writes} style={{ border: 0, padding: 0, margin: 0 }}>
			<Stack gap="sm">
				<Group justify="space-between">
					<Badge variant="light">{t(`flow.kind:${step.type}`)}</Badge>
					{first ? (
						<Text size="sm">▶ {t("flow.first")}</Text>
					) : (
						<Button size="compact-sm" variant="default" onClick={makeFirst}>
							{t("flow.make_first")}
						</Button>
					)}
				</Group>
				<TextInput
					label={t("field.title")}
					value={step.title}
					maxLength={100}
					onChange={(e) => change({ title: e.currentTarget.value })}
				/>
				{spoken && <Said {...props} />}
				{step.type === "callback" && (
					<Text size="xs" c="dimmed">
						{t("flow.callback.hint")}
					</Text>
				)}
				{(step.type === "queue" || step.type === "callback") && (
					<Select
						label={t("field.queue_id")}
						data={queues.map((q) => ({ value: String(q.id), label: q.name }))}
						value={step.queue_id ? String(step.queue_id) : null}
						onChange={(id) => change({ queue_id: id ? Number(id) : null })}
						allowDeselect={false}
					/>
				)}
				{step.type === "outside" && (
					<TextInput
						label={t("flow.number")}
						description={t("flow.number.hint")}
						value={step.number ?? ""}
						maxLength={40}
						onChange={(e) => change({ number: e.currentTarget.value })}
					/>
				)}
				{step.type === "survey" && <Answers step={step} change={change} />}
				{step.type === "survey" && (
					<Switch
						label={t("flow.rates")}
						description={t("flow.rates.hint")}
						checked={step.rates ?? false}
						onChange={(e) => change({ rates: e.currentTarget.checked })}
					/>
				)}
				{step.type === "menu" && <Keys step={step} change={change} />}
				{step.type === "hours" && <HoursGrid open value={step.hours} onChange={(hours) => change({ hours })} />}
				{step.type === "hours" && (
					<Switch
						label={t("flow.days_off")}
						description={t("flow.days_off.hint")}
						checked={!step.open_days_off}
						onChange={(e) => change({ open_days_off: !e.currentTarget.checked })}
					/>
				)}
				{wait && (
					<NumberInput
						label={t(`flow.wait:${wait}`)}
						min={0}
						max={7200}
						value={step.wait_s ?? waits[wait]}
						onChange={(n) => change({ wait_s: Number(n) || 0 })}
					/>
				)}
				{(step.type === "menu" || step.type === "survey" || step.type === "callback") && (
					<NumberInput
						label={t("flow.tries")}
						min={1}
						max={9}
						value={step.tries ?? 3}
						onChange={(n) => change({ tries: Number(n) || 1 })}
					/>
				)}
				{step.type !== "hours" && (
					<Select
						label={t("flow.result")}
						description={t("flow.result.hint")}
						data={results.map((r) => ({ value: String(r.id), label: r.name }))}
						value={step.result_id ? String(step.result_id) : null}
						onChange={(id) => change({ result_id: id ? Number(id) : null })}
						clearable
						clearButtonProps={{ "aria-label": t("flow.no_result") }}
						searchable
					/>
				)}
				{writes && <RemoveButton run={onRemove} />}
			</Stack>
		</fieldset>
	);
}
