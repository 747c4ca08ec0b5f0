// SPDX-License-Identifier: GPL-3.0-or-later
// pieces.tsx - what the diffs of scripts, flows and settings share: marked words, and values for people.
import { Badge, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { tAny } from "../i18n";
import { ofDay } from "../parts/format";

const colors = { added: "teal", removed: "red", changed: "yellow" } as const;

/** Added and removed words differ by more than colour: underlined and struck through. */
export function Piece({ sign, text: said }: { sign: string; text: string }) {
	// Those who read it know no merge fields.
	const text = said.replace(/\{([a-z]+\.[\w.]+)(?:\|[^}]*)?\}/g, (_, name) => `[${tAny(`merge.${name}`).toLowerCase()}]`);
	if (sign === "+") return <ins className="diff-added">{text}</ins>;
	if (sign === "-") return <del className="diff-removed">{text}</del>;
	return <span>{text}</span>;
}

interface Step {
	title: string | null;
	what: keyof typeof colors;
	words: string[][];
}

/** A step that came, went or changed: what it is called, what became of it, its words. In a first version all is new: to mark it would only make it hard to read. */
export function StepDiff({
	step,
	kind,
	first,
	children,
}: {
	step: Step;
	kind: string | null;
	first: boolean;
	children: ReactNode;
}) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="sm">
			<Group gap="xs" mb={4} wrap="nowrap" justify="space-between">
				<Text fw={600} size="sm">
					{step.title}{" "}
					<Text span c="dimmed" size="sm">
						{kind}
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
					<Piece key={i} sign={first ? "=" : sign} text={text} />
				))}
			</Text>
			{children}
		</Paper>
	);
}

export function hours(value: unknown): string[] {
	const days = Array.isArray(value) ? (value as ([number, number] | null)[]) : [];
	const monday = Date.UTC(2024, 0, 1, 12);
	const name = (i: number) =>
		new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" }).format(
			monday + i * 86_400_000,
		);
	return days.flatMap((day, i) => (day ? [`${name(i)} ${ofDay(day[0])}–${ofDay(day[1])}`] : []));
}
