// SPDX-License-Identifier: GPL-3.0-or-later
// Verdict.tsx - the customer's word on a lead: who decided and when, until when one may, our answer to a rejection.
import { Alert, Badge, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, put } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { ReportRow } from "../api/types";
import { useMay } from "../app/session";
import { dateTime } from "../parts/format";
import { tellError } from "../parts/states";
import { verdictColor } from "./columns";

interface Props {
	row: ReportRow;
	nameOf: (id: number | null | undefined) => string;
}

/** One text and what is done with it: the reason of a rejection, our answer. */
function Words({
	label,
	button,
	onSend,
	close,
}: Record<"label" | "button", string> & Record<"close", () => void> & { onSend: (text: string) => void }) {
	const { t } = useTranslation();
	const [text, setText] = useState("");
	return (
		<Stack gap="xs">
			<Textarea
				label={label}
				autosize
				minRows={2}
				maxLength={2000}
				data-autofocus
				value={text}
				onChange={(e) => setText(e.currentTarget.value)}
			/>
			<Group gap="xs">
				<Button size="compact-sm" disabled={!text.trim()} onClick={() => onSend(text.trim())}>
					{button}
				</Button>
				<Button size="compact-sm" variant="default" onClick={close}>
					{t("cancel")}
				</Button>
			</Group>
		</Stack>
	);
}

export function Verdict({ row, nameOf }: Props) {
	const { t } = useTranslation();
	const may = useMay();
	const [writing, setWriting] = useState<"" | "reason" | "reply">("");
	const entities = ["verdict", "report_row"];
	const { rows, data } = useAll("/verdicts", { project_id: row.project_id }, "verdict", { contact_id: row.id });
	const verdict = rows[0];
	const failed = { onError: tellError, onSuccess: () => setWriting("") };
	const decide = useChange(
		(body: { verdict: "accepted" | "rejected"; reason?: string }) =>
			put("/contacts/{id}/verdict", { id: row.id }, { ...body, version: verdict?.version ?? 0 }),
		entities,
	);
	const answer = useChange((text: string) => post("/verdicts/{id}/reply", { id: verdict?.id ?? 0 }, { text }), entities);
	if (!data) return null;
	const word = verdict?.verdict;
	const until = row.accept_until ?? 0;
	// The server knows the end of the term of a lead decided about, and refuses past it.
	const judges = may("judge_leads") && word !== "term" && (!!word || until > Date.now());
	return (
		<Stack gap="xs" data-testid="verdict">
			<Group gap="xs">
				<Text fw={600}>{t("verdict.title")}</Text>
				<Badge color={verdictColor(word)}>{t(`verdict:${word ?? "none"}`)}</Badge>
			</Group>
			{verdict && (
				<Text size="sm" c="dimmed">
					{[nameOf(verdict.author_id), dateTime(verdict.decided_at)].filter(Boolean).join(" · ")}
				</Text>
			)}
			{!word && (
				<Text size="sm" c="dimmed">
					{until === 0
						? t("verdict.no_term")
						: t(until > Date.now() ? "verdict.until" : "verdict.over", { when: dateTime(until) })}
				</Text>
			)}
			{verdict?.reason && (
				<Alert color="red" p="xs" title={t("verdict.reason")}>
					{verdict.reason}
				</Alert>
			)}
			{verdict?.reply && (
				<Alert color="gray" p="xs" title={t("verdict.reply")}>
					{verdict.reply}
					<Text size="xs" c="dimmed">
						{[nameOf(verdict.replied_by), dateTime(verdict.replied_at)].filter(Boolean).join(" · ")}
					</Text>
				</Alert>
			)}
			{writing ? (
				<Words
					key={writing}
					label={t(writing === "reason" ? "verdict.why" : "verdict.our")}
					button={t(writing === "reason" ? "verdict.reject" : "verdict.answer")}
					close={() => setWriting("")}
					onSend={(text) =>
						writing === "reason" ? decide.mutate({ verdict: "rejected", reason: text }, failed) : answer.mutate(text, failed)
					}
				/>
			) : (
				<Group gap="xs">
					{judges && word !== "accepted" && (
						<Button
							size="compact-sm"
							color="teal"
							loading={decide.isPending}
							onClick={() => decide.mutate({ verdict: "accepted" }, failed)}
						>
							{t("verdict.accept")}
						</Button>
					)}
					{judges && word !== "rejected" && (
						<Button size="compact-sm" color="red" variant="light" onClick={() => setWriting("reason")}>
							{t("verdict.reject")}…
						</Button>
					)}
					{word === "rejected" && may("run_project") && (
						<Button size="compact-sm" variant="light" onClick={() => setWriting("reply")}>
							{t(verdict?.reply ? "verdict.answer.again" : "verdict.answer")}…
						</Button>
					)}
				</Group>
			)}
		</Stack>
	);
}
