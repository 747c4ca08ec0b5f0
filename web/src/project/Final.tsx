// SPDX-License-Identifier: GPL-3.0-or-later
// Final.tsx - the report at the project's end: what came of it, whether it pays to go on, and why. The sentences are the server's: the same as in
// print and in the letter.
import {
	Alert,
	Anchor,
	Box,
	Button,
	Group,
	Modal,
	NumberInput,
	Paper,
	Select,
	SimpleGrid,
	Stack,
	Table,
	Text,
	Textarea,
	Title,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconFileTypePdf, IconFileTypeXls, IconMail } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { get } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { useMay, useMe } from "../app/session";
import { keepDraft, keptDraft, placeOf } from "../mail/drafts";
import { dateTime, dayOf, number, percent } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tellError } from "../parts/states";
import type { TabProps } from "./ProjectPage";

const DaysChart = lazy(async () => ({ default: (await import("./DaysChart")).DaysChart }));
const colors = {
	early: "gray",
	extend: "teal",
	new_base: "teal",
	small: "yellow",
	script: "orange",
	not_by_telephone: "red",
};

interface Part {
	name: string;
	calls: number;
	dialogues: number;
	leads: number;
	refusals: number;
	/** Where the conversion plausibly lies. */
	low: number;
	high: number;
}

