// SPDX-License-Identifier: GPL-3.0-or-later
// Unanswered.tsx - what clients said where the script had no answer: in groups, the largest first; a group becomes an answer of a draft, or is
// put aside.
import {
	Anchor,
	Badge,
	Button,
	Group,
	Modal,
	Paper,
	SegmentedControl,
	Select,
	Stack,
	Text,
	TextInput,
	UnstyledButton,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { get, patch, post } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { Graph, Project, ScriptVersion, UnansweredGroup } from "../api/types";
import { dateTime, number, quoted } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { NEW_STEP as NEW, withAnswer } from "./graph";

const IDS_MAX = 500;

function idsOf(group: UnansweredGroup) {
	return group.phrases.slice(0, IDS_MAX).map((p) => p.id);
}

function MakeAnswer({
	group,
	project,
	versions,
	onClose,
}: {
	group: UnansweredGroup;
	project: Project;
	versions: ScriptVersion[];
	onClose: () => void;
}) {
	const { t } = useTranslation();
	const drafts = versions.filter((v) => v.state === "draft");
	const source = versions.find((v) => v.state === "active") ?? versions[0];
	const [draft, setDraft] = useState(drafts[0] ? String(drafts[0].id) : NEW);
	const [step, setStep] = useState<string | null>(group.node);
	const [label, setLabel] = useState(group.label.slice(0, 200));
	const [to, setTo] = useState(NEW);
	const from = draft === NEW ? source?.id : Number(draft);
	const { data } = useGet("/scripts/{id}", { id: from ?? 0 }, {}, { entities: ["script_version"], enabled: !!from });
	const graph = data?.graph as Graph | undefined;
	const there = graph?.nodes.some((n) => n.id === step);
	const make = useChange(
		async () => {
			const made = draft === NEW ? await post("/scripts/{id}/copy", { id: source?.id ?? 0 }) : undefined;
			const version = await get("/scripts/{id}", { id: made?.id ?? Number(draft) });
			await patch(
				"/projects/{project_id}/scripts/{id}",
				{ project_id: project.id, id: version.id },
				{ graph: withAnswer(version.graph as Graph, step ?? "", label.trim(), to) },
				version.version,
			);
			await post(
				"/projects/{id}/unanswered/settle",
				{ id: project.id },
				{ ids: idsOf(group), state: "answered", script_version_id: version.id },
			);
			return version;
		},
		["script_version", "unanswered", "lint"],
		(version) => {
			tell(t("unanswered.made", { n: version.number }));
			onClose();
		},
	);
	return (
		<Modal opened onClose={onClose} title={t("unanswered.make")} closeButtonProps={{ "aria-label": t("close") }}>
			<Stack>
				<Select
					label={t("unanswered.draft")}
					allowDeselect={false}
					value={draft}
					onChange={(v) => v && setDraft(v)}
					data={[
						...drafts.map((v) => ({ value: String(v.id), label: `v${v.number} · ${t("state:draft")}` })),
						...(source ? [{ value: NEW, label: t("unanswered.draft.new", { n: source.number }) }] : []),
					]}
				/>
				<Select
					label={t("script.step")}
					error={graph && !there && t("unanswered.step.gone")}
					allowDeselect={false}
					searchable
					value={there ? step : null}
					onChange={setStep}
					data={(graph?.nodes ?? []).map((n) => ({ value: n.id, label: n.title || n.id }))}
				/>
				<TextInput
					label={t("node.answer")}
					data-autofocus
					maxLength={200}
					value={label}
					onChange={(e) => setLabel(e.currentTarget.value)}
				/>
				<Select
					label={t("node.leads_to")}
					allowDeselect={false}
					searchable
					value={to}
					onChange={(v) => v !== null && setTo(v)}
					data={[
						{ value: NEW, label: t("unanswered.step.new") },
						...(graph?.nodes ?? []).filter((n) => n.id !== step).map((n) => ({ value: n.id, label: n.title || n.id })),
					]}
				/>
				<Button
					disabled={!there || !label.trim()}
					loading={make.isPending}
					onClick={() => make.mutate(undefined, { onError: tellError })}
				>
					{t("unanswered.make")}
				</Button>
			</Stack>
		</Modal>
	);
}

function GroupCard({
	group,
	project,
	state,
	onMake,
}: {
	group: UnansweredGroup;
	project: Project;
	state: string;
	onMake: () => void;
}) {
	const { t } = useTranslation();
	const [open, setOpen] = useState(false);
	const settle = useChange(
		(to: "open" | "aside") => post("/projects/{id}/unanswered/settle", { id: project.id }, { ids: idsOf(group), state: to }),
		["unanswered"],
	);
	return (
		<Paper withBorder p="sm">
			<Group justify="space-between" wrap="nowrap" align="flex-start">
				<UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} miw={0}>
					<Group gap="xs" wrap="nowrap" align="flex-start">
						<Badge flex="none">{number(group.count)}</Badge>
						<div>
							<Text fw={600} size="sm">
								{quoted(group.label)}
							</Text>
							<Text size="xs" c="dimmed">
								{t("unanswered.at", { step: group.title || group.node })}
							</Text>
						</div>
					</Group>
				</UnstyledButton>
				<Group gap="xs" wrap="nowrap">
					{state === "open" ? (
						<>
							<Button size="compact-sm" variant="light" onClick={onMake}>
								{t("unanswered.make")}
							</Button>
							<Button
								size="compact-sm"
								variant="subtle"
								color="gray"
								loading={settle.isPending}
								onClick={() => settle.mutate("aside", { onError: tellError })}
							>
								{t("unanswered.aside")}
							</Button>
						</>
					) : (
						<Button
							size="compact-sm"
							variant="subtle"
							loading={settle.isPending}
							onClick={() => settle.mutate("open", { onError: tellError })}
						>
							{t("unanswered.reopen")}
						</Button>
					)}
				</Group>
			</Group>
			{open && (
				<Stack gap={4} mt="xs" pl={4}>
					{group.phrases.map((p) => (
						<Group key={p.id} gap="xs" wrap="nowrap" justify="space-between">
							<Text size="sm">{quoted(p.said)}</Text>
							<Text size="xs" c="dimmed" flex="none">
								{[p.operator, `v${p.number}`, dateTime(p.said_at)].filter(Boolean).join(" · ")}{" "}
								<Anchor component={Link} to={`/calls?row=${p.call_id}`} size="xs">
									{t("unanswered.call")}
								</Anchor>
							</Text>
						</Group>
					))}
				</Stack>
			)}
		</Paper>
	);
}

