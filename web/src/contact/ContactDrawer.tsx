// SPDX-License-Identifier: GPL-3.0-or-later
// ContactDrawer.tsx - a contact's card for the office: what is known, whether it may be called now and why not, what was said.
import { Alert, Badge, Button, Drawer, Group, Stack, Tabs, Text } from "@mantine/core";
import { IconPhoneCheck, IconPhoneOff, IconPlus, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, remove } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Card, Contact } from "../api/types";
import { useMay } from "../app/session";
import { Player } from "../call/Player";
import { Sendings } from "../card/Sendings";
import { SendModal } from "../card/SendModal";
import { tAny } from "../i18n";
import { EntityForm } from "../parts/form/EntityForm";
import { RemoveButton } from "../parts/form/ListPage";
import { dateTime, duration, phone } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { EraseButton } from "./Erasure";

function Why({ id }: { id: number }) {
	const { t } = useTranslation();
	const { data } = useGet(
		"/contacts/{id}/why",
		{ id },
		{},
		{ entities: ["contact", "call", "do_not_call", "project", "base"] },
	);
	if (!data) return null;
	return (
		<Alert
			color={data.may ? "teal" : "yellow"}
			icon={data.may ? <IconPhoneCheck /> : <IconPhoneOff />}
			title={t(data.may ? "contact.may" : "contact.may_not")}
			data-testid="why"
		>
			{!data.may && (
				<Text size="sm">
					{tAny(`rule:${data.rule}`)}
					{data.source ? ` (${data.source})` : ""}
					{data.until ? `. ${t("contact.until", { when: dateTime(data.until) })}` : ""}
				</Text>
			)}
			{data.refusals.length > 0 && (
				<Text size="xs" c="dimmed" mt={4}>
					{t("contact.refusals", {
						list: data.refusals
							.slice(0, 3)
							.map((r) => `${dateTime(r.at)} — ${tAny(`rule:${r.rule}`)}`)
							.join("; "),
					})}
				</Text>
			)}
		</Alert>
	);
}

type Part = "persons" | "phones";

function Parts({
	card,
	part,
	names,
	title,
}: {
	card: Card;
	part: Part;
	names: string[];
	title: (row: Card["persons"][number] & Card["phones"][number]) => string;
}) {
	const { t } = useTranslation();
	const may = useMay();
	const entity = part === "persons" ? "person" : "phone";
	const [opened, setOpened] = useState<number | "new" | null>(null);
	const rows = card[part] as (Card["persons"][number] & Card["phones"][number])[];
	const ids = { contact_id: card.id };
	const one = (id: number) => ({ ...ids, id });
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			typeof opened === "number"
				? patch(`/contacts/{contact_id}/${part}/{id}`, one(opened), values, version)
				: post(`/contacts/{contact_id}/${part}`, ids, { ...ids, ...values }),
		["contact", entity],
		() => setOpened(null),
	);
	const drop = useChange(
		(id: number) => remove(`/contacts/{contact_id}/${part}/{id}`, one(id)),
		["contact", entity],
		() => setOpened(null),
	);
	const row = rows.find((r) => r.id === opened);
	return (
		<Stack gap="xs">
			{rows.map((r) => (
				<Group key={r.id} justify="space-between">
					<Group gap="xs">
						<Text size="sm">{title(r)}</Text>
						{part === "persons" && r.decides && <Badge>{t("person.decides")}</Badge>}
						{part === "phones" && r.state !== "good" && <Badge color="red">{t(`phone.state:${r.state}`)}</Badge>}
					</Group>
					{may("change_base") && (
						<Button size="compact-xs" variant="subtle" onClick={() => setOpened(r.id)}>
							{t("edit")}
						</Button>
					)}
				</Group>
			))}
			{opened !== null ? (
				<Stack gap="xs">
					<EntityForm<unknown>
						key={opened}
						entity={entity}
						names={names}
						row={row as never}
						save={(values, version) => save.mutateAsync({ values, version })}
						onCancel={() => setOpened(null)}
						columns={2}
					/>
					{row && <RemoveButton run={() => drop.mutate(row.id, { onError: tellError })} />}
				</Stack>
			) : (
				may("change_base") && (
					<Button
						size="compact-sm"
						variant="light"
						leftSection={<IconPlus size={14} />}
						onClick={() => setOpened("new")}
						w="fit-content"
					>
						{t(`contact.add.${part}`)}
					</Button>
				)
			)}
		</Stack>
	);
}

