// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics.tsx - the figures of the chosen days: one of them on a chart, all of them in a table, each opening its calls.
import {
	ActionIcon,
	Anchor,
	Box,
	Group,
	Menu,
	Paper,
	SegmentedControl,
	Select,
	Skeleton,
	Table,
	Title,
	Tooltip,
} from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Query, url } from "../api/client";
import { useGet } from "../api/hooks";
import { useMay, useMe } from "../app/session";
import { useCallsBehind } from "../call/behind";
import { tAny } from "../i18n";
import { dayOf, dayShort } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import { useFile } from "../parts/useFile";
import { Asked, useAsked } from "./Asked";
import { type Answered, type Figure, figureText } from "./figures";
import { TalksTable } from "./Talks";
import "./statistics.css";

const FiguresChart = lazy(async () => ({ default: (await import("./FiguresChart")).FiguresChart }));
type Row = Answered["rows"][number];

function Head({ figure }: { figure: Figure }) {
	const { t } = useTranslation();
	return (
		<Table.Th ta="right" c={figure.counted ? undefined : "dimmed"}>
			<Tooltip
				label={figure.counted ? figure.source : `${t("statistics.not_counted")}. ${figure.source}`}
				multiline
				maw={320}
			>
				<span className="hinted">{figure.name}</span>
			</Tooltip>
		</Table.Th>
	);
}

function Value({ row, figure, at }: { row: Row; figure: Figure; at: number }) {
	const { t } = useTranslation();
	const callsBehind = useCallsBehind();
	const value = row.values[at];
	const text = figureText(figure, value);
	const to = value && row.journal && figure.journal ? callsBehind(`${row.journal}&${figure.journal}`) : undefined;
	if (!to)
		return (
			<Table.Td ta="right" c={value && figure.counted ? undefined : "dimmed"}>
				{text}
			</Table.Td>
		);
	return (
		<Table.Td ta="right">
			<Anchor
				component={Link}
				to={to}
				size="sm"
				aria-label={t("statistics.open", { what: `${row.name}, ${figure.name}: ${text}` })}
			>
				{text}
			</Anchor>
		</Table.Td>
	);
}

function Name({ answer, row }: { answer: Answered; row: Row }) {
	const may = useMay();
	const me = useMe();
	const text = answer.by === "day" ? dayOf(row.name) : row.name;
	if (answer.by !== "operator" || !row.key || !(may("see_users") || row.key === me.id)) return <>{text}</>;
	return (
		<Anchor component={Link} to={`/people/${row.key}?from=${answer.from}&to=${answer.to}`} size="sm">
			{text}
		</Anchor>
	);
}

function Figures({ answer }: { answer: Answered }) {
	const { t } = useTranslation();
	const line = (row: Row) => answer.figures.map((f, i) => <Value key={f.key} row={row} figure={f} at={i} />);
	return (
		<Table.ScrollContainer minWidth={700} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }} className="figures">
			<Table withTableBorder stickyHeader bg="var(--paper)" fz="sm" aria-label={t("nav.statistics")}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th className="figures-name" />
						{answer.figures.map((f) => (
							<Head key={f.key} figure={f} />
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					<Table.Tr className="figures-total">
						<Table.Th scope="row" className="figures-name">
							{answer.total.name}
						</Table.Th>
						{line(answer.total)}
					</Table.Tr>
					{(answer.by === "day" ? [...answer.rows].reverse() : answer.rows).map((row) => (
						<Table.Tr key={row.key}>
							<Table.Th scope="row" fw={400} className="figures-name">
								<Name answer={answer} row={row} />
							</Table.Th>
							{line(row)}
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

/** The figure that is drawn; whoever reads the table chooses another. */
function OnChart({ answer }: { answer: Answered }) {
	const { t } = useTranslation();
	const [key, setKey] = useState("dialogues");
	const at = Math.max(
		0,
		answer.figures.findIndex((f) => f.key === key),
	);
	const drawn = useMemo(() => {
		const rows = answer.rows.slice(0, 62);
		return {
			names: rows.map((r) => (answer.by === "day" ? dayShort(r.name) : r.name)),
			values: rows.map((r) => r.values[at] ?? null),
		};
	}, [answer, at]);
	if (answer.rows.length < 2) return null;
	return (
		<Paper withBorder p="xs" style={{ flexShrink: 0 }}>
			<Select
				size="xs"
				w={230}
				aria-label={t("statistics.chart")}
				data={answer.figures.filter((f) => f.counted).map((f) => ({ value: f.key, label: f.name }))}
				value={answer.figures[at]!.key}
				allowDeselect={false}
				onChange={(v) => v && setKey(v)}
			/>
			<Suspense fallback={<Skeleton h={190} />}>
				<FiguresChart name={answer.figures[at]!.name} {...drawn} />
			</Suspense>
		</Paper>
	);
}

interface FilesProps {
	path: string;
	ids?: Record<string, number>;
	query: Query;
	formats?: readonly ("xlsx" | "csv" | "pdf")[];
}

export function Files({ path, ids, query, formats = ["xlsx", "csv", "pdf"] }: FilesProps) {
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
				{formats.map((format) => (
					<Menu.Item key={format} component="a" {...file(url(path, ids, { ...query, format }))}>
						{format === "pdf" ? t("statistics.pdf") : t(`table.export.${format}`)}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}

export function Statistics() {
	const { t, i18n } = useTranslation();
	const may = useMay();
	const me = useMe();
	const asked = useAsked();
	const query = { ...asked.query, language: i18n.language };
	const { data, error, refetch } = useGet("/statistics", {}, query, { entities: ["journal"] });
	const [what, setWhat] = useState("calls");
	const asksTalks = query.by === "operator" && (may("see_calls") || me.role === "operator");
	const talks = asksTalks && what === "talks";
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.statistics")}</Title>
			<Group justify="space-between" wrap="nowrap" align="flex-start">
				<Asked {...asked} />
				<Group gap="xs" wrap="nowrap">
					{me.role === "operator" && (
						<Anchor component={Link} to={`/people/${me.id}`} size="sm">
							{t("person.mine")}
						</Anchor>
					)}
					{(may("export") || me.role === "operator") &&
						(talks ? (
							<Files path="/statistics/talks" query={query} formats={["xlsx", "csv"]} />
						) : (
							<Files path="/statistics" query={query} />
						))}
				</Group>
			</Group>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<RowsSkeleton />
			) : data.rows.length === 0 ? (
				<Empty what={t("statistics.empty")} />
			) : (
				<>
					{asksTalks && (
						<SegmentedControl
							size="xs"
							style={{ alignSelf: "start" }}
							aria-label={t("statistics.shown")}
							data={["calls", "talks"].map((value) => ({ value, label: tAny(`statistics.shown.${value}`) }))}
							value={what}
							onChange={setWhat}
						/>
					)}
					{talks ? (
						<TalksTable query={query} />
					) : (
						<>
							<OnChart answer={data} />
							<Figures answer={data} />
						</>
					)}
				</>
			)}
		</Box>
	);
}
