// SPDX-License-Identifier: GPL-3.0-or-later
// FlowDiff.tsx - what changed between two versions of a flow: what is said word by word, all else as it was and as it is.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ChangeDiff, FlowStep } from "../api/types";
import { exits } from "../inbound/flow";
import { number, phone } from "../parts/format";
import "./change.css";
import { hours, Piece, StepDiff } from "./pieces";

type Flow = NonNullable<ChangeDiff["flow"]>;
type Step = Flow["steps"][number];
type Row = Step["rows"][number];

/* What a row is called elsewhere on the screens. */
const labels = {
	title: "field.title",
	type: "flow.row.type",
	prompt: "flow.prompt",
	queue: "field.queue_id",
	tries: "flow.tries",
	hours: "flow.kind:hours",
	open_days_off: "flow.days_off",
	number: "flow.number",
	rates: "flow.rates",
	result: "flow.result",
} as const;

function useLabel() {
	const { t } = useTranslation();
	return (step: Step, { field, key }: Row): string => {
		if (field === "key") return t("flow.row.key", { key });
		if (field === "answer") return t("flow.answer", { key });
		if (field === "wait_s") return t(`flow.wait:${step.type}`);
		const way = exits({ ...step, x: 0, y: 0 } as unknown as FlowStep).find((e) => e.id === field);
		return t(way ? `flow.out:${way.label}` : (labels[field as keyof typeof labels] ?? field));
	};
}

function useValue() {
	const { t } = useTranslation();
	return ({ field }: Row, value: unknown): string => {
		if (value === null || value === undefined) {
			if (field === "next" || field === "other") return t("flow.row.hangs_up");
			return field === "wait_s" ? t("flow.row.as_queue") : "—";
		}
		if (field === "hours") return hours(value).join(", ") || "—";
		if (field === "type") return t(`flow.kind:${value}`);
		if (field === "number") return phone(String(value));
		if (field === "open_days_off") return t(value ? "no" : "yes");
		if (typeof value === "boolean") return t(value ? "yes" : "no");
		return typeof value === "number" ? number(value) : String(value) || "—";
	};
}

function FlowStepDiff({ step, first }: { step: Step; first: boolean }) {
	const { t } = useTranslation();
	const label = useLabel();
	const value = useValue();
	const whole = first || step.what === "added";
	// A new step shows its name and kind above.
	const rows = step.rows.filter((row) => !(whole && (row.field === "title" || row.field === "type")));
	const sign = first ? "=" : "+";
	return (
		<StepDiff step={step} kind={t(`flow.kind:${step.type}`)} first={first}>
			{rows.map((row) => (
				<Text size="sm" className="diff-text" key={row.field + row.key}>
					<Text span c="dimmed" size="sm">
						{label(step, row)}:{" "}
					</Text>
					{!whole && (
						<>
							<del className="diff-removed">{value(row, row.old)}</del>{" "}
						</>
					)}
					<Piece sign={sign} text={value(row, row.new)} />
				</Text>
			))}
		</StepDiff>
	);
}

export function FlowDiff({ flow }: { flow: Flow }) {
	const { t } = useTranslation();
	const { name, from, to, steps } = flow;
	return (
		<>
			<Text fw={600}>{from ? t("change.flow.from_to", { name, from, to }) : t("change.flow.first", { name, to })}</Text>
			{steps.length === 0 && <Text size="sm">{t("change.flow.same")}</Text>}
			{steps.map((step) => (
				<FlowStepDiff key={step.id + step.what} step={step} first={!from} />
			))}
		</>
	);
}
