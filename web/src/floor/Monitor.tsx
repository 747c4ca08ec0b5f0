// SPDX-License-Identifier: GPL-3.0-or-later
// Monitor.tsx - a supervisor in an operator's talk, by a leg of his own: listens, whispers, joins, takes over. One talk at a time; the leg
// ends with the talk, by leaving, or with this page.
import { Button, Group, Menu, Paper, SegmentedControl, Text } from "@mantine/core";
import { IconEar } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, post } from "../api/client";
import { tellError } from "../parts/states";
import { type LegState, Softphone } from "../seat/softphone";

const MODES = ["listen", "whisper", "join", "take_over"] as const;
export type Mode = (typeof MODES)[number];
export interface Watched {
	call: number;
	name: string;
	client: string;
}

export function useMonitor() {
	const [watched, setWatched] = useState<Watched | null>(null);
	const [mode, setMode] = useState<Mode>("listen");
	const [leg, setLeg] = useState<LegState>("off");
	const phone = useRef<Softphone>(undefined);
	/** What he does now, whenever his leg has to be connected anew. */
	const does = useRef<Mode>("listen");
	const turnTo = (how: Mode) => {
		does.current = how;
		setMode(how);
	};

	const drop = useCallback(() => {
		phone.current?.stop();
		phone.current = undefined;
		setWatched(null);
	}, []);
	useEffect(() => () => phone.current?.stop(), []);

	function start(talk: Watched, how: Mode) {
		drop();
		setWatched(talk);
		turnTo(how);
		let told = false;
		const offer = async (sdp: string) => {
			try {
				const answer = await post("/calls/{id}/monitor", { id: talk.call }, { mode: does.current, sdp });
				told = false;
				return answer.sdp;
			} catch (error) {
				const over = error instanceof ApiError && !error.passes;
				if (!told && !(over && error.status === 409)) tellError(error); // 409: the talk is over
				told = true;
				if (over) setTimeout(drop);
				throw error;
			}
		};
		phone.current = new Softphone(offer, setLeg);
		phone.current.start();
	}
	async function turn(how: Mode) {
		if (!watched) return;
		try {
			await post("/calls/{id}/monitor/mode", { id: watched.call }, { mode: how });
			turnTo(how);
		} catch (error) {
			tellError(error);
		}
	}
	async function leave() {
		const call = watched?.call;
		drop();
		if (call) await post("/calls/{id}/monitor/mode", { id: call }, { mode: "none" }).catch(() => undefined);
	}
	return { watched, mode, leg, start, turn, leave, drop };
}
export type Monitoring = ReturnType<typeof useMonitor>;

/** What one does in the talk now, and the way out. */
export function MonitorBar({ monitor }: { monitor: Monitoring }) {
	const { t } = useTranslation();
	const { watched, mode, leg } = monitor;
	if (!watched) return null;
	return (
		<Paper withBorder p="sm" mb="md" data-testid="monitor" className="floor-monitor">
			<Group justify="space-between">
				<div>
					<Text fw={600}>{t("floor.monitor.at", { name: watched.name, client: watched.client })}</Text>
					<Text size="sm" c={leg === "refused" ? "red" : "dimmed"} role="status">
						{t(
							leg === "up"
								? `floor.monitor.${mode}.what`
								: leg === "refused"
									? "floor.monitor.refused"
									: "floor.monitor.connecting",
						)}
					</Text>
				</div>
				<Group>
					<SegmentedControl
						value={mode}
						onChange={(value) => monitor.turn(value as Mode)}
						disabled={leg !== "up"}
						data={MODES.map((value) => ({ value, label: t(`floor.monitor.${value}`) }))}
					/>
					<Button variant="default" onClick={monitor.leave}>
						{t("floor.monitor.leave")}
					</Button>
				</Group>
			</Group>
		</Paper>
	);
}

export function MonitorMenu({ talk, monitor }: { talk: Watched; monitor: Monitoring }) {
	const { t } = useTranslation();
	return (
		<Menu position="bottom-start">
			<Menu.Target>
				<Button size="compact-xs" variant="light" leftSection={<IconEar size={14} />}>
					{t("floor.monitor")}
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				{MODES.map((mode) => (
					<Menu.Item key={mode} onClick={() => monitor.start(talk, mode)}>
						{t(`floor.monitor.${mode}`)}
						<Text size="xs" c="dimmed">
							{t(`floor.monitor.${mode}.what`)}
						</Text>
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}
