// SPDX-License-Identifier: GPL-3.0-or-later
// Comments.tsx - what is said under a row of the report. A name after @ is completed from who sees the row; one's own words are corrected and taken back.
import { ActionIcon, Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, type Schemas } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { ReportRow } from "../api/types";
import { useMe } from "../app/session";
import { dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import { type Named, naming, stillNamed, withName } from "./people";

type Comment = Schemas["report_comment"] & { author?: string };
interface WriteProps {
	project: number;
	label: string;
	was?: string;
	named?: Named[];
	send: (text: string, mentions: number[]) => Promise<unknown>;
	close?: () => void;
}

function Write({ project, label, was = "", named = [], send, close }: WriteProps) {
	const { t } = useTranslation();
	const [text, setText] = useState(was);
	const [begun, setBegun] = useState<string | null>(null);
	const [sending, setSending] = useState(false);
	const chosen = useRef<Named[]>(named);
	const area = useRef<HTMLTextAreaElement>(null);
	const people = useGet("/projects/{id}/report/people", { id: project }, { q: begun ?? "" }, { enabled: begun !== null });
	const look = (e: { currentTarget: HTMLTextAreaElement }) =>
		setBegun(naming(e.currentTarget.value, e.currentTarget.selectionStart));
	const choose = (who: Named) => {
		const at = area.current;
		if (!at) return;
		const next = withName(text, at.selectionStart, who.name);
		chosen.current = [...chosen.current, who];
		setText(next.text);
		setBegun(null);
		at.focus();
		requestAnimationFrame(() => at.setSelectionRange(next.cursor, next.cursor));
	};
	const put = async () => {
		setSending(true);
		try {
			await send(text.trim(), stillNamed(text, chosen.current));
			setText("");
			close?.();
		} catch (error) {
			tellError(error);
		}
		setSending(false);
	};
	return (
		<Stack gap={6}>
			<Textarea
				ref={area}
				label={label}
				description={t("comment.at")}
				autosize
				minRows={2}
				maxRows={8}
				maxLength={4000}
				value={text}
				onChange={(e) => {
					setText(e.currentTarget.value);
					look(e);
				}}
				onKeyUp={look}
				onClick={look}
			/>
			{begun !== null && !!people.data?.rows.length && (
				<Group gap={4} role="group" aria-label={t("comment.people")}>
					{people.data.rows.map((who) => (
						<Button key={who.id} size="compact-sm" variant="light" onClick={() => choose(who)}>
							{who.name}
						</Button>
					))}
				</Group>
			)}
			<Group gap="xs">
				<Button size="compact-sm" disabled={!text.trim()} loading={sending} onClick={put}>
					{t(was ? "save" : "comment.send")}
				</Button>
				{close && (
					<Button size="compact-sm" variant="default" onClick={close}>
						{t("cancel")}
					</Button>
				)}
			</Group>
		</Stack>
	);
}

export function Comments({ row, people }: { row: ReportRow; people: Named[] }) {
	const { t } = useTranslation();
	const me = useMe();
	const [editing, setEditing] = useState(0);
	const { rows, data, error, refetch } = useAll("/report_comments", { project_id: row.project_id }, "report_comment", {
		contact_id: row.id,
	});
	const make = useChange(
		(body: { text: string; mentions: number[] }) =>
			post("/report_comments", {}, { project_id: row.project_id, contact_id: row.id, ...body }),
		["report_comment"],
	);
	const change = useChange(
		({ c, ...body }: { c: Comment; text?: string; mentions?: number[]; removed?: boolean }) =>
			patch("/report_comments/{id}", { id: c.id }, body, c.version),
		["report_comment"],
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton rows={3} />;
	return (
		<Stack gap="sm" data-testid="comments">
			<Text fw={600}>{t("comment.title")}</Text>
			{rows.length === 0 && (
				<Text size="sm" c="dimmed">
					{t("comment.none")}
				</Text>
			)}
			{(rows as Comment[]).map((c) => (
				<Paper key={c.id} withBorder p="xs">
					<Group justify="space-between" wrap="nowrap" gap={6}>
						<Text size="sm" fw={600} truncate>
							{c.author}
						</Text>
						<Group gap={2} wrap="nowrap">
							<Text size="xs" c="dimmed">
								{dateTime(c.created_at)}
								{c.changed_at && !c.removed && ` · ${t("comment.changed")}`}
							</Text>
							{c.author_id === me.id && !c.removed && (
								<>
									<ActionIcon
										size="sm"
										variant="subtle"
										color="gray"
										aria-label={t("comment.edit")}
										onClick={() => setEditing(c.id)}
									>
										<IconPencil size={14} />
									</ActionIcon>
									<ActionIcon
										size="sm"
										variant="subtle"
										color="gray"
										aria-label={t("comment.remove")}
										onClick={() => change.mutate({ c, removed: true }, { onError: tellError })}
									>
										<IconTrash size={14} />
									</ActionIcon>
								</>
							)}
						</Group>
					</Group>
					{editing === c.id ? (
						<Write
							project={row.project_id}
							label={t("comment.edit")}
							was={c.text}
							named={people.filter((p) => (c.mentions as number[] | undefined)?.includes(p.id))}
							close={() => setEditing(0)}
							send={(text, mentions) => change.mutateAsync({ c, text, mentions })}
						/>
					) : (
						<Text
							size="sm"
							c={c.removed ? "dimmed" : undefined}
							style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
						>
							{c.removed ? t("comment.removed") : c.text}
						</Text>
					)}
				</Paper>
			))}
			<Write
				project={row.project_id}
				label={t("comment.new")}
				send={(text, mentions) => make.mutateAsync({ text, mentions })}
			/>
		</Stack>
	);
}
