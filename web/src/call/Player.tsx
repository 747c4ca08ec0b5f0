// SPDX-License-Identifier: GPL-3.0-or-later
// Player.tsx - plays a recording: the two sides as two waveforms, seeking, speed. wavesurfer.js is fetched when first needed.
import { ActionIcon, Alert, Box, CloseButton, Group, Paper, SegmentedControl, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconRewindBackward5, IconRewindForward5 } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type WaveSurfer from "wavesurfer.js";
import { useGet } from "../api/hooks";
import { nonce } from "../app/theme";
import { duration } from "../parts/format";
import { type Gap, Marks, Places, useMarks } from "./Marks";

interface Props {
	recording: number;
	title: string;
	onClose?: () => void;
}

const STEP_S = 5;
/** What Space and the arrows belong to while it has the focus; the buttons that play are the player's own. */
const SPACE = "button:not(.play, [data-playing]), a, summary, [role=tab], [role=menuitem], [role=option]";
const ARROWS = "[role=tab], [role=menuitem], [role=option], [role=slider]";
/** One record is heard at a time, and answers the keys. */
let heard: WaveSurfer | undefined;

function useWave(recording: number) {
	const box = useRef<HTMLDivElement>(null);
	const wave = useRef<WaveSurfer>(undefined);
	const [state, setState] = useState({ playing: false, at: 0, length: 0, failed: false });
	useEffect(() => {
		let gone = false;
		const set = (what: Partial<typeof state>) => !gone && setState((s) => ({ ...s, ...what }));
		set({ playing: false, at: 0, length: 0, failed: false });
		import("wavesurfer.js").then(({ default: Wave }) => {
			if (gone || !box.current) return;
			const colors = getComputedStyle(document.documentElement);
			const accent = colors.getPropertyValue("--mantine-color-bell-7");
			const other = colors.getPropertyValue("--mantine-color-orange-7");
			const made = Wave.create({
				container: box.current,
				url: `/api/recordings/${recording}/audio`,
				height: 34,
				normalize: true,
				autoplay: true,
				barWidth: 2,
				barGap: 1,
				cursorColor: colors.getPropertyValue("--quiet"),
				cspNonce: nonce(),
				splitChannels: [
					{ waveColor: "#8fb9c0", progressColor: accent },
					{ waveColor: "#e0b58d", progressColor: other },
				],
			});
			wave.current = made;
			made.on("ready", (length) => set({ length }));
			made.on("timeupdate", (at) => set({ at }));
			made.on("play", () => {
				if (heard !== made) heard?.pause();
				heard = made;
				set({ playing: true });
			});
			made.on("pause", () => set({ playing: false }));
			made.on("error", () => set({ failed: true }));
		});
		return () => {
			gone = true;
			if (heard === wave.current) heard = undefined;
			wave.current?.destroy();
			wave.current = undefined;
		};
	}, [recording]);
	return { box, wave, state };
}

export function Player({ recording, title, onClose }: Props) {
	const { t } = useTranslation();
	const { box, wave, state } = useWave(recording);
	const { data: about } = useGet("/recordings/{id}", { id: recording }, {}, {});
	const gaps = (about?.gaps ?? []) as Gap[];
	const marks = useMarks(recording);
	const seek = (ms: number) => wave.current?.setTime(ms / 1000);
	const [speed, setSpeed] = useState("1");
	useEffect(() => {
		if (state.length) wave.current?.setPlaybackRate(Number(speed), true);
	}, [speed, state.length, wave]);
	const toggle = () => wave.current?.playPause();
	const skip = (s: number) => wave.current?.skip(s);
	const key = (others: string, run: () => void) => (e: KeyboardEvent) => {
		if ((heard && heard !== wave.current) || (e.target as Element).closest(others)) return;
		e.preventDefault();
		run();
	};
	const native = { preventDefault: false };
	useHotkeys([
		["Space", key(SPACE, toggle), native],
		["ArrowLeft", key(ARROWS, () => skip(-STEP_S)), native],
		["ArrowRight", key(ARROWS, () => skip(STEP_S)), native],
	]);
	return (
		<Paper withBorder p="xs" component="section" aria-label={t("player.title")} data-testid="player">
			<Group gap="xs" wrap="nowrap">
				<ActionIcon
					variant="filled"
					size="lg"
					data-playing={state.playing}
					onClick={toggle}
					aria-label={t(state.playing ? "player.pause" : "player.play")}
				>
					{state.playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
				</ActionIcon>
				<ActionIcon variant="subtle" onClick={() => skip(-STEP_S)} aria-label={t("player.back")} visibleFrom="sm">
					<IconRewindBackward5 size={18} />
				</ActionIcon>
				<ActionIcon variant="subtle" onClick={() => skip(STEP_S)} aria-label={t("player.forward")} visibleFrom="sm">
					<IconRewindForward5 size={18} />
				</ActionIcon>
				<Box flex={1} miw={0}>
					<Group justify="space-between" wrap="nowrap" gap="xs">
						<Text size="sm" truncate>
							{title}
						</Text>
						<Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }} data-testid="player-time">
							{duration(state.at * 1000)} / {duration(state.length * 1000)}
						</Text>
					</Group>
					{state.failed ? (
						<Alert color="red" p={6}>
							{t("player.failed")}
						</Alert>
					) : (
						<div className="waves">
							<div ref={box} />
							<Places gaps={gaps} marks={marks} length={state.length * 1000} seek={seek} />
						</div>
					)}
					<Marks recording={recording} at={Math.round(state.at * 1000)} gaps={gaps} marks={marks} seek={seek} />
				</Box>
				<Box visibleFrom="sm">
					<Text size="xs" c="bell">
						{t("player.operator")}
					</Text>
					<Text size="xs" c="var(--warn)">
						{t("player.contact")}
					</Text>
				</Box>
				<SegmentedControl
					size="xs"
					value={speed}
					onChange={setSpeed}
					data={["1", "1.25", "1.5", "2"].map((v) => ({ value: v, label: `${v}×` }))}
					aria-label={t("player.speed")}
					visibleFrom="sm"
				/>
				{onClose && <CloseButton onClick={onClose} aria-label={t("close")} />}
			</Group>
		</Paper>
	);
}

/** Stands in every row of a sheet, so it is a plain button. */
export function PlayButton({ onPlay, active, what }: { onPlay: () => void; active: boolean; what: string }) {
	const { t } = useTranslation();
	return (
		<button
			type="button"
			className="play"
			data-active={active}
			aria-label={`${t("player.play")}: ${what}`}
			onClick={(e) => {
				e.stopPropagation();
				onPlay();
			}}
		>
			<IconPlayerPlayFilled size={13} />
		</button>
	);
}
