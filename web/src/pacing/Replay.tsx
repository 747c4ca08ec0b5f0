// SPDX-License-Identifier: GPL-3.0-or-later
// Replay.tsx - a past day of the project under other settings: what was beside what would have been, in all and hour by hour.
import { Button, Group, NumberInput, Paper, Select, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, Query } from "../api/client";
import { useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { clock, isoDay, number, percent } from "../parts/format";
import { Failed } from "../parts/states";

type Replayed = Answer<"/projects/{id}/replay", "get">;
type Sums = Replayed["recorded"]["all"];

const figures: [key: string, of: (s: Sums) => string][] = [
	["dials", (s) => number(s.dials)],
	["answered", (s) => number(s.answered)],
	["connected", (s) => number(s.connected)],
	["abandoned", (s) => `${number(s.abandoned)} (${percent(s.abandoned, s.answered)})`],
	["busy", (s) => percent(s.talk_ms + s.wrap_ms, s.here_ms)],
	["wait", (s) => number(s.wait_s)],
];

function Totals({ was, would }: { was: Sums; would: Sums }) {
	const { t } = useTranslation();
	return (
		<Table withRowBorders={false} verticalSpacing={4} w="auto">
			<Table.Thead>
				<Table.Tr>
					<Table.Th />
					<Table.Th ta="right">{t("replay.was")}</Table.Th>
					<Table.Th ta="right">{t("replay.would")}</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{figures.map(([key, of]) => (
					<Table.Tr key={key}>
						<Table.Td>{t(`replay.${key}`)}</Table.Td>
						<Table.Td ta="right">{of(was)}</Table.Td>
						<Table.Td ta="right" fw={600}>
							{of(would)}
						</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</Table>
	);
}

function Hours({ data, zone }: { data: Replayed; zone: string }) {
	const { t } = useTranslation();
	return (
		<Table.ScrollContainer minWidth={520}>
			<Table verticalSpacing={4}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{t("replay.from")}</Table.Th>
						<Table.Th ta="right">{t("replay.connected")}</Table.Th>
						<Table.Th ta="right">{t("replay.abandoned")}</Table.Th>
						<Table.Th ta="right">{t("replay.busy")}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{data.recorded.hours.map((was, i) => {
						const would = data.simulated.hours[i] ?? was;
						const from = data.began_at + i * 3_600_000;
						return (
							<Table.Tr key={from}>
								<Table.Td>{clock(from, zone)}</Table.Td>
								<Table.Td ta="right">
									{number(was.connected)} → <b>{number(would.connected)}</b>
								</Table.Td>
								<Table.Td ta="right">
									{number(was.abandoned)} → <b>{number(would.abandoned)}</b>
								</Table.Td>
								<Table.Td ta="right">
									{percent(was.talk_ms + was.wrap_ms, was.here_ms)} →{" "}
									<b>{percent(would.talk_ms + would.wrap_ms, would.here_ms)}</b>
								</Table.Td>
							</Table.Tr>
						);
					})}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

function Result({ project, query }: { project: Project; query: Query }) {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet("/projects/{id}/replay", { id: project.id }, query);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <Text c="dimmed">{t("replay.counting")}</Text>;
	return (
		<Group align="flex-start" gap="xl" mt="sm" wrap="wrap">
			<Totals was={data.recorded.all} would={data.simulated.all} />
			<Hours data={data} zone={project.timezone} />
		</Group>
	);
}

export function Replay({ project }: { project: Project }) {
	const { t } = useTranslation();
	const [day, setDay] = useState(isoDay(Date.now()));
	const [mode, setMode] = useState("predictive");
	const [max, setMax] = useState<number | string>(project.abandon_max);
	const [lines, setLines] = useState<number | string>("");
	const [query, setQuery] = useState<Query>();
	return (
		<Paper withBorder p="sm">
			<Text fw={600}>{t("replay.title")}</Text>
			<Text size="sm" c="dimmed" mb="xs">
				{t("replay.what")}
			</Text>
			<Group align="flex-end" gap="sm">
				<TextInput
					type="date"
					label={t("replay.day")}
					value={day}
					max={isoDay(Date.now())}
					onChange={(e) => setDay(e.currentTarget.value)}
				/>
				<Select
					label={t("replay.mode")}
					value={mode}
					onChange={(word) => word && setMode(word)}
					data={["predictive", "progressive"].map((word) => ({ value: word, label: t(`mode:${word}`) }))}
					allowDeselect={false}
				/>
				<NumberInput label={t("project.abandon_max")} value={max} onChange={setMax} min={0} max={10} step={0.5} w={220} />
				<NumberInput
					label={t("replay.lines")}
					value={lines}
					onChange={setLines}
					min={1}
					max={10000}
					placeholder={t("replay.lines.any")}
					w={180}
				/>
				<Button
					disabled={!day}
					onClick={() => setQuery({ day, mode, abandon_max: max === "" ? undefined : max, lines: lines || undefined })}
				>
					{t("replay.run")}
				</Button>
			</Group>
			{query && <Result project={project} query={query} />}
		</Paper>
	);
}
