// SPDX-License-Identifier: GPL-3.0-or-later
// Try.tsx - the words as they are typed, filled for a contact of the project; and the earlier versions of a saved template.
import { Alert, Anchor, Button, Divider, Paper, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, url } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import { useOptions } from "../api/refs";
import type { SendPreview, Template } from "../api/types";
import type { Values } from "../parts/form/EntityForm";
import { dateTime, quoted } from "../parts/format";
import { errorText, tellError } from "../parts/states";
import { SmsSize } from "./SmsSize";

const REST_MS = 400;

function Filled({ values, contact }: { values: Values; contact: number }) {
	const { t } = useTranslation();
	const [words] = useDebouncedValue(
		{ kind: values.kind ?? "letter", subject: values.subject ?? null, body: values.body ?? "" },
		REST_MS,
	);
	const { data, error } = useQuery<SendPreview>({
		queryKey: ["preview", contact, words],
		queryFn: () => post("/contacts/{id}/preview", { id: contact }, words),
		placeholderData: keepPreviousData,
		retry: false,
		enabled: !!words.body,
	});
	if (error) return <Alert color="red">{errorText(error)}</Alert>;
	if (!data) return null;
	return (
		<Paper withBorder p="sm" data-testid="filled">
			{data.subject && (
				<Text fw={600} size="sm">
					{data.subject}
				</Text>
			)}
			<Text size="sm" className="letter-text">
				{data.body}
			</Text>
			{data.gap && (
				<Text size="sm" c="var(--warn)" mt={6}>
					{t("template.try.gap", { field: data.gap })}
				</Text>
			)}
			{data.violations.map((v) => (
				<Text size="sm" c="var(--warn)" key={`${v.rule}${v.field}${v.at}`}>
					{t(`remark:${v.rule}`)}
					{v.text && `: ${quoted(v.text)}`}
				</Text>
			))}
		</Paper>
	);
}

export function Try({ values }: { values: Values }) {
	const { t } = useTranslation();
	const own = values.project_id as number | null | undefined;
	const [of, setOf] = useState<number | null>(null);
	const [contact, setContact] = useState<number | null>(null);
	const [q, setQ] = useState("");
	const [asked] = useDebouncedValue(q, REST_MS);
	const projects = useOptions(own ? undefined : "project");
	const project = own || of;
	const found = useAll(
		"/projects/{project_id}/contacts",
		{ project_id: project ?? 0 },
		"contact",
		{ q: asked, limit: 20 },
		!!project,
	);
	const id = values.id as number | undefined;
	return (
		<Stack gap="xs">
			{values.kind === "sms" && <SmsSize text={(values.body as string | undefined) ?? ""} />}
			{(values.kind === "offer" || values.kind === "fax") && (
				<Text size="xs" c="dimmed">
					{t("template.offer.hint")}
				</Text>
			)}
			<Divider label={t("template.try")} labelPosition="left" />
			{!own && (
				<Select
					data={projects}
					placeholder={t("template.project_id")}
					aria-label={t("template.project_id")}
					value={of ? String(of) : null}
					onChange={(v) => {
						setOf(v ? Number(v) : null);
						setContact(null);
					}}
					searchable
				/>
			)}
			{project && (
				<Select
					data={found.rows.map((c) => ({ value: String(c.id), label: c.company ?? c.phone ?? `№ ${c.id}` }))}
					placeholder={t("template.try.search")}
					aria-label={t("template.try.search")}
					searchable
					filter={({ options }) => options}
					searchValue={q}
					onSearchChange={setQ}
					value={contact ? String(contact) : null}
					onChange={(v) => setContact(v ? Number(v) : null)}
				/>
			)}
			{contact && <Filled values={values} contact={contact} />}
			{contact && id && (values.kind === "offer" || values.kind === "fax") && (
				<Anchor
					size="sm"
					target="_blank"
					href={url("/contacts/{id}/templates/{template_id}/pdf", { id: contact, template_id: id })}
				>
					{t("template.try.pdf")}
				</Anchor>
			)}
		</Stack>
	);
}

export function Versions({ template, onTaken }: { template: Template; onTaken: () => void }) {
	const { t } = useTranslation();
	const { rows } = useAll("/templates/{template_id}/versions", { template_id: template.id }, "template");
	const take = useChange(
		(v: (typeof rows)[number]) =>
			patch(
				"/templates/{id}",
				{ id: template.id },
				{ subject: v.subject, body: v.body, offer_id: v.offer_id },
				template.version,
			),
		["template"],
		onTaken,
	);
	const before = rows.filter((v) => v.number !== template.number);
	if (!before.length) return null;
	return (
		<Stack gap="xs" mt="md">
			<Divider label={t("template.versions")} labelPosition="left" />
			{before.map((v) => (
				<div key={v.id}>
					<Text size="xs" c="dimmed">
						{v.number} · {dateTime(v.created_at)}
					</Text>
					<Text size="sm" lineClamp={3} className="letter-text">
						{[v.subject, v.body].filter(Boolean).join("\n")}
					</Text>
					<Button size="compact-xs" variant="subtle" onClick={() => take.mutate(v, { onError: tellError })}>
						{t("template.versions.take")}
					</Button>
				</div>
			))}
		</Stack>
	);
}
