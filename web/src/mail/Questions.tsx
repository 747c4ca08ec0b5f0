// SPDX-License-Identifier: GPL-3.0-or-later
// Questions.tsx - the box that collects questions to a customer, so that one letter asks all of them.
import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, remove } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import { tellError } from "../parts/states";

export function Questions({
	customer,
	project,
	onPut,
}: {
	customer: number;
	project: number | null;
	/** Absent: no letter is being written. */
	onPut?: (questions: { id: number; text: string }[]) => void;
}) {
	const { t } = useTranslation();
	const [text, setText] = useState("");
	const { rows } = useAll("/mail-questions", {}, "mail_question", { customer_id: customer, letter_id: "null", sort: "id" });
	const add = useChange(
		() => post("/mail-questions", {}, { customer_id: customer, project_id: project, text: text.trim() }),
		["mail_question"],
		() => setText(""),
	);
	const drop = useChange((id: number) => remove("/mail-questions/{id}", { id }), ["mail_question"]);
	return (
		<Stack gap="xs">
			<Text fw={600} size="sm">
				{t("mail.questions")}
			</Text>
			{rows.length === 0 && (
				<Text size="sm" c="dimmed">
					{t("mail.questions.none")}
				</Text>
			)}
			{rows.map((row) => (
				<Group key={row.id} gap={4} wrap="nowrap" align="flex-start">
					<Text size="sm" flex={1}>
						{row.text}
					</Text>
					<ActionIcon
						size="sm"
						variant="subtle"
						color="gray"
						aria-label={t("mail.questions.remove")}
						onClick={() => drop.mutate(row.id, { onError: tellError })}
					>
						<IconX size={14} />
					</ActionIcon>
				</Group>
			))}
			<form
				onSubmit={(e) => {
					e.preventDefault();
					if (text.trim()) add.mutate(undefined, { onError: tellError });
				}}
			>
				<Group gap={4} wrap="nowrap">
					<TextInput
						flex={1}
						size="xs"
						maxLength={2000}
						placeholder={t("mail.questions.placeholder")}
						aria-label={t("mail.questions.placeholder")}
						value={text}
						onChange={(e) => setText(e.currentTarget.value)}
					/>
					<Button size="xs" variant="light" type="submit" disabled={!text.trim()} loading={add.isPending}>
						{t("mail.questions.add")}
					</Button>
				</Group>
			</form>
			{onPut && rows.length > 0 && (
				<Button size="xs" variant="default" onClick={() => onPut(rows)}>
					{t("mail.questions.put")}
				</Button>
			)}
		</Stack>
	);
}