export function Unanswered({ project }: TabProps) {
	const { t } = useTranslation();
	const [state, setState] = useState("open");
	const [making, setMaking] = useState<UnansweredGroup | null>(null);
	const versions = useAll("/projects/{project_id}/scripts", { project_id: project.id }, "script_version", {
		sort: "-number",
	}).rows;
	const { data, error, refetch } = useGet(
		"/projects/{id}/unanswered",
		{ id: project.id },
		{ state },
		{ entities: ["unanswered"] },
	);
	return (
		<Stack gap="xs" style={{ overflow: "auto" }}>
			<SegmentedControl
				w="fit-content"
				aria-label={t("unanswered.which")}
				value={state}
				onChange={setState}
				data={["open", "answered", "aside"].map((value) => ({ value, label: t(`unanswered.state.${value}`) }))}
			/>
			{error && <Failed error={error} retry={refetch} />}
			{!data && !error && <RowsSkeleton />}
			{data?.rows.length === 0 && <Empty what={t(`unanswered.empty.${state}`)} />}
			{data?.rows.map((group) => (
				<GroupCard
					key={group.phrases[0]?.id}
					group={group}
					project={project}
					state={state}
					onMake={() => setMaking(group)}
				/>
			))}
			{making && <MakeAnswer group={making} project={project} versions={versions} onClose={() => setMaking(null)} />}
		</Stack>
	);
}
