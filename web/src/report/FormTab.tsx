// SPDX-License-Identifier: GPL-3.0-or-later
// FormTab.tsx - the form of a project's report, built by who leads it: columns in order, renamed, kept for our own people, or counted by a
// formula. Saved as a whole; what the server refuses is shown beside the column it is about.
import {
	ActionIcon,
	Alert,
	Anchor,
	Badge,
	Button,
	Checkbox,
	Group,
	Menu,
	Modal,
	Paper,
	Stack,
	Text,
	Textarea,
	TextInput,
	Title,
	Tooltip,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCalculator, IconPlus, IconUserShield, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiError, patch, post, remove } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import type { ReportColumn } from "../api/types";
import { useMay } from "../app/session";
import { Leaving } from "../parts/Leaving";
import { errorText, Failed, PageSkeleton, tell, tellError } from "../parts/states";
import type { TabProps } from "../project/ProjectPage";
import { columnLabel } from "./columns";
import { columnOf, type FormColumn, isCalc, moved, newKey } from "./form";

interface RowProps {
	column: FormColumn;
	known?: ReportColumn;
	all: ReportColumn[];
	name: string;
	first: boolean;
	last: boolean;
	error?: string;
	set: (change: Partial<FormColumn>) => void;
	move: (by: number) => void;
	drop: () => void;
}

function FormulaInput({ column, all, error, set }: Pick<RowProps, "column" | "all" | "error" | "set">) {
	const { t } = useTranslation();
	const area = useRef<HTMLTextAreaElement>(null);
	const insert = (key: string) => {
		const at = area.current?.selectionStart ?? column.formula?.length ?? 0;
		const text = column.formula ?? "";
		set({ formula: `${text.slice(0, at)}[${key}]${text.slice(at)}` });
		area.current?.focus();
	};
	return (
		<Group align="flex-start" gap="xs" wrap="nowrap">
			<Textarea
				ref={area}
				flex={1}
				aria-label={t("form.formula")}
				placeholder={t("form.formula.example")}
				styles={{ input: { fontFamily: "monospace" } }}
				autosize
				minRows={1}
				maxLength={1000}
				value={column.formula ?? ""}
				error={error}
				onChange={(e) => set({ formula: e.currentTarget.value })}
			/>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button size="xs" variant="default">
						{t("form.insert")}
					</Button>
				</Menu.Target>
				<Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
					{all.map((c) => (
						<Menu.Item
							key={c.key}
							onClick={() => insert(c.key)}
							rightSection={
								<Text size="xs" c="dimmed">
									{c.key}
								</Text>
							}
						>
							{columnLabel(c)}
						</Menu.Item>
					))}
				</Menu.Dropdown>
			</Menu>
		</Group>
	);
}

function FormRow({ column, known, all, name, first, last, error, set, move, drop }: RowProps) {
	const { t } = useTranslation();
	const calc = isCalc(column);
	return (
		<Paper withBorder px="xs" py={6} component="li">
			<Group gap="xs" wrap="nowrap">
				<Group gap={0} wrap="nowrap">
					<ActionIcon
						variant="subtle"
						color="gray"
						disabled={first}
						onClick={() => move(-1)}
						aria-label={t("form.up", { name })}
					>
						<IconArrowUp size={16} />
					</ActionIcon>
					<ActionIcon
						variant="subtle"
						color="gray"
						disabled={last}
						onClick={() => move(1)}
						aria-label={t("form.down", { name })}
					>
						<IconArrowDown size={16} />
					</ActionIcon>
				</Group>
				<TextInput
					size="xs"
					flex={1}
					maxLength={100}
					aria-label={t("form.heading", { name })}
					placeholder={calc ? undefined : name}
					value={column.label ?? ""}
					error={calc ? undefined : error}
					onChange={(e) => set({ label: e.currentTarget.value || null })}
				/>
				{calc && <IconCalculator size={16} aria-label={t("form.formula")} />}
				{known?.personal && (
					<Tooltip label={t("form.personal")} multiline maw={260}>
						<IconUserShield size={16} aria-label={t("form.personal")} />
					</Tooltip>
				)}
				{!calc && !known && <Badge color="red">{t("form.gone")}</Badge>}
				<Tooltip label={t("form.inside.what")}>
					<Checkbox
						size="xs"
						label={t("form.inside")}
						checked={!!column.inside || !!known?.inside}
						disabled={!!known?.inside}
						onChange={(e) => set({ inside: e.currentTarget.checked })}
					/>
				</Tooltip>
				<ActionIcon variant="subtle" color="gray" onClick={drop} aria-label={t("form.remove", { name })}>
					<IconX size={16} />
				</ActionIcon>
			</Group>
			{calc && (
				<Stack gap={4} mt={6}>
					<FormulaInput column={column} all={all} error={error} set={set} />
				</Stack>
			)}
		</Paper>
	);
}

/** Only what was said: an empty heading or an unticked box says nothing. */
const clean = (c: FormColumn): FormColumn => ({
	key: c.key,
	...(c.label ? { label: c.label } : {}),
	...(c.inside ? { inside: true } : {}),
	...(isCalc(c) ? { formula: c.formula ?? "" } : {}),
});

const asText = (columns: FormColumn[]) => JSON.stringify(columns.map(clean));

