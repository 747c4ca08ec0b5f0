// SPDX-License-Identifier: GPL-3.0-or-later
// Play.tsx - the script as the operator sees it: one step at a time, answers by digits, Backspace back, F8 to the conflict branch.
import { Badge, Box, Button, Group, Kbd, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconBulb, IconMoodSmile } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FormField, Graph } from "../api/types";
import { quoted } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { tellError } from "../parts/states";
import { FormInput } from "./FormInput";
import { type MergeContext, mergeText } from "./merge";
import { answer, back, current, jump, type Step } from "./walk";

interface Props {
	graph: Graph;
	path: Step[];
	onPath: (path: Step[]) => void;
	context: MergeContext;
	fields: FormField[];
	answers: Record<string, string>;
	onAnswers: (answers: Record<string, string>) => void;
	/** Milliseconds since the call was answered. */
	elapsed: () => number;
	/** What the client said when no answer fits. */
	onNoAnswer?: (said: string) => Promise<void>;
	missing?: string[];
}

export function MergedText({ text, context }: { text: string; context: MergeContext }) {
	return (
		<>
			{mergeText(text, context).map((piece, i) =>
				piece.gap ? (
					<Text key={i} span c="var(--warn)" fs="italic">
						[{piece.text}]
					</Text>
				) : (
					<span key={i}>{piece.text}</span>
				),
			)}
		</>
	);
}

/** What was typed stays until the server has it. */
function NoAnswer({ note, onDone }: { note: (said: string) => Promise<void>; onDone: () => void }) {
	const { t } = useTranslation();
	const [said, setSaid] = useState("");
	const [sends, setSends] = useState(false);
	const send = async () => {
		if (!said.trim() || sends) return;
		setSends(true);
		try {
			await note(said.trim());
			onDone();
		} catch (error) {
			setSends(false);
			tellError(error);
		}
	};
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				send();
			}}
		>
			<Group gap="xs" wrap="nowrap">
				<TextInput
					autoFocus
					style={{ flex: 1 }}
					aria-label={t("play.said")}
					placeholder={t("play.said")}
					maxLength={500}
					value={said}
					onChange={(e) => setSaid(e.currentTarget.value)}
					onKeyDown={(e) => e.key === "Escape" && onDone()}
				/>
				<Button type="submit" variant="light" loading={sends}>
					{t("play.note")}
				</Button>
			</Group>
		</form>
	);
}

export function Play(props: Props) {
	const { graph, path, onPath, context, fields, answers, onAnswers, elapsed, onNoAnswer, missing = [] } = props;
	const { t } = useTranslation();
	const [asks, setAsks] = useState(false);
	const node = current(graph, path);
	const give = (id: string) => {
		const next = answer(graph, path, id, elapsed());
		const set = node?.answers.find((a) => a.id === id)?.set;
		if (set && Object.keys(set).length) onAnswers({ ...answers, ...set });
		setAsks(false);
		onPath(next);
	};
	useSeatKeys(
		[
			...(node?.answers.slice(0, 9) ?? []).map((a, i) => [`${i + 1}`, () => give(a.id)] as [string, () => void]),
			["Backspace", () => onPath(back(path))],
			["0", () => onNoAnswer && setAsks(true)],
		],
		"script",
	);
	useSeatKeys([["F8", () => onPath(jump(graph, path, graph.conflict, elapsed()))]]);
	if (!node) return <Text c="dimmed">{t("play.none")}</Text>;
	const stage = graph.stages.find((s) => s.id === node.stage);
	const asked = fields.filter((f) => node.fields?.includes(f.key));
	return (
		<Stack gap="sm">
			<Group gap="xs">
				<Badge color={stage?.kind === "conflict" ? "red" : "bell"}>{stage?.name ?? node.stage}</Badge>
				<Text size="sm" c="dimmed">
					{t("play.step", { n: path.length })} · {node.title}
				</Text>
			</Group>
			<Box className="say" data-testid="say">
				<MergedText text={node.text} context={context} />
			</Box>
			{(node.tone || node.hint || (node.forbidden?.length ?? 0) > 0) && (
				<Group gap="md">
					{node.tone && (
						<Group gap={4}>
							<IconMoodSmile size={16} />
							<Text size="sm">{node.tone}</Text>
						</Group>
					)}
					{node.hint && (
						<Group gap={4}>
							<IconBulb size={16} />
							<Text size="sm">{node.hint}</Text>
						</Group>
					)}
					{(node.forbidden?.length ?? 0) > 0 && (
						<Group gap={4} c="red">
							<IconAlertTriangle size={16} />
							<Text size="sm">
								{t("play.forbidden")}: {node.forbidden?.map(quoted).join(", ")}
							</Text>
						</Group>
					)}
				</Group>
			)}
			<Stack gap={6}>
				{node.answers.map((a, i) => (
					<Button
						key={a.id}
						variant={path.at(-1)?.[1] === a.id ? "filled" : "default"}
						justify="flex-start"
						leftSection={i < 9 ? <span className="key">{i + 1}</span> : undefined}
						onClick={() => give(a.id)}
						styles={{
							label: { whiteSpace: "normal", textAlign: "left" },
							root: { height: "auto", minHeight: 34, paddingBlock: 5 },
						}}
					>
						{a.label}
					</Button>
				))}
				{onNoAnswer &&
					(asks ? (
						<NoAnswer note={onNoAnswer} onDone={() => setAsks(false)} />
					) : (
						<Button
							variant="subtle"
							color="gray"
							justify="flex-start"
							leftSection={<span className="key">0</span>}
							onClick={() => setAsks(true)}
						>
							{t("play.no_answer")}
						</Button>
					))}
			</Stack>
			{asked.length > 0 && (
				<Stack gap="xs">
					{asked.map((f) => (
						<FormInput
							key={f.id}
							field={f}
							value={answers[f.key] ?? ""}
							missing={missing.includes(f.key)}
							onChange={(v) => onAnswers({ ...answers, [f.key]: v })}
						/>
					))}
				</Stack>
			)}
			<Group gap="xs">
				<Button
					variant="subtle"
					color="gray"
					size="compact-sm"
					leftSection={<IconArrowLeft size={14} />}
					disabled={path.length < 2}
					onClick={() => onPath(back(path))}
				>
					{t("back")}{" "}
					<Kbd ml={6} size="xs">
						Backspace
					</Kbd>
				</Button>
				{graph.conflict && (
					<Button
						variant="subtle"
						color="red"
						size="compact-sm"
						onClick={() => onPath(jump(graph, path, graph.conflict, elapsed()))}
					>
						{t("play.conflict")}{" "}
						<Kbd ml={6} size="xs">
							F8
						</Kbd>
					</Button>
				)}
			</Group>
		</Stack>
	);
}
