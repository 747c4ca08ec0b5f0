// SPDX-License-Identifier: GPL-3.0-or-later
// SendPanel.tsx - choose a template, see it filled for this contact, change it where that is allowed, send. The server says what may be sent and
// what the guard of letters remarks, while it is typed.
import { Alert, Anchor, Button, Checkbox, Group, List, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { IconPaperclip, IconSend } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, post, url } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Card, SendPreview, Template } from "../api/types";
import { tAny } from "../i18n";
import { quoted } from "../parts/format";
import { Empty, errorText, Failed, RowsSkeleton, tell } from "../parts/states";
import { SmsSize } from "../template/SmsSize";

const REST_MS = 350;

/** What the person changed of the template's words. */
interface Edited {
	to?: string;
	subject?: string;
	body?: string;
}

function Remarks({ preview }: { preview: SendPreview }) {
	const { t } = useTranslation();
	if (!preview.violations.length) return null;
	return (
		<Alert color="yellow" title={t("send.remarks")} data-testid="remarks">
			<List size="sm">
				{preview.violations.map((v) => (
					<List.Item key={`${v.rule}${v.field}${v.at}`}>
						{t(`remark:${v.rule}`)}
						{v.text && `: ${quoted(v.text)}`}
					</List.Item>
				))}
			</List>
		</Alert>
	);
}

/** Why not, and what can be done about it here. */
function Why({ preview, agreed, setAgreed }: { preview: SendPreview; agreed: boolean; setAgreed: (on: boolean) => void }) {
	const { t } = useTranslation();
	return (
		<>
			{!preview.may && (
				<Alert color="red" title={t("send.no")} data-testid="send-no">
					{tAny(`send.rule:${preview.rule}`, `rule:${preview.rule}`)}
				</Alert>
			)}
			{preview.talked && (agreed || preview.rule === "consent") && (
				<Checkbox label={t("send.agreed")} checked={agreed} onChange={(e) => setAgreed(e.currentTarget.checked)} />
			)}
		</>
	);
}

interface Props {
	card: Card;
	callId?: number;
	onDone: () => void;
}

export function SendPanel({ card, callId, onDone }: Props) {
	const { t } = useTranslation();
	const all = useAll("/templates", {}, "template", { archived: false });
	const usable = all.rows.filter((r) => r.kind !== "offer" && (!r.project_id || r.project_id === card.project_id));
	const [chosen, setChosen] = useState<number | null>(null);
	const template = usable.find((r) => r.id === chosen) ?? usable[0];
	if (all.error) return <Failed error={all.error} />;
	if (!all.data) return <RowsSkeleton rows={6} />;
	if (!template) return <Empty what={t("send.template.none")} />;
	return (
		<Stack gap="sm">
			<Select
				label={t("send.template")}
				data-autofocus
				data={usable.map((r) => ({ value: String(r.id), label: `${r.name} · ${t(`template.kind:${r.kind}`)}` }))}
				value={String(template.id)}
				onChange={(id) => setChosen(Number(id))}
				allowDeselect={false}
				searchable
			/>
			<Words key={template.id} template={template} card={card} callId={callId} onDone={onDone} />
		</Stack>
	);
}

