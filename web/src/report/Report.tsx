// SPDX-License-Identifier: GPL-3.0-or-later
// Report.tsx - the live report of a project: a sheet as everybody is used to, alive. A row per contact spoken to; totals above equal the
// rows below; the customer's own columns are written in place; the call is played in its row.
import { Badge, Box, Button, Group, Menu, Progress, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import type { Query } from "../api/client";
import { useGet } from "../api/hooks";
import type { ReportColumn, ReportRow, ReportTotals } from "../api/types";
import { useMay, useMe } from "../app/session";
import { Player } from "../call/Player";
import { fieldLabel, restOfTexts } from "../i18n";
import { dateTime, number } from "../parts/format";
import { SearchBox } from "../parts/SearchBox";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import { ExportMenu } from "../parts/table/DataTable";
import { Sheet } from "../parts/table/Sheet";
import { sheetColumns } from "./columns";
import { LogButton } from "./LogButton";
import { ReportCard } from "./ReportCard";
import "./report.css";
import { useReport } from "./useReport";
import { filtersOf, shownKeys } from "./view";

/** What one does with the sheet comes after the sheet. */
const Tools = lazy(async () => ({ default: (await import("./ReportTools")).ReportTools }));

const RowPanel = lazy(async () => {
	const [{ RowPanel }] = await Promise.all([import("./RowPanel"), restOfTexts()]);
	return { default: RowPanel };
});

interface ChipsProps {
	totals?: ReportTotals;
	params: URLSearchParams;
	set: (changes: Record<string, string | null>) => void;
	/** The customer's own columns of choices. */
	choices: ReportColumn[];
}

function Chip({ label, count, active, onClick }: { label: string; count?: number; active: boolean; onClick: () => void }) {
	return (
		<Button size="compact-sm" variant={active ? "filled" : "default"} onClick={onClick} aria-pressed={active}>
			{label}
			{count !== undefined && (
				<Text span ml={6} size="sm" fw={700}>
					{number(count)}
				</Text>
			)}
		</Button>
	);
}

function Chips({ totals, params, set, choices }: ChipsProps) {
	const { t } = useTranslation();
	const today = params.get("last_at>") === "today";
	const kind = params.get("counts_as");
	const result = params.get("result_id");
	const kinds = (["lead", "meeting", "presentation", "sale"] as const).filter(
		(k) => kind === k || (totals?.[`${k}s`] ?? 0) > 0,
	);
	const refusals = totals?.results.filter((r) => r.counts_as === "refusal" && r.contacts > 0) ?? [];
	return (
		<Group gap={6}>
			<Chip label={t("report.today")} active={today} onClick={() => set({ "last_at>": today ? null : "today" })} />
			{kinds.map((k) => (
				<Chip
					key={k}
					label={t(`report.${k}s`)}
					count={totals?.[`${k}s`]}
					active={kind === k}
					onClick={() => set({ counts_as: kind === k ? null : k, result_id: null })}
				/>
			))}
			<Menu position="bottom-start">
				<Menu.Target>
					<Button
						size="compact-sm"
						variant={kind === "refusal" || refusals.some((r) => String(r.result_id) === result) ? "filled" : "default"}
						rightSection={<IconChevronDown size={14} />}
					>
						{t("report.refusals")}
						<Text span ml={6} size="sm" fw={700}>
							{totals ? number(totals.refusals) : ""}
						</Text>
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item onClick={() => set({ counts_as: "refusal", result_id: null })}>{t("report.refusals.all")}</Menu.Item>
					{refusals.map((r) => (
						<Menu.Item
							key={r.result_id}
							rightSection={<Text size="sm">{number(r.contacts)}</Text>}
							onClick={() => set({ result_id: String(r.result_id), counts_as: null })}
						>
							{r.name}
						</Menu.Item>
					))}
				</Menu.Dropdown>
			</Menu>
			{choices.map((c) => (
				<Menu key={c.key} position="bottom-start">
					<Menu.Target>
						<Button
							size="compact-sm"
							variant={params.get(c.key) ? "filled" : "default"}
							rightSection={<IconChevronDown size={14} />}
						>
							{params.get(c.key) && params.get(c.key) !== "null" ? `${c.label}: ${params.get(c.key)}` : c.label}
						</Button>
					</Menu.Target>
					<Menu.Dropdown>
						{(c.choices ?? []).map((value) => (
							<Menu.Item key={value} onClick={() => set({ [c.key]: value })}>
								{value}
							</Menu.Item>
						))}
						<Menu.Item onClick={() => set({ [c.key]: "null" })}>{t("report.unmarked")}</Menu.Item>
						{params.get(c.key) && (
							<>
								<Menu.Divider />
								<Menu.Item onClick={() => set({ [c.key]: null })}>{t("view.all")}</Menu.Item>
							</>
						)}
					</Menu.Dropdown>
				</Menu>
			))}
			{Object.keys(filtersOf(params)).length > 0 && (
				<Button
					size="compact-sm"
					variant="subtle"
					color="gray"
					onClick={() => set(Object.fromEntries(["view", ...Object.keys(filtersOf(params))].map((k) => [k, null])))}
				>
					{t("table.clear")}
				</Button>
			)}
		</Group>
	);
}

/** The row whose panel is open. One that is not among those at hand, or left them, is read by itself. */
function useOpened(project: number, id: number, rows: ReportRow[]): ReportRow | undefined {
	const last = useRef<ReportRow>(undefined);
	const here = rows.find((row) => row.id === id);
	const { data } = useGet(
		"/projects/{id}/report",
		{ id: project, project_id: project },
		{ id },
		{ entities: ["contact", "call", "mark", "report_row"], enabled: id > 0 && !here },
	);
	const row = [here, ...((data?.rows ?? []) as ReportRow[]), last.current].find((row) => row?.id === id);
	useEffect(() => {
		last.current = row;
	}, [row]);
	return row;
}

export function Report() {
	const { t } = useTranslation();
	const project = Number(useParams().id);
	const may = useMay();
	const narrow = useMediaQuery("(max-width: 48em)");
	const [params, setParams] = useSearchParams();
	const [playing, setPlaying] = useState<ReportRow | null>(null);
	const me = useMe();
	const [chosen, setChosen] = useState<string[] | null>(null);
	const filters: Query = filtersOf(params);
	const sort = params.get("sort");
	const query: Query = sort ? { ...filters, sort } : filters;

	const about = useGet("/projects/{id}", { id: project }, {}, { entities: ["project"] });
	const columns = useGet(
		"/projects/{id}/report/columns",
		{ id: project },
		{},
		{ entities: ["form_field", "report_columns"] },
	);
	const totals = useGet("/projects/{id}/report/totals", { id: project, project_id: project }, filters, {
		entities: ["contact", "call", "report_row"],
	});
	const counts = !!columns.data?.rows.some((c) => c.key.startsWith("calc."));
	const { rows, done, error, fresh, putMark, onEnd, again } = useReport(project, query, counts);

	const set = (changes: Record<string, string | null>) => {
		const next = new URLSearchParams(params);
		for (const [name, value] of Object.entries(changes)) {
			if (value) next.set(name, value);
			else next.delete(name);
		}
		setParams(next, { replace: true });
	};
	const writes = may("mark_report");
	const onOpen = may("discuss") ? (row: ReportRow) => set({ contact: String(row.id) }) : undefined;
	const opened = useOpened(project, may("discuss") ? Number(params.get("contact")) : 0, rows);
	const all = (columns.data?.rows ?? []) as ReportColumn[];
	const picked = useMemo(
		() => (chosen ? chosen.flatMap((key) => all.find((c) => c.key === key) ?? []) : all),
		[columns.data, chosen],
	);
	const shown = useMemo(
		() =>
			sheetColumns(picked, {
				writes,
				putMark,
				listens: may("listen"),
				playing: playing?.id,
				onPlay: setPlaying,
				onOpen,
				narrow: !!narrow,
			}),
		[picked, writes, putMark, playing?.id, narrow, params, t],
	);
	const card = useMemo(
		() => [
			{
				key: "card",
				label: fieldLabel("contact", "company"),
				width: 280,
				grow: true,
				render: (row: ReportRow) => (
					<ReportCard
						row={row}
						columns={picked}
						writes={writes}
						putMark={putMark}
						listens={may("listen")}
						onPlay={setPlaying}
						onOpen={onOpen}
					/>
				),
			},
		],
		[picked, writes, putMark, params],
	);
	const count = totals.data?.rows;
	const loading = !done && !error && (rows.length === 0 || !columns.data);
	return (
		<Box className="page-full">
			<Group justify="space-between" gap="xs">
				<Group gap="sm" wrap="nowrap" miw={0}>
					<Title order={1} lineClamp={2}>
						{about.data?.name ?? t("report.title")}
					</Title>
					{about.data?.state && (
						<Badge flex="none" color={about.data.state === "running" ? "teal" : "gray"}>
							{t(`project.state:${about.data.state}`)}
						</Badge>
					)}
				</Group>
				<Group gap="xs">
					<Text size="sm" c="dimmed" data-testid="total">
						{count !== undefined && t("table.rows", { count })}
					</Text>
					<Suspense>
						<Tools
							project={project}
							columns={all}
							params={params}
							setParams={(next) => setParams(next, { replace: true })}
							chosen={chosen}
							setChosen={setChosen}
							person={!!me.id}
						/>
					</Suspense>
					<LogButton project={project} />
					{may("export") && (
						<ExportMenu
							path="/projects/{id}/report"
							ids={{ id: project }}
							query={{ ...query, columns: chosen && shownKeys(chosen, all) }}
						/>
					)}
				</Group>
			</Group>
			<Group gap="xs">
				<SearchBox w={{ base: "100%", sm: 220 }} words={params.get("q") ?? ""} onSearch={(q) => set({ q: q || null })} />
				<Chips
					totals={totals.data as ReportTotals | undefined}
					params={params}
					set={set}
					choices={all.filter((c) => c.own && c.choices?.length)}
				/>
			</Group>
			{!done && rows.length > 0 && count ? (
				<Progress value={(100 * rows.length) / count} size={3} aria-label={t("loading")} transitionDuration={200} />
			) : null}
			{error || columns.error ? (
				<Failed error={error ?? columns.error} retry={again} />
			) : loading ? (
				<RowsSkeleton rows={14} />
			) : rows.length === 0 ? (
				<Empty what={t(Object.keys(filters).length ? "table.empty.filtered" : "report.empty")} />
			) : (
				<Sheet
					label={t("report.title")}
					columns={narrow ? card : shown}
					rows={rows}
					total={count}
					rowKey={(row) => row.id}
					rowHeight={narrow ? 104 : 36}
					sort={sort ?? "-last_at"}
					onSort={(sort) => set({ sort })}
					onEnd={onEnd}
					isNew={(row) => fresh.has(row.id)}
				/>
			)}
			{opened && (
				<Suspense>
					<RowPanel key={opened.id} row={opened} close={() => set({ contact: null })} />
				</Suspense>
			)}
			{playing?.recording_id && (
				<Player
					recording={playing.recording_id}
					title={`${playing.company ?? ""} · ${dateTime(playing.last_at)}`}
					onClose={() => setPlaying(null)}
				/>
			)}
		</Box>
	);
}
