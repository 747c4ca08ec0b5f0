// SPDX-License-Identifier: GPL-3.0-or-later
// NewChange.tsx - proposing a change: what changes, what is expected of it, which version, base, strategy or flow, and when.
import { Button, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Change, Project, Strategy } from "../api/types";
import { WordsRemarks } from "../mail/WordsRemarks";
import { EntityForm } from "../parts/form/EntityForm";
import { tellError } from "../parts/states";
import { HoursGrid } from "../project/HoursGrid";

type Kind = Change["kind"];
const kinds: Kind[] = ["script", "base", "strategy", "flow", "composition"];
const strategyFields = [
	"mode",
	"takes_first",
	"promised_when",
	"fresh_by",
	"attempts_total",
	"attempts_day",
	"attempts_week",
	"attempt_gap_min",
	"goal",
	"offer",
	"hours",
];

/** The draft of a strategy is edited in place; one that is there already is chosen. */
function StrategyDraft({ project, id, onId }: { project: Project; id: number | null; onId: (id: number) => void }) {
	const { t } = useTranslation();
	const ids = { project_id: project.id };
	const { rows } = useAll("/projects/{project_id}/strategies", ids, "strategy");
	const row = rows.find((s) => s.id === id) as Strategy | undefined;
	const make = useChange(
		() => post("/projects/{project_id}/strategies", ids, ids),
		["strategy"],
		(made) => onId(made.id),
	);
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			patch("/projects/{project_id}/strategies/{id}", { ...ids, id: row?.id ?? 0 }, values, version),
		["strategy"],
	);
	const drafts = rows.filter((s) => s.state === "draft");
	return (
		<Stack gap="xs">
			<Group align="end" gap="xs">
				<Select
					label={t("change.kind:strategy")}
					placeholder={t("change.strategy.choose")}
					data={drafts.map((s) => ({ value: String(s.id), label: `v${s.number}` }))}
					value={id ? String(id) : null}
					onChange={(v) => v && onId(Number(v))}
				/>
				<Button variant="default" loading={make.isPending} onClick={() => make.mutate(undefined, { onError: tellError })}>
					{t("change.strategy.new")}
				</Button>
			</Group>
			{row && (
				<EntityForm<Strategy>
					key={row.id}
					entity="strategy"
					names={strategyFields}
					row={row}
					columns={2}
					project={project.id}
					inputs={{ hours: ({ value, onChange }) => <HoursGrid value={value} onChange={onChange} /> }}
					save={(values, version) => save.mutateAsync({ values, version })}
				/>
			)}
		</Stack>
	);
}

interface Props {
	project: Project;
	/** What it is about, when it is begun from there. */
	script: string | null;
	base: string | null;
	flow: string | null;
	onMade: (id: number) => void;
}

