// SPDX-License-Identifier: GPL-3.0-or-later
// Between.tsx - what the seat shows when there is no contact on it: start of the shift, waiting, pause, preview, dialling by hand.
import { Alert, Anchor, Button, Center, Group, Loader, Paper, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Card, Seat } from "../api/types";
import { MissedHere } from "../inbound/MissedHere";
import { duration } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { useNow } from "../parts/useNow";
import { CardPanel } from "./CardPanel";
import { CallDesk, DeskChoice } from "./desk";
import type { LegState } from "./softphone";
import type { Act } from "./useSeat";

interface Props {
	seat: Seat;
	act: Act;
	busy: boolean;
	leg: LegState;
}

export function StartShift({ seat, busy, onStart }: Props & { onStart: (project: number) => void }) {
	const { t } = useTranslation();
	const last = localStorage.getItem("seat-project");
	const [project, setProject] = useState<string | null>(
		seat.projects.some((p) => String(p.id) === last) ? last : (seat.projects[0]?.id.toString() ?? null),
	);
	const start = () => {
		if (!project) return;
		localStorage.setItem("seat-project", project);
		onStart(Number(project));
	};
	useSeatKeys([["F2", start]]);
	return (
		<Center flex={1}>
			<Paper withBorder p="xl" w={420} maw="94vw">
				<Stack>
					<Title order={1}>{t("seat.start.title")}</Title>
					{seat.projects.length === 0 ? (
						<Text c="dimmed">{t("seat.start.no_projects")}</Text>
					) : (
						<>
							<Select
								label={t("field.project_id")}
								data={seat.projects.map((p) => ({ value: String(p.id), label: p.name }))}
								value={project}
								onChange={setProject}
								allowDeselect={false}
								searchable
							/>
							<DeskChoice />
							<Text size="sm" c="dimmed">
								{t("seat.start.what")}
							</Text>
							<Button
								size="md"
								loading={busy}
								disabled={!project}
								rightSection={<span className="key">F2</span>}
								onClick={start}
							>
								{t("seat.start")}
							</Button>
						</>
					)}
					<Anchor component={Link} to="/headset" size="sm">
						{t("nav.headset")}
					</Anchor>
				</Stack>
			</Paper>
		</Center>
	);
}

function ByHand({ act, busy }: { act: Act; busy: boolean }) {
	const { t } = useTranslation();
	const [number, setNumber] = useState("");
	return (
		<Stack>
			<Button rightSection={<span className="key">F2</span>} loading={busy} onClick={() => act("/seat/next")}>
				{t("seat.next_contact")}
			</Button>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					act("/seat/dial", { number });
				}}
			>
				<Group gap="xs" wrap="nowrap">
					<TextInput
						style={{ flex: 1 }}
						type="tel"
						placeholder="+7…"
						aria-label={t("field.number")}
						value={number}
						onChange={(e) => setNumber(e.currentTarget.value)}
					/>
					<Button type="submit" variant="default" disabled={!/\d{5}/.test(number.replace(/\D/g, ""))}>
						{t("seat.dial")}
					</Button>
				</Group>
			</form>
		</Stack>
	);
}

export function Waiting({ seat, act, busy, leg }: Props) {
	const { t } = useTranslation();
	const paused = seat.state === "pause";
	const stands = seat.state === "ready" && !!seat.project && seat.project.state !== "running";
	const asks = seat.state === "ready" && !stands && ["manual", "preview"].includes(seat.project?.mode ?? "");
	useSeatKeys([["F2", () => (paused ? leg === "up" && act("/seat/ready") : asks && act("/seat/next"))]]);
	const [title, what] = paused
		? ["seat.paused", "seat.paused.what"]
		: seat.state === "lost"
			? ["seat.lost", "seat.lost.what"]
			: stands
				? ["seat.stands", "seat.stands.what"]
				: asks
					? ["seat.take", "seat.take.what"]
					: ["seat.waiting", "seat.waiting.what"];
	return (
		<Center flex={1}>
			<Paper withBorder p="xl" w={420} maw="94vw">
				<Stack>
					<Group>
						{seat.state === "ready" && !asks && !stands && <Loader size="sm" type="dots" />}
						<Title order={1}>{t(title)}</Title>
					</Group>
					<Text c="dimmed">{t(what)}</Text>
					{leg === "refused" && <Alert color="red">{t("leg.refused.what")}</Alert>}
					{paused && (
						<Button
							size="md"
							loading={busy}
							disabled={leg !== "up"}
							rightSection={<span className="key">F2</span>}
							onClick={() => act("/seat/ready")}
						>
							{t("seat.ready")}
						</Button>
					)}
					{paused && leg.startsWith("phone_") && <CallDesk act={act} busy={busy} leg={leg} />}
					{paused && !["up", "refused", "phone_off", "phone_calling"].includes(leg) && (
						<Text size="sm">{t(`leg.${leg}`)}…</Text>
					)}
					{asks && <ByHand act={act} busy={busy} />}
					{seat.project_id && (
						<MissedHere project={seat.project_id} busy={busy || leg !== "up"} call={(whom) => act("/seat/dial", whom)} />
					)}
				</Stack>
			</Paper>
		</Center>
	);
}

export function Preview({ seat, card, act, busy }: Props & { card: Card }) {
	const { t } = useTranslation();
	const [reason, setReason] = useState("");
	const left = (seat.state_until ?? 0) - useNow(250);
	const dial = (phoneId?: number) => act("/seat/dial", { contact_id: card.id, ...(phoneId ? { phone_id: phoneId } : {}) });
	useSeatKeys([["F2", () => dial()]]);
	return (
		<Center flex={1} mih={0}>
			<Paper withBorder p="lg" w={560} maw="94vw" className="seat-panel">
				<Stack>
					<Group justify="space-between">
						<Text fw={600}>{t("seat.state:preview")}</Text>
						{seat.state_until && (
							<Text data-testid="preview-left">
								{t(`seat.preview_left.${seat.project?.preview_then ?? "pause"}`, { time: duration(left) })}
							</Text>
						)}
					</Group>
					<CardPanel card={card} fields={[]} answers={{}} onAnswers={() => undefined} onDial={dial} />
					<Button loading={busy} rightSection={<span className="key">F2</span>} onClick={() => dial()}>
						{t("seat.dial")}
					</Button>
					<form
						onSubmit={(e) => {
							e.preventDefault();
							act("/seat/skip", { reason });
						}}
					>
						<Group gap="xs" wrap="nowrap">
							<TextInput
								style={{ flex: 1 }}
								required
								placeholder={t("seat.skip_why")}
								aria-label={t("seat.skip_why")}
								value={reason}
								onChange={(e) => setReason(e.currentTarget.value)}
							/>
							<Button type="submit" variant="default">
								{t("seat.skip")}
							</Button>
						</Group>
					</form>
				</Stack>
			</Paper>
		</Center>
	);
}
