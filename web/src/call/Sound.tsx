// SPDX-License-Identifier: GPL-3.0-or-later
// Sound.tsx - how a call sounds: a badge for lists and the floor, and what was measured on each of its legs.
import { Badge, Button, Popover, Stack, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconWifi1, IconWifi2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Row } from "../api/client";
import { useGet } from "../api/hooks";
import { number } from "../parts/format";

type Side = Row<"/call-sounds">;

/** ITU-T G.107 annex B: from 4.0 on people are content, under 3.6 many complain, under 3.1 nearly all. */
const GOOD = 4.0;
const FAIR = 3.6;
const POOR = 3.1;
const grade = (mos: number) => (mos >= GOOD ? "good" : mos >= FAIR ? "fair" : mos >= POOR ? "poor" : "bad");
const colors = { good: "teal", fair: "gray", poor: "orange", bad: "red" } as const;

export function MosBadge({ mos }: { mos: number | null | undefined }) {
	const { t } = useTranslation();
	if (!mos) return null;
	return (
		<Tooltip label={t("sound.mos", { mos: number(mos, 1) })}>
			<Badge color={colors[grade(mos)]} style={{ flexShrink: 0 }}>
				{t(`sound.grade:${grade(mos)}`)}
			</Badge>
		</Tooltip>
	);
}

/** Only when it is bad enough to do something: a floor of good calls stays calm. */
export function BadSound({ mos }: { mos: number | null }) {
	const { t } = useTranslation();
	if (!mos || mos >= FAIR) return null;
	const Icon = mos < POOR ? IconWifi1 : IconWifi2;
	return (
		<Badge color={colors[grade(mos)]} leftSection={<Icon size={14} aria-hidden />} data-testid="bad-sound">
			{t("floor.sound", { grade: t(`sound.grade:${grade(mos)}`), mos: number(mos, 1) })}
		</Badge>
	);
}

const LIVE_MS = 3000;
const share = (part: number, whole: number) => (whole > 0 ? `${number((100 * part) / whole, 1)} %` : "—");
const ms = (value: number | null) => (value === null ? "—" : number(value));

const rows: [string, (s: Side) => React.ReactNode][] = [
	["sound.codec", (s) => s.codec],
	["sound.in", (s) => <MosBadge mos={s.mos} />],
	["sound.lost", (s) => share(s.lost, s.came + s.lost)],
	["sound.late", (s) => share(s.late, s.came + s.lost)],
	["sound.jitter", (s) => ms(s.jitter_ms)],
	["sound.rtt", (s) => ms(s.rtt_ms)],
	["sound.out", (s) => <MosBadge mos={s.far_mos} />],
	["sound.far_lost", (s) => (s.far_mos === null ? "—" : share(s.far_lost, s.sent))],
	["sound.far_jitter", (s) => (s.far_mos === null ? "—" : ms(s.far_jitter_ms))],
];

/** live: the call goes on. Nothing when nothing was measured: the simulated subscriber has no packets, old calls were not measured. */
export function CallSound({ call, live = false }: { call: number; live?: boolean }) {
	const { t } = useTranslation();
	const { data } = useGet(
		"/call-sounds",
		{},
		{ call_id: call },
		{ entities: ["call"], refetchInterval: live ? LIVE_MS : undefined },
	);
	const sides = (["operator", "contact"] as const)
		.map((side) => data?.rows.find((s) => s.side === side && s.call_id === call))
		.filter((s) => s !== undefined);
	if (sides.length === 0) return live ? <Text size="sm">{t("sound.none")}</Text> : null;
	return (
		<Stack gap="xs" data-testid="call-sound">
			<Title order={3}>{t("sound.title")}</Title>
			<Table>
				<Table.Thead>
					<Table.Tr>
						<Table.Th />
						{sides.map((s) => (
							<Table.Th key={s.side} w={150} ta="right">
								{t(`sound.side:${s.side}`)}
							</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map(([key, cell]) => (
						<Table.Tr key={key}>
							<Table.Td>{t(key)}</Table.Td>
							{sides.map((s) => (
								<Table.Td key={s.side} ta="right">
									{cell(s)}
								</Table.Td>
							))}
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Stack>
	);
}

/** From the floor: both legs of the talk as they are measured now. */
export function SoundMenu({ call }: { call: number }) {
	const { t } = useTranslation();
	return (
		<Popover position="bottom-start" shadow="md" width={430} trapFocus>
			<Popover.Target>
				<Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconWifi2 size={14} aria-hidden />}>
					{t("floor.sound.open")}
				</Button>
			</Popover.Target>
			<Popover.Dropdown>
				<CallSound call={call} live />
			</Popover.Dropdown>
		</Popover>
	);
}
