// SPDX-License-Identifier: GPL-3.0-or-later
// StopsTab.tsx - when the project stood, why and by whom; the customer agrees here to a later end of the term.
import { Box, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Stop } from "../api/types";
import { useMay, useMe } from "../app/session";
import { dateTime, dayOf } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { RefName } from "../parts/table/cells";
import type { TabProps } from "../project/ProjectPage";
import { Idle } from "./Idle";

function Shift({ stop }: { stop: Stop }) {
	const { t } = useTranslation();
	const his = useMe().role === "customer";
	const decide = useChange(
		(agrees: boolean) => post("/stops/{id}/decide", { id: stop.id }, { agrees }),
		["stop", "project"],
		() => tell(t("saved")),
	);
	if (stop.shift === "none") return null;
	return (
		<>
			<Text size="sm" mt={4}>
				{t(`stop.shift.${stop.shift}`, {
					was: dayOf(stop.ends_on_was),
					now: dayOf(stop.ends_on_new),
					who: stop.decided_by,
					when: dateTime(stop.decided_at),
				})}
			</Text>
			{his && stop.shift === "proposed" && (
				<Group gap="xs" mt="xs">
					<Button loading={decide.isPending} onClick={() => decide.mutate(true, { onError: tellError })}>
						{t("stop.agree")}
					</Button>
					<Button variant="default" loading={decide.isPending} onClick={() => decide.mutate(false, { onError: tellError })}>
						{t("stop.decline")}
					</Button>
				</Group>
			)}
		</>
	);
}

export function StopsTab({ project }: TabProps) {
	const { t } = useTranslation();
	const names = useMay()("see_users");
	const list = useAll("/stops", {}, "stop", { project_id: project.id });
	if (list.error) return <Failed error={list.error} retry={list.refetch} />;
	if (list.isPending) return <RowsSkeleton />;
	if (!list.rows.length) return <Empty what={t("stop.empty")} />;
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<Stack gap="xs" maw={820} pt="sm">
				{list.rows.map((stop) => (
					<Paper withBorder p="sm" key={stop.id}>
						<Text fw={600} size="sm">
							{stop.ended_at
								? t("stop.from_to", { from: dateTime(stop.started_at), to: dateTime(stop.ended_at) })
								: t("stop.since", { from: dateTime(stop.started_at) })}
						</Text>
						<Text size="sm">{stop.reason}</Text>
						<Text size="sm" c="dimmed">
							{stop.cause !== "person" ? (
								t("stop.by_program")
							) : stop.user_id && names ? (
								<RefName entity="user" id={stop.user_id} project={project.id} />
							) : (
								t("stop.by_manager")
							)}
							{" · "}
							{stop.letters ? t("stop.told", { count: stop.letters }) : t("stop.not_told")}
							{stop.ended_at && (
								<>
									{" · "}
									<Idle minutes={stop.idle_min} />
								</>
							)}
						</Text>
						<Shift stop={stop} />
					</Paper>
				))}
			</Stack>
		</Box>
	);
}
