// SPDX-License-Identifier: GPL-3.0-or-later
// Diff.tsx - what a change changes: words of script and flow marked, settings with old and new, contacts that come and go. Reads well on a phone.
import { Box, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ChangeDiff } from "../api/types";
import { fieldLabel, wordLabel } from "../i18n";
import { number } from "../parts/format";
import "./change.css";
import { FlowDiff } from "./FlowDiff";
import { hours, Piece, StepDiff } from "./pieces";

type Step = NonNullable<ChangeDiff["script"]>["steps"][number];
type Setting = NonNullable<ChangeDiff["strategy"]>[number];

function ScriptStepDiff({ step, first }: { step: Step; first: boolean }) {
	const { t } = useTranslation();
	return (
		<StepDiff step={step} kind={step.stage} first={first}>
			{step.answers.length > 0 && (
				<Box mt={6}>
					<Text size="xs" c="dimmed">
						{t("change.answers")}
					</Text>
					{step.answers.map(([sign = "=", text = ""], i) => (
						<Text size="sm" key={i}>
							<Piece sign={first ? "=" : sign} text={text} />
						</Text>
					))}
				</Box>
			)}
			{!!step.others?.length && (
				<Text size="xs" c="dimmed" mt={6}>
					{t("change.others", { names: step.others.map((name) => t(`change.other.${name}`)).join(", ") })}
				</Text>
			)}
		</StepDiff>
	);
}

function shown(setting: Setting, value: unknown): string {
	if (value === null || value === undefined || value === "") return "—";
	if (setting.field === "hours") return hours(value).join(", ") || "—";
	if (["mode", "takes_first", "promised_when", "fresh_by"].includes(setting.field))
		return wordLabel("project", setting.field, String(value));
	return typeof value === "number" ? number(value) : String(value);
}

function SettingDiff({ setting, first }: { setting: Setting; first: boolean }) {
	return (
		<Paper withBorder p="sm">
			<Text size="xs" c="dimmed">
				{fieldLabel("project", setting.field)}
			</Text>
			<Text size="sm" className="diff-text">
				{setting.old !== null && (
					<>
						<del className="diff-removed">{shown(setting, setting.old)}</del>{" "}
					</>
				)}
				<Piece sign={first ? "=" : "+"} text={shown(setting, setting.new)} />
			</Text>
		</Paper>
	);
}

function BaseDiff({ base }: { base: NonNullable<ChangeDiff["base"]> }) {
	const { t } = useTranslation();
	const samples = base.samples.map((s) => [s.company, s.city].filter(Boolean).join(", ")).filter(Boolean);
	return (
		<Paper withBorder p="sm">
			{base.name && (
				<Text size="sm">
					<ins className="diff-added">
						{t("change.base.added", { name: base.name, count: base.added, n: number(base.added) })}
					</ins>
				</Text>
			)}
			{base.file && (
				<Text size="xs" c="dimmed">
					{t("change.base.file", { file: base.file })}
				</Text>
			)}
			{samples.length > 0 && (
				<Text size="sm" mt={4}>
					{t("change.base.samples")} {samples.join(" · ")}
				</Text>
			)}
			{base.retired && (
				<Text size="sm" mt={4}>
					<del className="diff-removed">
						{t("change.base.removed", { name: base.retired, count: base.removed, n: number(base.removed) })}
					</del>
				</Text>
			)}
		</Paper>
	);
}

/** What changed between two versions of a script. */
export function ScriptDiff({ script }: { script: NonNullable<ChangeDiff["script"]> }) {
	const { t } = useTranslation();
	return (
		<>
			<Text fw={600}>
				{script.from
					? t("change.script.from_to", { from: script.from, to: script.to })
					: t("change.script.first", { to: script.to })}
			</Text>
			{script.steps.length === 0 && <Text size="sm">{t("change.script.same")}</Text>}
			{script.steps.map((step) => (
				<ScriptStepDiff key={step.id + step.what} step={step} first={!script.from} />
			))}
		</>
	);
}

export function Diff({ diff }: { diff: ChangeDiff }) {
	const { t } = useTranslation();
	const { script, base, strategy, flow } = diff;
	return (
		<Stack gap="xs">
			{script && <ScriptDiff script={script} />}
			{base && (
				<>
					<Text fw={600}>{t("change.kind:base")}</Text>
					<BaseDiff base={base} />
				</>
			)}
			{strategy && (
				<>
					<Text fw={600}>{t("change.kind:strategy")}</Text>
					{strategy.map((setting) => (
						<SettingDiff key={setting.field} setting={setting} first={strategy.every((s) => s.old === null)} />
					))}
				</>
			)}
			{flow && <FlowDiff flow={flow} />}
		</Stack>
	);
}
