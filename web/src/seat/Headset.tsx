// SPDX-License-Identifier: GPL-3.0-or-later
// Headset.tsx - is the headset all right: choose it, see the level, hear oneself back from the server.
import { Alert, Box, Button, Group, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { Level } from "./Level";
import "./seat.css";
import { devices, type LegState, openMicrophone, Softphone } from "./softphone";

function useMicrophone(chosen: string | undefined) {
	const [stream, setStream] = useState<MediaStream>();
	const [known, setKnown] = useState<MediaDeviceInfo[]>([]);
	const [refused, setRefused] = useState(false);
	const open = useCallback(async () => {
		try {
			const opened = await openMicrophone();
			setStream((old) => {
				for (const track of old?.getTracks() ?? []) track.stop();
				return opened;
			});
			setKnown(await navigator.mediaDevices.enumerateDevices());
			setRefused(false);
		} catch {
			setRefused(true);
		}
	}, []);
	useEffect(() => {
		open();
	}, [open, chosen]);
	useEffect(() => {
		navigator.mediaDevices?.addEventListener("devicechange", open);
		return () => navigator.mediaDevices?.removeEventListener("devicechange", open);
	}, [open]);
	useEffect(
		() => () => {
			for (const track of stream?.getTracks() ?? []) track.stop();
		},
		[stream],
	);
	return { stream, known, refused, open };
}

function Echo() {
	const { t } = useTranslation();
	const [state, setState] = useState<LegState>("off");
	const phone = useRef<Softphone>(undefined);
	phone.current ??= new Softphone(async (sdp) => (await post("/echo", {}, { sdp })).sdp, setState);
	useEffect(() => () => phone.current?.stop(), []);
	return (
		<Stack gap="xs">
			<Text size="sm">{t("headset.echo.what")}</Text>
			<Group>
				<Button
					variant={state === "off" ? "filled" : "default"}
					onClick={() => (state === "off" ? phone.current?.start() : phone.current?.stop())}
				>
					{t(state === "off" ? "headset.echo" : "headset.echo.stop")}
				</Button>
				{state !== "off" && (
					<Text size="sm" role="status" data-testid="echo">
						{t(state === "up" ? "headset.echo.up" : `leg.${state}`)}
					</Text>
				)}
			</Group>
		</Stack>
	);
}

export function Headset() {
	const { t } = useTranslation();
	const [chosen, setChosen] = useState(devices.get());
	const { stream, known, refused, open } = useMicrophone(chosen.microphone);
	const choose = (what: typeof chosen) => {
		devices.set({ ...chosen, ...what });
		setChosen({ ...chosen, ...what });
	};
	const options = (kind: MediaDeviceKind) =>
		known.filter((d) => d.kind === kind && d.deviceId).map((d) => ({ value: d.deviceId, label: d.label || d.deviceId }));
	const speakers = options("audiooutput");
	return (
		<Box className="page" maw={560}>
			<Title order={1} mb="md">
				{t("nav.headset")}
			</Title>
			<Paper withBorder p="md">
				<Stack>
					{!window.isSecureContext && <Alert color="red">{t("headset.insecure")}</Alert>}
					{refused && (
						<Alert color="red" title={t("leg.refused")}>
							<Text size="sm" mb="xs">
								{t("leg.refused.what")}
							</Text>
							<Button variant="light" color="red" onClick={open}>
								{t("retry")}
							</Button>
						</Alert>
					)}
					<Select
						label={t("headset.microphone")}
						data={options("audioinput")}
						value={chosen.microphone ?? options("audioinput")[0]?.value ?? null}
						onChange={(v) => choose({ microphone: v ?? undefined })}
						allowDeselect={false}
					/>
					{speakers.length > 0 && (
						<Select
							label={t("headset.speaker")}
							data={speakers}
							value={chosen.speaker ?? speakers[0]?.value ?? null}
							onChange={(v) => choose({ speaker: v ?? undefined })}
							allowDeselect={false}
						/>
					)}
					<div>
						<Text size="sm" fw={500} mb={4}>
							{t("headset.level")}
						</Text>
						<Level stream={stream} label={t("headset.level")} height={12} />
						<Text size="xs" c="dimmed" mt={4}>
							{t("headset.level.what")}
						</Text>
					</div>
					<Echo />
				</Stack>
			</Paper>
		</Box>
	);
}
