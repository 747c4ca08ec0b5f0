// SPDX-License-Identifier: GPL-3.0-or-later
// Assign.tsx - who leads a project that was handed over: project managers by what they lead already, one press.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Handover } from "../api/types";
import { fieldLabel } from "../i18n";
import { number } from "../parts/format";
import { tell, tellError } from "../parts/states";

export function Assign({ row }: { row: Handover }) {
	const { t } = useTranslation();
	const { rows, data } = useAll("/project-managers", {}, "project", { sort: "running,plan_per_day,waiting" });
	const assign = useChange(
		(pm: { id: number; name: string }) => post("/projects/{id}/pm", { id: row.id }, { pm_id: pm.id }),
		["handover", "project", "letter"],
		(_, pm) => tell(t("handover.assigned", { name: pm.name })),
	);
	return (
		<Paper withBorder p="sm" data-testid="assign">
			<Title order={2} size="h5">
				{t("handover.assign")}
			</Title>
			<Text size="xs" c="dimmed" mb="xs">
				{t("handover.assign.what")}
			</Text>
			<Stack gap="xs">
				{data && !rows.length && <Text size="sm">{t("handover.assign.nobody")}</Text>}
				{rows.map((pm) => (
					<Group key={pm.id} justify="space-between" wrap="nowrap" gap="xs">
						<Stack gap={0} miw={0}>
							<Text size="sm" fw={500} truncate>
								{pm.name}
							</Text>
							<Text size="xs" c="dimmed">
								{(["running", "waiting", "plan_per_day", "operators"] as const)
									.map((name) => `${fieldLabel("pm_load", name)}: ${number(pm[name])}`)
									.join(" · ")}
							</Text>
						</Stack>
						{pm.id === row.pm_id ? (
							<Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
								{t("handover.assign.now")}
							</Text>
						) : (
							<Button
								size="compact-sm"
								variant="light"
								style={{ flexShrink: 0 }}
								loading={assign.isPending && assign.variables?.id === pm.id}
								disabled={assign.isPending}
								aria-label={`${t("handover.assign.this")}: ${pm.name}`}
								onClick={() => assign.mutate(pm, { onError: tellError })}
							>
								{t("handover.assign.this")}
							</Button>
						)}
					</Group>
				))}
			</Stack>
		</Paper>
	);
}