function Words({ template, card, callId, onDone }: Props & { template: Template }) {
	const { t } = useTranslation();
	const [person, setPerson] = useState<number | null>(null);
	const [edited, setEdited] = useState<Edited>({});
	const [agreed, setAgreed] = useState(false);
	const [key] = useState(() => crypto.randomUUID());
	const asked = { template_id: template.id, person_id: person, call_id: callId ?? null, agreed, ...edited };
	const [settled] = useDebouncedValue(asked, REST_MS);
	const preview = useQuery<SendPreview>({
		queryKey: ["preview", card.id, settled],
		queryFn: () => post("/contacts/{id}/preview", { id: card.id }, settled),
		placeholderData: keepPreviousData,
		retry: false,
	});
	const send = useChange(
		() => post("/contacts/{id}/sendings", { id: card.id }, { ...asked, key }),
		["sending", "contact"],
		(sending) => {
			tell(t("send.done", { to: sending.to_address }));
			onDone();
		},
	);
	const seen = preview.data;
	const ready = !!seen?.may && (!seen.gap || edited.body !== undefined) && !preview.error && !send.isPending;
	const go = () => ready && send.mutate();
	useHotkeys([["mod+Enter", go]], [], true);
	if (!seen) return preview.error ? <Failed error={preview.error} /> : <RowsSkeleton rows={5} />;
	const wrong = [send.error, preview.error].find((e) => e instanceof ApiError) as ApiError | undefined;
	const at = (field: string) => (wrong?.field === field ? errorText(wrong) : undefined);
	const text = edited.body ?? seen.body;
	return (
		<>
			<Group grow align="flex-start">
				{card.persons.length > 1 && (
					<Select
						label={t("send.person")}
						data={card.persons.map((p) => ({ value: String(p.id), label: p.name }))}
						value={person ? String(person) : null}
						onChange={(id) => setPerson(id ? Number(id) : null)}
						placeholder={card.persons.find((p) => p.decides)?.name ?? card.persons[0]?.name}
						clearable
					/>
				)}
				<TextInput
					label={t(seen.kind === "letter" ? "send.to.email" : "send.to.number")}
					value={edited.to ?? seen.to ?? ""}
					onChange={(e) => setEdited({ ...edited, to: e.currentTarget.value })}
					error={at("to")}
				/>
			</Group>
			{seen.kind !== "sms" && (
				<TextInput
					label={t("template.subject")}
					value={edited.subject ?? seen.subject ?? ""}
					readOnly={!seen.editable}
					onChange={(e) => setEdited({ ...edited, subject: e.currentTarget.value })}
					error={at("subject")}
				/>
			)}
			<Textarea
				label={t("template.body")}
				description={seen.editable ? undefined : t("send.fixed")}
				autosize
				minRows={seen.kind === "sms" ? 3 : 6}
				maxRows={14}
				value={text}
				readOnly={!seen.editable}
				onChange={(e) => setEdited({ ...edited, body: e.currentTarget.value })}
				error={at("body")}
				data-testid="send-body"
			/>
			{seen.kind === "sms" && <SmsSize text={text} />}
			{seen.kind === "fax" && (
				<Group gap="sm">
					<Text size="sm" c="dimmed">
						{t("send.fax", { pages: seen.parts })}
					</Text>
					{edited.body === undefined && edited.subject === undefined && (
						<Anchor
							size="sm"
							target="_blank"
							href={url("/contacts/{id}/templates/{template_id}/pdf", { id: card.id, template_id: template.id })}
						>
							{t("send.fax.paper")}
						</Anchor>
					)}
				</Group>
			)}
			{seen.offer_id && seen.kind !== "fax" && (
				<Anchor
					size="sm"
					target="_blank"
					href={url("/contacts/{id}/templates/{template_id}/pdf", { id: card.id, template_id: seen.offer_id })}
				>
					<Group gap={4}>
						<IconPaperclip size={15} /> {t("send.offer")}
					</Group>
				</Anchor>
			)}
			{seen.gap && edited.body === undefined && <Alert color="yellow">{t("send.gap", { field: seen.gap })}</Alert>}
			<Remarks preview={seen} />
			<Why preview={seen} agreed={agreed} setAgreed={setAgreed} />
			{wrong && !["to", "subject", "body"].includes(wrong.field ?? "") && <Alert color="red">{errorText(wrong)}</Alert>}
			<Group justify="flex-end">
				<Button
					leftSection={<IconSend size={16} />}
					rightSection={<span className="key">Ctrl Enter</span>}
					loading={send.isPending}
					disabled={!ready}
					onClick={go}
				>
					{t("send.go")}
				</Button>
			</Group>
		</>
	);
}
