// SPDX-License-Identifier: GPL-3.0-or-later
// HandoverTab.tsx - what sales tell the project department about a project, in the order they tell it: the form with what is missing marked,
// the files, where it stands, who leads it and the summary that went out.
import { Alert, Anchor, Box, Button, Grid, List, Paper, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconListCheck, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { patch, post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Handover } from "../api/types";
import { useMay } from "../app/session";
import { fieldLabel, wordLabel } from "../i18n";
import { EntityForm } from "../parts/form/EntityForm";
import { dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { Assign } from "./Assign";
import { Materials } from "./Materials";

const NAMES = [
	...["type", "volume_dialogues", "script_at_hand", "base_at_hand", "starts_on", "ends_on"],
	...["client_person", "client_phone", "client_email"],
	...["base_city", "base_audience"],
	...["offer", "task", "goal", "decision_maker", "site", "materials"],
	"peculiarities",
	...["difficulties", "tests", "closer"],
];
/** Before which field a part begins. */
const PARTS = {
	type: "type",
	client_person: "client",
	base_city: "base",
	offer: "script",
	peculiarities: "customer",
	difficulties: "project",
};
const HINTS = ["client_person", "client_email", "base_audience", "decision_maker", "peculiarities", "site", "materials"];

/** Bring a field of the form before the person and into it. */
function goTo(field: string) {
	const box = document.querySelector(`[data-field="${field}"]`);
	box?.scrollIntoView({ block: "center" });
	box?.querySelector<HTMLElement>("input:not([type=hidden]), textarea")?.focus();
}

function Gaps({ title, fields, color }: { title: string; fields: string[]; color: string }) {
	if (!fields.length) return null;
	return (
		<Alert color={color} icon={<IconListCheck />} title={title}>
			<List size="sm">
				{fields.map((field) => (
					<List.Item key={field}>
						<Anchor component="button" type="button" size="sm" ta="left" onClick={() => goTo(field)}>
							{fieldLabel("handover", field)}
						</Anchor>
					</List.Item>
				))}
			</List>
		</Alert>
	);
}

function Standing({ row, gaps }: { row: Handover; gaps: { field: string; needed: boolean }[] }) {
	const { t } = useTranslation();
	const may = useMay();
	const give = useChange(
		() => post("/projects/{id}/hand-over", { id: row.id }),
		["handover", "project", "letter"],
		() => tell(t("handover.given")),
	);
	const needed = gaps.filter((g) => g.needed).map((g) => g.field);
	if (row.state === "draft")
		return (
			<>
				<Gaps color="yellow" title={t("handover.gaps")} fields={needed} />
				{!needed.length && (
					<Alert color="teal" icon={<IconCircleCheck />} p="xs">
						{t("handover.whole")}
					</Alert>
				)}
				<Gaps color="gray" title={t("handover.gaps.other")} fields={gaps.filter((g) => !g.needed).map((g) => g.field)} />
				<Button
					leftSection={<IconSend size={16} />}
					disabled={!!needed.length}
					loading={give.isPending}
					onClick={() => give.mutate(undefined, { onError: tellError })}
				>
					{t("handover.give")}
				</Button>
			</>
		);
	return (
		<Paper withBorder p="sm">
			{row.handed_at && <Text size="sm">{t("handover.given.what", { when: dateTime(row.handed_at) })}</Text>}
			<Text size="sm">{row.pm_id ? t("handover.led", { name: row.pm_name ?? "" }) : t("handover.waits")}</Text>
			{row.pm_id && row.state !== "running" && row.state !== "finished" && may("run_project") && (
				<Anchor component={Link} to={`/projects/${row.id}`} size="sm" display="block">
					{t("handover.next")}
				</Anchor>
			)}
			{row.letter_state && (
				<Text size="sm" c={row.letter_state === "failed" ? "red.8" : "dimmed"}>
					{t("handover.letter", { state: wordLabel("handover", "letter_state", row.letter_state) })}
				</Text>
			)}
		</Paper>
	);
}

function Form({ row, gaps, open }: { row: Handover; gaps: string[]; open: boolean }) {
	const { t } = useTranslation();
	// What others change meanwhile must not take away what is being typed: it meets at saving.
	const [from, setFrom] = useState(row);
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			patch("/handovers/{id}", { id: row.id }, values, version),
		["handover", "project"],
		() => tell(t("saved")),
	);
	return (
		<EntityForm<Handover>
			key={from.version}
			entity="handover"
			names={NAMES}
			row={from}
			columns={2}
			headings={Object.fromEntries(Object.entries(PARTS).map(([field, part]) => [field, t(`handover.part.${part}`)]))}
			marked={gaps}
			hints={Object.fromEntries(HINTS.map((name) => [name, t(`handover.hint.${name}`)]))}
			readOnly={!open}
			save={(values, version) => save.mutateAsync({ values, version })}
			onSaved={setFrom}
		/>
	);
}

export function HandoverTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const { id } = project;
	const entities = { entities: ["handover", "material", "project", "letter"] };
	const { data: row, error, refetch } = useGet("/handovers/{id}", { id, project_id: id }, {}, entities);
	const { data: gaps } = useGet("/handovers/{id}/gaps", { id, project_id: id }, {}, entities);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!row || row.id !== id) return <RowsSkeleton />;
	const open = row.state !== "finished" && (row.state === "draft" || may("run_project"));
	const missing = gaps?.rows ?? [];
	return (
		<Box className="tab-scroll" tabIndex={0}>
			<Grid gutter="md">
				<Grid.Col span={{ base: 12, md: 8 }}>
					<Paper withBorder p="md">
						<Form row={row} gaps={missing.filter((g) => g.needed).map((g) => g.field)} open={open} />
					</Paper>
				</Grid.Col>
				<Grid.Col span={{ base: 12, md: 4 }}>
					<Stack gap="md">
						{gaps && <Standing row={row} gaps={missing} />}
						{may("assign_pm") && row.state !== "draft" && row.state !== "finished" && <Assign row={row} />}
						<Materials id={id} open={open} />
						{row.summary && (
							<Paper withBorder p="sm">
								<Title order={2} size="h5">
									{t("handover.summary")}
								</Title>
								<Text size="xs" c="dimmed" mb="xs">
									{t("handover.summary.what")}
								</Text>
								<Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
									{row.summary}
								</Text>
							</Paper>
						)}
					</Stack>
				</Grid.Col>
			</Grid>
		</Box>
	);
}
