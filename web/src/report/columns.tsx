// SPDX-License-Identifier: GPL-3.0-or-later
// columns.tsx - columns of the sheet as the server lists them: fields of the row, answers of the form, the customer's own.
import { IconPencil } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ReportColumn, ReportRow } from "../api/types";
import { PlayButton } from "../call/Player";
import { t, tAny } from "../i18n";
import { dateTime, dayOf, duration, number, phone } from "../parts/format";
import { Word } from "../parts/table/cells";
import type { SheetColumn } from "../parts/table/Sheet";
import { MarkCell } from "./MarkCell";
import { RowButton } from "./RowButton";

export interface Tools {
	writes: boolean;
	listens: boolean;
	narrow: boolean;
	playing?: number;
	onPlay: (row: ReportRow) => void;
	/** Absent: who reads takes no part in the talk about the rows. */
	onOpen?: (row: ReportRow) => void;
	putMark: (contact: number, column: string, mark: ReportRow["marks"][string] | undefined) => void;
}

const widths: Record<string, number> = {
	company: 230,
	result: 190,
	comment: 260,
	last_at: 120,
	talk_ms: 86,
	attempts: 80,
	phones: 180,
	persons: 190,
	operator: 150,
	city: 130,
};
/** Not fields of the row for the server to sort by. */
const unsorted = new Set(["persons", "phones", "comment"]);

export const columnLabel = (c: ReportColumn) =>
	c.label || tAny(`report.${c.key}`, `contact.${c.key}`, `call.${c.key}`, `field.${c.key}`);

export function answerText(c: ReportColumn, value: string | undefined): ReactNode {
	if (!value) return null;
	if (c.type === "yes_no") return value === "yes" || value === "1" ? t("yes") : t("no");
	return c.type === "date" ? dayOf(value) : value;
}

function fieldText(row: ReportRow, key: string): ReactNode {
	const value = (row as unknown as Record<string, unknown>)[key];
	if (value === null || value === undefined || value === "") return null;
	if (key.endsWith("_at")) return dateTime(value as number);
	if (key === "talk_ms") return value ? duration(value as number) : null;
	if (key === "number") return phone(value as string);
	if (key === "counts_as") return <Word entity="result" field="counts_as" word={value as string} />;
	if (key === "state") return <Word entity="contact" field="state" word={value as string} />;
	return String(value);
}

/** Marks of cells that could not be counted; the same stand in the files. */
const marks: Record<string, string> = { zero: "÷0", kind: "≠123", range: "∞", gone: "∅" };

export function cellText(cell: ReportRow["cells"][string] | undefined): ReactNode {
	if (!cell) return null;
	if (cell.type === "error")
		return (
			<span className="cell-error" title={tAny(`cell.${cell.value}`)}>
				{marks[cell.value] ?? "?"}
			</span>
		);
	if (cell.type === "number") return number(Number(cell.value), 10);
	if (cell.type === "yes_no") return cell.value === "yes" ? t("yes") : t("no");
	return cell.type === "date" ? dayOf(cell.value) : cell.value;
}

const kinds = [
	["mark", /^mark\./],
	["answer", /^(answer|survey)\./],
	["cell", /^calc\./],
	["field", /./],
] as const;
export const columnKind = (c: ReportColumn) => kinds.find(([, key]) => key.test(c.key))?.[0] ?? "field";

export function resultColor(row: ReportRow): string {
	return (
		{ lead: "lead", sale: "lead", meeting: "meeting", presentation: "meeting", refusal: "refusal" }[row.counts_as] ?? "plain"
	);
}

/** The result, with a sign when it was corrected. */
export function ResultWord({ row }: { row: ReportRow }) {
	return (
		<span
			className={`result result-${resultColor(row)}`}
			title={row.corrected_at ? t("report.corrected", { when: dateTime(row.corrected_at) }) : undefined}
		>
			{row.result}
			{!!row.corrected_at && <IconPencil size={12} aria-label={t("report.corrected.sign")} />}
		</span>
	);
}

export const verdictColor = (verdict: string | null | undefined) =>
	verdict === "rejected" ? "red" : verdict ? "teal" : "gray";

export function sheetColumns(columns: ReportColumn[], tools: Tools): SheetColumn<ReportRow>[] {
	const play: SheetColumn<ReportRow> = {
		key: "play",
		label: "",
		width: 44,
		render: (row) =>
			row.recording_id && (
				<PlayButton what={row.company ?? ""} active={tools.playing === row.id} onPlay={() => tools.onPlay(row)} />
			),
	};
	const { onOpen } = tools;
	const talk: SheetColumn<ReportRow>[] = onOpen
		? [{ key: "talk", label: "", width: 52, render: (row) => <RowButton row={row} onOpen={onOpen} /> }]
		: [];
	const made = columns.map((c): SheetColumn<ReportRow> => {
		const [kind, key] = [columnKind(c), c.key];
		return {
			key: c.key,
			label: columnLabel(c),
			width: widths[c.key] ?? (kind === "mark" ? 160 : 140),
			grow: c.key === "comment",
			number: c.key === "talk_ms" || c.key === "attempts" || c.type === "number",
			sort: kind === "mark" || (kind === "field" && !unsorted.has(key)) ? key : undefined,
			render: (row) =>
				kind === "mark" ? (
					<MarkCell row={row} column={c} writes={tools.writes} putMark={tools.putMark} />
				) : kind === "answer" ? (
					answerText(c, row.answers[c.key])
				) : kind === "cell" ? (
					cellText(row.cells[c.key])
				) : key === "result" ? (
					<ResultWord row={row} />
				) : (
					<span
						title={
							key === "comment" || key === "phones" ? ((row[key as "comment"] as string | null) ?? undefined) : undefined
						}
					>
						{fieldText(row, key)}
					</span>
				),
		};
	});
	// Beside the company: that is where one looks for the talk.
	const at =
		Math.max(
			made.findIndex((c) => c.key === "company"),
			0,
		) + 1;
	return [...made.slice(0, at), ...(tools.listens ? [play] : []), ...talk, ...made.slice(at)];
}
