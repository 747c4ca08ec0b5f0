// SPDX-License-Identifier: GPL-3.0-or-later
// Queues.tsx - queues on the floor: who waits now, and today with the level of service by its three formulas, each named.
import { Anchor, Group, Paper, Table, Text, Title, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Answer, serverNow } from "../api/client";
import { useGet } from "../api/hooks";
import { duration, number } from "../parts/format";
import { useNow } from "../parts/useNow";

type Figures = Answer<"/queues/figures", "get">["rows"][number];

const share = (pct: number | null) => (pct === null ? "—" : `${number(pct, 1)}\u00a0%`);

function Head({ text, hint }: { text: string; hint?: string }) {
	return (
		<Table.Th ta="right">
			{hint ? (
				<Tooltip label={hint} multiline maw={320}>
					<span className="hinted">{text}</span>
				</Tooltip>
			) : (
				text
			)}
		</Table.Th>
	);
}

function Cell({ children, bad, strong }: { children: ReactNode; bad?: boolean; strong?: boolean }) {
	return (
		<Table.Td ta="right" c={bad ? "red" : undefined} fw={bad || strong ? 600 : undefined}>
			{children}
		</Table.Td>
	);
}

function Row({ q, now }: { q: Figures; now: number }) {
	const { t } = useTranslation();
	const longest = q.waiting_since ? now - q.waiting_since : 0;
	return (
		<Table.Tr>
			<Table.Td>
				<Anchor component={Link} to={`/projects/${q.project_id}/inbound`} size="sm">
					{q.queue}
				</Anchor>
				<Text size="xs" c="dimmed">
					{q.project} · {t("queues.target", { s: q.target_s })}
				</Text>
			</Table.Td>
			<Cell strong bad={q.waiting > 0 && q.operators === 0}>
				{q.waiting}
			</Cell>
			<Cell bad={longest > q.target_s * 1000}>{q.waiting_since ? duration(longest) : "—"}</Cell>
			<Cell>
				{q.ready} / {q.operators}
			</Cell>
			<Cell>{q.answered}</Cell>
			<Cell>
				<Tooltip label={t("queues.col.abandoned.hint", { n: q.short_waits })} multiline maw={320}>
					<span>{q.abandoned}</span>
				</Tooltip>
			</Cell>
			<Cell>{q.overflowed}</Cell>
			<Cell>{q.answered ? duration(q.wait_ms / q.answered) : "—"}</Cell>
			<Cell strong>{share(q.s1)}</Cell>
			<Cell>{share(q.s2)}</Cell>
			<Cell>{share(q.s3)}</Cell>
			<Cell>
				{q.tickets_open} / {q.tickets_reached} / {q.tickets_failed}
			</Cell>
		</Table.Tr>
	);
}

const REFRESH_MS = 5000;

export function Queues() {
	const { t } = useTranslation();
	const { data } = useGet("/queues/figures", {}, {}, { entities: ["queue_place", "queue"], refetchInterval: REFRESH_MS });
	useNow();
	if (!data?.rows.length) return null;
	return (
		<Paper withBorder p="sm" mb="md" data-testid="queues">
			<Group justify="space-between" mb={4}>
				<Title order={2} size="h5">
					{t("queues.now")}
				</Title>
			</Group>
			<Table.ScrollContainer minWidth={980}>
				<Table verticalSpacing={4}>
					<Table.Thead>
						<Table.Tr>
							<Table.Th miw={200}>{t("queues.col.queue")}</Table.Th>
							<Head text={t("queues.col.waiting")} />
							<Head text={t("queues.col.longest")} />
							<Head text={t("queues.col.operators")} hint={t("queues.col.operators.hint")} />
							<Head text={t("queues.col.answered")} />
							<Head text={t("queues.col.abandoned")} />
							<Head text={t("queues.col.overflowed")} hint={t("queues.overflowed.hint")} />
							<Head text={t("queues.col.wait")} />
							<Head text="S1" hint={t("queues.s1")} />
							<Head text="S2" hint={t("queues.s2")} />
							<Head text="S3" hint={t("queues.s3")} />
							<Head text={t("queues.col.tickets")} hint={t("queues.col.tickets.hint")} />
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{data.rows.map((q) => (
							<Row key={q.queue_id} q={q} now={serverNow()} />
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			<Text size="xs" c="dimmed" mt={4}>
				{t("queues.s1")} · {t("queues.s2")} · {t("queues.s3")}
			</Text>
		</Paper>
	);
}
