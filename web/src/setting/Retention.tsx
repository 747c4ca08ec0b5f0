// SPDX-License-Identifier: GPL-3.0-or-later
// Retention.tsx - how long recordings and personal data are kept, by the house or one project, with what would go and when, before it is saved.
import { Alert, Button, Group, NumberInput, Paper, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { put } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { dateTime, number } from "../parts/format";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";

interface Days {
	recordings_days: number | null;
	personal_days: number | null;
}
interface Told {
	own: Days;
	house: Days;
	customary: Days | null;
	begins_at: number | null;
	due: { recordings: number; contacts: number };
	month: { recordings: number; contacts: number };
}
const fields = ["recordings_days", "personal_days"] as const;
const MANY = 10000;

// The two paths answer alike, which their types do not say.
function Form({ told, project }: { told: Told; project?: number }) {
	const { t } = useTranslation();
	const [typed, setTyped] = useState<Days>(told.own);
	const [asked] = useDebouncedValue(typed, 400);
	const changed = fields.some((name) => typed[name] !== told.own[name]);
	const path = project ? "/projects/{id}/retention" : "/retention";
	const query = { recordings_days: asked.recordings_days ?? 0, personal_days: asked.personal_days ?? 0 };
	const would = useGet(path as "/retention", project ? ({ id: project } as never) : {}, query as never, {});
	const save = useChange(
		() => put(path as "/retention", project ? ({ id: project } as never) : {}, typed),
		["retention"],
		() => tell(t("saved")),
	);
	const amount = (n: number) => (n > MANY ? t("retention.more", { count: MANY }) : number(n));
	const shown = (changed ? would.data : told) as Told | undefined;
	const holds = fields.some((name) => typed[name] ?? told.house[name]);
	return (
		<Stack gap="sm">
			<Text size="sm" c="dimmed">
				{t("retention.what")}
			</Text>
			{fields.map((name) => (
				<NumberInput
					key={name}
					label={t(`retention.${name}`)}
					min={1}
					max={36500}
					allowDecimal={false}
					placeholder={
						project && told.house[name] ? t("retention.as_house", { count: told.house[name] }) : t("retention.for_ever")
					}
					value={typed[name] ?? ""}
					onChange={(v) => setTyped({ ...typed, [name]: typeof v === "number" && v > 0 ? v : null })}
				/>
			))}
			{told.customary && (
				<Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => setTyped(told.customary ?? typed)}>
					{t("retention.customary", {
						recordings: told.customary.recordings_days,
						personal: told.customary.personal_days,
					})}
				</Button>
			)}
			{holds && shown && (
				<Alert color={shown.due.recordings + shown.due.contacts ? "yellow" : "gray"} data-testid="retention">
					{t("retention.due", { recordings: amount(shown.due.recordings), contacts: amount(shown.due.contacts) })}{" "}
					{t("retention.month", { recordings: amount(shown.month.recordings), contacts: amount(shown.month.contacts) })}{" "}
					{!!shown.begins_at && shown.begins_at > Date.now() && t("retention.begins", { when: dateTime(shown.begins_at) })}
				</Alert>
			)}
			<Group justify="flex-end">
				<Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate(undefined, { onError: tellError })}>
					{t("save")}
				</Button>
			</Group>
		</Stack>
	);
}

export function Retention({ project }: { project?: number }) {
	const { t } = useTranslation();
	const path = project ? "/projects/{id}/retention" : "/retention";
	const { data, error, refetch } = useGet(
		path as "/retention",
		project ? ({ id: project } as never) : {},
		{},
		{ entities: ["retention"] },
	);
	const told = data as Told | undefined;
	return (
		<Paper withBorder p="md">
			<Title order={2} mb="sm">
				{t("retention.title")}
			</Title>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : told ? (
				<Form key={JSON.stringify(told.own)} told={told} project={project} />
			) : (
				<RowsSkeleton />
			)}
		</Paper>
	);
}
