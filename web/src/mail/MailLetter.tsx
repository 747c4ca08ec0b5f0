// SPDX-License-Identifier: GPL-3.0-or-later
// MailLetter.tsx - one letter of a mailbox: its text first, the quoted history folded, files to be saved, HTML behind its walls when asked for.
import { Alert, Anchor, Badge, Button, Group, Paper, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconPaperclip } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, url } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { MailLetter as Letter } from "../api/types";
import { HtmlLetter } from "../letter/HtmlLetter";
import { bytes, dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import { usePictures } from "./pictures";

const LISTED_CHARS = 20_000;
const LISTED_FILES = 50;

const people = (list: Letter["to_list"]) => list.map((p) => p.name || p.address).join(", ");

function Files({ letter }: { letter: Letter }) {
	const { t } = useTranslation();
	if (!letter.files_n) return null;
	return (
		<Group gap="sm" aria-label={t("mail.files", { count: letter.files_n })}>
			<IconPaperclip size={16} aria-hidden="true" />
			{letter.files.map((file) => (
				<Anchor
					key={file.part}
					size="sm"
					href={url("/mail-letters/{id}/parts/{part_id}", { id: letter.id, part_id: file.part })}
					download={file.name}
				>
					{file.name || t("mail.raw")} ({bytes(file.bytes)})
				</Anchor>
			))}
			{letter.files_n > letter.files.length && <Text size="sm">{t("mail.files", { count: letter.files_n })}</Text>}
		</Group>
	);
}

function Body({ letter }: { letter: Letter }) {
	const { t } = useTranslation();
	const [open, setOpen] = useState(false);
	const all = [...letter.body_text];
	const own = all.slice(0, letter.history_at).join("").trimEnd();
	const history = all.slice(letter.history_at).join("").trim();
	return (
		<>
			<Text size="sm" className="letter-text">
				{own}
			</Text>
			{history && (
				<>
					<Anchor
						component="button"
						type="button"
						size="sm"
						w="fit-content"
						onClick={() => setOpen(!open)}
						aria-expanded={open}
					>
						{t(open ? "mail.history.hide" : "mail.history")}
					</Anchor>
					{open && (
						<Text size="sm" c="dimmed" className="letter-text mail-history">
							{history}
						</Text>
					)}
				</>
			)}
		</>
	);
}

function Html({ letter }: { letter: Letter }) {
	const { data, error } = useGet("/mail-letters/{id}/html", { id: letter.id });
	const pictures = usePictures(letter, data?.html ?? "");
	if (error) return <Failed error={error} />;
	return data ? <HtmlLetter html={data.html ?? ""} pictures={pictures} title={letter.subject} /> : <RowsSkeleton rows={3} />;
}

const SEVERAL = 1;

/** Each recipient by himself, where there are several or somebody did not get it. */
function Recipients({ letter }: { letter: Letter }) {
	const { t } = useTranslation();
	const several = letter.to_list.length + letter.cc_list.length > SEVERAL;
	const wrong = letter.state === "failed" || letter.state === "bounced";
	const { rows } = useAll(
		"/mail-letters/{letter_id}/deliveries",
		{ letter_id: letter.id },
		"mail_letter",
		{},
		letter.way === "out" && (several || wrong),
	);
	const troubled = rows.filter((r) => r.state !== "sent" || r.error);
	if (!troubled.length) return null;
	return (
		<Stack gap={2} component="ul" m={0} pl="md" data-testid="recipients">
			{rows.map((row) => (
				<Text
					key={row.id}
					size="sm"
					component="li"
					c={row.state === "failed" || row.state === "bounced" ? "red" : undefined}
				>
					{row.address}: {t(row.state === "sent" && row.error ? "mail.state:late" : `mail.state:${row.state}`)}
					{row.error && `. ${row.error}`}
				</Text>
			))}
		</Stack>
	);
}

function Delivery({ letter }: { letter: Letter }) {
	const { t } = useTranslation();
	const again = useChange(() => post("/mail-letters/{id}/retry", { id: letter.id }), ["mail_letter", "mail_thread"]);
	if (!letter.state) return null;
	const wrong = letter.state === "failed" || letter.state === "bounced";
	return (
		<Group gap="xs">
			<Badge color={wrong ? "red" : letter.state === "waiting" ? "yellow" : "teal"} variant="light">
				{t(`mail.state:${letter.state}`)}
			</Badge>
			{letter.error && letter.state !== "bounced" && (wrong || letter.state === "waiting") && (
				<Text size="sm" c="dimmed">
					{letter.error}
				</Text>
			)}
			{(letter.state === "failed" || (letter.state === "waiting" && letter.error)) && (
				<Button
					size="compact-sm"
					variant="light"
					loading={again.isPending}
					onClick={() => again.mutate(undefined, { onError: tellError })}
				>
					{t("mail.again")}
				</Button>
			)}
		</Group>
	);
}

function Heading({ letter }: { letter: Letter }) {
	const { t } = useTranslation();
	return (
		<Group justify="space-between" wrap="nowrap" align="flex-start">
			<div>
				<Group gap="xs">
					<Text fw={600} size="sm" title={letter.from_address}>
						{letter.from_name || letter.from_address || t("mail.no_sender")}
					</Text>
					{letter.from_name && (
						<Text size="xs" c="dimmed">
							{letter.from_address}
						</Text>
					)}
					{letter.nature !== "personal" && (
						<Badge color="gray" variant="light">
							{t(`mail.${letter.nature}`)}
						</Badge>
					)}
				</Group>
				<Text size="xs" c="dimmed">
					{t("mail.to")}: {people(letter.to_list)}
					{letter.cc_list.length > 0 && ` · ${t("mail.cc")}: ${people(letter.cc_list)}`}
				</Text>
			</div>
			<Text size="xs" c="dimmed" className="mail-when">
				{dateTime(letter.at)}
			</Text>
		</Group>
	);
}

/** The letter as the list gives it; the whole of a long one when asked for. */
export function MailLetter({
	letter: listed,
	drafted = false,
	onReply,
	onForward,
}: {
	letter: Letter;
	drafted?: boolean;
	onReply?: () => void;
	onForward?: () => void;
}) {
	const { t } = useTranslation();
	const [view, setView] = useState("text");
	const [whole, setWhole] = useState(false);
	const { data } = useGet("/mail-letters/{id}", { id: listed.id }, {}, { enabled: whole, entities: ["mail_letter"] });
	const letter = whole && data?.id === listed.id ? data : listed;
	const cut = !whole && ([...listed.body_text].length >= LISTED_CHARS || listed.files_n > LISTED_FILES);
	return (
		<Paper withBorder p="md" className="mail-letter" data-way={letter.way} component="article">
			<Stack gap="sm">
				<Heading letter={letter} />
				{letter.trouble && (
					<Alert color="yellow" title={t("mail.trouble")}>
						{t(`mail.trouble:${letter.trouble}`)}
					</Alert>
				)}
				{letter.html_bytes > 0 && (
					<SegmentedControl
						size="xs"
						w="fit-content"
						value={view}
						onChange={setView}
						data={[
							{ value: "text", label: t("mail.as_text") },
							{ value: "html", label: t("mail.as_html") },
						]}
					/>
				)}
				{view === "html" ? <Html letter={letter} /> : <Body letter={letter} />}
				{cut && (
					<Button size="compact-sm" variant="subtle" w="fit-content" onClick={() => setWhole(true)}>
						{t("mail.whole")}
					</Button>
				)}
				<Files letter={letter} />
				<Delivery letter={letter} />
				{letter.state && <Recipients letter={letter} />}
				{letter.reason && (
					<Text size="xs" c="dimmed">
						{t("mail.reason", { reason: letter.reason })}
					</Text>
				)}
				<Group gap="xs">
					{onReply && (
						<Button size="compact-sm" variant="light" onClick={onReply}>
							{t(drafted ? "mail.draft.go_on" : "mail.reply")}
						</Button>
					)}
					{onForward && (
						<Button size="compact-sm" variant="subtle" onClick={onForward}>
							{t("mail.forward")}
						</Button>
					)}
					{letter.bytes > 0 && letter.trouble !== "not_fetched" && (
						<Anchor
							size="xs"
							c="dimmed"
							href={url("/mail-letters/{id}/raw", { id: letter.id })}
							download={`${letter.id}.eml`}
						>
							{t("mail.raw")}
						</Anchor>
					)}
				</Group>
			</Stack>
		</Paper>
	);
}

/** A letter by its number, for the log of a project; who does not reach its mailbox is told so. */
export function MailLetterById({ id }: { id: number }) {
	const { data, error } = useGet("/mail-letters/{id}", { id }, {}, { entities: ["mail_letter"] });
	if (error) return <Failed error={error} />;
	return data?.id === id ? <MailLetter letter={data} /> : <RowsSkeleton rows={3} />;
}
