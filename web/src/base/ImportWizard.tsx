// SPDX-License-Identifier: GPL-3.0-or-later
// ImportWizard.tsx - a file becomes contacts: upload, how the file is read, what its columns are, progress, result with undo. The server
// keeps the import, so one may leave at any step and come back by the same address.
import {
	Alert,
	Button,
	Drawer,
	Group,
	NumberInput,
	Paper,
	Progress,
	Select,
	SimpleGrid,
	Stack,
	Stepper,
	Table,
	Text,
	Title,
} from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, upload, url } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Import, ImportPreview } from "../api/types";
import { ChooseFile } from "../parts/ChooseFile";
import { duration, number } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import { useNow } from "../parts/useNow";

interface Props {
	base: number | null;
	importId: number | null;
	onMade: (id: number) => void;
	onClose: () => void;
}

function Upload({ base, onMade }: { base: number; onMade: (id: number) => void }) {
	const { t } = useTranslation();
	const [share, setShare] = useState<number | null>(null);
	const [error, setError] = useState<unknown>(null);
	const [over, setOver] = useState(false);
	async function take(file: File | null | undefined) {
		if (!file) return;
		setError(null);
		setShare(0);
		try {
			const made = await upload<Import>("/bases/{id}/imports", { id: base }, file, setShare);
			onMade(made.id);
		} catch (e) {
			setError(e);
			setShare(null);
		}
	}
	const drop = (e: DragEvent) => {
		e.preventDefault();
		setOver(false);
		take(e.dataTransfer.files[0]);
	};
	return (
		<Stack>
			{error !== null && <Failed error={error} />}
			<Paper
				withBorder
				p="xl"
				className={over ? "drop drop-over" : "drop"}
				onDragOver={(e) => {
					e.preventDefault();
					setOver(true);
				}}
				onDragLeave={() => setOver(false)}
				onDrop={drop}
			>
				<Stack align="center">
					<IconFileImport size={40} stroke={1.2} />
					<Text>{t("import.drop")}</Text>
					<ChooseFile
						onChange={take}
						accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
					>
						{(props) => <Button {...props}>{t("import.choose")}</Button>}
					</ChooseFile>
					<Text size="sm" c="dimmed" ta="center">
						{t("import.drop.what")}
					</Text>
					{share !== null && <Progress value={share * 100} w="100%" aria-label={t("loading")} />}
				</Stack>
			</Paper>
		</Stack>
	);
}

type Reading = { encoding?: string; delimiter?: string; sheet?: string; header_row?: number };

function ReadingForm({ preview, change }: { preview: ImportPreview; change: (reading: Reading) => void }) {
	const { t } = useTranslation();
	return (
		<SimpleGrid cols={{ base: 1, sm: 3 }}>
			{preview.sheets.length > 1 && (
				<Select
					label={t("import.sheet")}
					data={[...new Set([preview.sheet ?? "", ...preview.sheets].filter(Boolean))]}
					value={preview.sheet ?? preview.sheets[0]}
					allowDeselect={false}
					onChange={(v) => v && v !== preview.sheet && change({ sheet: v, header_row: undefined })}
				/>
			)}
			{preview.encoding && preview.format !== "xlsx" && (
				<Select
					label={t("import.encoding")}
					data={[...new Set([preview.encoding, "utf-8", "windows-1251", "utf-16le", "koi8-r", "cp866"])]}
					value={preview.encoding}
					allowDeselect={false}
					onChange={(v) => v && change({ encoding: v })}
				/>
			)}
			{preview.delimiter && (
				<Select
					label={t("import.delimiter")}
					data={[
						{ value: ";", label: t("import.delimiter.semicolon") },
						{ value: ",", label: t("import.delimiter.comma") },
						{ value: "tab", label: t("import.delimiter.tab") },
						{ value: "|", label: "|" },
					]}
					value={preview.delimiter === "\t" ? "tab" : preview.delimiter}
					allowDeselect={false}
					onChange={(v) => v && change({ delimiter: v })}
				/>
			)}
			<NumberInput
				label={t("import.header_row")}
				description={t("import.header_row.what")}
				min={0}
				max={100}
				value={preview.header_row}
				onBlur={(e) => {
					const row = e.currentTarget.value === "" ? preview.header_row : Number(e.currentTarget.value);
					if (row !== preview.header_row) change({ header_row: row });
				}}
			/>
		</SimpleGrid>
	);
}

