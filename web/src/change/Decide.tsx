// SPDX-License-Identifier: GPL-3.0-or-later
// Decide.tsx - approve, decline or ask: the same three buttons in the portal and on the page of the letter's link. A refusal and a question
// want a few words.
import { Alert, Button, Group, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../parts/states";

export type Decision = "approve" | "decline" | "ask";

export function Decide({
	run,
	pending,
	error,
	asks = true,
}: {
	run: (decision: Decision, note: string | undefined) => void;
	pending: boolean;
	error?: unknown;
	asks?: boolean;
}) {
	const { t } = useTranslation();
	const [saying, setSaying] = useState<"decline" | "ask" | null>(null);
	const [note, setNote] = useState("");
	if (saying)
		return (
			<form
				onSubmit={(e) => {
					e.preventDefault();
					run(saying, note.trim());
				}}
			>
				<Stack gap="xs">
					{!!error && <Alert color="red">{errorText(error)}</Alert>}
					<Textarea
						label={t(`decide.${saying}.words`)}
						required
						data-autofocus
						autosize
						minRows={3}
						maxLength={2000}
						value={note}
						onChange={(e) => setNote(e.currentTarget.value)}
					/>
					<Group gap="xs">
						<Button type="submit" color={saying === "decline" ? "red" : undefined} loading={pending} disabled={!note.trim()}>
							{t(`decide.${saying}.send`)}
						</Button>
						<Button variant="subtle" onClick={() => setSaying(null)}>
							{t("decide.back")}
						</Button>
					</Group>
				</Stack>
			</form>
		);
	return (
		<Stack gap="xs">
			{!!error && <Alert color="red">{errorText(error)}</Alert>}
			<Button size="md" loading={pending} onClick={() => run("approve", undefined)}>
				{t("decide.approve")}
			</Button>
			<Group gap="xs" grow>
				{asks && (
					<Button variant="default" onClick={() => setSaying("ask")}>
						{t("decide.ask")}
					</Button>
				)}
				<Button variant="default" c="red" onClick={() => setSaying("decline")}>
					{t("decide.decline")}
				</Button>
			</Group>
		</Stack>
	);
}
