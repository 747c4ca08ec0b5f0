// SPDX-License-Identifier: GPL-3.0-or-later
// ReportCard.tsx - a row of the report on a telephone: what matters in three lines, the rest on a tap.
import { Button, Drawer, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconMessage } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReportColumn, ReportRow } from "../api/types";
import { PlayButton } from "../call/Player";
import { dateTime } from "../parts/format";
import { answerText, cellText, columnLabel, ResultWord, verdictColor } from "./columns";
import { MarkCell } from "./MarkCell";

interface Props {
	row: ReportRow;
	columns: ReportColumn[];
	writes: boolean;
	listens: boolean;
	putMark: (contact: number, column: string, mark: ReportRow["marks"][string] | undefined) => void;
	onPlay: (row: ReportRow) => void;
	onOpen?: (row: ReportRow) => void;
}

export function ReportCard({ row, columns, writes, listens, putMark, onPlay, onOpen }: Props) {
	const { t } = useTranslation();
	const [opened, setOpened] = useState(false);
	const own = columns.filter((c) => c.own);
	const rest = columns.filter((c) => !c.own && c.key.startsWith("answer.") && row.answers[c.key]);
	const marks = own.map((c) => row.marks[c.key]?.value).filter(Boolean);
	return (
		<Group gap="xs" wrap="nowrap" align="flex-start" py={6}>
			{listens && row.recording_id && <PlayButton what={row.company ?? ""} active={false} onPlay={() => onPlay(row)} />}
			<UnstyledButton onClick={() => setOpened(true)} flex={1} miw={0}>
				<Group justify="space-between" wrap="nowrap" gap={6}>
					<Text fw={600} size="sm" truncate>
						{row.company}
					</Text>
					<Text size="xs" c="dimmed">
						{dateTime(row.last_at)}
					</Text>
				</Group>
				<Text size="sm" truncate>
					<ResultWord row={row} /> {marks.join(" · ")}
				</Text>
				<Text size="sm" c="dimmed" lineClamp={2} style={{ whiteSpace: "normal" }}>
					{row.comment ?? row.persons}
				</Text>
			</UnstyledButton>
			<Drawer
				opened={opened}
				onClose={() => setOpened(false)}
				position="bottom"
				size="80%"
				title={row.company}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				<Stack gap="xs">
					<Text size="sm">{[row.city, row.address].filter(Boolean).join(", ")}</Text>
					<Text size="sm">{row.persons}</Text>
					<Text size="sm">{row.phones}</Text>
					<Text size="sm" fw={600}>
						{row.result}
					</Text>
					{!!row.corrected_at && (
						<Text size="xs" c="dimmed">
							{t("report.corrected", { when: dateTime(row.corrected_at) })}
						</Text>
					)}
					{row.comment && <Text size="sm">{row.comment}</Text>}
					{onOpen && (
						<Button
							variant="light"
							color={verdictColor(row.verdict)}
							leftSection={<IconMessage size={16} />}
							rightSection={
								row.comments ? (
									<Text span size="sm" c={row.unread ? "red" : undefined} fw={700}>
										{row.comments}
									</Text>
								) : undefined
							}
							onClick={() => {
								setOpened(false);
								onOpen(row);
							}}
						>
							{row.verdict ? t(`verdict:${row.verdict}`) : t("panel.open")}
						</Button>
					)}
					{rest.map((c) => (
						<Text key={c.key} size="sm">
							<b>{columnLabel(c)}:</b> {answerText(c, row.answers[c.key])}
						</Text>
					))}
					{columns
						.filter((c) => row.cells[c.key])
						.map((c) => (
							<Text key={c.key} size="sm">
								<b>{columnLabel(c)}:</b> {cellText(row.cells[c.key])}
							</Text>
						))}
					{own.map((c) => (
						<div key={c.key}>
							<Text size="xs" c="dimmed">
								{c.label}
							</Text>
							<MarkCell row={row} column={c} writes={writes} putMark={putMark} />
						</div>
					))}
				</Stack>
			</Drawer>
		</Group>
	);
}
