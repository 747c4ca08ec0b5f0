// SPDX-License-Identifier: GPL-3.0-or-later
// Compose.tsx - writing a letter: the text on the left, on the right what the house's rules say of it, where, and how to mend it.
import { Alert, Anchor, Button, CloseButton, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconCheck, IconPaperclip } from "@tabler/icons-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { post, upload } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { useOptions } from "../api/refs";
import type { MailStart, MailUpload } from "../api/types";
import { useMe } from "../app/session";
import { ChooseFile } from "../parts/ChooseFile";
import { bytes, dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { type Draft, dropDraft, type KeptDraft, keepDraft, keptDraft, placeOf } from "./drafts";
import { PutTemplate } from "./PutTemplate";
import { Questions } from "./Questions";
import { RemarkLine } from "./RemarkLine";
import { grouped, type Remark, unitsAt, useRemarks, type Verdict } from "./remarks";

/** of: a new letter that was begun elsewhere, beside the one that is written by hand. */
export type Task = { kind: "new"; of?: string } | { kind: "answer" | "forward"; letter: number };

function Remarks({ verdict, asking, show }: { verdict: Verdict | null; asking: boolean; show: (r: Remark) => void }) {
	const { t } = useTranslation();
	const remarks = grouped(verdict?.violations ?? []);
	return (
		<Stack gap="xs" role="status" aria-label={t("mail.compose.remarks_title")}>
			<Group justify="space-between">
				<Text fw={600} size="sm">
					{t("mail.compose.remarks_title")}
				</Text>
				<Text size="xs" c="dimmed">
					{asking ? t("mail.compose.checking") : remarks.length > 0 && t("mail.compose.remarks", { count: remarks.length })}
				</Text>
			</Group>
			{verdict && !remarks.length && (
				<Group gap={6} c="teal">
					<IconCheck size={16} aria-hidden="true" />
					<Text size="sm">{t("mail.compose.good")}</Text>
				</Group>
			)}
			{remarks.map((r) => (
				<RemarkLine key={`${r.rule}${r.field}${r.at}${r.text}`} remark={r} show={() => show(r)} />
			))}
		</Stack>
	);
}

interface AttachedProps {
	box: number;
	files: MailUpload[];
	change: (next: (files: MailUpload[]) => MailUpload[]) => void;
	/** One is going up: the letter waits for it. */
	busy: boolean;
	setBusy: (busy: boolean) => void;
}

function Attached({ box, files, change, busy, setBusy }: AttachedProps) {
	const { t } = useTranslation();
	const add = async (file: File | null) => {
		if (!file) return;
		setBusy(true);
		try {
			const made = await upload<MailUpload>("/mailboxes/{id}/files", { id: box }, file, () => undefined);
			change((all) => [...all, made]);
		} catch (error) {
			tellError(error);
		}
		setBusy(false);
	};
	return (
		<Group gap="xs">
			<ChooseFile onChange={add}>
				{(props) => (
					<Button {...props} size="compact-sm" variant="default" leftSection={<IconPaperclip size={14} />} loading={busy}>
						{t("mail.compose.attach")}
					</Button>
				)}
			</ChooseFile>
			{files.map((file) => (
				<Group key={file.id} gap={2}>
					<Text size="sm">
						{file.name} ({bytes(file.bytes)})
					</Text>
					<CloseButton
						size="sm"
						aria-label={t("mail.compose.detach")}
						onClick={() => change((all) => all.filter((f) => f.id !== file.id))}
					/>
				</Group>
			))}
		</Group>
	);
}

const KEEP_MS = 400;

/** Kept while it is written, at the latest when the page or the window goes away; what is as it began is no draft. */
function useKept(place: string, task: Task, draft: Draft, empty: boolean) {
	const [state, setState] = useState<"kept" | "full" | null>(null);
	const body = JSON.stringify(draft);
	const now = useRef({ place, task, draft, empty, body });
	now.current = { place, task, draft, empty, body };
	const done = useRef(body);
	const over = useRef(false);
	const keep = useRef(() => {
		const d = now.current;
		if (over.current || d.body === done.current) return;
		done.current = d.body;
		if (d.empty) dropDraft(d.place, d.task);
		else setState(keepDraft(d.place, d.task, d.draft) ? "kept" : "full");
	});
	useEffect(() => {
		const timer = setTimeout(keep.current, KEEP_MS, body);
		return () => clearTimeout(timer);
	}, [body]);
	useEffect(() => {
		const last = keep.current;
		window.addEventListener("pagehide", last);
		return () => {
			window.removeEventListener("pagehide", last);
			last();
		};
	}, []);
	const forget = () => {
		over.current = true;
		dropDraft(place, task);
	};
	return { state, forget };
}

const nameOf = (to: string) => /^\s*"?([^"<,;@]+?)"?\s*</.exec(to)?.[1] ?? "";

/** Before the signature, after what is written. */
function withWords(text: string, signature: string | null, words: string): string {
	const at = signature ? text.lastIndexOf(signature) : -1;
	const own = (at < 0 ? text : text.slice(0, at)).trimEnd();
	return `${own ? `${own}\n\n` : ""}${words.trim()}\n\n${at < 0 ? "" : text.slice(at)}`;
}

