// SPDX-License-Identifier: GPL-3.0-or-later
// Talks.tsx - all talks with the contact of a row, to be heard again; and how the customer's people liked them: 1 to 5 and a word.
import { Button, Group, Paper, Rating, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, patch, post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { ReportCall, ReportRow } from "../api/types";
import { useMay, useMe } from "../app/session";
import { PlayButton, Player } from "../call/Player";
import { dateTime, duration } from "../parts/format";
import { tellError } from "../parts/states";

type Score = Answer<"/talk_scores", "get">["rows"][number];

/** One's own score: the stars are kept at once, the word when it is ready. */
function Mine({ recording, was }: { recording: number; was?: Score }) {
	const { t } = useTranslation();
	const [words, setWords] = useState(was?.words ?? "");
	const save = useChange(
		(body: { score: number; words: string | null }) =>
			was
				? patch("/talk_scores/{id}", { id: was.id }, body, was.version)
				: post("/talk_scores", {}, { recording_id: recording, ...body }),
		["talk_score", "report_row"],
	);
	const keep = (score: number) => save.mutate({ score, words: words.trim() || null }, { onError: tellError });
	return (
		<Stack gap={6} mt={6}>
			<Rating
				value={was?.score ?? 0}
				onChange={keep}
				aria-label={t("score.mine")}
				getSymbolLabel={(n) => t("score.of", { n })}
			/>
			{was && (
				<Group gap={6} wrap="nowrap">
					<TextInput
						flex={1}
						size="xs"
						aria-label={t("score.words")}
						placeholder={t("score.words")}
						maxLength={1000}
						value={words}
						onChange={(e) => setWords(e.currentTarget.value)}
					/>
					{words.trim() !== (was.words ?? "") && (
						<Button size="compact-xs" loading={save.isPending} onClick={() => keep(was.score)}>
							{t("save")}
						</Button>
					)}
				</Group>
			)}
		</Stack>
	);
}

export function Talks({ row }: { row: ReportRow }) {
	const { t } = useTranslation();
	const me = useMe();
	const may = useMay();
	const [playing, setPlaying] = useState(0);
	const ids = { id: row.project_id, project_id: row.project_id };
	const mine = { contact_id: row.id, sort: "-asked_at" };
	const { rows: calls } = useAll("/projects/{id}/report/calls", ids, "call", mine);
	const { rows: scores } = useAll("/talk_scores", { project_id: row.project_id }, "talk_score", { contact_id: row.id });
	const heard = (calls as ReportCall[]).filter((call) => call.recording_id);
	if (!heard.length) return null;
	return (
		<Stack gap="xs" data-testid="talks">
			<Text fw={600}>{t("score.talks")}</Text>
			{heard.map((call) => {
				const recording = call.recording_id as number;
				const of = (scores as Score[]).filter((s) => s.recording_id === recording);
				const own = of.find((s) => s.author_id === me.id);
				return (
					<Paper key={call.id} withBorder p="xs">
						<Group gap="xs" wrap="nowrap">
							<PlayButton
								what={dateTime(call.asked_at)}
								active={playing === recording}
								onPlay={() => setPlaying(recording)}
							/>
							<Text size="sm" flex={1} truncate>
								{dateTime(call.asked_at)} · {duration(call.talk_ms)}
								{call.result && ` · ${call.result}`}
							</Text>
						</Group>
						{of
							.filter((s) => s !== own || !may("judge_leads"))
							.map((s) => (
								<Group key={s.id} gap={6} mt={4}>
									<Rating value={s.score} readOnly size="xs" />
									<Text size="sm">
										{s.author}
										{s.words && `: ${s.words}`}
									</Text>
								</Group>
							))}
						{may("judge_leads") && <Mine key={own?.id ?? 0} recording={recording} was={own} />}
						{playing === recording && (
							<Player recording={recording} title={dateTime(call.asked_at)} onClose={() => setPlaying(0)} />
						)}
					</Paper>
				);
			})}
		</Stack>
	);
}