function Parts({
	title,
	name,
	rows,
	show = (text) => text,
}: {
	title: string;
	name: string;
	rows: Part[];
	show?: (text: string) => string;
}) {
	const { t } = useTranslation();
	if (!rows.length) return null;
	return (
		<Paper withBorder p="sm">
			<Text fw={600} mb={6}>
				{title}
			</Text>
			<Table.ScrollContainer minWidth={420}>
				<Table>
					<Table.Thead>
						<Table.Tr>
							<Table.Th>{name}</Table.Th>
							{["overview.calls", "overview.dialogues", "report.leads", "final.conversion", "report.refusals"].map((key) => (
								<Table.Th key={key} ta="right">
									{t(key as "overview.calls")}
								</Table.Th>
							))}
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{rows.map((row) => (
							<Table.Tr key={row.name}>
								<Table.Td>{show(row.name)}</Table.Td>
								<Table.Td ta="right">{number(row.calls)}</Table.Td>
								<Table.Td ta="right">{number(row.dialogues)}</Table.Td>
								<Table.Td ta="right">{number(row.leads)}</Table.Td>
								<Table.Td ta="right">
									{percent(row.leads, row.dialogues)}
									{row.dialogues > 0 && (
										<Text size="xs" c="dimmed">
											{t("final.likely", { low: percent(row.low, 1), high: percent(row.high, 1) })}
										</Text>
									)}
								</Table.Td>
								<Table.Td ta="right">{number(row.refusals)}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
		</Paper>
	);
}

function Reasons({ rows }: { rows: { name: string; contacts: number }[] }) {
	const { t } = useTranslation();
	const all = rows.reduce((sum, row) => sum + row.contacts, 0);
	if (!all) return null;
	return (
		<Paper withBorder p="sm">
			<Text fw={600} mb={6}>
				{t("final.reasons")}
			</Text>
			<Table>
				<Table.Tbody>
					{rows.map((row) => (
						<Table.Tr key={row.name}>
							<Table.Td>{row.name}</Table.Td>
							<Table.Td ta="right">{number(row.contacts)}</Table.Td>
							<Table.Td ta="right">{percent(row.contacts, all)}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Paper>
	);
}

interface Side {
	dialogues: number;
	leads: number;
}

function Changes({
	rows,
	zone,
}: {
	rows: { number: number; title: string; applied_at: number; before: Side; after: Side; between: string | null }[];
	zone: string;
}) {
	const { t } = useTranslation();
	if (!rows.length) return null;
	const share = ({ leads, dialogues }: Side) => percent(leads, dialogues);
	return (
		<Paper withBorder p="sm">
			<Text fw={600} mb={6}>
				{t("final.changes")}
			</Text>
			<Table.ScrollContainer minWidth={420}>
				<Table>
					<Table.Thead>
						<Table.Tr>
							<Table.Th>{t("final.change")}</Table.Th>
							<Table.Th>{t("final.change.since")}</Table.Th>
							<Table.Th ta="right">{t("final.change.before")}</Table.Th>
							<Table.Th ta="right">{t("final.change.after")}</Table.Th>
							<Table.Th ta="right">{t("final.change.between")}</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{rows.map((row) => (
							<Table.Tr key={row.number}>
								<Table.Td>
									{row.number}. {row.title}
								</Table.Td>
								<Table.Td>{dateTime(row.applied_at, zone)}</Table.Td>
								<Table.Td ta="right">{share(row.before)}</Table.Td>
								<Table.Td ta="right">{share(row.after)}</Table.Td>
								<Table.Td ta="right">{row.between ?? "—"}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			<Text size="xs" c="dimmed" mt={6}>
				{t("final.changes.what")}
			</Text>
		</Paper>
	);
}

/** The letter as it would be written, and the mailbox it is written from: there it is read by the guard like any other. */
function LetterDraft({
	project,
	letter,
	onClose,
}: {
	project: Project;
	letter: { subject: string; body: string };
	onClose: () => void;
}) {
	const { t } = useTranslation();
	const me = useMe();
	const navigate = useNavigate();
	const mailboxes = useAll("/mailboxes", {}, "mailbox", { sort: "name" });
	const boxes = mailboxes.rows
		.filter((b) => !b.user_id || b.user_id === me.id)
		.filter((b) => !b.project_id || b.project_id === project.id)
		.sort((a, b) => Number(!a.project_id) - Number(!b.project_id));
	const [chosen, setChosen] = useState<number | null>(null);
	const box = chosen ?? boxes[0]?.id;
	const write = useChange(
		async (id: number) => {
			const place = placeOf(me.id, id);
			const task = { kind: "new" as const, of: `final:${project.id}` };
			if (keptDraft(place, task)) return { id, task };
			const start = await get("/mailboxes/{id}/start", { id }, { project_id: project.id });
			keepDraft(place, task, {
				to: start.to_list,
				cc: "",
				subject: letter.subject,
				text: [letter.body.trimEnd(), start.signature].filter(Boolean).join("\n\n"),
				files: [],
				asked: [],
				project: project.id,
				reason: "",
				once: crypto.randomUUID(),
			});
			return { id, task };
		},
		[],
		({ id, task }) => navigate(`/mail?box=${id}`, { state: { task } }),
	);
	return (
		<Modal opened onClose={onClose} title={t("final.letter")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
			<Stack>
				<Text size="sm" c="dimmed">
					{t("final.letter.what")}
				</Text>
				<Textarea label={t("final.letter.subject")} readOnly autosize value={letter.subject} />
				<Textarea label={t("final.letter.body")} readOnly autosize maxRows={16} value={letter.body} />
				{mailboxes.data && !boxes.length && <Alert color="yellow">{t("mail.boxes.none")}</Alert>}
				<Group justify="flex-end" align="flex-end">
					{boxes.length > 1 && (
						<Select
							label={t("mail.box")}
							flex={1}
							allowDeselect={false}
							data={boxes.map((b) => ({ value: String(b.id), label: `${b.name} · ${b.address}` }))}
							value={String(box)}
							onChange={(v) => v && setChosen(Number(v))}
						/>
					)}
					<Button
						leftSection={<IconMail size={16} />}
						disabled={!box}
						loading={write.isPending}
						onClick={() => box && write.mutate(box, { onError: tellError })}
					>
						{t("final.letter.open")}
					</Button>
				</Group>
			</Stack>
		</Modal>
	);
}

function Roubles({ label, value, set }: { label: string; value: number | ""; set: (value: number | "") => void }) {
	return (
		<NumberInput
			label={label}
			suffix=" ₽"
			min={0}
			max={100_000_000}
			thousandSeparator=" "
			w={210}
			hideControls
			value={value}
			onChange={(v) => set(typeof v === "number" ? v : "")}
		/>
	);
}

export function Final({ project }: TabProps) {
	const { t, i18n } = useTranslation();
	const may = useMay();
	const [worth, setWorth] = useState<number | "">("");
	const [price, setPrice] = useState<number | "">("");
	const [draft, { open, close }] = useDisclosure(false);
	const [asked] = useDebouncedValue({ worth, price }, 400);
	const params = { language: i18n.language, lead_worth: asked.worth || 0, dialogue_price: asked.price || 0 };
	const { data, error, refetch } = useGet("/projects/{id}/final", { id: project.id, project_id: project.id }, params, {
		entities: ["call", "journal", "project"],
	});
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	if (!data.weeks.length) return <Empty what={t("final.empty")} />;
	const file = (format: string) =>
		`/api/projects/${project.id}/final?${new URLSearchParams({ ...params, format } as never)}`;
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<Group justify="space-between" align="flex-end">
				<Group align="flex-end" gap="sm">
					<Roubles label={t("final.lead_worth")} value={worth} set={setWorth} />
					<Roubles label={t("final.dialogue_price")} value={price} set={setPrice} />
				</Group>
				<Group gap="md">
					{may("use_mail") && data.letter && (
						<Anchor component="button" size="sm" onClick={open}>
							<Group gap={4}>
								<IconMail size={16} />
								{t("final.letter")}
							</Group>
						</Anchor>
					)}
					{may("export") && (
						<>
							<Anchor href={file("pdf")} size="sm">
								<Group gap={4}>
									<IconFileTypePdf size={16} />
									PDF
								</Group>
							</Anchor>
							<Anchor href={file("xlsx")} size="sm">
								<Group gap={4}>
									<IconFileTypeXls size={16} />
									XLSX
								</Group>
							</Anchor>
						</>
					)}
				</Group>
			</Group>
			<Alert
				color={colors[data.advice]}
				title={<Title order={2}>{data.advice_words}</Title>}
				flex="none"
				data-testid="advice"
			>
				<Stack gap={4}>
					{data.said.map((sentence) => (
						<Text key={sentence} size="sm">
							{sentence}
						</Text>
					))}
				</Stack>
			</Alert>
			<Paper withBorder p="sm">
				<Text fw={600}>{t("final.weeks")}</Text>
				<Suspense fallback={<Box h={250} />}>
					<DaysChart days={data.weeks.map((week) => ({ ...week, day: week.name }))} />
				</Suspense>
			</Paper>
			<SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
				<Parts title={t("final.weeks")} name={t("final.week")} rows={data.weeks} show={dayOf} />
				<Stack gap="sm">
					<Reasons rows={data.reasons} />
					<Changes rows={data.changes} zone={project.timezone} />
					<Parts title={t("final.versions")} name={t("final.version")} rows={data.versions} />
					<Parts title={t("final.bases")} name={t("final.base")} rows={data.bases} />
				</Stack>
			</SimpleGrid>
			{draft && data.letter && <LetterDraft project={project} letter={data.letter} onClose={close} />}
		</Box>
	);
}