function History({ card }: { card: Card }) {
	const { t } = useTranslation();
	const may = useMay();
	const [playing, setPlaying] = useState<number | null>(null);
	if (!card.history.length) return <Empty what={t("contact.no_history")} />;
	return (
		<Stack gap="xs">
			{card.history.map((h) => (
				<div key={h.id}>
					<Group gap="xs">
						<Text size="sm" c="dimmed">
							{dateTime(h.asked_at)} · {h.operator} {h.talk_ms ? `· ${duration(h.talk_ms)}` : ""}
						</Text>
						{h.recording_id && may("listen") && playing !== h.recording_id && (
							<Button size="compact-xs" variant="light" onClick={() => setPlaying(h.recording_id)}>
								{t("player.play")}
							</Button>
						)}
					</Group>
					<Text size="sm">
						{h.result ?? (h.cause && t(`cause:${h.cause}`))}
						{h.comment && ` — ${h.comment}`}
					</Text>
					{playing === h.recording_id && playing && (
						<Player recording={playing} title={dateTime(h.asked_at)} onClose={() => setPlaying(null)} />
					)}
				</div>
			))}
		</Stack>
	);
}

/** What was asked by recorded words, and pressed. */
function Replies({ card }: { card: Card }) {
	const { t } = useTranslation();
	return (
		<Stack gap="xs">
			{card.survey.map((s) => (
				<div key={`${s.call_id}-${s.question}`}>
					<Text size="sm" c="dimmed">
						{dateTime(s.answered_at ?? s.asked_at)} · {s.question}
					</Text>
					<Text size="sm" c={s.key ? undefined : "dimmed"}>
						{s.key ? (s.value === s.key ? s.key : `${s.key} — ${s.value}`) : t("survey.no_answer")}
					</Text>
				</div>
			))}
		</Stack>
	);
}

const form = ["company", "industry", "activity", "city", "address", "timezone", "site", "email", "fax", "note"];

export function ContactDrawer({ id, project, onClose }: { id: number | null; project: number; onClose: () => void }) {
	const { t } = useTranslation();
	const may = useMay();
	const [sends, setSends] = useState(false);
	const { data: card, error } = useGet(
		"/contacts/{id}/card",
		{ id: id ?? 0 },
		{},
		{ entities: ["contact", "person", "phone", "call", "mark"], enabled: !!id },
	);
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			patch("/projects/{project_id}/contacts/{id}", { project_id: project, id: id ?? 0 }, values, version),
		["contact"],
		() => tell(t("saved")),
	);
	return (
		<Drawer
			opened={!!id}
			onClose={onClose}
			position="right"
			size={640}
			title={card?.id === id ? (card?.company ?? t("seat.no_company")) : ""}
			closeButtonProps={{ "aria-label": t("close") }}
			transitionProps={{ duration: 80 }}
		>
			{error ? (
				<Failed error={error} />
			) : !card || card.id !== id ? (
				<RowsSkeleton />
			) : (
				<Stack>
					{card.erased_at && <Alert color="gray">{t("erasure.erased", { when: dateTime(card.erased_at) })}</Alert>}
					<Why id={card.id} />
					<Tabs defaultValue="phones">
						<Tabs.List mb="sm">
							<Tabs.Tab value="phones">{t("contact.phones")}</Tabs.Tab>
							<Tabs.Tab value="history">{t("contact.history")}</Tabs.Tab>
							<Tabs.Tab value="sendings">{t("sendings.title")}</Tabs.Tab>
							{card.survey.length > 0 && <Tabs.Tab value="survey">{t("survey.replies")}</Tabs.Tab>}
							<Tabs.Tab value="company">{t("contact.company")}</Tabs.Tab>
						</Tabs.List>
						<Tabs.Panel value="phones">
							<Stack>
								<Parts
									card={card}
									part="persons"
									names={["name", "position", "email", "decides", "note"]}
									title={(p) => [p.name, p.position].filter(Boolean).join(", ")}
								/>
								<Parts card={card} part="phones" names={["e164", "ext", "state"]} title={(p) => phone(p.e164, p.ext)} />
							</Stack>
						</Tabs.Panel>
						<Tabs.Panel value="history">
							<History card={card} />
						</Tabs.Panel>
						<Tabs.Panel value="sendings">
							<Stack>
								{may("write_card") && (
									<Button
										w="fit-content"
										variant="light"
										leftSection={<IconSend size={16} />}
										onClick={() => setSends(true)}
									>
										{t("seat.send")}
									</Button>
								)}
								<Sendings project={project} filter={{ contact_id: card.id }} empty={t("sendings.none")} />
								<SendModal opened={sends} onClose={() => setSends(false)} card={card} />
							</Stack>
						</Tabs.Panel>
						<Tabs.Panel value="survey">
							<Replies card={card} />
						</Tabs.Panel>
						<Tabs.Panel value="company">
							<EntityForm<Contact>
								key={card.id}
								entity="contact"
								names={form}
								row={card as Contact}
								columns={2}
								readOnly={!may("change_base")}
								save={(values, version) => save.mutateAsync({ values, version })}
							/>
							{may("change_base") && (
								<Group justify="flex-end" mt="lg">
									<EraseButton contact={card.id} />
								</Group>
							)}
						</Tabs.Panel>
					</Tabs>
				</Stack>
			)}
		</Drawer>
	);
}
