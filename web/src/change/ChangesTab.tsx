// SPDX-License-Identifier: GPL-3.0-or-later
// ChangesTab.tsx - the changes of a project: what was proposed, what became of it; a new one. The customer sees the same and decides here.
import { Anchor, Box, Button, Group, Paper, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { IconChevronLeft, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useAll } from "../api/hooks";
import { useMay } from "../app/session";
import { dateTime } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import { Word } from "../parts/table/cells";
import type { TabProps } from "../project/ProjectPage";
import { ChangeView } from "./ChangeView";
import { NewChange } from "./NewChange";

export function ChangesTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const at = params.get("change");
	const show = (change: string | null) => setParams(change ? { change } : {});
	const list = useAll("/changes", {}, "change", { project_id: project.id });
	const chosen = list.rows.find((c) => String(c.id) === at);
	if (list.error) return <Failed error={list.error} retry={list.refetch} />;
	if (list.isPending) return <RowsSkeleton />;
	const fresh = may("run_project") && project.state !== "finished" && (
		<Button w="fit-content" leftSection={<IconPlus size={16} />} onClick={() => show("new")}>
			{t("change.new")}
		</Button>
	);
	if (at)
		return (
			<Box className="tab-scroll" tabIndex={0}>
				<Stack gap="sm" maw={820} pt="sm">
					<Anchor component="button" type="button" w="fit-content" size="sm" onClick={() => show(null)}>
						<Group gap={4}>
							<IconChevronLeft size={16} />
							{t("change.all")}
						</Group>
					</Anchor>
					<Title order={2}>{at === "new" ? t("change.new") : chosen ? `${chosen.number}. ${chosen.title}` : ""}</Title>
					{at === "new" ? (
						<NewChange
							project={project}
							script={params.get("script")}
							base={params.get("base")}
							flow={params.get("flow")}
							onMade={(id) => show(String(id))}
						/>
					) : (
						<ChangeView id={Number(at)} project={project} />
					)}
				</Stack>
			</Box>
		);
	if (!list.rows.length) return <Empty what={t("change.empty")}>{fresh}</Empty>;
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<Stack gap="xs" maw={820} pt="sm">
				{fresh}
				{list.rows.map((c) => (
					<Paper withBorder p="sm" key={c.id}>
						<UnstyledButton w="100%" onClick={() => show(String(c.id))}>
							<Group justify="space-between" wrap="nowrap" align="flex-start">
								<Text fw={600} size="sm">
									{c.number}. {c.title}
								</Text>
								<Word entity="change" field="state" word={c.state} />
							</Group>
							<Text size="sm" c="dimmed">
								{t(`change.kind:${c.kind}`)} · {dateTime(c.created_at)}
							</Text>
						</UnstyledButton>
					</Paper>
				))}
			</Stack>
		</Box>
	);
}
