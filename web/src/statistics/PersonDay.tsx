// SPDX-License-Identifier: GPL-3.0-or-later
// PersonDay.tsx - an operator's day: his states along the clock with his calls on them, then call by call.
import { ActionIcon, Anchor, Box, Group, Paper, SimpleGrid, Table, Text, TextInput, Title, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { type Answer, serverNow } from "../api/client";
import { useGet } from "../api/hooks";
import { useMay, useMe } from "../app/session";
import { fieldLabel, tAny } from "../i18n";
import { clock, duration, isoDay, phone, todayAt0 } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import { figureText, hereZone } from "./figures";
import { Files } from "./Statistics";
import "./statistics.css";

type Day = Answer<"/statistics/operators/{id}/day", "get">;
const HOUR = 3_600_000;
const facts = [
	"worked",
	"outgoing",
	"incoming",
	"answered",
	"dialogues",
	"leads",
	"conversion",
	"talk_mean",
	"callbacks",
	"refusals",
];

function Timeline({ day }: { day: Day }) {
	const { t } = useTranslation();
	const spans = day.spans.map((s) => ({
		...s,
		from: Math.max(s.from_at, day.from_at),
		to: Math.min(s.to_at ?? serverNow(), day.until_at),
	}));
	const moments = [...spans.flatMap((s) => [s.from, s.to]), ...day.calls.map((c) => c.asked_at)];
	if (!moments.length) return <Empty what={t("day.empty")} />;
	const first = Math.floor(Math.min(...moments) / HOUR) * HOUR;
	const last = Math.max(Math.ceil(Math.max(...moments) / HOUR) * HOUR, first + HOUR);
	const at = (moment: number) => `${(100 * (moment - first)) / (last - first)}%`;
	const hours = Array.from({ length: (last - first) / HOUR + 1 }, (_, i) => first + i * HOUR);
	const states = [...new Set(spans.map((s) => s.state))];
	return (
		<Paper withBorder p="sm">
			<Text fw={600} mb="xs">
				{t("day.timeline")}
			</Text>
			<div className="day-line" aria-hidden="true">
				{spans.map((s) => (
					<Tooltip
						key={`${s.from_at}-${s.state}`}
						label={`${clock(s.from, day.zone)}–${clock(s.to, day.zone)} ${tAny(`seat.state:${s.state}`)}${s.reason ? `: ${s.reason}` : ""}${s.state === "pause" && !s.paid ? `, ${t("day.unpaid")}` : ""}`}
					>
						<div
							className="day-span"
							data-state={s.state}
							style={{ left: at(s.from), width: `${(100 * Math.max(s.to - s.from, 0)) / (last - first)}%` }}
						/>
					</Tooltip>
				))}
				{day.calls.map((c) => (
					<div
						key={c.id}
						className="day-call"
						data-counts={c.counts_as}
						data-answered={!!c.answered_at}
						style={{ left: at(c.asked_at) }}
					/>
				))}
			</div>
			<div className="day-hours" aria-hidden="true">
				{hours.map((h) => (
					<span key={h} style={{ left: at(h) }}>
						{clock(h, day.zone)}
					</span>
				))}
			</div>
			<Group gap="md" mt="xs">
				{states.map((state) => (
					<Group key={state} gap={6}>
						<span className="day-key" data-state={state} />
						<Text size="xs">
							{tAny(`seat.state:${state}`)}{" "}
							{duration(spans.filter((s) => s.state === state).reduce((sum, s) => sum + Math.max(s.to - s.from, 0), 0))}
						</Text>
					</Group>
				))}
			</Group>
		</Paper>
	);
}

function Calls({ day }: { day: Day }) {
	const { t } = useTranslation();
	const may = useMay();
	if (!day.calls.length) return <Text c="dimmed">{t("day.no_calls")}</Text>;
	return (
		<Table.ScrollContainer minWidth={700} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
			<Table withTableBorder bg="var(--paper)" fz="sm" aria-label={t("day.calls")}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{t("day.at")}</Table.Th>
						<Table.Th>{t("field.project_id")}</Table.Th>
						<Table.Th>{fieldLabel("journal", "company")}</Table.Th>
						<Table.Th>{t("field.direction")}</Table.Th>
						<Table.Th>{t("field.result_id")}</Table.Th>
						<Table.Th ta="right">{fieldLabel("journal", "talk_ms")}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{day.calls.map((c) => (
						<Table.Tr key={c.id}>
							<Table.Td>
								{may("see_calls") ? (
									<Anchor
										component={Link}
										to={`/calls?asked_at>=${c.asked_at}&asked_at<=${c.asked_at}&row=${c.id}`}
										size="sm"
									>
										{clock(c.asked_at, day.zone)}
									</Anchor>
								) : (
									clock(c.asked_at, day.zone)
								)}
							</Table.Td>
							<Table.Td>{c.project}</Table.Td>
							<Table.Td>{c.company ?? phone(c.number)}</Table.Td>
							<Table.Td>{t(c.direction === "in" ? "statistics.in" : "statistics.out")}</Table.Td>
							<Table.Td>{c.result ?? "—"}</Table.Td>
							<Table.Td ta="right">{c.talk_ms ? duration(c.talk_ms) : "—"}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

export function PersonDay() {
	const { t, i18n } = useTranslation();
	const may = useMay();
	const me = useMe();
	const id = Number(useParams().id);
	const [params, setParams] = useSearchParams();
	const from = params.get("from") ?? isoDay(todayAt0());
	const go = (day: string) => day && setParams({ from: day }, { replace: true });
	const by = (days: number) => go(isoDay(new Date(`${from}T12:00:00`).getTime() + days * 24 * HOUR));
	const query = { from, zone: hereZone(), language: i18n.language };
	const path = "/statistics/operators/{id}/day";
	const { data, error, refetch } = useGet(path, { id }, query, { entities: ["journal", "shift"] });
	return (
		<Box className="page" maw={1100}>
			<Group justify="space-between" mb="md">
				<Title order={1}>
					{t("day.title")}
					{data ? `: ${data.name}` : ""}
				</Title>
				<Group gap="xs">
					<ActionIcon variant="default" size="lg" aria-label={t("day.previous")} onClick={() => by(-1)}>
						<IconChevronLeft size={16} />
					</ActionIcon>
					<TextInput type="date" aria-label={t("filter.from")} value={from} onChange={(e) => go(e.currentTarget.value)} />
					<ActionIcon variant="default" size="lg" aria-label={t("day.next")} onClick={() => by(1)}>
						<IconChevronRight size={16} />
					</ActionIcon>
					{(may("see_users") || me.id === id) && (
						<Anchor component={Link} to={`/people/${id}`} size="sm">
							{t("person.card")}
						</Anchor>
					)}
					{(may("export") || me.id === id) && <Files path={path} ids={{ id }} query={query} />}
				</Group>
			</Group>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<RowsSkeleton />
			) : (
				<Box style={{ display: "flex", flexDirection: "column", gap: 14 }}>
					<SimpleGrid cols={{ base: 2, sm: 5 }} spacing="xs">
						{data.figures.flatMap((f, i) =>
							facts.includes(f.key) ? (
								<Paper key={f.key} withBorder px="sm" py={6}>
									<Text size="xs" c="dimmed">
										{f.name}
									</Text>
									<Text fz={20} fw={600} lh={1.3}>
										{figureText(f, data.values[i])}
									</Text>
								</Paper>
							) : (
								[]
							),
						)}
					</SimpleGrid>
					<Timeline day={data} />
					<Calls day={data} />
				</Box>
			)}
		</Box>
	);
}