function Fields({
	draft,
	people,
	set,
	onCaret,
	subjectRef,
	textRef,
}: {
	draft: Draft;
	/** Whom a new letter may be for: the customer's people of its project. */
	people: string;
	set: (change: Partial<Draft>) => void;
	onCaret: (from: number, to: number) => void;
	subjectRef: RefObject<HTMLInputElement | null>;
	textRef: RefObject<HTMLTextAreaElement | null>;
}) {
	const { t } = useTranslation();
	return (
		<>
			<TextInput
				label={t("mail.to")}
				placeholder={t("mail.compose.people.hint")}
				value={draft.to}
				onChange={(e) => set({ to: e.currentTarget.value })}
				data-autofocus={!draft.to || undefined}
			/>
			{people && !draft.to.trim() && (
				<Anchor component="button" type="button" size="xs" ta="left" onClick={() => set({ to: people })}>
					{t("mail.compose.people", { people })}
				</Anchor>
			)}
			<TextInput label={t("mail.cc")} value={draft.cc} onChange={(e) => set({ cc: e.currentTarget.value })} />
			<TextInput
				ref={subjectRef}
				label={t("mail.subject")}
				maxLength={500}
				value={draft.subject}
				onChange={(e) => set({ subject: e.currentTarget.value })}
			/>
			<Textarea
				ref={textRef}
				label={t("mail.text")}
				autosize
				minRows={10}
				maxRows={24}
				spellCheck={false}
				value={draft.text}
				onChange={(e) => set({ text: e.currentTarget.value })}
				onSelect={(e) => onCaret(e.currentTarget.selectionStart, e.currentTarget.selectionEnd)}
				data-autofocus={!!draft.to || undefined}
			/>
		</>
	);
}

function AboutProject({
	project,
	clearable,
	onChoose,
}: {
	project: number | null;
	clearable: boolean;
	onChoose: (project: number | null) => void;
}) {
	const { t } = useTranslation();
	return (
		<Select
			label={t("mail.compose.project")}
			placeholder={t("mail.compose.project.none")}
			searchable
			clearable={clearable}
			data={useOptions("project")}
			value={project ? String(project) : null}
			onChange={(v) => onChoose(v ? Number(v) : null)}
		/>
	);
}

