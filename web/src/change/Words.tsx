// SPDX-License-Identifier: GPL-3.0-or-later
// Words.tsx - the questions to a change and their answers.
import { Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { dateTime } from "../parts/format";

export function Words({ words }: { words: { at: number; kind: string; said_by: string; words: string }[] }) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="sm">
			{words.map((word, i) => (
				<div key={i}>
					<Text size="xs" c="dimmed" mt={i ? "xs" : 0}>
						{t(`change.word.${word.kind}`)} · {word.said_by} · {dateTime(word.at)}
					</Text>
					<Text size="sm" className="diff-text">
						{word.words}
					</Text>
				</div>
			))}
		</Paper>
	);
}
