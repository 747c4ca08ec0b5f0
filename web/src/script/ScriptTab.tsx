// SPDX-License-Identifier: GPL-3.0-or-later
// ScriptTab.tsx - versions of the script: the list, and the chosen one in the editor.
import { Box, Button, Group, Menu, Modal, Popover, Select, Stack, Text, Textarea } from "@mantine/core";
import { IconGitCompare, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { post } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { Project, ScriptVersion } from "../api/types";
import { useMay } from "../app/session";
import { Effect } from "../change/Effect";
import { day } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { Word } from "../parts/table/cells";
import type { TabProps } from "../project/ProjectPage";
import { emptyGraph } from "./graph";

const Compare = lazy(async () => ({ default: (await import("./Compare")).Compare }));
const Editor = lazy(async () => ({ default: (await import("./Editor")).Editor }));

function Decline({ id, opened, onClose }: { id: number; opened: boolean; onClose: () => void }) {
	const { t } = useTranslation();
	const [note, setNote] = useState("");
	const decline = useChange(() => post("/scripts/{id}/decline", { id }, { note: note.trim() }), ["script_version"], onClose);
	return (
		<Modal opened={opened} onClose={onClose} title={t("script.decline")} closeButtonProps={{ "aria-label": t("close") }}>
			<Stack>
				<Textarea
					label={t("script.decline.why")}
					required
					data-autofocus
					value={note}
					onChange={(e) => setNote(e.currentTarget.value)}
				/>
				<Button
					color="red"
					disabled={!note.trim()}
					loading={decline.isPending}
					onClick={() => decline.mutate(undefined, { onError: tellError })}
				>
					{t("script.decline")}
				</Button>
			</Stack>
		</Modal>
	);
}

function Moves({
	version,
	project,
	dirty,
	onCopied,
}: {
	version: ScriptVersion;
	project: Project;
	/** Something is not saved: first that. */
	dirty: boolean;
	onCopied: (id: number) => void;
}) {
	const { t } = useTranslation();
	const may = useMay();
	const [declines, setDeclines] = useState(false);
	const move = useChange(
		(what: "propose" | "approve") => post(`/scripts/{id}/${what}`, { id: version.id }),
		["script_version", "project"],
		() => tell(t("saved")),
	);
	const copy = useChange(
		() => post("/scripts/{id}/copy", { id: version.id }),
		["script_version"],
		(made) => onCopied((made as ScriptVersion).id),
	);
	const failed = { onError: tellError };
	return (
		<>
			{version.state === "draft" && may("write_script") && !(project.customer_approves && may("run_project")) && (
				<Button variant="light" disabled={dirty} loading={move.isPending} onClick={() => move.mutate("propose", failed)}>
					{t("script.propose")}
				</Button>
			)}
			{project.customer_approves && ["draft", "proposed"].includes(version.state) && may("run_project") && (
				<Button
					component={Link}
					to={`/projects/${project.id}/changes?change=new&script=${version.id}`}
					data-disabled={dirty || undefined}
					onClick={(e) => dirty && e.preventDefault()}
				>
					{t("change.propose.customer")}
				</Button>
			)}
			{version.state === "proposed" && may("run_project") && !project.customer_approves && (
				<>
					<Button loading={move.isPending} onClick={() => move.mutate("approve", failed)}>
						{t("script.approve")}
					</Button>
					<Button variant="subtle" color="red" onClick={() => setDeclines(true)}>
						{t("script.decline")}
					</Button>
				</>
			)}
			{version.state !== "draft" && may("write_script") && (
				<Button variant="default" loading={copy.isPending} onClick={() => copy.mutate(undefined, failed)}>
					{t("script.copy")}
				</Button>
			)}
			<Decline id={version.id} opened={declines} onClose={() => setDeclines(false)} />
		</>
	);
}

export function ScriptTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const ids = { project_id: project.id };
	const [params, setParams] = useSearchParams();
	const [compares, setCompares] = useState(false);
	const [dirty, setDirty] = useState(false);
	const list = useAll("/projects/{project_id}/scripts", ids, "script_version", { sort: "-number" });
	const wanted = Number(params.get("version")) || 0;
	const chosen = list.rows.find((v) => v.id === wanted) ?? list.rows.find((v) => v.state === "active") ?? list.rows[0];
	const whole = useGet(
		"/projects/{project_id}/scripts/{id}",
		{ ...ids, id: chosen?.id ?? 0 },
		{},
		{ entities: ["script_version"], enabled: !!chosen },
	);
	const pick = (id: number) => setParams({ version: String(id) }, { replace: true });
	const make = useChange(
		(blank: boolean) => post("/projects/{project_id}/scripts", ids, { ...ids, ...(blank ? { graph: emptyGraph(t) } : {}) }),
		["script_version"],
		(made) => pick(made.id),
	);
	if (list.error) return <Failed error={list.error} retry={list.refetch} />;
	if (list.isPending) return <RowsSkeleton />;
	if (!chosen)
		return (
			<Empty what={t("script.empty")}>
				{may("write_script") && (
					<Button
						leftSection={<IconPlus size={16} />}
						loading={make.isPending}
						onClick={() => make.mutate(false, { onError: tellError })}
					>
						{t("script.new.template")}
					</Button>
				)}
				{may("write_script") && (
					<Button variant="subtle" loading={make.isPending} onClick={() => make.mutate(true, { onError: tellError })}>
						{t("script.new.blank")}
					</Button>
				)}
			</Empty>
		);
	const version = whole.data?.id === chosen.id ? whole.data : undefined;
	return (
		<>
			<Group justify="space-between" gap="xs">
				<Group gap="xs">
					<Select
						w={230}
						aria-label={t("script.version")}
						allowDeselect={false}
						value={String(chosen.id)}
						onChange={(v) => v && pick(Number(v))}
						data={list.rows.map((v) => ({ value: String(v.id), label: `v${v.number} · ${t(`state:${v.state}`)}` }))}
					/>
					<Word entity="script_version" field="state" word={chosen.state} />
					{list.rows.length > 1 && (
						<Button variant="subtle" leftSection={<IconGitCompare size={16} />} onClick={() => setCompares(true)}>
							{t("compare.open")}
						</Button>
					)}
					{may("see_report") && list.rows.some((v) => (v.approved_at ?? Infinity) < (chosen.approved_at ?? 0)) && (
						<Popover width={460} position="bottom-start">
							<Popover.Target>
								<Button variant="subtle">{t("change.brought")}</Button>
							</Popover.Target>
							<Popover.Dropdown p={0}>
								<Effect of="scripts" id={chosen.id} />
							</Popover.Dropdown>
						</Popover>
					)}
					{compares && (
						<Suspense>
							<Compare version={chosen} versions={list.rows} onClose={() => setCompares(false)} />
						</Suspense>
					)}
					<Text size="sm" c="dimmed">
						{chosen.approved_at ? t("seat.approved", { day: day(chosen.approved_at) }) : (chosen.note ?? "")}
					</Text>
				</Group>
				<Group gap="xs">
					{may("write_script") && (
						<Menu position="bottom-end">
							<Menu.Target>
								<Button variant="subtle" loading={make.isPending} leftSection={<IconPlus size={16} />}>
									{t("script.new")}
								</Button>
							</Menu.Target>
							<Menu.Dropdown>
								<Menu.Item onClick={() => make.mutate(false, { onError: tellError })}>{t("script.new.template")}</Menu.Item>
								<Menu.Item onClick={() => make.mutate(true, { onError: tellError })}>{t("script.new.blank")}</Menu.Item>
							</Menu.Dropdown>
						</Menu>
					)}
					<Moves version={chosen} project={project} dirty={dirty} onCopied={pick} />
				</Group>
			</Group>
			<Box className="editor">
				{whole.error ? (
					<Failed error={whole.error} retry={whole.refetch} />
				) : !version ? (
					<RowsSkeleton />
				) : (
					<Suspense fallback={<RowsSkeleton />}>
						<Editor key={version.id} version={version} project={project} onDirty={setDirty} />
					</Suspense>
				)}
			</Box>
		</>
	);
}
