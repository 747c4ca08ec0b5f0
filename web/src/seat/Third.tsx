// SPDX-License-Identifier: GPL-3.0-or-later
// Third.tsx - whoever comes into a talk beside the two: the guest an operator calls in, being one oneself, a supervisor; and the pause of
// the recording.
import { Alert, Button, Center, Group, Paper, Popover, Radio, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconArrowForwardUp, IconPlayerRecord, IconPlayerRecordFilled } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import type { Seat, SeatCall } from "../api/types";
import { phone } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { Word } from "../parts/table/cells";
import type { Act } from "./useSeat";

const LOOK_MS = 2000;

/** To whom: an operator, a queue, or a number outside. */
type Whom = { operator_id: number } | { queue_id: number } | { number: string } | null;

const keyOf = (whom: Whom) =>
	whom && "operator_id" in whom ? `o${whom.operator_id}` : whom && "queue_id" in whom ? `q${whom.queue_id}` : "";

function Colleagues({ chosen, choose }: { chosen: Whom; choose: (whom: Whom) => void }) {
	const { t } = useTranslation();
	const { data } = useGet("/seat/colleagues", {}, {}, { refetchInterval: LOOK_MS });
	const list = { mt: 6, mah: 180, gap: 6, style: { overflow: "auto" } } as const;
	const pick = (key: string) =>
		choose(key[0] === "q" ? { queue_id: Number(key.slice(1)) } : { operator_id: Number(key.slice(1)) });
	return (
		<>
			{data?.rows.length === 0 ? (
				<Text size="sm" c="dimmed">
					{t("seat.transfer.nobody")}
				</Text>
			) : (
				<Radio.Group label={t("seat.transfer.operator")} value={keyOf(chosen)} onChange={pick}>
					<Stack {...list}>
						{data?.rows.map((c) => (
							<Group key={c.user_id} justify="space-between" wrap="nowrap">
								<Radio value={`o${c.user_id}`} label={c.name} disabled={!c.free} />
								<Word entity="seat" field="state" word={c.state} />
							</Group>
						))}
					</Stack>
				</Radio.Group>
			)}
			{data && data.queues.length > 0 && (
				<Radio.Group label={t("seat.transfer.queue")} value={keyOf(chosen)} onChange={pick}>
					<Stack {...list}>
						{data.queues.map((q) => (
							<Radio
								key={q.queue_id}
								value={`q${q.queue_id}`}
								label={q.name}
								description={t("seat.transfer.queue.now", { ready: q.ready, waiting: q.waiting })}
							/>
						))}
					</Stack>
				</Radio.Group>
			)}
		</>
	);
}

export function Transfer({ act }: { act: Act }) {
	const { t } = useTranslation();
	const [opened, setOpened] = useState(false);
	const [whom, setWhom] = useState<Whom>(null);
	useSeatKeys([["F3", () => setOpened((o) => !o)]], "anywhere");
	const number = whom && "number" in whom ? whom.number : "";
	const somebody = whom !== null && (!("number" in whom) || number.trim() !== "");
	const answers = somebody && !("queue_id" in whom); // a queue has nobody to speak with first
	const go = (how: "blind" | "consult") => {
		if (!somebody || (how === "consult" && !answers)) return;
		setOpened(false);
		act("/seat/transfer", { how, ...whom });
	};
	return (
		<Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={310} trapFocus>
			<Popover.Target>
				<Button
					size="compact-sm"
					variant="default"
					leftSection={<IconArrowForwardUp size={15} />}
					rightSection={<span className="key">F3</span>}
					onClick={() => setOpened((o) => !o)}
				>
					{t("seat.transfer")}
				</Button>
			</Popover.Target>
			<Popover.Dropdown
				onKeyDown={(e) => {
					if (e.key !== "Enter" || !somebody || e.target instanceof HTMLButtonElement) return;
					e.preventDefault();
					go(e.shiftKey || !answers ? "blind" : "consult");
				}}
			>
				<Stack gap="sm">
					{opened && <Colleagues chosen={whom} choose={setWhom} />}
					<TextInput
						label={t("seat.transfer.number")}
						value={number}
						inputMode="tel"
						onChange={(e) => setWhom({ number: e.currentTarget.value })}
					/>
					<Button
						size="compact-md"
						disabled={!answers}
						rightSection={<span className="key">Enter</span>}
						onClick={() => go("consult")}
					>
						{t("seat.transfer.consult")}
					</Button>
					<Button
						size="compact-md"
						variant="default"
						disabled={!somebody}
						rightSection={<span className="key">{somebody && !answers ? "Enter" : "Shift+Enter"}</span>}
						onClick={() => go("blind")}
					>
						{t("seat.transfer.blind")}
					</Button>
				</Stack>
			</Popover.Dropdown>
		</Popover>
	);
}

