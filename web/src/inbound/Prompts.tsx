// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts.tsx - what callers hear, by name: sounds are uploaded and listened to, words are written and listened to.
import { Anchor, Box, Button, Checkbox, Drawer, Group, Progress, Select, Stack, Text } from "@mantine/core";
import { IconMicrophone, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, remove, upload, url } from "../api/client";
import { useChange } from "../api/hooks";
import type { Project, Prompt } from "../api/types";
import { useMay } from "../app/session";
import { wordLabel } from "../i18n";
import { ChooseFile } from "../parts/ChooseFile";
import { EntityForm, type InputProps, type Values } from "../parts/form/EntityForm";
import { RemoveButton } from "../parts/form/ListPage";
import { duration, number } from "../parts/format";
import { Failed, tell, tellError } from "../parts/states";
import { DataTable } from "../parts/table/DataTable";
import type { TabProps } from "../project/ProjectPage";
import { decoded } from "./sound";
import { isForm, WordsInput } from "./Words";

const ACCEPT = "audio/*,.wav,.mp3,.m4a,.flac,.ogg,.oga,.opus,.aif,.aiff";

/** Sends a file; what the server does not read the browser decodes, and it is sent again. */
function useUpload(path: string, ids: Record<string, number>, onDone: (p: Prompt) => void) {
	const queries = useQueryClient();
	const [share, setShare] = useState<number | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const once = (file: File) => upload<Prompt>(path, ids, file, setShare);
	async function take(file: File | null | undefined) {
		if (!file || share !== null) return;
		setFailed(null);
		setShare(0);
		try {
			const done = await once(file).catch(async (error) => {
				const wav = isForm(error) ? await decoded(file) : null;
				if (!wav) throw error;
				return once(wav);
			});
			await queries.invalidateQueries({
				predicate: (query) => !!(query.meta as { entities?: string[] } | undefined)?.entities?.includes("prompt"),
			});
			onDone(done);
		} catch (error) {
			setFailed(error);
		}
		setShare(null);
	}
	return { take, share, failed };
}

function Upload({ text, ...to }: { text: string; path: string; ids: Record<string, number>; onDone: (p: Prompt) => void }) {
	const { t } = useTranslation();
	const { take, share, failed } = useUpload(to.path, to.ids, to.onDone);
	return (
		<Stack gap="xs">
			<ChooseFile onChange={take} accept={ACCEPT}>
				{(props) => (
					<Button
						{...props}
						variant="light"
						w="fit-content"
						leftSection={<IconMicrophone size={16} />}
						loading={share !== null}
					>
						{text}
					</Button>
				)}
			</ChooseFile>
			{share !== null && <Progress value={share * 100} aria-label={t("loading")} />}
			{failed !== null && <Failed error={failed} />}
		</Stack>
	);
}

function Sound({ row }: { row: Prompt }) {
	const { t } = useTranslation();
	return (
		<Stack gap={4} mb="md">
			<audio
				key={row.version}
				src={`${url("/prompts/{id}/audio", { id: row.id })}?v=${row.version}`}
				controls
				preload="metadata"
				style={{ width: "100%", height: 36 }}
				aria-label={t("prompt.heard")}
			/>
			<Text size="sm" c="dimmed">
				{duration(row.duration_ms)} · {t("prompt.level", { from: number(row.level_db ?? 0, 0).replace("-", "−") })}
			</Text>
			<Anchor size="sm" href={url("/prompts/{id}/original", { id: row.id })} download={row.file_name ?? ""}>
				{t("prompt.original")} ({row.file_name})
			</Anchor>
		</Stack>
	);
}

function LanguageInput({ value, onChange, label, error, disabled }: InputProps) {
	return (
		<Select
			label={label}
			error={error}
			disabled={disabled}
			allowDeselect={false}
			data={["ru", "en"].map((word) => ({ value: word, label: wordLabel("prompt", "language", word) }))}
			value={value as string}
			onChange={onChange}
		/>
	);
}

interface OneProps {
	project: Project;
	row: Prompt | null;
	/** A new one of the house. */
	house: boolean;
	writes: boolean;
	onClose: () => void;
	setRow: (row: Prompt) => void;
}

