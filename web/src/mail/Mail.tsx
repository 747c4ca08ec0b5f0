// SPDX-License-Identifier: GPL-3.0-or-later
// Mail.tsx - mailboxes: threads on the left, the letters of one on the right.
import {
	Alert,
	Anchor,
	Badge,
	Box,
	Button,
	Drawer,
	Group,
	Menu,
	ScrollArea,
	Select,
	Stack,
	Text,
	TextInput,
	Title,
	UnstyledButton,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPaperclip, IconPencil } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "react-router";
import { patch, post } from "../api/client";
import { useAll, useChange, useGet, usePages } from "../api/hooks";
import { useName, useOptions } from "../api/refs";
import type { Mailbox, MailThread } from "../api/types";
import { useMay, useMe } from "../app/session";
import { dateTime } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tellError } from "../parts/states";
import { Told } from "../parts/Told";
import { Compose, type Task } from "./Compose";
import { keptDrafts, placeOf } from "./drafts";
import { MailLetter } from "./MailLetter";
import "./mail.css";

const THREADS_AT_ONCE = 50;
const LETTERS_AT_ONCE = 50;

function ThreadLine({ thread, active, open }: { thread: MailThread; active: boolean; open: () => void }) {
	const { t } = useTranslation();
	const customer = useName("customer", thread.customer_id);
	return (
		<UnstyledButton
			className="mail-line"
			data-active={active}
			data-unread={thread.unread > 0}
			onClick={open}
			aria-current={active}
		>
			<Group justify="space-between" gap="xs" wrap="nowrap">
				<Text size="sm" truncate fw={thread.unread ? 700 : 500}>
					{thread.people || t("mail.no_sender")}
				</Text>
				<Text size="xs" c="dimmed" className="mail-when">
					{dateTime(thread.last_at)}
				</Text>
			</Group>
			<Group justify="space-between" gap="xs" wrap="nowrap">
				<Text size="sm" truncate fw={thread.unread ? 600 : 400}>
					{thread.subject || t("mail.no_subject")}
				</Text>
				<Group gap={4} wrap="nowrap">
					{thread.files > 0 && <IconPaperclip size={14} aria-hidden="true" />}
					{thread.letters > 1 && (
						<Badge size="sm" variant={thread.unread ? "filled" : "light"} color={thread.unread ? "bell" : "gray"}>
							{thread.letters}
						</Badge>
					)}
				</Group>
			</Group>
			<Text size="xs" c="dimmed" truncate>
				{thread.last_way === "out" && t("mail.you")}
				{thread.last_line}
			</Text>
			<Text size="xs" c={thread.customer_id ? "bell" : "dimmed"} truncate>
				{thread.customer_id ? customer : t("mail.stranger")}
			</Text>
		</UnstyledButton>
	);
}

function Threads({ box, open, onOpen }: { box: number; open: number; onOpen: (id: number) => void }) {
	const { t } = useTranslation();
	const [words, setWords] = useState("");
	const [q] = useDebouncedValue(words.trim(), 300);
	const pages = usePages("/mail-threads", {}, { mailbox_id: box, q, sort: "-last_at" }, ["mail_thread"], THREADS_AT_ONCE);
	return (
		<Stack gap="xs" className="mail-threads" aria-label={t("mail.threads")}>
			<TextInput
				type="search"
				placeholder={t("mail.search")}
				aria-label={t("mail.search")}
				value={words}
				onChange={(e) => setWords(e.currentTarget.value)}
			/>
			{pages.error && <Failed error={pages.error} />}
			{pages.isPending && <RowsSkeleton />}
			{pages.data && !pages.rows.length && <Empty what={t(q ? "mail.threads.nothing" : "mail.threads.none")} />}
			<ScrollArea className="mail-scroll">
				{pages.rows.map((thread) => (
					<ThreadLine key={thread.id} thread={thread} active={thread.id === open} open={() => onOpen(thread.id)} />
				))}
				{pages.hasNextPage && (
					<Button fullWidth variant="subtle" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
						{t("mail.more")}
					</Button>
				)}
			</ScrollArea>
		</Stack>
	);
}

function ProjectOf({ thread }: { thread: MailThread }) {
	const { t } = useTranslation();
	const projects = useOptions("project");
	const change = useChange(
		(project_id: number | null) => patch("/mail-threads/{id}", { id: thread.id }, { project_id }, thread.version),
		["mail_thread", "communication"],
	);
	return (
		<Select
			size="xs"
			w={260}
			searchable
			clearable
			aria-label={t("mail.project")}
			placeholder={t("mail.project")}
			data={projects}
			value={thread.project_id ? String(thread.project_id) : null}
			onChange={(v) => change.mutate(v ? Number(v) : null, { onError: tellError })}
		/>
	);
}

