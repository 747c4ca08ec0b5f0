// SPDX-License-Identifier: GPL-3.0-or-later
// CorrectModal.tsx - another result, comment or answer for a saved one, with its reason. Begins from what stands there now.
import { Alert, Button, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, post } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { FormField, Result } from "../api/types";
import { toLocalInput } from "../parts/format";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { FormInput } from "../script/FormInput";
import { childrenOf } from "../seat/results";

type Correctable = Answer<"/calls/{id}/correctable", "get">;

/** Results to choose from: a heading stands over its reasons. */
function options(results: Result[]) {
	const one = (r: Result) => ({ value: String(r.id), label: r.name });
	return childrenOf(results, null).map((top) => {
		const below = childrenOf(results, top.id);
		return below.length ? { group: top.name, items: below.map(one) } : one(top);
	});
}

interface Props {
	call: number;
	project: number;
	close: () => void;
}

function Form({
	call,
	had,
	results,
	fields,
	close,
}: Omit<Props, "project"> & { had: Correctable; results: Result[]; fields: FormField[] }) {
	const { t } = useTranslation();
	const [result, setResult] = useState(had.result_id);
	const [comment, setComment] = useState(had.comment ?? "");
	const [answers, setAnswers] = useState<Record<string, string>>({ ...had.answers });
	const [dueAt, setDueAt] = useState<number | null>(null);
	const [why, setWhy] = useState("");
	const chosen = results.find((r) => r.id === result);
	const was = results.find((r) => r.id === had.result_id);
	const promises = chosen?.effect === "callback" && result !== had.result_id;
	const changed = Object.fromEntries(Object.entries(answers).filter(([key, value]) => value !== (had.answers[key] ?? "")));
	const save = useChange(
		() =>
			post(
				"/calls/{id}/correct",
				{ id: call },
				{
					result_id: result,
					reason: result === had.result_id ? had.reason : null,
					comment: comment.trim() || null,
					answers: changed,
					due_at: promises ? dueAt : null,
					why: why.trim(),
					seen: had.seen,
				},
			),
		["correction", "call", "journal", "contact", "report_row"],
		() => {
			tell(t("correction.saved"));
			close();
		},
	);
	return (
		<Stack gap="sm">
			<Text size="sm">{t("correction.about")}</Text>
			{had.act > 0 && <Alert color="yellow">{t("correction.act", { act: had.act })}</Alert>}
			{!had.is_last && <Alert color="gray">{t("correction.not_last")}</Alert>}
			<Select
				label={t("correction.result")}
				data={options(results)}
				value={String(result)}
				allowDeselect={false}
				searchable
				data-autofocus
				onChange={(v) => v && setResult(Number(v))}
			/>
			{was?.effect === "do_not_call" && chosen?.effect !== "do_not_call" && (
				<Alert color="yellow">{t(had.lifts ? "correction.lifts" : "correction.listed")}</Alert>
			)}
			{promises && (
				<TextInput
					type="datetime-local"
					label={t("correction.due_at")}
					value={dueAt ? toLocalInput(dueAt) : ""}
					onChange={(e) => setDueAt(e.currentTarget.value ? new Date(e.currentTarget.value).getTime() : null)}
				/>
			)}
			<Textarea
				label={t("correction.comment")}
				autosize
				minRows={2}
				maxRows={8}
				maxLength={4000}
				required={chosen?.asks_comment}
				value={comment}
				onChange={(e) => setComment(e.currentTarget.value)}
			/>
			<SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="xs">
				{fields.map((field) => (
					<FormInput
						key={field.id}
						field={field}
						value={answers[field.key] ?? ""}
						onChange={(value) => setAnswers((all) => ({ ...all, [field.key]: value }))}
					/>
				))}
			</SimpleGrid>
			<TextInput
				label={t("correction.why")}
				description={t("correction.why.hint")}
				required
				maxLength={500}
				value={why}
				onChange={(e) => setWhy(e.currentTarget.value)}
			/>
			<Group justify="flex-end">
				<Button variant="default" onClick={close}>
					{t("cancel")}
				</Button>
				<Button
					loading={save.isPending}
					disabled={why.trim().length < 3 || (promises && !dueAt)}
					onClick={() => save.mutate(undefined, { onError: tellError })}
				>
					{t("correction.save")}
				</Button>
			</Group>
		</Stack>
	);
}

export function CorrectModal({ call, project, close }: Props) {
	const { t } = useTranslation();
	const had = useGet("/calls/{id}/correctable", { id: call }, {}, { once: true });
	const results = useAll("/projects/{project_id}/results", { project_id: project }, "result");
	const fields = useAll("/projects/{project_id}/form_fields", { project_id: project }, "form_field");
	const failed = had.error ?? results.error ?? fields.error;
	return (
		<Modal opened onClose={close} size="lg" title={t("correction.title")} closeButtonProps={{ "aria-label": t("close") }}>
			{failed ? (
				<Failed error={failed} />
			) : !had.isFetchedAfterMount || !had.data || !results.data || !fields.data ? (
				<RowsSkeleton />
			) : (
				<Form
					call={call}
					had={had.data}
					results={results.rows}
					fields={fields.rows.filter((f) => !f.archived)}
					close={close}
				/>
			)}
		</Modal>
	);
}
