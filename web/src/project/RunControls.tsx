// SPDX-License-Identifier: GPL-3.0-or-later
// RunControls.tsx - starting and stopping a project.
import { Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Project } from "../api/types";
import { useMay } from "../app/session";
import { tell, tellError } from "../parts/states";

const StopRitual = lazy(async () => ({ default: (await import("../change/StopRitual")).StopRitual }));

export function RunControls({ project }: { project: Project }) {
	const { t } = useTranslation();
	const may = useMay();
	const [stops, { open, close }] = useDisclosure(false);
	const [ends, ending] = useDisclosure(false);
	const readiness = useGet(
		"/projects/{id}/readiness",
		{ id: project.id, project_id: project.id },
		{},
		{ entities: ["project", "base", "script_version", "result", "member", "trunk"] },
	);
	const move = useChange(
		(what: "hand-over" | "run" | "finish") => post(`/projects/{id}/${what}`, { id: project.id }),
		["project", "stop"],
		() => tell(t("saved")),
	);
	const letter = useChange(
		() => post("/projects/{id}/letter", { id: project.id }),
		["letter"],
		() => tell(t("letter.made")),
	);
	const failed = { onError: tellError };
	const { state } = project;
	return (
		<Group gap="xs">
			{state === "draft" && (
				<Button variant="light" loading={move.isPending} onClick={() => move.mutate("hand-over", failed)}>
					{t("run.hand_over")}
				</Button>
			)}
			{["handed_over", "ready", "stopped"].includes(state) && (
				<Button
					leftSection={<IconPlayerPlay size={16} />}
					loading={move.isPending}
					disabled={readiness.data ? !readiness.data.ready : false}
					onClick={() => move.mutate("run", failed)}
				>
					{t(state === "stopped" ? "run.again" : "run.start")}
				</Button>
			)}
			{state === "running" && (
				<Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} onClick={open}>
					{t("run.stop")}
				</Button>
			)}
			<Menu position="bottom-end">
				<Menu.Target>
					<Button variant="default" px={8} aria-label={t("more")}>
						<IconChevronDown size={16} />
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					{may("send_letters") && (
						<Menu.Item onClick={() => letter.mutate(undefined, failed)}>{t("letter.send_now")}</Menu.Item>
					)}
					{state !== "draft" && state !== "finished" && (
						<Menu.Item color="red" onClick={ending.open}>
							{t("run.finish")}
						</Menu.Item>
					)}
				</Menu.Dropdown>
			</Menu>
			<Modal
				opened={ends}
				onClose={ending.close}
				title={t("run.finish.title", { name: project.name })}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				<Text size="sm" mb="md">
					{t("run.finish.what")}
				</Text>
				<Group justify="flex-end">
					<Button variant="default" onClick={ending.close}>
						{t("cancel")}
					</Button>
					<Button
						color="red"
						loading={move.isPending}
						onClick={() => move.mutate("finish", { ...failed, onSuccess: ending.close })}
					>
						{t("run.finish")}
					</Button>
				</Group>
			</Modal>
			{stops && (
				<Suspense>
					<StopRitual project={project} onClose={close} />
				</Suspense>
			)}
		</Group>
	);
}
