// SPDX-License-Identifier: GPL-3.0-or-later
// filters.tsx - filters as chips. A filter is what the server takes: ?state=running,stopped  ?company~=рома  ?created_at>=…
import {
	ActionIcon,
	Button,
	Checkbox,
	CloseButton,
	Group,
	Menu,
	Popover,
	ScrollArea,
	Stack,
	Text,
	TextInput,
} from "@mantine/core";
import { IconFilterPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { entities, type FieldInfo, fieldInfo } from "../../api/entities";
import { useOptions } from "../../api/refs";
import { fieldLabel, wordLabel } from "../../i18n";
import { dayNear, isoDay, quoted } from "../format";

const DAY = 86_400_000;
/** Parameters of the address that are not filters. */
export const NOT_SENT = ["columns", "part", "flow", "row", "contact", "import", "version"];
const OTHERS = new Set(["sort", "q", ...NOT_SENT]);
export const bare = (param: string) => param.replace(/[<>~]+$/, "");

/** Active filters, a field each, in the order they were set. */
export function activeFields(params: URLSearchParams): string[] {
	const names = [...params.keys()].filter((name) => !OTHERS.has(name)).map(bare);
	return [...new Set(names)];
}

export function filterable(entity: string): string[] {
	return Object.entries(entities[entity] ?? {})
		.filter(([name, f]) => !f.unsorted && f.type !== "json" && !["id", "version", "project_id"].includes(name))
		.map(([name]) => name);
}

interface Props {
	entity: string;
	project?: number;
	params: URLSearchParams;
	onChange: (next: URLSearchParams) => void;
}

function without(params: URLSearchParams, field: string): URLSearchParams {
	const next = new URLSearchParams(params);
	for (const op of ["", ">", "<", "~"]) next.delete(field + op);
	return next;
}

function describe(
	field: string,
	info: FieldInfo | undefined,
	entity: string,
	params: URLSearchParams,
	options: { value: string; label: string }[],
): string {
	const equal = params.get(field);
	if (equal) {
		if (info?.type === "bool") return equal === "1" ? "✓" : "✗";
		const names = equal
			.split(",")
			.map((v) => (info?.type === "word" ? wordLabel(entity, field, v) : (options.find((o) => o.value === v)?.label ?? v)));
		return names.length > 2 ? `${names[0]} +${names.length - 1}` : names.join(", ");
	}
	const like = params.get(`${field}~`);
	if (like) return quoted(like);
	const show = (v: string | null) => (v && info?.type === "time" ? dayNear(Number(v)) : (v ?? ""));
	return `${show(params.get(`${field}>`))} … ${show(params.get(`${field}<`))}`;
}

function Words({
	values,
	chosen,
	onChange,
}: {
	values: { value: string; label: string }[];
	chosen: string[];
	onChange: (v: string[]) => void;
}) {
	return (
		<ScrollArea.Autosize mah={280}>
			<Checkbox.Group value={chosen} onChange={onChange}>
				<Stack gap={6}>
					{values.map((v) => (
						<Checkbox key={v.value} value={v.value} label={v.label} size="sm" />
					))}
				</Stack>
			</Checkbox.Group>
		</ScrollArea.Autosize>
	);
}

function Range({
	info,
	from,
	to,
	onChange,
}: {
	info?: FieldInfo;
	from: string;
	to: string;
	onChange: (from: string, to: string) => void;
}) {
	const { t } = useTranslation();
	const moment = info?.type === "time";
	const day = moment || info?.type === "date";
	const shown = (v: string) => (v && moment ? isoDay(Number(v)) : v);
	// A day ends where the next one begins.
	const stored = (v: string, end: boolean) =>
		v && moment ? String(new Date(`${v}T00:00:00`).getTime() + (end ? DAY - 1 : 0)) : v;
	return (
		<Group gap="xs">
			<TextInput
				type={day ? "date" : "number"}
				label={t("filter.from")}
				w={150}
				value={shown(from)}
				onChange={(e) => onChange(stored(e.currentTarget.value, false), to)}
			/>
			<TextInput
				type={day ? "date" : "number"}
				label={t("filter.to")}
				w={150}
				value={shown(to)}
				onChange={(e) => onChange(from, stored(e.currentTarget.value, true))}
			/>
		</Group>
	);
}

function Chip({
	field,
	entity,
	project,
	params,
	onChange,
	opened,
	onOpened,
}: Props & { field: string; opened: boolean; onOpened: (o: boolean) => void }) {
	const { t } = useTranslation();
	const info = fieldInfo(entity, field);
	const options = useOptions(info?.type === "ref" ? info.refers : undefined, project);
	const values =
		info?.type === "word" ? (info.words ?? []).map((value) => ({ value, label: wordLabel(entity, field, value) })) : options;
	const set = (entries: [string, string][]) => {
		const next = without(params, field);
		for (const [name, value] of entries) if (value) next.set(name, value);
		onChange(next);
	};
	const label = `${fieldLabel(entity, field)}: ${describe(field, info, entity, params, options)}`;
	return (
		<Popover opened={opened} onChange={onOpened} position="bottom-start" shadow="md" trapFocus>
			<Popover.Target>
				<Group gap={0} wrap="nowrap">
					<Button size="compact-sm" variant="light" onClick={() => onOpened(!opened)}>
						{label}
					</Button>
					<CloseButton size="sm" aria-label={`${t("remove")}: ${label}`} onClick={() => onChange(without(params, field))} />
				</Group>
			</Popover.Target>
			<Popover.Dropdown>
				<Stack gap="xs">
					{info?.type === "word" || info?.type === "ref" ? (
						<Words
							values={values}
							chosen={(params.get(field) ?? "").split(",").filter(Boolean)}
							onChange={(v) => set([[field, v.join(",")]])}
						/>
					) : info?.type === "bool" ? (
						<Group>
							<Button
								size="compact-sm"
								variant={params.get(field) === "1" ? "filled" : "default"}
								onClick={() => set([[field, "1"]])}
							>
								{t("yes")}
							</Button>
							<Button
								size="compact-sm"
								variant={params.get(field) === "0" ? "filled" : "default"}
								onClick={() => set([[field, "0"]])}
							>
								{t("no")}
							</Button>
						</Group>
					) : info && ["time", "date", "int", "real"].includes(info.type) ? (
						<Range
							info={info}
							from={params.get(`${field}>`) ?? ""}
							to={params.get(`${field}<`) ?? ""}
							onChange={(a, b) =>
								set([
									[`${field}>`, a],
									[`${field}<`, b],
								])
							}
						/>
					) : (
						<TextInput
							label={t("filter.contains")}
							defaultValue={params.get(`${field}~`) ?? ""}
							data-autofocus
							onChange={(e) => set([[`${field}~`, e.currentTarget.value]])}
						/>
					)}
				</Stack>
			</Popover.Dropdown>
		</Popover>
	);
}

export function Filters(props: Props) {
	const { t } = useTranslation();
	const { entity, params, onChange } = props;
	const [opened, setOpened] = useState<string | null>(null);
	const active = activeFields(params);
	const shown = opened && !active.includes(opened) ? [...active, opened] : active;
	return (
		<Group gap={6}>
			{shown.map((field) => (
				<Chip key={field} field={field} {...props} opened={opened === field} onOpened={(o) => setOpened(o ? field : null)} />
			))}
			<Menu position="bottom-start">
				<Menu.Target>
					<ActionIcon variant="subtle" aria-label={t("table.filter.add")} title={t("table.filter.add")}>
						<IconFilterPlus size={18} />
					</ActionIcon>
				</Menu.Target>
				<Menu.Dropdown mah={400} style={{ overflowY: "auto" }}>
					<Menu.Label>{t("table.filter.add")}</Menu.Label>
					{filterable(entity).map((field) => (
						<Menu.Item key={field} onClick={() => setTimeout(() => setOpened(field), 60)}>
							{fieldLabel(entity, field)}
						</Menu.Item>
					))}
				</Menu.Dropdown>
			</Menu>
			{active.length > 0 && (
				<Button
					size="compact-sm"
					variant="subtle"
					color="gray"
					onClick={() => {
						let next = new URLSearchParams(params);
						for (const field of active) next = without(next, field);
						onChange(next);
					}}
				>
					<Text size="sm">{t("table.clear")}</Text>
				</Button>
			)}
		</Group>
	);
}