export function FormTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const available = useGet(
		"/projects/{id}/report/available",
		{ id: project.id },
		{},
		{ entities: ["mark_column", "form_field"] },
	);
	const forms = useAll("/report_forms", {}, "report_form", { project_id: project.id });
	const saved = forms.rows[0];
	const [columns, setColumns] = useState<FormColumn[] | null>(null);
	const [version, setVersion] = useState(0);
	const [kept, setKept] = useState("");
	const [error, setError] = useState<ApiError | null>(null);
	const [asking, setAsking] = useState(false);
	const all = (available.data?.rows ?? []) as ReportColumn[];
	const loaded = !!available.data && !forms.isPending;

	useEffect(() => {
		if (!loaded || columns) return;
		const begun = saved?.columns ?? all.map((c) => ({ key: c.key }));
		setColumns(begun);
		setKept(asText(begun));
		setVersion(saved?.version ?? 0);
	}, [loaded, columns, saved, all]);

	const save = useChange(
		(body: FormColumn[]) =>
			saved
				? patch("/report_forms/{id}", { id: saved.id }, { columns: body }, version)
				: post("/report_forms", {}, { project_id: project.id, columns: body }),
		["report_form"],
		(answer, body) => {
			setError(null);
			setKept(JSON.stringify(body));
			setVersion(answer.version);
			tell(t("form.saved"));
		},
	);
	const reset = useChange(
		() => remove("/report_forms/{id}", { id: saved?.id ?? 0 }),
		["report_form"],
		() => {
			const standard = all.map((c) => ({ key: c.key }));
			setColumns(standard);
			setKept(asText(standard));
			setError(null);
			setAsking(false);
		},
	);
	if (available.error || forms.error) return <Failed error={available.error ?? forms.error} retry={available.refetch} />;
	if (!columns) return <PageSkeleton />;

	const known = new Map(all.map((c) => [c.key, c]));
	const rest = all.filter((c) => !columns.some((x) => x.key === c.key));
	const calcs = columns.filter(isCalc).map((c) => ({ key: c.key, label: c.label ?? c.key }) as ReportColumn);
	const nameOf = (c: FormColumn) => c.label || (known.has(c.key) ? columnLabel(known.get(c.key) as ReportColumn) : c.key);
	const bad = columnOf(error?.field);
	async function send() {
		try {
			await save.mutateAsync(columns?.map(clean) ?? []);
			return true;
		} catch (e) {
			if (e instanceof ApiError && e.status === 412) {
				setVersion(Number(e.current?.version ?? saved?.version));
				setError(new ApiError(412, "form_stale", t("form.stale")));
			} else if (e instanceof ApiError && e.status === 400) setError(e);
			else tellError(e);
			return false;
		}
	}
	return (
		<Stack className="tab-page" gap="xs" pb="md">
			<Leaving dirty={asText(columns) !== kept} saving={save.isPending} save={send} />
			<Group justify="space-between" align="flex-start" mt="sm" gap="sm">
				<Text size="sm" c="dimmed" maw={640}>
					{t("form.what")} {!saved && t("form.default")}
				</Text>
				<Group gap="xs">
					<Anchor component={Link} to={`/projects/${project.id}/report`} size="sm">
						{t("form.open")}
					</Anchor>
					{saved && may("run_project") && (
						<Button variant="default" onClick={() => setAsking(true)}>
							{t("form.reset")}
						</Button>
					)}
					<Button onClick={send} loading={save.isPending}>
						{t("form.save")}
					</Button>
				</Group>
			</Group>
			<Modal opened={asking} onClose={() => setAsking(false)} title={t("form.reset")}>
				<Text size="sm" mb="md">
					{t("form.reset.sure")}
				</Text>
				<Group justify="flex-end">
					<Button variant="default" onClick={() => setAsking(false)}>
						{t("cancel")}
					</Button>
					<Button color="red" loading={reset.isPending} onClick={() => reset.mutate(undefined, { onError: tellError })}>
						{t("form.reset")}
					</Button>
				</Group>
			</Modal>
			{error && bad < 0 && <Alert color="red">{error.code === "form_stale" ? error.message : errorText(error)}</Alert>}
			<Group align="flex-start" gap="md" wrap="nowrap" style={{ overflow: "auto" }}>
				<Stack gap={6} flex={2} miw={480}>
					<Title order={2} size="h5">
						{t("form.columns")}
					</Title>
					<Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
						{columns.map((c, i) => (
							<FormRow
								key={c.key}
								column={c}
								known={known.get(c.key)}
								all={[...all, ...calcs.filter((x) => x.key !== c.key)]}
								name={nameOf(c)}
								first={i === 0}
								last={i === columns.length - 1}
								error={bad === i && error ? errorText(error) : undefined}
								set={(change) => setColumns(columns.map((x, k) => (k === i ? { ...x, ...change } : x)))}
								move={(by) => setColumns(moved(columns, i, by))}
								drop={() => setColumns(columns.filter((_, k) => k !== i))}
							/>
						))}
					</Stack>
					<Button
						variant="default"
						w="fit-content"
						leftSection={<IconCalculator size={16} />}
						onClick={() => {
							const key = newKey(columns);
							setColumns([...columns, { key, label: t("form.calc.name", { n: key.slice(5) }), formula: "" }]);
						}}
					>
						{t("form.calc")}
					</Button>
					<Text size="xs" c="dimmed">
						{t("form.formula.what")}
					</Text>
				</Stack>
				<Stack gap={6} flex={1} miw={240} pos="sticky" top={0}>
					<Title order={2} size="h5">
						{t("form.more")}
					</Title>
					{rest.length === 0 && (
						<Text size="sm" c="dimmed">
							{t("form.more.none")}
						</Text>
					)}
					{rest.map((c) => (
						<Button
							key={c.key}
							size="xs"
							variant="subtle"
							justify="flex-start"
							leftSection={<IconPlus size={14} />}
							aria-label={t("form.add", { name: columnLabel(c) })}
							onClick={() => setColumns([...columns, { key: c.key }])}
						>
							{columnLabel(c)}
						</Button>
					))}
				</Stack>
			</Group>
		</Stack>
	);
}