function One({ project, row, house, writes, onClose, setRow }: OneProps) {
	const { t } = useTranslation();
	const of = row ? (row.project_id ?? null) : house ? null : project.id;
	const [language, setLanguage] = useState<"ru" | "en">(row?.language ?? project.language ?? "ru");
	const save = useChange(
		({ values, version }: { values: Values; version?: number }) =>
			row
				? patch("/prompts/{id}", { id: row.id }, values, version)
				: post("/prompts", {}, { ...values, language, project_id: of }),
		["prompt"],
	);
	const drop = useChange(() => remove("/prompts/{id}", { id: row?.id ?? 0 }), ["prompt"], onClose);
	const isSound = row?.kind === "upload";
	return (
		<>
			{isSound && <Sound row={row} />}
			<EntityForm
				key={`${row?.id ?? 0}-${row?.version ?? 0}`}
				entity="prompt"
				names={isSound ? ["name"] : ["name", "language", "words"]}
				row={row ?? undefined}
				initial={row ? undefined : { language, words: "" }}
				readOnly={!writes}
				inputs={{
					language: (props) => (
						<LanguageInput
							{...props}
							onChange={(v) => {
								props.onChange(v);
								setLanguage(v as "ru" | "en");
							}}
						/>
					),
					words: ({ value, ...props }) => (
						<WordsInput
							{...props}
							value={(value as string | null) ?? ""}
							project={project.id}
							spoken={{ project_id: of, language }}
							hint={t("prompt.words.hint")}
						/>
					),
				}}
				save={(values, version) => save.mutateAsync({ values, version }) as Promise<Prompt>}
				onSaved={() => {
					tell(t("saved"));
					onClose();
				}}
				onCancel={onClose}
			/>
			{row && writes && (
				<Group mt="md" gap="xs" align="start">
					{isSound && <Upload text={t("prompt.replace")} path="/prompts/{id}/upload" ids={{ id: row.id }} onDone={setRow} />}
					<RemoveButton run={() => drop.mutate(undefined, { onError: tellError })} />
				</Group>
			)}
		</>
	);
}

export function Prompts({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [opened, setOpened] = useState<Prompt | "new" | null>(null);
	const [house, setHouse] = useState(false);
	const [over, setOver] = useState(false);
	const row = opened === "new" ? null : opened;
	const writes = row ? may(row.project_id ? "run_project" : "set_up") : may("run_project");
	const uploading = useUpload(
		house ? "/prompts/upload" : "/projects/{id}/prompts/upload",
		house ? {} : { id: project.id },
		setOpened,
	);
	const drop = (e: DragEvent) => {
		e.preventDefault();
		setOver(false);
		if (may("run_project")) uploading.take(e.dataTransfer.files[0]);
	};
	return (
		<Box
			className={over ? "drop-over" : undefined}
			style={{ display: "flex", flexDirection: "column", gap: 10, flex: 1, minHeight: 0 }}
			onDragOver={(e) => {
				e.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={drop}
		>
			{uploading.share !== null && <Progress value={uploading.share * 100} aria-label={t("loading")} />}
			{uploading.failed !== null && <Failed error={uploading.failed} />}
			<DataTable
				entity="prompt"
				path="/projects/{id}/prompts"
				ids={{ id: project.id }}
				label={t("prompts.title")}
				empty={`${t("prompts.empty")} ${t("prompts.upload.what")}`}
				columns={[
					{ name: "name", grow: true },
					{ name: "kind", width: 120 },
					{ name: "language", width: 120 },
					{ name: "words", width: 420 },
					{ name: "duration_ms", width: 100 },
					{
						name: "project_id",
						label: t("prompts.house"),
						width: 170,
						render: (p) => (p.project_id ? null : t("prompts.of_house")),
					},
				]}
				more={["file_name", "level_db", "created_at"]}
				onOpen={setOpened}
				makeAction={
					may("run_project") && (
						<Group gap="xs">
							{may("set_up") && (
								<Checkbox label={t("prompts.house")} checked={house} onChange={(e) => setHouse(e.currentTarget.checked)} />
							)}
							<ChooseFile onChange={uploading.take} accept={ACCEPT}>
								{(props) => (
									<Button
										{...props}
										variant="default"
										leftSection={<IconMicrophone size={16} />}
										loading={uploading.share !== null}
									>
										{t("prompts.upload")}
									</Button>
								)}
							</ChooseFile>
							<Button leftSection={<IconPlus size={16} />} onClick={() => setOpened("new")}>
								{t("prompts.words")}
							</Button>
						</Group>
					)
				}
			/>
			<Drawer
				opened={!!opened}
				onClose={() => setOpened(null)}
				position="right"
				size="lg"
				title={row?.name ?? t(house ? "prompts.house" : "prompts.words")}
				closeButtonProps={{ "aria-label": t("close") }}
				transitionProps={{ duration: 100 }}
			>
				{opened && (
					<One key={row?.id ?? 0} {...{ project, row, house, writes }} onClose={() => setOpened(null)} setRow={setOpened} />
				)}
			</Drawer>
		</Box>
	);
}
