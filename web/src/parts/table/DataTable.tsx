// SPDX-License-Identifier: GPL-3.0-or-later
// DataTable.tsx - a list of an entity: search, filters, sorting and columns live in the address (a view is a link), rows come page by
// page, the export asks the server with the very same parameters. Driven by the entity's description; a page adds only what differs.
import { ActionIcon, Box, Button, Checkbox, Group, Menu, Popover, Stack, Text, TextInput } from "@mantine/core";
import { IconBookmark, IconColumns, IconDownload } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { type Ids, type ListPath, type Query, type Row, url } from "../../api/client";
import { entities, fieldInfo } from "../../api/entities";
import { usePages } from "../../api/hooks";
import { useMay } from "../../app/session";
import { fieldLabel } from "../../i18n";
import { number } from "../format";
import { SearchBox } from "../SearchBox";
import { Empty, Failed, RowsSkeleton } from "../states";
import { useFile } from "../useFile";
import { cellOf, isNumber, widthOf } from "./cells";
import { activeFields, Filters, NOT_SENT } from "./filters";
import { Sheet, type SheetColumn } from "./Sheet";

export interface ColumnSpec<T> {
	name: string;
	label?: string;
	width?: number;
	grow?: boolean;
	render?: (row: T) => ReactNode;
	/** Add it up in the row of sums. */
	sum?: boolean | ((rows: T[]) => ReactNode);
	/** Not a field of the list: it neither sorts nor filters. */
	extra?: boolean;
}

interface Props<P extends ListPath> {
	entity: string;
	path: P;
	ids?: Ids;
	/** Part of every question: not shown as a filter. */
	fixed?: Query;
	columns: (string | ColumnSpec<Row<P>>)[];
	/** Columns one may add. */
	more?: string[];
	entities?: string[];
	onOpen?: (row: Row<P>) => void;
	empty: string;
	/** Makes a row: at the head of the table, or in its place when there are none. */
	makeAction?: ReactNode;
	actions?: ReactNode;
	exports?: boolean;
	label: string;
}

export function fieldColumn<T>(entity: string, spec: string | ColumnSpec<T>, project?: number): SheetColumn<T> {
	const { name, label, width, grow, render, sum, extra } =
		typeof spec === "string" ? ({ name: spec } as ColumnSpec<T>) : spec;
	const info = fieldInfo(entity, name);
	const total = (rows: T[]) => number(rows.reduce((s, row) => s + Number((row as Record<string, unknown>)[name] ?? 0), 0));
	return {
		key: name,
		label: label ?? fieldLabel(entity, name),
		width: width ?? widthOf(info),
		grow,
		number: isNumber(info, name),
		sort: info && !info.unsorted && !extra ? name : undefined,
		render: render ?? (cellOf(entity, name, project) as (row: T) => ReactNode),
		sum: sum === true ? total : sum || undefined,
	};
}

function Views({ entity }: { entity: string }) {
	const { t } = useTranslation();
	const [params, setParams] = useSearchParams();
	const place = `views:${entity}`;
	const [views, setViews] = useState<Record<string, string>>(() => JSON.parse(localStorage.getItem(place) ?? "{}"));
	const [name, setName] = useState("");
	const keep = (next: Record<string, string>) => {
		localStorage.setItem(place, JSON.stringify(next));
		setViews(next);
	};
	return (
		<Popover position="bottom-end" shadow="md" trapFocus>
			<Popover.Target>
				<ActionIcon variant="subtle" aria-label={t("table.views")} title={t("table.views")}>
					<IconBookmark size={18} />
				</ActionIcon>
			</Popover.Target>
			<Popover.Dropdown w={280}>
				<Stack gap="xs">
					{Object.keys(views).length === 0 && (
						<Text size="sm" c="dimmed">
							{t("table.view.none")}
						</Text>
					)}
					{Object.entries(views).map(([title, search]) => (
						<Group key={title} justify="space-between" wrap="nowrap">
							<Button variant="subtle" size="compact-sm" onClick={() => setParams(new URLSearchParams(search))}>
								{title}
							</Button>
							<Button
								variant="subtle"
								color="gray"
								size="compact-xs"
								onClick={() => keep(Object.fromEntries(Object.entries(views).filter(([n]) => n !== title)))}
							>
								{t("remove")}
							</Button>
						</Group>
					))}
					<Group gap="xs" wrap="nowrap">
						<TextInput
							placeholder={t("table.view.name")}
							aria-label={t("table.view.name")}
							value={name}
							onChange={(e) => setName(e.currentTarget.value)}
						/>
						<Button disabled={!name.trim()} onClick={() => keep({ ...views, [name.trim()]: params.toString() })}>
							{t("save")}
						</Button>
					</Group>
				</Stack>
			</Popover.Dropdown>
		</Popover>
	);
}