export function NewChange({ project, onMade, ...of }: Props) {
	const { t } = useTranslation();
	const ids = { project_id: project.id };
	const scripts = useAll("/projects/{project_id}/scripts", ids, "script_version", { sort: "-number" });
	const bases = useAll("/projects/{project_id}/bases", ids, "base");
	const flows = useAll("/projects/{project_id}/flows", ids, "call_flow").rows;
	const drawings = useAll("/projects/{project_id}/flow_versions", ids, "flow_version", { state: "draft" }).rows;
	const imports = useAll("/imports", {}, "import", { project_id: project.id, held: 1 });
	const [kind, setKind] = useState<Kind>(of.base ? "base" : of.flow ? "flow" : "script");
	const [title, setTitle] = useState("");
	const [effect, setEffect] = useState("");
	const [script, setScript] = useState(of.script);
	const [base, setBase] = useState(of.base && `base:${of.base}`);
	const [flow, setFlow] = useState(of.flow);
	const [retires, setRetires] = useState<string | null>(null);
	const [strategy, setStrategy] = useState<number | null>(null);
	const [at, setAt] = useState("");
	const all = kind === "composition";
	const part = (shown: boolean, value: string | number | null) => (shown && value ? Number(value) : null);
	const [what, id] = base?.split(":") ?? [];
	const make = useChange(
		() =>
			post(
				"/changes",
				{},
				{
					...ids,
					kind,
					title: title.trim(),
					effect: effect.trim(),
					script_version_id: part(all || kind === "script", script),
					base_id: part((all || kind === "base") && what === "base", id ?? null),
					import_id: part(kind === "base" && what === "import", id ?? null),
					retires_base_id: part(all || kind === "base", retires),
					strategy_id: part(all || kind === "strategy", strategy),
					flow_version_id: part(all || kind === "flow", flow),
					takes_effect_at: at ? new Date(at).getTime() : null,
				},
			),
		["change", "script_version", "base", "strategy", "flow_version", "import"],
		(made) => onMade(made.id),
	);
	const said = { script, base: base || retires, strategy, flow, composition: script && base && strategy }[kind];
	const newBases = bases.rows.filter((b) => b.state !== "active");
	return (
		<Stack gap="sm" maw={720}>
			<Text size="sm" c="dimmed">
				{t(project.customer_approves ? "change.new.customer" : "change.new.manager")}
			</Text>
			<Select
				label={t("field.kind")}
				allowDeselect={false}
				data={kinds.map((k) => ({ value: k, label: t(`change.kind:${k}`) }))}
				value={kind}
				onChange={(v) => v && setKind(v as Kind)}
			/>
			{(all || kind === "strategy") && <StrategyDraft project={project} id={strategy} onId={setStrategy} />}
			<form
				onSubmit={(e) => {
					e.preventDefault();
					make.mutate(undefined, { onError: tellError });
				}}
			>
				<Stack gap="sm">
					{(all || kind === "script") && (
						<Select
							label={t("script.version")}
							placeholder={t("change.script.choose")}
							nothingFoundMessage={t("change.script.none")}
							data={scripts.rows
								.filter((v) => v.state === "draft" || v.state === "proposed")
								.map((v) => ({ value: String(v.id), label: `v${v.number} · ${t(`state:${v.state}`)}` }))}
							value={script}
							onChange={setScript}
						/>
					)}
					{(all || kind === "base") && (
						<>
							<Select
								label={t("change.base.comes")}
								clearable
								data={[
									...newBases.map((b) => ({ value: `base:${b.id}`, label: b.name })),
									...(all ? [] : imports.rows).map((i) => ({
										value: `import:${i.id}`,
										label: t("change.base.top_up", { file: i.file_name }),
									})),
								]}
								value={base}
								onChange={setBase}
							/>
							<Select
								label={t("change.base.goes")}
								clearable
								data={bases.rows.filter((b) => b.state === "active").map((b) => ({ value: String(b.id), label: b.name }))}
								value={retires}
								onChange={setRetires}
							/>
						</>
					)}
					{(kind === "flow" || (all && drawings.length > 0)) && (
						<Select
							label={t("change.kind:flow")}
							placeholder={t("change.flow.choose")}
							nothingFoundMessage={t("change.flow.none")}
							clearable={all}
							data={drawings.map((v) => ({
								value: String(v.id),
								label: `${flows.find((f) => f.id === v.flow_id)?.name ?? ""} · v${v.number}`,
							}))}
							value={flow}
							onChange={setFlow}
						/>
					)}
					<TextInput
						label={t("change.title")}
						required
						minLength={3}
						maxLength={200}
						value={title}
						onChange={(e) => setTitle(e.currentTarget.value)}
					/>
					<Textarea
						label={t("change.effect")}
						description={t("change.effect.hint")}
						required
						minLength={3}
						autosize
						minRows={2}
						maxLength={2000}
						value={effect}
						onChange={(e) => setEffect(e.currentTarget.value)}
					/>
					<WordsRemarks project={project.id} text={`${title}\n\n${effect}`} />
					<TextInput
						type="datetime-local"
						label={t("change.takes_effect_at")}
						description={t("change.takes_effect_at.hint")}
						w={260}
						value={at}
						onChange={(e) => setAt(e.currentTarget.value)}
					/>
					<Button
						type="submit"
						w="fit-content"
						loading={make.isPending}
						disabled={title.trim().length < 3 || effect.trim().length < 3 || !said}
					>
						{t(project.customer_approves ? "change.propose.customer" : "change.propose")}
					</Button>
				</Stack>
			</form>
		</Stack>
	);
}
