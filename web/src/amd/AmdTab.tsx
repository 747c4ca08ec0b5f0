// SPDX-License-Identifier: GPL-3.0-or-later
// AmdTab.tsx - answering machines of a project: what telling them from people would cost, measured on answers labelled by ear, the switch it
// guards, and the labelling itself: an answer plays, a key says what it was.
import {
	Alert,
	Anchor,
	Box,
	Button,
	Group,
	Kbd,
	Paper,
	Progress,
	SimpleGrid,
	Skeleton,
	Stack,
	Switch,
	Text,
	Title,
} from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconPlayerPlay, IconRobot, IconUser } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Answer, patch, put } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { Fact } from "../parts/Fact";
import { dateTime, number, percent } from "../parts/format";
import { Empty, Failed, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";

type Measure = Answer<"/projects/{id}/amd", "get">;
type Label = "person" | "machine";

function Facts({ m }: { m: Measure }) {
	const { t } = useTranslation();
	return (
		<SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="xs">
			<Paper withBorder p="sm">
				<Text size="sm" c="dimmed">
					{t("amd.labelled")}
				</Text>
				<Text fz={26} fw={600} lh={1.25}>
					{t("amd.labelled.of", { n: number(m.labelled), least: number(m.least) })}
				</Text>
				<Progress value={Math.min(100, (100 * m.labelled) / m.least)} mt={6} aria-label={t("amd.labelled")} />
			</Paper>
			<Fact
				label={t("amd.wrong")}
				value={percent(m.wrong, m.people)}
				note={m.people > 0 && t("amd.wrong.what", { wrong: number(m.wrong), people: number(m.people) })}
				bad={m.people > 0 && (100 * m.wrong) / m.people > m.limit_pct}
			/>
			<Fact
				label={t("amd.upper")}
				value={m.people ? `${number(m.upper_pct, 1)} %` : "—"}
				note={t("amd.upper.what", { limit: number(m.limit_pct) })}
				bad={m.people > 0 && m.upper_pct > m.limit_pct}
			/>
			<Fact
				label={t("amd.found")}
				value={percent(m.found, m.machines)}
				note={
					m.people + m.machines > 0 &&
					t("amd.found.what", {
						found: number(m.found),
						machines: number(m.machines),
						delay: number(m.delay_ms / 1000, 1),
					})
				}
			/>
		</SimpleGrid>
	);
}

/** Whom it would have left in silence, and why: each can be heard. */
function Wrong({ m }: { m: Measure }) {
	const { t } = useTranslation();
	if (m.wrong === 0) return null;
	const why = Object.entries(m.reasons).filter(([, n]) => n > 0);
	return (
		<Paper withBorder p="sm">
			<Text size="sm" mb={4}>
				{t("amd.mistakes")} {why.map(([reason, n]) => `${t(`amd.reason:${reason}`)}: ${number(n)}`).join(", ")}.
			</Text>
			<Group gap="xs">
				{m.wrong_calls.map((id) => (
					<Anchor key={id} component={Link} to={`/calls?row=${id}`} size="sm">
						№ {id}
					</Anchor>
				))}
			</Group>
		</Paper>
	);
}

function AmdSwitch({ project, m }: { project: number; m: Measure }) {
	const { t } = useTranslation();
	const may = useMay();
	const turn = useChange((on: boolean) => put("/projects/{id}/amd", { id: project }, { on }), ["project", "pickup"]);
	return (
		<Stack gap="xs">
			<Switch
				checked={m.on}
				disabled={!may("run_project") || (!m.on && !m.good)}
				onChange={(e) => turn.mutate(e.currentTarget.checked, { onError: tellError })}
				label={t("amd.switch")}
				description={t("amd.switch.what")}
			/>
			{!m.good && (
				<Alert color={m.on ? "red" : "gray"} p="xs">
					{m.labelled < m.least
						? t("amd.not_enough", { left: number(m.least - m.labelled) })
						: t("amd.too_wrong", { upper: number(m.upper_pct, 1), limit: number(m.limit_pct) })}
				</Alert>
			)}
		</Stack>
	);
}

function Labelling({ project }: { project: number }) {
	const { t } = useTranslation();
	const audio = useRef<HTMLAudioElement>(null);
	const [skipped, setSkipped] = useState<number[]>([]);
	const { rows, data, error, refetch } = useAll("/pickups", {}, "pickup", { project_id: project, label: "null", limit: 50 });
	const answer = rows.find((row) => !skipped.includes(row.id));
	const save = useChange(
		({ id, version, label }: { id: number; version: number; label: Label }) =>
			patch("/pickups/{id}", { id }, { label }, version),
		["pickup"],
	);
	const say = (label: Label) => {
		if (!answer || save.isPending) return;
		setSkipped((all) => [...all, answer.id]);
		save.mutate({ id: answer.id, version: answer.version, label }, { onError: tellError });
	};
	const again = () => {
		if (!audio.current) return;
		audio.current.currentTime = 0;
		audio.current.play().catch(() => undefined);
	};
	useHotkeys([
		["1", () => say("person")],
		["2", () => say("machine")],
		["3", () => answer && setSkipped((all) => [...all, answer.id])],
		["space", again],
	]);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <Skeleton h={120} />;
	if (!answer) return <Empty what={t("amd.nothing_left")} />;
	return (
		<Paper withBorder p="sm" data-testid="labelling">
			<Text size="sm" mb="xs">
				{t("amd.listen", { at: dateTime(answer.at) })}
			</Text>
			<audio
				ref={audio}
				key={answer.id}
				src={`/api/recordings/${answer.recording_id}/audio`}
				autoPlay
				controls
				style={{ width: "100%" }}
			/>
			<Group mt="xs" gap="xs">
				<Button leftSection={<IconUser size={16} />} rightSection={<Kbd>1</Kbd>} onClick={() => say("person")}>
					{t("amd.person")}
				</Button>
				<Button
					color="orange"
					leftSection={<IconRobot size={16} />}
					rightSection={<Kbd>2</Kbd>}
					onClick={() => say("machine")}
				>
					{t("amd.machine")}
				</Button>
				<Button variant="default" rightSection={<Kbd>3</Kbd>} onClick={() => setSkipped((all) => [...all, answer.id])}>
					{t("amd.skip")}
				</Button>
				<Button variant="subtle" leftSection={<IconPlayerPlay size={16} />} onClick={again}>
					{t("amd.again")}
				</Button>
			</Group>
		</Paper>
	);
}

export function AmdTab({ project }: TabProps) {
	const { t } = useTranslation();
	const {
		data: m,
		error,
		refetch,
	} = useGet("/projects/{id}/amd", { id: project.id }, {}, { entities: ["pickup", "project"] });
	if (error) return <Failed error={error} retry={refetch} />;
	if (!m) return <Skeleton h={200} />;
	return (
		<Box maw={1100}>
			<Stack>
				<Text size="sm" c="dimmed">
					{t("amd.intro")}
				</Text>
				<AmdSwitch project={project.id} m={m} />
				<Facts m={m} />
				<Wrong m={m} />
				<Title order={3}>{t("amd.label")}</Title>
				<Labelling project={project.id} />
			</Stack>
		</Box>
	);
}