function ColumnChoice({
	entity,
	all,
	chosen,
	onChange,
}: {
	entity: string;
	all: string[];
	chosen: string[];
	onChange: (v: string[]) => void;
}) {
	const { t } = useTranslation();
	return (
		<Popover position="bottom-end" shadow="md" trapFocus>
			<Popover.Target>
				<ActionIcon variant="subtle" aria-label={t("table.columns")} title={t("table.columns")}>
					<IconColumns size={18} />
				</ActionIcon>
			</Popover.Target>
			<Popover.Dropdown mah={420} style={{ overflowY: "auto" }}>
				<Checkbox.Group value={chosen} onChange={(v) => onChange(all.filter((name) => v.includes(name)))}>
					<Stack gap={6}>
						{all.map((name) => (
							<Checkbox key={name} value={name} size="sm" label={fieldLabel(entity, name)} />
						))}
					</Stack>
				</Checkbox.Group>
			</Popover.Dropdown>
		</Popover>
	);
}

export function ExportMenu({ path, ids, query }: { path: string; ids: Ids; query: Query }) {
	const { t } = useTranslation();
	const file = useFile();
	return (
		<Menu position="bottom-end">
			<Menu.Target>
				<ActionIcon variant="subtle" aria-label={t("table.export")} title={t("table.export")}>
					<IconDownload size={18} />
				</ActionIcon>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label maw={240}>{t("table.export.what")}</Menu.Label>
				{(["xlsx", "csv"] as const).map((format) => (
					<Menu.Item key={format} component="a" {...file(url(path, ids, { ...query, format }))}>
						{t(`table.export.${format}`)}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}

export function DataTable<P extends ListPath>(props: Props<P>) {
	const { entity, path, ids = {}, fixed, columns, more = [], onOpen, empty, makeAction, actions, label } = props;
	const { t } = useTranslation();
	const may = useMay();
	const project = Number(ids.project_id) || undefined;
	const [params, setParams] = useSearchParams();
	const asked = Object.fromEntries([...params].filter(([name]) => !NOT_SENT.includes(name)));
	const query: Query = { ...fixed, ...asked };
	const list = usePages(path, ids, query, props.entities ?? [entity]);
	const names = columns.map((c) => (typeof c === "string" ? c : c.name));
	const chosen = params.get("columns")?.split(",") ?? names;
	const all = [...names, ...more.filter((n) => !names.includes(n))];
	const shown = useMemo(
		() =>
			all
				.filter((n) => chosen.includes(n))
				.map((n) =>
					fieldColumn<Row<P>>(entity, columns.find((c) => (typeof c === "string" ? c : c.name) === n) ?? n, project),
				),
		// The lists are built anew at each drawing; their content is what matters.
		[entity, project, chosen.join(), t],
	);
	const set = (next: URLSearchParams) => setParams(next, { replace: true });
	const put = (name: string, value: string) => {
		const next = new URLSearchParams(params);
		if (value) next.set(name, value);
		else next.delete(name);
		set(next);
	};
	const searched = Object.values(entities[entity] ?? {}).some((f) => f.searched);
	const filtered = activeFields(params).length > 0 || !!params.get("q");
	const clean = !list.rows.length && !filtered && list.isSuccess;
	return (
		<>
			<Group justify="space-between" gap="xs">
				<Group gap="xs">
					{searched && !clean && <SearchBox w={220} words={params.get("q") ?? ""} onSearch={(q) => put("q", q)} />}
					{!clean && <Filters entity={entity} project={project} params={params} onChange={set} />}
				</Group>
				<Group gap={4}>
					{list.total !== undefined && !clean && (
						<Text size="sm" c="dimmed" mr="xs">
							{list.more ? t("table.rows.more", { n: number(list.total) }) : t("table.rows", { count: list.total })}
						</Text>
					)}
					{!clean && (
						<>
							<Views entity={entity} />
							<ColumnChoice
								entity={entity}
								all={all}
								chosen={chosen}
								onChange={(v) => put("columns", v.join() === names.join() ? "" : v.join(","))}
							/>
							{props.exports !== false && may("export") && <ExportMenu path={path} ids={ids} query={query} />}
						</>
					)}
					{actions}
					{!clean && makeAction}
				</Group>
			</Group>
			{list.isError ? (
				<Failed error={list.error} retry={list.refetch} />
			) : list.isPending ? (
				<RowsSkeleton />
			) : list.rows.length === 0 ? (
				<Box style={{ flex: 1 }}>
					<Empty what={filtered ? t("table.empty.filtered") : empty}>{!filtered && makeAction}</Empty>
				</Box>
			) : (
				<Sheet
					label={label}
					columns={shown}
					rows={list.rows}
					total={list.more ? "unknown" : list.total}
					rowKey={(row) => (row as { id: number }).id}
					sort={params.get("sort") ?? undefined}
					onSort={(sort) => put("sort", sort)}
					onOpen={onOpen}
					onEnd={list.hasNextPage && !list.isFetchingNextPage ? list.fetchNextPage : undefined}
				/>
			)}
		</>
	);
}
