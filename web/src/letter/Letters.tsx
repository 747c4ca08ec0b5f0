// SPDX-License-Identifier: GPL-3.0-or-later
// Letters.tsx - every letter that went out, unchanged, with what became of it.
import { Alert, Box, Button, Drawer, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Letter } from "../api/types";
import { dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import { Word } from "../parts/table/cells";
import { DataTable } from "../parts/table/DataTable";
import { HtmlLetter } from "./HtmlLetter";

/** One letter and what became of it. */
export function LetterView({ id }: { id: number }) {
	const { t } = useTranslation();
	const [view, setView] = useState("text");
	const { data: letter, error } = useGet("/letters/{id}", { id }, {}, { entities: ["letter"] });
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
					<Text size="sm">{letter.error}</Text>
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
