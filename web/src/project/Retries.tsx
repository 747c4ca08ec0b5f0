// SPDX-License-Identifier: GPL-3.0-or-later
// Retries.tsx - when a contact is dialled again after a call that found nobody, by how the call ended. No row: as everywhere.
import { Box, Drawer, Group, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, remove } from "../api/client";
import { fieldInfo } from "../api/entities";
import { useAll, useChange } from "../api/hooks";
import type { Retry } from "../api/types";
import { useMay } from "../app/session";
import { EntityForm } from "../parts/form/EntityForm";
import { RemoveButton } from "../parts/form/ListPage";
import { tell, tellError } from "../parts/states";
import type { TabProps } from "./ProjectPage";

/** A line that is busy is free soon: src/callflow/attempts.c. */
const BUSY_MIN = 10;

export function Retries({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const ids = { project_id: project.id };
	const { rows } = useAll("/projects/{project_id}/retries", ids, "retry");
	const [cause, setCause] = useState<string | null>(null);
	const row = rows.find((r) => r.cause === cause) as Retry | undefined;
	const close = () => setCause(null);
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			row
				? patch("/projects/{project_id}/retries/{id}", { ...ids, id: row.id }, values, version)
				: post("/projects/{project_id}/retries", ids, { ...ids, cause, ...values }),
		["retry"],
	);
	const drop = useChange((id: number) => remove("/projects/{project_id}/retries/{id}", { ...ids, id }), ["retry"], close);
	return (
		<Box>
			<Title order={2} mt="md">
				{t("retries.title")}
			</Title>
			<Text size="sm" c="dimmed" mb="xs">
				{t("retries.what")}
			</Text>
			<Table withTableBorder bg="var(--paper)">
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{t("retry.cause")}</Table.Th>
						<Table.Th>{t("retry.pause_min")}</Table.Th>
						<Table.Th>{t("retry.most")}</Table.Th>
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{(fieldInfo("retry", "cause")?.words ?? []).map((word) => {
						const own = rows.find((r) => r.cause === word);
						const usual = word === "busy" ? BUSY_MIN : project.attempt_gap_min;
						return (
							<Table.Tr key={word}>
								<Table.Td>
									{may("run_project") ? (
										<button type="button" className="plain" onClick={() => setCause(word)}>
											{t(`cause:${word}`)}
										</button>
									) : (
										t(`cause:${word}`)
									)}
								</Table.Td>
								<Table.Td c={own ? undefined : "dimmed"}>{own ? own.pause_min : t("retries.usual", { n: usual })}</Table.Td>
								<Table.Td>{own?.most || ""}</Table.Td>
							</Table.Tr>
						);
					})}
				</Table.Tbody>
			</Table>
			<Drawer
				opened={!!cause}
				onClose={close}
				position="right"
				title={cause && t(`cause:${cause}`)}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{cause && (
					<>
						<EntityForm<Retry>
							key={cause}
							entity="retry"
							names={["pause_min", "most"]}
							row={row}
							initial={{ pause_min: project.attempt_gap_min || BUSY_MIN, most: 0 }}
							hints={{ most: t("retries.most") }}
							save={(values, version) => save.mutateAsync({ values, version }) as Promise<Retry>}
							onSaved={() => {
								tell(t("saved"));
								close();
							}}
							onCancel={close}
						/>
						{row && (
							<Group mt="md">
								<RemoveButton run={() => drop.mutate(row.id, { onError: tellError })} />
							</Group>
						)}
					</>
				)}
			</Drawer>
		</Box>
	);
}
