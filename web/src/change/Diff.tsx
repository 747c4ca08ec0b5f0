// SPDX-License-Identifier: GPL-3.0-or-later
// Diff.tsx - what a change changes: words of the script marked, settings with old and new, contacts that come and go. Reads well on a phone.
import { Badge, Box, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ChangeDiff } from "../api/types";
import { fieldLabel, tAny, wordLabel } from "../i18n";
import { number, ofDay } from "../parts/format";
import "./change.css";

type Step = NonNullable<ChangeDiff["script"]>["steps"][number];
type Setting = NonNullable<ChangeDiff["strategy"]>[number];

const colors = { added: "teal", removed: "red", changed: "yellow" } as const;

/** Added and removed words differ by more than colour: underlined and struck through. */
function Piece({ sign, text: said }: { sign: string; text: string }) {
	// Those who read it know no merge fields.
	const text = said.replace(/\{([a-z]+\.[\w.]+)(?:\|[^}]*)?\}/g, (_, name) => `[${tAny(`merge.${name}`).toLowerCase()}]`);
	if (sign === "+") return <ins className="diff-added">{text}</ins>;
	if (sign === "-") return <del className="diff-removed">{text}</del>;
	return <span>{text}</span>;
}

function StepDiff({ step, first }: { step: Step; first: boolean }) {
	const { t } = useTranslation();
	// In a first version all is new: to mark it would only make it hard to read.
	const signOf = (sign: string) => (first ? "=" : sign);
	return (
		<Paper withBorder p="sm">
			<Group gap="xs" mb={4} wrap="nowrap" justify="space-between">
				<Text fw={600} size="sm">
					{step.title}{" "}
					<Text span c="dimmed" size="sm">
						{step.stage}
					</Text>
				</Text>
				{!first && (
					<Badge color={colors[step.what]} flex="none">
						{t(`change.step.${step.what}`)}
					</Badge>
				)}
			</Group>
			<Text size="sm" className="diff-text">
				{step.words.map(([sign = "=", text = ""], i) => (
					<Piece key={i} sign={signOf(sign)} text={text} />
				))}
			</Text>
			{step.answers.length > 0 && (
				<Box mt={6}>
					<Text size="xs" c="dimmed">
						{t("change.answers")}
					</Text>
					{step.answers.map(([sign = "=", text = ""], i) => (
						<Text size="sm" key={i}>
							<Piece sign={signOf(sign)} text={text} />
						</Text>
					))}
				</Box>
			)}
			{!!step.others?.length && (
				<Text size="xs" c="dimmed" mt={6}>
					{t("change.others", { names: step.others.map((name) => t(`change.other.${name}`)).join(", ") })}
				</Text>
			)}
		</Paper>
	);
}

function hours(value: unknown): string[] {
	const days = Array.isArray(value) ? (value as ([number, number] | null)[]) : [];
	const monday = Date.UTC(2024, 0, 1, 12);
	const name = (i: number) =>
		new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" }).format(
			monday + i * 86_400_000,
		);
	return days.flatMap((day, i) => (day ? [`${name(i)} ${ofDay(day[0])}–${ofDay(day[1])}`] : []));
}

function shown(setting: Setting, value: unknown): string {
	if (value === null || value === undefined || value === "") return "—";
	if (setting.field === "hours") return hours(value).join(", ") || "—";
	if (setting.field === "mode" || setting.field === "takes_first") return wordLabel("project", setting.field, String(value));
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
				<StepDiff key={step.id + step.what} step={step} first={!script.from} />
			))}
		</>
	);
}

export function Diff({ diff }: { diff: ChangeDiff }) {
	const { t } = useTranslation();
	const { script, base, strategy } = diff;
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
		</Stack>
	);
}
