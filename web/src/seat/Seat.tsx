// SPDX-License-Identifier: GPL-3.0-or-later
// Seat.tsx - the operator's place: one screen without scrolling, everything by keys. The server owns the state; this draws it and
// holds the headset's leg for as long as there is a shift.
import { Alert, Box, Button, Center, Group, Modal, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { post } from "../api/client";
import { useStreamUp } from "../api/events";
import { Failed, PageSkeleton } from "../parts/states";
import { Preview, StartShift, Waiting } from "./Between";
import { useDesk } from "./desk";
import { Offered } from "./Offered";
import { inWork, SeatHeader } from "./SeatHeader";
import "./seat.css";
import { beep, type LegState, Softphone } from "./softphone";
import { GuestOf } from "./Third";
import { useSeat } from "./useSeat";
import { Work } from "./Work";

/** Two tabs with one leg would take the voice from each other. */
function useOnlyTab(): boolean | undefined {
	const [only, setOnly] = useState<boolean>();
	useEffect(() => {
		if (!navigator.locks) return setOnly(true);
		let release: () => void = () => undefined;
		const held = new Promise<void>((resolve) => {
			release = resolve;
		});
		const stop = new AbortController();
		const timer = setTimeout(() => setOnly(false), 400);
		navigator.locks
			.request("zvonar-seat", { signal: stop.signal }, () => {
				clearTimeout(timer);
				setOnly(true);
				return held;
			})
			.catch(() => undefined);
		return () => {
			clearTimeout(timer);
			stop.abort();
			release();
		};
	}, []);
	return only;
}

function useSoftphone(onShift: boolean, only: boolean | undefined) {
	const [leg, setLeg] = useState<LegState>("off");
	const phone = useRef<Softphone>(undefined);
	phone.current ??= new Softphone(async (sdp) => (await post("/seat/leg", {}, { sdp })).sdp, setLeg);
	useEffect(() => {
		const softphone = phone.current!;
		if (!onShift || !only) return;
		softphone.start();
		return () => softphone.stop();
	}, [onShift, only]);
	return { leg, softphone: phone.current };
}

/** Leaving in the middle of a call by a slip of the hand: the headset's line would go with the page. */
function Leaving({ works, talks }: { works: boolean; talks: boolean }) {
	const { t } = useTranslation();
	useEffect(() => {
		if (!talks) return;
		const ask = (e: BeforeUnloadEvent) => e.preventDefault();
		window.addEventListener("beforeunload", ask);
		return () => window.removeEventListener("beforeunload", ask);
	}, [talks]);
	// The log-in may be over: then there is nothing to stay for.
	const leaving = useBlocker(({ nextLocation }) => works && !["/seat", "/login"].includes(nextLocation.pathname));
	return (
		<Modal
			opened={leaving.state === "blocked"}
			onClose={() => leaving.reset?.()}
			title={t(talks ? "seat.leaving.talk" : "seat.leaving.work")}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			<Text size="sm" mb="md">
				{t("seat.leaving.what")}
			</Text>
			<Group justify="flex-end">
				<Button variant="subtle" color="red" onClick={() => leaving.proceed?.()}>
					{t("seat.leaving.go")}
				</Button>
				<Button data-autofocus onClick={() => leaving.reset?.()}>
					{t("seat.leaving.stay")}
				</Button>
			</Group>
		</Modal>
	);
}

export function Seat() {
	const { t } = useTranslation();
	const { seat, act, busy, error, refetch } = useSeat();
	const only = useOnlyTab();
	const desk = useDesk(seat);
	const { leg: headset, softphone } = useSoftphone(!!seat?.shift && desk.loaded && !desk.inUse, only);
	const leg = desk.inUse ? desk.leg : headset;
	const up = useStreamUp();
	const talking = seat?.state === "talking";

	useEffect(() => {
		if (talking) beep();
	}, [talking]);
	useEffect(() => {
		document.title = seat ? `${t(`seat.state:${seat.state}`)} · ${t("zvonar")}` : t("zvonar");
	}, [seat, t]);

	if (error && !seat) return <Failed error={error} retry={refetch} />;
	if (!seat || only === undefined) return <PageSkeleton />;
	if (!only)
		return (
			<Center h="100dvh">
				<Text>{t("seat.other_tab")}</Text>
			</Center>
		);
	const { call, card } = seat;
	return (
		<Box className="seat" data-state={seat.state}>
			<SeatHeader seat={seat} act={act} leg={leg} softphone={softphone} />
			{!up && (
				<Alert color="yellow" p={6} role="status">
					{t("seat.stream_down")}
				</Alert>
			)}
			{seat.shift && leg === "broken" && (
				<Alert color="red" p={6} role="alert">
					{t("leg.broken.what")}
				</Alert>
			)}
			<Leaving works={!!seat.shift && (inWork(seat) || !!seat.guest_of)} talks={talking} />
			<main className="seat-main">
				{!seat.shift ? (
					<StartShift
						seat={seat}
						act={act}
						busy={busy}
						leg={leg}
						onStart={(project) => act("/seat/start", { project_id: project })}
					/>
				) : card && seat.state === "preview" ? (
					<Preview seat={seat} card={card} act={act} busy={busy} leg={leg} />
				) : call && (!call.contact_id || card?.id === call.contact_id) ? (
					<Work
						key={call.id}
						seat={seat}
						call={call}
						card={call.contact_id ? (card ?? null) : null}
						act={act}
						busy={busy}
						softphone={softphone}
					/>
				) : seat.offer && seat.state === "offered" ? (
					<Offered seat={seat} offer={seat.offer} act={act} busy={busy} />
				) : seat.guest_of ? (
					<GuestOf of={seat.guest_of} act={act} busy={busy} />
				) : (
					<Waiting seat={seat} act={act} busy={busy} leg={leg} />
				)}
			</main>
		</Box>
	);
}
