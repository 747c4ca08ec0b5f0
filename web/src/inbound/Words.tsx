// SPDX-License-Identifier: GPL-3.0-or-later
// Words.tsx - words for a voice: fields to put in, how values are read out, and a button to hear them before anybody calls.
import { Alert, Button, Collapse, Group, Menu, Stack, Table, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBraces, IconPlayerPlay } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, post, send } from "../api/client";
import { useAll, useGet } from "../api/hooks";
import { errorText } from "../parts/states";
import { mergeFields } from "../script/merge";

export interface Spoken {
	project_id: number | null;
	language: "ru" | "en";
	words: string;
}

/** Has the words spoken, and tells what was said. */
export function Listen({ what }: { what: Spoken }) {
	const { t } = useTranslation();
	const [heard, setHeard] = useState<{ text: string; gap: string | null; url: string } | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [busy, setBusy] = useState(false);
	useEffect(() => {
		setHeard(null);
		setFailed(null);
	}, [what.words, what.language]);
	useEffect(() => () => URL.revokeObjectURL(heard?.url ?? ""), [heard]);
	async function listen() {
		setBusy(true);
		try {
			const { text, gap } = await post("/prompts/fill", {}, what);
			const sound = await send("POST", "/prompts/speak", {}, { body: what });
			setHeard({ text: text ?? "", gap: gap ?? null, url: URL.createObjectURL(await sound.blob()) });
			setFailed(null);
		} catch (error) {
			setFailed(error);
		}
		setBusy(false);
	}
	return (
		<Stack gap={6}>
			<Button
				variant="light"
				size="compact-sm"
				w="fit-content"
				leftSection={<IconPlayerPlay size={14} />}
				loading={busy}
				disabled={!what.words.trim()}
				onClick={listen}
			>
				{t("prompt.listen")}
			</Button>
			{failed !== null && (
				<Alert color="red" role="alert">
					{errorText(failed)}
				</Alert>
			)}
			{heard && (
				<>
					<audio src={heard.url} controls autoPlay style={{ width: "100%", height: 36 }} aria-label={t("prompt.heard")} />
					<Text size="sm" c="dimmed">
						{t("prompt.says", { text: heard.text })}
					</Text>
					{heard.gap && (
						<Text size="sm" c="var(--warn)">
							{t("prompt.gap", { field: heard.gap })}
						</Text>
					)}
				</>
			)}
		</Stack>
	);
}

function Formats({ language }: { language: string }) {
	const { t } = useTranslation();
	const [open, { toggle }] = useDisclosure(false);
	const { data } = useGet("/prompts/formats", {}, { language }, { entities: [], enabled: open });
	return (
		<div>
			<Button variant="subtle" size="compact-xs" onClick={toggle} aria-expanded={open}>
				{t("prompt.formats")}
			</Button>
			<Collapse in={open}>
				<Text size="xs" c="dimmed" my={4}>
					{t("prompt.formats.what")}
				</Text>
				<Table verticalSpacing={2} fz="xs">
					<Table.Tbody>
						{data?.rows.map((f) => (
							<Table.Tr key={f.name}>
								<Table.Td>:{f.name}</Table.Td>
								<Table.Td>{f.value}</Table.Td>
								<Table.Td>{f.said}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Collapse>
		</div>
	);
}

interface Props {
	value: string;
	onChange: (words: string) => void;
	project: number;
	/** Whose words: the project's, or the house's. */
	spoken: Omit<Spoken, "words">;
	label: string;
	hint?: ReactNode;
	error?: string;
	disabled?: boolean;
}

export function WordsInput({ value, onChange, project, spoken, label, hint, error, disabled }: Props) {
	const { t } = useTranslation();
	const area = useRef<HTMLTextAreaElement>(null);
	const fields = useAll("/projects/{project_id}/form_fields", { project_id: project }, "form_field").rows;
	const own = spoken.project_id ? fields.filter((f) => !f.archived) : [];
	const insert = (name: string) => {
		const at = area.current?.selectionStart ?? value.length;
		onChange(`${value.slice(0, at)}{${name}}${value.slice(at)}`);
	};
	return (
		<Stack gap={6}>
			<Group justify="space-between">
				<Text size="sm" fw={500} component="label" htmlFor="words">
					{label}
				</Text>
				{!disabled && (
					<Menu position="bottom-end">
						<Menu.Target>
							<Button size="compact-xs" variant="subtle" leftSection={<IconBraces size={13} />}>
								{t("node.insert")}
							</Button>
						</Menu.Target>
						<Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
							{[...mergeFields, ...own.map((f) => `field.${f.key}`)].map((name) => (
								<Menu.Item key={name} onClick={() => insert(name)}>
									{t(`merge.${name}`, { defaultValue: own.find((f) => `field.${f.key}` === name)?.label ?? name })}
								</Menu.Item>
							))}
						</Menu.Dropdown>
					</Menu>
				)}
			</Group>
			<Textarea
				id="words"
				ref={area}
				description={hint}
				error={error}
				autosize
				minRows={3}
				maxRows={12}
				maxLength={1000}
				readOnly={disabled}
				value={value}
				onChange={(e) => onChange(e.currentTarget.value)}
			/>
			{!disabled && <Formats language={spoken.language} />}
			{!disabled && <Listen what={{ ...spoken, words: value }} />}
		</Stack>
	);
}

export const isForm = (error: unknown) => error instanceof ApiError && error.code === "sound_form";