function Writing({
	box,
	task,
	start: begun,
	close,
	again,
}: {
	box: number;
	task: Task;
	start: MailStart;
	close: () => void;
	again: () => void;
}) {
	const { t } = useTranslation();
	const place = placeOf(useMe().id, box);
	const fresh = task.kind === "new";
	const [kept] = useState<KeptDraft | null>(() => keptDraft(place, task));
	const [draft, setDraft] = useState<Draft>(
		() =>
			kept ?? {
				to: fresh ? "" : begun.to_list,
				cc: begun.cc_list,
				subject: begun.subject,
				text: begun.signature ? `\n\n${begun.signature}` : "",
				files: [],
				asked: [],
				project: begun.project_id,
				reason: "",
				once: crypto.randomUUID(),
			},
	);
	const { reason } = draft;
	const chosen = fresh ? (draft.project ?? null) : null;
	const about = useGet("/mailboxes/{id}/start", { id: box }, { project_id: chosen }, { enabled: !!chosen });
	const start = chosen && about.data?.project_id === chosen ? about.data : begun;
	const [open, setOpen] = useState(false);
	const [busy, setBusy] = useState(false);
	const [caret, setCaret] = useState<[number, number]>([0, 0]);
	const subjectRef = useRef<HTMLInputElement>(null);
	const textRef = useRef<HTMLTextAreaElement>(null);
	const written = draft.text.replace(start.signature ?? "", "").trim() !== "";
	const { state, forget } = useKept(place, task, draft, !written && !draft.files.length);
	const body = {
		parent_id: start.parent_id,
		forward: start.forward,
		project_id: chosen,
		to_list: draft.to,
		cc_list: draft.cc || null,
		subject: draft.subject,
		text: start.history ? `${draft.text.trimEnd()}\n\n${start.history}` : draft.text,
	};
	const { verdict, asking } = useRemarks("/mailboxes/{id}/check", box, body);
	const set = (change: Partial<Draft>) => setDraft((d) => ({ ...d, ...change }));
	const put = (words: string) => set({ text: withWords(draft.text, start.signature, words) });
	const send = useChange(
		() =>
			post(
				"/mailboxes/{id}/letters",
				{ id: box },
				{
					...body,
					once: draft.once,
					files: draft.files.map((f) => f.id),
					questions: draft.asked,
					reason: reason.trim() || null,
				},
			),
		["mail_thread", "mail_letter", "mail_question"],
		() => {
			forget();
			tell(t("mail.compose.sent"));
			close();
		},
	);
	const remarks = verdict?.violations.length ?? 0;
	const drop = () => {
		forget();
		again();
	};
	const insert = (words: string, subject?: string | null) => {
		const [from, to] = caret;
		const blank = draft.text.slice(0, from).trim() === "" && draft.subject.trim() === "";
		set({
			text: `${draft.text.slice(0, from)}${words}${draft.text.slice(to)}`,
			...(subject && blank ? { subject } : {}),
		});
		const end = from + words.length;
		setCaret([end, end]);
		requestAnimationFrame(() => {
			textRef.current?.focus();
			textRef.current?.setSelectionRange(end, end);
		});
	};
	const show = (r: Remark) => {
		const input = r.field === "subject" ? subjectRef.current : r.field === "body" ? textRef.current : null;
		if (!input) return;
		input.focus();
		const from = unitsAt(input.value, r.at);
		input.setSelectionRange(from, from + r.text.length);
	};
	return (
		<div className="mail-compose">
			<Stack gap="sm">
				{kept && (
					<Text size="sm" c="dimmed" role="status">
						{t("mail.draft.again", { when: dateTime(kept.at) })}
					</Text>
				)}
				{fresh && (
					<AboutProject project={chosen} clearable={!begun.project_id} onChoose={(project) => set({ project, asked: [] })} />
				)}
				<Fields
					draft={draft}
					people={fresh ? start.to_list : ""}
					set={set}
					onCaret={(from, to) => setCaret([from, to])}
					subjectRef={subjectRef}
					textRef={textRef}
				/>
				{start.history && (
					<div>
						<Anchor component="button" type="button" size="sm" onClick={() => setOpen(!open)} aria-expanded={open}>
							{t(open ? "mail.history.hide" : "mail.history.kept")}
						</Anchor>
						{open && (
							<Text size="sm" c="dimmed" className="letter-text mail-history">
								{start.history}
							</Text>
						)}
					</div>
				)}
				<Attached
					box={box}
					files={draft.files}
					change={(next) => setDraft((d) => ({ ...d, files: next(d.files) }))}
					busy={busy}
					setBusy={setBusy}
				/>
				{remarks > 0 && !asking && !start.strict && (
					<TextInput
						label={t("mail.compose.why")}
						maxLength={500}
						value={reason}
						onChange={(e) => set({ reason: e.currentTarget.value })}
					/>
				)}
				{remarks > 0 && !asking && start.strict && <Alert color="yellow">{t("mail.compose.strict")}</Alert>}
				<Group>
					<Button
						loading={send.isPending}
						disabled={!draft.to.trim() || !written || busy || asking || (remarks > 0 && (start.strict || !reason.trim()))}
						onClick={() => send.mutate(undefined, { onError: tellError })}
					>
						{t("mail.compose.send")}
					</Button>
					<Button variant="default" onClick={close}>
						{t("mail.compose.later")}
					</Button>
					{(written || kept) && (
						<Button variant="subtle" color="gray" onClick={drop}>
							{t("mail.compose.drop")}
						</Button>
					)}
					{state === "kept" && (
						<Text size="xs" c="dimmed">
							{t("mail.draft.kept")}
						</Text>
					)}
				</Group>
				{state === "full" && <Alert color="red">{t("mail.draft.full")}</Alert>}
			</Stack>
			<Stack gap="lg" className="mail-beside">
				{start.reminder && (
					<Alert color="blue" title={t("mail.compose.reminder")}>
						<Button size="xs" variant="light" onClick={() => put(start.reminder ?? "")}>
							{t("mail.compose.reminder.put")}
						</Button>
					</Alert>
				)}
				<Remarks verdict={verdict} asking={asking} show={show} />
				<PutTemplate
					project={start.project_id}
					person={nameOf(draft.to)}
					onPut={(filled) => insert(filled.body, filled.subject)}
				/>
				{start.customer_id && (
					<Questions
						customer={start.customer_id}
						project={start.project_id}
						onPut={(all) => {
							put(all.map((q, i) => (all.length > 1 ? `${i + 1}. ${q.text}` : q.text)).join("\n"));
							set({ asked: all.map((q) => q.id) });
						}}
					/>
				)}
			</Stack>
		</div>
	);
}

export function Compose({ box, task, close }: { box: number; task: Task; close: () => void }) {
	const letter = task.kind === "new" ? (task.of ?? 0) : task.letter;
	const [round, setRound] = useState(0);
	const fresh = useGet("/mailboxes/{id}/start", { id: box }, {}, { enabled: task.kind === "new" });
	const answer = useGet("/mail-letters/{id}/answer", { id: letter }, {}, { enabled: task.kind === "answer" });
	const forward = useGet("/mail-letters/{id}/forward", { id: letter }, {}, { enabled: task.kind === "forward" });
	const { data, error, isPlaceholderData } = { new: fresh, answer, forward }[task.kind];
	if (error) return <Failed error={error} />;
	if (!data || isPlaceholderData) return <RowsSkeleton />;
	return (
		<Writing
			key={`${task.kind}${letter} ${round}`}
			box={box}
			task={task}
			start={data}
			close={close}
			again={() => setRound(round + 1)}
		/>
	);
}
