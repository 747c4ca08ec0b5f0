// SPDX-License-Identifier: GPL-3.0-or-later
// SeatHeader.tsx - the line above: project, state and its time, today's figures, pause, the state of the headset.
import { Badge, Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import { IconHeadset } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Seat } from "../api/types";
import { PersonMenu } from "../app/shell";
import { Bell } from "../notification/Bell";
import { duration } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { useNow } from "../parts/useNow";
import { Level } from "./Level";
import type { LegState, Softphone } from "./softphone";
import type { Act } from "./useSeat";

interface Props {
	seat: Seat;
	act: Act;
	leg: LegState;
	softphone: Softphone;
}

export const inWork = (seat: Seat) => ["reserved", "preview", "talking", "wrap_up"].includes(seat.state);

function StateNow({ seat }: { seat: Seat }) {
	const { t } = useTranslation();
	const now = useNow();
	const reason = seat.state === "pause" && seat.pause_reasons.find((r) => r.id === seat.pause_reason_id)?.name;
	return (
		<Text size="sm" fw={600} data-testid="state">
			{reason || t(`seat.state:${seat.state}`)} {seat.state_since ? duration(now - seat.state_since) : ""}
		</Text>
	);
}

function Today({ seat }: { seat: Seat }) {
	const { t } = useTranslation();
	const { dialogues, leads, plan } = seat.today;
	return (
		<Text size="sm" c="dimmed" visibleFrom="sm">
			{t("seat.queue", { count: seat.queue })} · {t("seat.today")} {t("seat.dialogues", { count: dialogues })} /{" "}
			{t("seat.leads", { count: leads })}
			{plan > 0 && ` / ${t("seat.plan", { plan })}`}
		</Text>
	);
}

export function PauseMenu({ seat, act }: Pick<Props, "seat" | "act">) {
	const { t } = useTranslation();
	const [opened, setOpened] = useState(false);
	useSeatKeys([["F9", () => setOpened((o) => !o)]], "anywhere");
	const after = inWork(seat);
	const take = (id: number) => {
		if (!after) return act("/seat/pause", { reason_id: id });
		const off = seat.leaving && seat.leaving_reason_id === id;
		const soon = { leaving: !off, leaving_reason_id: off ? null : id };
		act("/seat/leaving", off ? { on: false } : { on: true, reason_id: id }, undefined, soon);
	};
	return (
		<Menu opened={opened} onChange={setOpened} position="bottom-end">
			<Menu.Target>
				<Button
					size="compact-sm"
					variant={seat.leaving ? "filled" : "default"}
					color="yellow"
					autoContrast
					rightSection={<span className="key">F9</span>}
				>
					{t(seat.leaving ? "seat.pause_after" : "seat.pause")}
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				{after && <Menu.Label>{t("seat.pause_after.what")}</Menu.Label>}
				{seat.pause_reasons.length === 0 && !after && (
					<Menu.Item onClick={() => act("/seat/pause")}>{t("seat.pause")}</Menu.Item>
				)}
				{seat.pause_reasons.map((r) => (
					<Menu.Item key={r.id} onClick={() => take(r.id)} fw={seat.leaving_reason_id === r.id ? 700 : undefined}>
						{r.name}
					</Menu.Item>
				))}
				{!after && (
					<>
						<Menu.Divider />
						<Menu.Item color="red" onClick={() => act("/seat/stop")}>
							{t("seat.stop")}
						</Menu.Item>
					</>
				)}
			</Menu.Dropdown>
		</Menu>
	);
}

export function SeatHeader(props: Props) {
	const { seat, leg, softphone } = props;
	const { t } = useTranslation();
	return (
		<header className="seat-header">
			<Group gap="sm" wrap="nowrap" miw={0}>
				<Link to="/profile" aria-label={t("zvonar")}>
					<img src="/bell.svg" width={26} height={26} alt="" />
				</Link>
				{seat.project && (
					<Text size="sm" fw={600} truncate maw={260} title={seat.project.name}>
						{seat.project.name}
					</Text>
				)}
				<StateNow seat={seat} />
				{seat.shift && <Today seat={seat} />}
			</Group>
			<Group gap="xs" wrap="nowrap">
				{seat.shift && (
					<Tooltip label={t(`leg.${leg}`)}>
						<Badge color={leg === "up" ? "teal" : "red"} leftSection={<IconHeadset size={13} />} data-testid="leg">
							{leg === "up" && softphone.stream ? (
								<Level stream={softphone.stream} label={t("headset.level")} height={6} />
							) : (
								t(`leg.${leg}`)
							)}
						</Badge>
					</Tooltip>
				)}
				{seat.shift && <PauseMenu {...props} />}
				<Bell />
				<PersonMenu stays={inWork(seat)} />
			</Group>
		</header>
	);
}