/** How it is with the guest, and what may be done; why he did not come, until the next one is called. */
export function GuestNow({ call, act }: { call: SeatCall; act: Act }) {
	const { t } = useTranslation();
	const { guest } = call;
	const here = guest?.state === "in";
	const may = {
		complete: here || call.state === "consulting",
		join: here && call.state === "consulting",
		back: guest?.state !== "out",
	};
	const turn = (what: keyof typeof may) => guest && may[what] && act("/seat/turn", { turn: what });
	useSeatKeys(
		[
			["F3", () => turn("complete")],
			["F7", () => turn("join")],
			["F10", () => turn("back")],
		],
		"anywhere",
	);
	if (!guest) return null;
	const who = guest.name ?? phone(guest.number ?? "");
	if (guest.state === "out") {
		const why = guest.cause && !["hung_up", "cancelled"].includes(guest.cause) && t(`cause:${guest.cause}`);
		return why ? (
			<Text size="sm" c="var(--warn)" role="status" data-testid="guest">
				{t("seat.guest.out", { who, why })}
			</Text>
		) : null;
	}
	return (
		<Paper withBorder p={8} data-testid="guest">
			<Stack gap={6}>
				<Text size="sm" fw={500}>
					{t(`seat.guest.${guest.state}`, { who })}
				</Text>
				{call.state !== "conference" && (
					<Text size="xs" c="dimmed">
						{t("seat.guest.music")}
					</Text>
				)}
				<Group gap={6}>
					{call.state !== "transferring" && (
						<Button size="compact-sm" rightSection={<span className="key">F3</span>} onClick={() => turn("complete")}>
							{t("seat.guest.complete")}
						</Button>
					)}
					{call.state === "consulting" && (
						<Button
							size="compact-sm"
							variant="default"
							disabled={!here}
							rightSection={<span className="key">F7</span>}
							onClick={() => turn("join")}
						>
							{t("seat.guest.join")}
						</Button>
					)}
					<Button
						size="compact-sm"
						variant="default"
						rightSection={<span className="key">F10</span>}
						onClick={() => turn("back")}
					>
						{t("seat.guest.back")}
					</Button>
				</Group>
			</Stack>
		</Paper>
	);
}

/** Called into another's talk. */
export function GuestOf({ of, act, busy }: { of: NonNullable<Seat["guest_of"]>; act: Act; busy: boolean }) {
	const { t } = useTranslation();
	const leave = () => act("/seat/leave");
	useSeatKeys([["F4", leave]], "anywhere");
	return (
		<Center flex={1}>
			<Paper withBorder p="xl" w={440} maw="94vw" data-testid="guest-of">
				<Stack>
					<Title order={1}>{t("seat.guest_of", { operator: of.operator })}</Title>
					<Text>{t("seat.guest_of.what", { client: of.company ?? phone(of.number) })}</Text>
					<Button variant="default" loading={busy} rightSection={<span className="key">F4</span>} onClick={leave}>
						{t("seat.guest_of.leave")}
					</Button>
				</Stack>
			</Paper>
		</Center>
	);
}

export function MonitorNow({ call }: { call: SeatCall }) {
	const { t } = useTranslation();
	if (!call.monitor) return null;
	return (
		<Alert color={call.monitor.mode === "take_over" ? "orange" : "blue"} p={6} role="status" data-testid="monitor">
			{t(`seat.monitor.${call.monitor.mode}`, { name: call.monitor.name })}
		</Alert>
	);
}

/** Card data are said: the recording stands, and one sees it. */
export function RecordSwitch({ call, act }: { call: SeatCall; act: Act }) {
	const { t } = useTranslation();
	const turn = () => act("/seat/record", { on: call.unrecorded });
	useSeatKeys([["F1", turn]], "anywhere");
	return (
		<>
			<Button
				size="compact-sm"
				variant={call.unrecorded ? "filled" : "default"}
				color="red"
				leftSection={call.unrecorded ? <IconPlayerRecord size={15} /> : <IconPlayerRecordFilled size={15} color="#e03131" />}
				rightSection={<span className="key">F1</span>}
				onClick={turn}
				aria-pressed={call.unrecorded}
			>
				{t(call.unrecorded ? "seat.record.paused" : "seat.record.pause")}
			</Button>
			{call.unrecorded && (
				<Text size="xs" c="red" fw={500} role="status" data-testid="unrecorded">
					{t("seat.record.what")}
				</Text>
			)}
		</>
	);
}
