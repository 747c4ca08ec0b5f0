// SPDX-License-Identifier: GPL-3.0-or-later
// Materials.tsx - the files of a hand-over: add, save, take away.
import { ActionIcon, Anchor, Button, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { IconPaperclip, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { remove, upload, url } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import { ChooseFile } from "../parts/ChooseFile";
import { bytes } from "../parts/format";
import { tellError } from "../parts/states";

export function Materials({ id, open }: { id: number; open: boolean }) {
	const { t } = useTranslation();
	const [share, setShare] = useState<number | null>(null);
	const ids = { project_id: id };
	const { rows, data } = useAll("/projects/{project_id}/materials", ids, "material");
	const add = useChange(
		async (files: File[]) => {
			try {
				for (const file of files) await upload("/projects/{id}/materials", { id }, file, setShare);
			} finally {
				setShare(null);
			}
		},
		["material"],
	);
	const drop = useChange(
		(material: number) => remove("/projects/{project_id}/materials/{id}", { ...ids, id: material }),
		["material"],
	);
	return (
		<Paper withBorder p="sm">
			<Group justify="space-between" mb="xs">
				<Title order={2} size="h5">
					{t("handover.materials")}
				</Title>
				{open && (
					<ChooseFile multiple onChange={(files) => files.length && add.mutate(files, { onError: tellError })}>
						{(props) => (
							<Button
								{...props}
								size="compact-sm"
								variant="light"
								leftSection={<IconPaperclip size={15} />}
								loading={add.isPending}
							>
								{t("handover.files.add")}
							</Button>
						)}
					</ChooseFile>
				)}
			</Group>
			{share !== null && <Progress value={share * 100} size="sm" mb="xs" aria-label={t("handover.files.add")} />}
			{data && !rows.length && (
				<Text size="sm" c="dimmed">
					{t("handover.files.none")}
				</Text>
			)}
			<Stack gap={4}>
				{rows.map((file) => (
					<Group key={file.id} justify="space-between" wrap="nowrap" gap="xs">
						<Anchor
							size="sm"
							truncate
							href={url("/projects/{project_id}/materials/{id}/file", { ...ids, id: file.id })}
							download={file.name}
						>
							{file.name}
						</Anchor>
						<Group gap={4} wrap="nowrap">
							<Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
								{bytes(file.bytes)}
							</Text>
							{open && (
								<ActionIcon
									variant="subtle"
									color="gray"
									size="sm"
									aria-label={t("handover.files.remove", { name: file.name })}
									onClick={() => drop.mutate(file.id, { onError: tellError })}
								>
									<IconTrash size={15} />
								</ActionIcon>
							)}
						</Group>
					</Group>
				))}
			</Stack>
		</Paper>
	);
}
