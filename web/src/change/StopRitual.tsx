// SPDX-License-Identifier: GPL-3.0-or-later
// StopRitual.tsx - stopping a project: the reason, the letter the customer gets, and what will happen is said before.
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { WordsRemarks } from "../mail/WordsRemarks";
import { tell, tellError } from "../parts/states";
import { withPlace } from "./reason";

export function StopRitual({ project, onClose }: { project: Project; onClose: () => void }) {
	const { t } = useTranslation();
	const [reason, setReason] = useState("");
	const [text, setText] = useState<string | null>(null);
	const [silent, setSilent] = useState(false);
	const letter = useGet("/projects/{id}/stop-letter", { id: project.id });
	const template = letter.data?.text ?? "";
	/** The reason stands in the letter as it is typed, until somebody writes over it. */
	const why = reason.trim() || "…";
	const shown = (text ?? template).replaceAll("{reason}", why);
	const stop = useChange(
		() => post("/projects/{id}/stop", { id: project.id }, { reason: reason.trim(), silent, ...(text !== null && { text }) }),
		["project", "stop", "letter"],
		() => {
			onClose();
			tell(t("run.stopped"));
		},
	);
	const nobody = letter.data && !letter.data.to;
	return (
		<Modal
			opened
			onClose={onClose}
			size="lg"
			title={t("run.stop.title", { name: project.name })}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					stop.mutate(undefined, { onError: tellError });
				}}
			>
				<Stack>
					<Text size="sm">{t("run.stop.what")}</Text>
					<Textarea
						label={t("run.stop.reason")}
						required
						data-autofocus
						minLength={3}
						maxLength={1000}
						value={reason}
						onChange={(e) => setReason(e.currentTarget.value)}
					/>
					<Group gap="xs">
						{(["offer", "base", "trunk"] as const).map((key) => (
							<Button key={key} size="compact-sm" variant="default" onClick={() => setReason(t(`run.stop.reason.${key}`))}>
								{t(`run.stop.reason.${key}`)}
							</Button>
						))}
					</Group>
					{nobody ? (
						<Text size="sm" c="dimmed">
							{t("run.stop.nobody")}
						</Text>
					) : (
						<>
							<Checkbox label={t("run.stop.silent")} checked={silent} onChange={(e) => setSilent(e.currentTarget.checked)} />
							{!silent && letter.data && (
								<Textarea
									label={t("run.stop.letter")}
									description={t("run.stop.letter.to", { to: letter.data.to })}
									autosize
									minRows={5}
									maxRows={12}
									maxLength={4000}
									value={shown}
									onChange={(e) => setText(withPlace(e.currentTarget.value, text ?? template, why))}
								/>
							)}
						</>
					)}
					<WordsRemarks project={project.id} text={silent || nobody || !letter.data ? reason : shown} />
					<Button color="red" type="submit" loading={stop.isPending} disabled={reason.trim().length < 3}>
						{t(silent || nobody ? "run.stop" : "run.stop.tell")}
					</Button>
				</Stack>
			</form>
		</Modal>
	);
}
