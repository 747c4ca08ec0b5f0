// SPDX-License-Identifier: GPL-3.0-or-later
// CallPanel.tsx - the call itself: how long, is it recorded, hang up, mute, hold, tones.
import { Button, Group, Popover, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconDialpad, IconMicrophoneOff, IconPhoneOff, IconPlayerPause } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SeatCall } from "../api/types";
import { duration, phone } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { useNow } from "../parts/useNow";
import type { Softphone } from "./softphone";
import { GuestNow, MonitorNow, RecordSwitch, Transfer } from "./Third";
import type { Act } from "./useSeat";

const TONES = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

function Tones({ act }: { act: Act }) {
	const { t } = useTranslation();
	const [sent, setSent] = useState("");
	const send = (tone: string) => {
		setSent((s) => s + tone);
		act("/seat/dtmf", { digits: tone });
	};
	return (
		<Popover position="bottom-end" shadow="md" trapFocus>
			<Popover.Target>
				<Button size="compact-sm" variant="default" leftSection={<IconDialpad size={15} />}>
					{t("seat.tones")}
				</Button>
			</Popover.Target>
			<Popover.Dropdown
				onKeyDown={(e) => {
					if (TONES.includes(e.key)) send(e.key);
				}}
			>
				<Text ff="monospace" ta="center" mih={22} data-testid="tones">
					{sent}
				</Text>
				<SimpleGrid cols={3} spacing={4} verticalSpacing={4}>
					{TONES.map((tone) => (
						<Button key={tone} variant="default" size="compact-md" onClick={() => send(tone)}>
							{tone}
						</Button>
					))}
				</SimpleGrid>
			</Popover.Dropdown>
		</Popover>
	);
}

export function CallPanel({ call, act, softphone }: { call: SeatCall; act: Act; softphone: Softphone }) {
	const { t } = useTranslation();
	const now = useNow();
	const ended = call.state === "ended";
	const rating = call.state === "rating";
	const plain = call.state === "connected" || call.state === "held";
	const led = call.state === "taken_over";
	const talking = plain || led || ["transferring", "consulting", "conference"].includes(call.state);
	const from = call.connected_at ?? call.answered_at;
	const until = call.talk_ended_at ?? call.ended_at ?? now;
	const hangup = () => !ended && !rating && !led && act("/seat/hangup");
	const mute = () => !ended && !rating && act("/seat/mute", { on: !call.muted });
	const hold = () => plain && act("/seat/hold", { on: !call.held });
	const silent = call.muted && !ended;
	// The microphone is one for the whole shift: it is what the screen says of this call, and on again after it.
	useEffect(() => {
		softphone.mute(silent);
		return () => softphone.mute(false);
	}, [softphone, silent]);
	useSeatKeys(
		[
			["F4", hangup],
			["F6", mute],
			["F7", hold],
		],
		"anywhere",
	);
	return (
		<Stack gap={6}>
			<Group justify="space-between" wrap="nowrap">
				<Group gap={8} wrap="nowrap">
					<span className={`dot ${ended ? "" : talking ? "dot-live" : "dot-wait"}`} />
					<Text fw={600} fz={20} data-testid="timer">
						{duration(until - (from ?? call.asked_at))}
					</Text>
				</Group>
				<Text size="sm" fw={500}>
					{ended
						? t(`cause:${call.cause}`, { defaultValue: t("call.state:ended") })
						: t(`call.state:${call.held ? "held" : call.state}`)}
				</Text>
			</Group>
			{call.direction === "in" && (
				<Text size="sm" fw={500} data-testid="incoming">
					{t("seat.incoming", { called: phone(call.called ?? "") })}
					{call.source && ` · ${call.source}`}
					{call.queue && ` · ${t("seat.of_queue", { queue: call.queue })}`}
					{call.queued_at && call.connected_at
						? ` · ${t("seat.waited", { time: duration(call.connected_at - call.queued_at) })}`
						: ""}
				</Text>
			)}
			<Text size="xs" c="dimmed">
				{call.number ? phone(call.number) : t("seat.hidden_number")}
				{call.records && talking && !call.unrecorded && ` · ${t("seat.recorded")}`}
			</Text>
			{call.record_error && !ended && (
				<Text size="sm" c="red" fw={500} role="alert" data-testid="not-recorded">
					{t("seat.not_recorded")}
				</Text>
			)}
			{talking && <MonitorNow call={call} />}
			{talking && call.guest && <GuestNow call={call} act={act} />}
			{!ended && !rating && call.state !== "passed" && !led && (
				<Group gap={6}>
					<Button
						size="compact-sm"
						color="red"
						leftSection={<IconPhoneOff size={15} />}
						rightSection={<span className="key">F4</span>}
						onClick={hangup}
					>
						{t("seat.hangup")}
					</Button>
					<Button
						size="compact-sm"
						variant={call.muted ? "filled" : "default"}
						color="orange"
						leftSection={<IconMicrophoneOff size={15} />}
						rightSection={<span className="key">F6</span>}
						onClick={mute}
						aria-pressed={call.muted}
					>
						{t("seat.mute")}
					</Button>
					{plain && (
						<>
							<Button
								size="compact-sm"
								variant={call.held ? "filled" : "default"}
								leftSection={<IconPlayerPause size={15} />}
								rightSection={<span className="key">F7</span>}
								onClick={hold}
								aria-pressed={call.held}
							>
								{t("seat.hold")}
							</Button>
							<Tones act={act} />
							<Transfer act={act} />
						</>
					)}
					{talking && call.records && <RecordSwitch call={call} act={act} />}
				</Group>
			)}
		</Stack>
	);
}
