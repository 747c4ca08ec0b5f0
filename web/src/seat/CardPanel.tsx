// SPDX-License-Identifier: GPL-3.0-or-later
// CardPanel.tsx - who we are talking to: company, its local time, persons and phones, what was before.
import { Anchor, Badge, Button, Divider, Group, Stack, Text, Title } from "@mantine/core";
import { IconPhone, IconSend, IconStarFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Card, FormField } from "../api/types";
import { Sendings } from "../card/Sendings";
import { clockIn, dateTime, duration, phone } from "../parts/format";
import { useNow } from "../parts/useNow";
import { FormInput } from "../script/FormInput";

interface Props {
	card: Card;
	number?: string;
	/** The call under way is no history yet. */
	callId?: number;
	fields: FormField[];
	answers: Record<string, string>;
	onAnswers: (answers: Record<string, string>) => void;
	missing?: string[];
	/** Offered in preview and by hand: call this phone. */
	onDial?: (phoneId: number) => void;
	/** Offered in a call: send a letter or a message. */
	onSend?: () => void;
}

function Where({ card }: { card: Card }) {
	const { t } = useTranslation();
	const now = useNow(15_000);
	const there = clockIn(card.timezone, now);
	return (
		<Text size="sm" data-testid="local-time">
			{there && <b>{t("seat.local_time", { time: there })}</b>}
			{there && card.city && ", "}
			{card.city}
		</Text>
	);
}

/** A site as people write it, opened only over the web. */
function siteUrl(site: string): string {
	return /^https?:\/\//i.test(site) ? site : `https://${site}`;
}

/** A number typed by hand, or a caller nobody knows. */
export function NoCard({ number }: { number: string | null | undefined }) {
	const { t } = useTranslation();
	return (
		<Stack gap={8} data-testid="no-card">
			<Title order={2} fz={17}>
				{number ? phone(number) : t("seat.hidden_number")}
			</Title>
			<Text size="sm" c="dimmed">
				{t("seat.no_card.what")}
			</Text>
		</Stack>
	);
}

export function CardPanel({ card, number, callId, fields, answers, onAnswers, missing = [], onDial, onSend }: Props) {
	const { t } = useTranslation();
	const before = card.history.filter((h) => h.id !== callId);
	const about = [card.industry, card.activity, card.address].filter(Boolean).join(" · ");
	return (
		<Stack gap={8}>
			<div>
				<Title order={2} fz={17}>
					{card.company || t("seat.no_company")}
				</Title>
				<Where card={card} />
				{about && (
					<Text size="sm" c="dimmed">
						{about}
					</Text>
				)}
				{card.site && (
					<Anchor size="sm" href={siteUrl(card.site)} target="_blank" rel="noopener noreferrer">
						{card.site}
					</Anchor>
				)}
				{card.note && <Text size="sm">{card.note}</Text>}
			</div>
			<Stack gap={4}>
				{card.persons.map((p) => (
					<div key={p.id}>
						<Group gap={4}>
							{p.decides && <IconStarFilled size={12} aria-label={t("person.decides")} />}
							<Text size="sm" fw={p.decides ? 600 : 400}>
								{p.name}
							</Text>
						</Group>
						<Text size="xs" c="dimmed">
							{[p.position, p.email].filter(Boolean).join(" · ")}
						</Text>
					</div>
				))}
			</Stack>
			<Stack gap={2}>
				{card.phones.map((p) => (
					<Group key={p.id} gap={6} wrap="nowrap">
						<Text size="sm" fw={p.e164 === number ? 700 : 400} td={p.state === "good" ? undefined : "line-through"}>
							{phone(p.e164, p.ext)}
						</Text>
						{p.state !== "good" && <Badge color="red">{t(`phone.state:${p.state}`)}</Badge>}
						{onDial && p.state === "good" && (
							<Anchor component="button" size="sm" onClick={() => onDial(p.id)} aria-label={`${t("seat.dial")} ${p.e164}`}>
								<IconPhone size={15} />
							</Anchor>
						)}
					</Group>
				))}
			</Stack>
			{onSend && (
				<Button
					size="compact-sm"
					variant="default"
					w="fit-content"
					leftSection={<IconSend size={15} />}
					rightSection={<span className="key">Shift+F1</span>}
					onClick={onSend}
				>
					{t("seat.send")}
				</Button>
			)}
			<Sendings project={card.project_id} filter={{ contact_id: card.id }} limit={4} />
			{before.length > 0 && (
				<>
					<Divider label={t("seat.history")} labelPosition="left" />
					<Stack gap={4}>
						{before.slice(0, 6).map((h) => (
							<div key={h.id}>
								<Text size="xs" c="dimmed">
									{dateTime(h.asked_at)} · {h.operator} {h.talk_ms ? `· ${duration(h.talk_ms)}` : ""}
								</Text>
								<Text size="sm">
									{h.result ?? (h.cause && t(`cause:${h.cause}`))}
									{h.comment && ` — ${h.comment}`}
								</Text>
							</div>
						))}
					</Stack>
				</>
			)}
			{fields.length > 0 && (
				<>
					<Divider label={t("seat.form")} labelPosition="left" />
					<Stack gap={6}>
						{fields.map((f) => (
							<FormInput
								key={f.id}
								field={f}
								value={answers[f.key] ?? ""}
								missing={missing.includes(f.key)}
								onChange={(v) => onAnswers({ ...answers, [f.key]: v })}
							/>
						))}
					</Stack>
				</>
			)}
		</Stack>
	);
}
