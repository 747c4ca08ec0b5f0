// SPDX-License-Identifier: GPL-3.0-or-later
// Letters.tsx - every letter that went out, unchanged, with what became of it.
import { Alert, Box, Button, Drawer, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconClockHour9, IconPaperclip } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { post, url } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Letter } from "../api/types";
import { bytes, dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import { Told } from "../parts/Told";
import { Word } from "../parts/table/cells";
import { DataTable } from "../parts/table/DataTable";
import { HtmlLetter } from "./HtmlLetter";

/** One letter and what became of it. */
export function LetterView({ id }: { id: number }) {
	const { t } = useTranslation();
	const [view, setView] = useState("text");
	const { data: letter, error } = useGet("/letters/{id}", { id }, {}, { entities: ["letter"] });
	const files = useGet("/letters/{id}/files", { id }, {}, { enabled: !!letter?.files });
	const again = useChange(() => post("/letters/{id}/retry", { id }), ["letter"]);
	if (error) return <Failed error={error} />;
	if (!letter || letter.id !== id) return <RowsSkeleton />;
	return (
		<Stack>
			<Group gap="xs">
				<Word entity="letter" field="state" word={letter.state} />
				<Text size="sm" c="dimmed">
					{letter.to_list} · {dateTime(letter.sent_at ?? letter.created_at)} · {t("field.tries")}: {letter.tries}
				</Text>
			</Group>
			{letter.error && (
				<Alert color="red" title={t("letter.why")}>
					<Text size="sm">
						<Told words={letter.error} />
					</Text>
					{letter.next_try_at && letter.state === "waiting" && (
						<Text size="sm">{t("letter.next_try", { when: dateTime(letter.next_try_at) })}</Text>
					)}
				</Alert>
			)}
			{letter.state !== "sent" && (
				<Button
					variant="light"
					w="fit-content"
					loading={again.isPending}
					onClick={() => again.mutate(undefined, { onError: tellError })}
				>
					{t("letter.again")}
				</Button>
			)}
			{!!letter.files && (
				<Group gap="xs">
					{files.data?.rows.map((file) => (
						<Button
							key={file.id}
							component="a"
							href={url("/letters/{id}/files/{file_id}", { id, file_id: file.id })}
							download
							variant="default"
							size="compact-sm"
							leftSection={<IconPaperclip size={14} />}
						>
							{file.name} · {bytes(file.bytes)}
						</Button>
					))}
				</Group>
			)}
			{letter.body_html && (
				<SegmentedControl
					w="fit-content"
					value={view}
					onChange={setView}
					data={[
						{ value: "text", label: t("letter.text") },
						{ value: "html", label: t("letter.html") },
					]}
				/>
			)}
			{view === "html" && letter.body_html ? (
				<HtmlLetter html={letter.body_html} title={letter.subject} />
			) : (
				<Text size="sm" className="letter-text">
					{letter.body_text}
				</Text>
			)}
		</Stack>
	);
}

export function Letters() {
	const { t } = useTranslation();
	const [open, setOpen] = useState<Letter | null>(null);
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.letters")}</Title>
			<DataTable
				entity="letter"
				path="/letters"
				label={t("nav.letters")}
				empty={t("letters.empty")}
				onOpen={setOpen}
				actions={
					<Button component={Link} to="/letters/schedules" variant="default" leftSection={<IconClockHour9 size={16} />}>
						{t("schedules.title")}
					</Button>
				}
				columns={[
					"created_at",
					{ name: "subject", grow: true, width: 280 },
					{ name: "to_list", width: 220 },
					"project_id",
					"state",
					{ name: "tries", width: 90 },
					"sent_at",
				]}
				more={["kind", "error", "next_try_at", "day", "id"]}
			/>
			<Drawer
				opened={!!open}
				onClose={() => setOpen(null)}
				position="right"
				size="lg"
				title={open?.subject}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{open && <LetterView id={open.id} />}
			</Drawer>
		</Box>
	);
}
