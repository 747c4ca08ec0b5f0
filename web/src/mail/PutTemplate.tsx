// SPDX-License-Identifier: GPL-3.0-or-later
// PutTemplate.tsx - a template beside a letter that is written: filled for its project and recipient, looked at, then put where the cursor stands.
import { Button, Paper, Select, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, post } from "../api/client";
import { useAll } from "../api/hooks";
import { errorText } from "../parts/states";

type Filled = Answer<"/templates/{id}/fill", "post">;

export function PutTemplate({
	project,
	person,
	onPut,
}: {
	project: number | null;
	person: string;
	onPut: (filled: Filled) => void;
}) {
	const { t } = useTranslation();
	const [id, setId] = useState<number | null>(null);
	const { rows } = useAll("/templates", {}, "template", { kind: "letter", archived: false, sort: "name" });
	const mine = rows.filter((row) => !row.project_id || row.project_id === project);
	const { data, error } = useQuery<Filled>({
		queryKey: ["template_filled", id, project, person],
		queryFn: () => post("/templates/{id}/fill", { id: id ?? 0 }, { project_id: project, person: person || null }),
		placeholderData: keepPreviousData,
		retry: false,
		enabled: !!id,
	});
	if (!mine.length) return null;
	return (
		<Stack gap="xs">
			<Select
				label={t("mail.template")}
				placeholder={t("mail.template.choose")}
				data={mine.map((row) => ({ value: String(row.id), label: row.name }))}
				value={id ? String(id) : null}
				onChange={(v) => setId(v ? Number(v) : null)}
				searchable
				clearable
			/>
			{id && error && (
				<Text size="sm" c="red">
					{errorText(error)}
				</Text>
			)}
			{id && data && !error && (
				<>
					<Paper withBorder p="xs" data-testid="template-filled">
						<Text size="xs" c="dimmed">
							{t("mail.template.version", { number: data.number })}
						</Text>
						{data.subject && (
							<Text size="sm" fw={600}>
								{data.subject}
							</Text>
						)}
						<Text size="sm" className="letter-text" lineClamp={12}>
							{data.body}
						</Text>
						{data.gap && (
							<Text size="sm" c="var(--warn)" mt={6}>
								{t("mail.template.gap", { field: t([`template.field:${data.gap}`, "mail.template.field"]) })}
							</Text>
						)}
					</Paper>
					<Button size="xs" variant="light" onClick={() => onPut(data)}>
						{t("mail.template.put")}
					</Button>
				</>
			)}
		</Stack>
	);
}
