// SPDX-License-Identifier: GPL-3.0-or-later
// ChangeView.tsx - one change: what is expected, what was said, what it changes and brought, and what this person may do with it.
import { Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { Change, Project } from "../api/types";
import { useMay, useMe } from "../app/session";
import { WordsRemarks } from "../mail/WordsRemarks";
import { dateTime, quoted } from "../parts/format";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { Word } from "../parts/table/cells";
import { Decide } from "./Decide";
import { Diff } from "./Diff";
import { Effect } from "./Effect";
import { Words } from "./Words";

const shows = [
	"change",
	"change_word",
	"script_version",
	"base",
	"strategy",
	"call_flow",
	"flow_version",
	"project",
	"import",
];
const open = (state: string) => state === "proposed" || state === "questioned";

function Answer({ change }: { change: Change }) {
	const { t } = useTranslation();
	const [words, setWords] = useState("");
	const answer = useChange(
		() => post("/changes/{id}/answer", { id: change.id }, { words: words.trim() }),
		shows,
		() => setWords(""),
	);
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				answer.mutate(undefined, { onError: tellError });
			}}
		>
			<Textarea
				label={t("change.answer")}
				description={t("change.answer.what")}
				autosize
				minRows={2}
				maxLength={2000}
				value={words}
				onChange={(e) => setWords(e.currentTarget.value)}
			/>
			<WordsRemarks project={change.project_id} text={words} />
			<Button mt="xs" type="submit" loading={answer.isPending} disabled={!words.trim()}>
				{t("change.answer.send")}
			</Button>
		</form>
	);
}

function Actions({ change, project }: { change: Change; project: Project }) {
	const { t } = useTranslation();
	const may = useMay();
	const ours = useMe().role !== "customer";
	/** What was sent does not stand in its field any more. */
	const [said, setSaid] = useState(0);
	const decide = useChange(
		({ decision, note }: { decision: "approve" | "decline" | "ask"; note: string | undefined }) =>
			post("/changes/{id}/decide", { id: change.id }, { decision, ...(note && { note }) }),
		shows,
		() => {
			setSaid((n) => n + 1);
			tell(t("saved"));
		},
	);
	const act = useChange(
		(what: "withdraw" | "letter") => post(`/changes/{id}/${what}`, { id: change.id }),
		[...shows, "letter"],
		(_, what) => tell(t(what === "letter" ? "letter.made" : "saved")),
	);
	const failed = { onError: tellError };
	return (
		<>
			{open(change.state) && may("decide") && ours !== project.customer_approves && (
				<Decide
					key={said}
					run={(decision, note) => decide.mutate({ decision, note })}
					pending={decide.isPending}
					error={decide.error}
				/>
			)}
			{change.state === "questioned" && may("run_project") && <Answer change={change} />}
			{may("run_project") && (open(change.state) || change.state === "approved") && (
				<Group gap="xs">
					{change.state === "proposed" && project.customer_approves && may("send_letters") && (
						<Button variant="default" loading={act.isPending} onClick={() => act.mutate("letter", failed)}>
							{t("change.letter")}
						</Button>
					)}
					<Button variant="subtle" color="red" loading={act.isPending} onClick={() => act.mutate("withdraw", failed)}>
						{t("change.withdraw")}
					</Button>
				</Group>
			)}
		</>
	);
}

export function ChangeView({ id, project }: { id: number; project: Project }) {
	const { t } = useTranslation();
	const change = useGet("/changes/{id}", { id }, {}, { entities: ["change"] });
	const words = useAll("/changes/{change_id}/words", { change_id: id }, "change");
	const may = useMay();
	if (change.error) return <Failed error={change.error} retry={change.refetch} />;
	if (!change.data || change.data.id !== id) return <RowsSkeleton rows={4} />;
	const c = change.data;
	return (
		<Stack gap="sm">
			<Group gap="xs">
				<Word entity="change" field="state" word={c.state} />
				<Text size="sm" c="dimmed">
					{[
						c.decided_at && t("change.decided", { who: c.decided_by, when: dateTime(c.decided_at) }),
						c.applied_at && t("change.applied", { when: dateTime(c.applied_at) }),
					]
						.filter(Boolean)
						.join(" · ")}
				</Text>
			</Group>
			<Paper withBorder p="sm">
				<Text size="xs" c="dimmed">
					{t("change.effect")}
				</Text>
				<Text size="sm" className="diff-text">
					{c.effect}
				</Text>
				{!c.applied_at && (
					<Text size="sm" c="dimmed" mt={4}>
						{t("change.takes_effect_at")}: {c.takes_effect_at ? dateTime(c.takes_effect_at) : t("change.at_once")}
					</Text>
				)}
				{c.decision_note && (
					<Text size="sm" mt={4}>
						{quoted(c.decision_note)}
					</Text>
				)}
			</Paper>
			{words.rows.length > 0 && <Words words={words.rows} />}
			<Actions change={c} project={project} />
			{c.applied_at && may("see_report") && <Effect id={c.id} />}
			{c.diff && <Diff diff={c.diff} />}
		</Stack>
	);
}