function Mapping({
	preview,
	mapping,
	setMapping,
}: {
	preview: ImportPreview;
	mapping: Record<string, string>;
	setMapping: (m: Record<string, string>) => void;
}) {
	const { t } = useTranslation();
	const options = preview.fields
		.filter(Boolean)
		.map((value) => ({ value, label: t(`column:${value}`, { defaultValue: value }) }));
	return (
		<Table.ScrollContainer minWidth={600}>
			<Table withTableBorder>
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{t("import.column")}</Table.Th>
						<Table.Th>{t("import.samples")}</Table.Th>
						<Table.Th w={230}>{t("import.becomes")}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{preview.columns.map((c) => (
						<Table.Tr key={c.index}>
							<Table.Td fw={600}>{c.title || t("import.column_n", { n: c.index + 1 })}</Table.Td>
							<Table.Td>
								{c.samples.slice(0, 3).map((s, i) => (
									<Text key={i} size="sm" c="dimmed" truncate maw={340}>
										{s}
									</Text>
								))}
							</Table.Td>
							<Table.Td>
								<Select
									size="xs"
									aria-label={c.title}
									data={options}
									clearable
									placeholder={t("import.not_taken")}
									value={mapping[c.index] ?? null}
									onChange={(v) => setMapping({ ...mapping, [c.index]: v ?? "" })}
								/>
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

function Prepare({ row }: { row: Import }) {
	const { t } = useTranslation();
	const ids = { id: row.id };
	const preview = useGet("/imports/{id}/preview", ids, {}, { entities: ["import"] });
	const [own, setOwn] = useState<Record<string, string>>({});
	const change = useChange(
		(what: { reading?: Reading; mapping?: Record<string, string> }) => patch("/imports/{id}", ids, what, row.version),
		["import"],
	);
	const start = useChange(() => post("/imports/{id}/start", ids), ["import"]);
	if (preview.error) return <Failed error={preview.error} retry={preview.refetch} />;
	if (!preview.data) return <RowsSkeleton />;
	const data = preview.data;
	const mapping = {
		...Object.fromEntries(data.columns.filter((c) => c.field).map((c) => [String(c.index), c.field as string])),
		...own,
	};
	const phones = Object.values(mapping).some((f) => f === "phone" || f === "mobile");
	async function run() {
		try {
			if (Object.keys(own).length) await change.mutateAsync({ mapping });
			await start.mutateAsync(undefined);
		} catch (error) {
			tellError(error);
		}
	}
	return (
		<Stack>
			<Text size="sm">{t("import.reading.what")}</Text>
			<ReadingForm
				key={`${data.encoding}${data.delimiter}${data.sheet}${data.header_row}`}
				preview={data}
				change={(reading) => {
					setOwn({});
					change.mutate({ reading: { ...(row.reading as Reading | null), ...reading } }, { onError: tellError });
				}}
			/>
			<Title order={3}>{t("import.mapping")}</Title>
			<Mapping preview={data} mapping={mapping} setMapping={setOwn} />
			{!phones && <Alert color="yellow">{t("import.no_phone")}</Alert>}
			<Group justify="flex-end">
				<Button loading={change.isPending || start.isPending} disabled={!phones} onClick={run}>
					{t("import.start")}
				</Button>
			</Group>
		</Stack>
	);
}

function Running({ row }: { row: Import }) {
	const { t } = useTranslation();
	const now = useNow();
	const spent = row.started_at ? Math.max(1, now - row.started_at) : 1;
	const rate = (1000 * row.rows_done) / spent;
	const left = rate > 0 && row.rows_total > row.rows_done ? (1000 * (row.rows_total - row.rows_done)) / rate : 0;
	return (
		<Stack>
			<Progress
				value={row.rows_total ? (100 * row.rows_done) / row.rows_total : 0}
				size="lg"
				striped
				aria-label={t("loading")}
			/>
			<Group justify="space-between">
				<Text>{t("import.progress", { done: number(row.rows_done), total: number(row.rows_total) })}</Text>
				<Text c="dimmed">{left > 0 && t("import.rate", { rate: number(rate), left: duration(left) })}</Text>
			</Group>
			<Text size="sm" c="dimmed">
				{t("import.leave")}
			</Text>
		</Stack>
	);
}

function Done({ row, onClose }: { row: Import; onClose: () => void }) {
	const { t } = useTranslation();
	const [sure, setSure] = useState(false);
	const undo = useChange(() => post("/imports/{id}/undo", { id: row.id }), ["import", "contact", "base"]);
	const figures: [string, number, string][] = [
		["import.accepted", row.accepted, "teal"],
		["import.duplicates", row.duplicates, "gray"],
		["import.rejected", row.rejected, "red"],
		["import.skipped", row.skipped, "gray"],
	];
	return (
		<Stack>
			{row.state === "failed" && (
				<Alert color="red" title={t("import.failed")}>
					{row.error} {t("import.failed.what")}
				</Alert>
			)}
			{row.state === "undone" && <Alert color="yellow">{t("import.undone")}</Alert>}
			<SimpleGrid cols={4}>
				{figures.map(([label, n, color]) => (
					<Paper withBorder p="sm" key={label}>
						<Text fz={24} fw={600} c={n && color !== "gray" ? `${color}.8` : undefined}>
							{number(n)}
						</Text>
						<Text size="sm" c="dimmed">
							{t(label)}
						</Text>
					</Paper>
				))}
			</SimpleGrid>
			<Group>
				{row.rejected > 0 && (
					<Button component="a" href={url("/imports/{id}/rejects", { id: row.id })} download variant="light">
						{t("import.rejects")}
					</Button>
				)}
				{row.state === "done" && (
					<Button
						color="red"
						variant={sure ? "filled" : "subtle"}
						loading={undo.isPending}
						onClick={() => (sure ? undo.mutate(undefined, { onError: tellError }) : setSure(true))}
					>
						{t(sure ? "import.undo.sure" : "import.undo")}
					</Button>
				)}
				<Button ml="auto" onClick={onClose}>
					{t("import.to_contacts")}
				</Button>
			</Group>
		</Stack>
	);
}

function Body({ base, importId, onMade, onClose }: Props) {
	const { t } = useTranslation();
	const { data: row, error } = useGet(
		"/imports/{id}",
		{ id: importId ?? 0 },
		{},
		{ entities: ["import"], enabled: !!importId, refetchInterval: importId ? 2000 : undefined },
	);
	if (error) return <Failed error={error} />;
	const state = importId ? row?.state : "new";
	const step = ["new", "uploaded", "running"].indexOf(state === "undoing" ? "running" : (state ?? "new"));
	const at = step < 0 ? 3 : step;
	return (
		<Stack>
			<Stepper active={at} size="sm" iconSize={30}>
				{(["file", "columns", "progress", "result"] as const).map((key) => (
					<Stepper.Step key={key} label={t(`import.step.${key}`)} />
				))}
			</Stepper>
			{row && <Text fw={600}>{row.file_name}</Text>}
			{!importId ? (
				base && <Upload base={base} onMade={onMade} />
			) : !row ? (
				<RowsSkeleton />
			) : at === 1 ? (
				<Prepare row={row} />
			) : at === 2 ? (
				<Running row={row} />
			) : (
				<Done row={row} onClose={onClose} />
			)}
		</Stack>
	);
}

export function ImportWizard(props: Props) {
	const { t } = useTranslation();
	return (
		<Drawer
			opened={!!props.base || !!props.importId}
			onClose={props.onClose}
			position="right"
			size={860}
			title={t("import.title")}
			closeButtonProps={{ "aria-label": t("close") }}
			transitionProps={{ duration: 80 }}
		>
			<Body {...props} />
		</Drawer>
	);
}