function Thread({ id, drafts, write, back }: { id: number; drafts: Task[]; write: (task: Task) => void; back: () => void }) {
	const { t } = useTranslation();
	const { data: thread, error } = useGet("/mail-threads/{id}", { id }, {}, { entities: ["mail_thread"] });
	const pages = usePages(
		"/mail-letters",
		{},
		{ thread_id: id, sort: "-at" },
		["mail_thread", "mail_letter"],
		LETTERS_AT_ONCE,
	);
	const seen = useChange(() => post("/mail-threads/{id}/read", { id }), []);
	const unread = thread?.id === id ? thread.unread : 0;
	const { mutate } = seen;
	useEffect(() => {
		if (unread) mutate(undefined);
	}, [unread, mutate]);
	if (error) return <Failed error={error} />;
	if (!thread || thread.id !== id || pages.isPending) return <RowsSkeleton />;
	const letters = pages.rows.filter((l) => l.thread_id === id);
	return (
		<Stack gap="sm" className="mail-thread">
			<Group justify="space-between" wrap="nowrap" align="flex-start">
				<div>
					<Anchor component="button" type="button" size="sm" hiddenFrom="sm" onClick={back}>
						{t("mail.back")}
					</Anchor>
					<Title order={2} size="h4">
						{thread.subject || t("mail.no_subject")}
					</Title>
				</div>
				<ProjectOf thread={thread} />
			</Group>
			<ScrollArea className="mail-scroll">
				<Stack gap="sm" pr="xs">
					{letters.map((letter) => (
						<MailLetter
							key={letter.id}
							letter={letter}
							drafted={drafts.some((d) => d.kind === "answer" && d.letter === letter.id)}
							onReply={() => write({ kind: "answer", letter: letter.id })}
							onForward={() => write({ kind: "forward", letter: letter.id })}
						/>
					))}
					{pages.hasNextPage && (
						<Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
							{t("mail.more")}
						</Button>
					)}
				</Stack>
			</ScrollArea>
		</Stack>
	);
}

function Trouble({ box }: { box: Mailbox }) {
	const { t } = useTranslation();
	if (box.state !== "password" && box.state !== "down") return null;
	return (
		<Alert color={box.state === "password" ? "red" : "yellow"} py={6} role="alert">
			{t(`mail.box.${box.state}`, { name: box.name })}
			{box.state_text && (
				<Text size="sm" c="dimmed">
					<Told words={box.state_text} />
				</Text>
			)}
		</Alert>
	);
}

function NoBoxes() {
	const { t } = useTranslation();
	const may = useMay();
	return (
		<Empty what={t("mail.boxes.none")}>
			{may("set_up") && (
				<Button component={Link} to="/mailboxes">
					{t("mail.box.set_up")}
				</Button>
			)}
		</Empty>
	);
}

/** What was begun and not sent, so that it is not forgotten. */
function Drafts({ place, write }: { place: string; write: (task: Task) => void }) {
	const { t } = useTranslation();
	const drafts = keptDrafts(place);
	if (!drafts.length) return null;
	return (
		<Menu position="bottom-end">
			<Menu.Target>
				<Button variant="default">{t("mail.drafts", { count: drafts.length })}</Button>
			</Menu.Target>
			<Menu.Dropdown maw={420}>
				{drafts.map((d) => (
					<Menu.Item key={JSON.stringify(d.task)} onClick={() => write(d.task)}>
						<Text size="sm" truncate>
							{d.subject || t("mail.no_subject")}
						</Text>
						<Text size="xs" c="dimmed" truncate>
							{d.to} · {dateTime(d.at)}
						</Text>
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}

export function Mail() {
	const { t } = useTranslation();
	const [params, setParams] = useSearchParams();
	/** Begun on another page: it is opened here. */
	const { state } = useLocation();
	const [task, setTask] = useState<Task | null>((state as { task?: Task } | null)?.task ?? null);
	const me = useMe();
	const { rows, isPending } = useAll("/mailboxes", {}, "mailbox", { sort: "name" });
	// Who sets boxes up sees other people's too, but reads none of them.
	const boxes = rows.filter((b) => !b.user_id || b.user_id === me.id);
	const chosen = boxes.find((b) => b.id === Number(params.get("box"))) ?? boxes[0];
	const open = Number(params.get("thread"));
	const go = (box: number, thread?: number) =>
		setParams(thread ? { box: String(box), thread: String(thread) } : { box: String(box) });
	if (isPending) return <RowsSkeleton />;
	if (!chosen) return <NoBoxes />;
	return (
		<Box className="page-full mail-page" data-open={open > 0}>
			<Group justify="space-between">
				<Group>
					<Title order={1}>{t("nav.mail")}</Title>
					{boxes.length > 1 ? (
						<Select
							aria-label={t("mail.box")}
							w={280}
							allowDeselect={false}
							data={boxes.map((b) => ({ value: String(b.id), label: `${b.name} · ${b.address}` }))}
							value={String(chosen.id)}
							onChange={(v) => v && go(Number(v))}
						/>
					) : (
						<Text c="dimmed">{chosen.address}</Text>
					)}
				</Group>
				<Group gap="xs">
					<Drafts key={String(!!task)} place={placeOf(me.id, chosen.id)} write={setTask} />
					<Button leftSection={<IconPencil size={16} />} onClick={() => setTask({ kind: "new" })}>
						{t("mail.new")}
					</Button>
				</Group>
			</Group>
			<Trouble box={chosen} />
			<div className="mail-panes">
				<Threads key={chosen.id} box={chosen.id} open={open} onOpen={(id) => go(chosen.id, id)} />
				{open ? (
					<Thread
						key={open}
						id={open}
						drafts={keptDrafts(placeOf(me.id, chosen.id)).map((d) => d.task)}
						write={setTask}
						back={() => go(chosen.id)}
					/>
				) : (
					<Empty what={t("mail.choose")} />
				)}
			</div>
			<Drawer
				opened={!!task}
				onClose={() => setTask(null)}
				position="right"
				size={1040}
				closeOnClickOutside={false}
				title={
					task &&
					t(
						task.kind === "new"
							? "mail.compose.new"
							: task.kind === "answer"
								? "mail.compose.reply"
								: "mail.compose.forward",
					)
				}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{task && <Compose box={chosen.id} task={task} close={() => setTask(null)} />}
			</Drawer>
		</Box>
	);
}
