// SPDX-License-Identifier: GPL-3.0-or-later
// MarkCell.tsx - a cell of the customer's own column: written in place, seen by others at once. When someone wrote first, both texts
// are shown and neither is lost.
import { Button, Group, Popover, Select, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, get, put } from "../api/client";
import type { ReportColumn, ReportRow } from "../api/types";
import { useMe } from "../app/session";
import { dateTime } from "../parts/format";
import { tellError } from "../parts/states";

type Mark = ReportRow["marks"][string];
interface Props {
	row: ReportRow;
	column: ReportColumn;
	writes: boolean;
	putMark: (contact: number, column: string, mark: Mark | undefined) => void;
}

function Editor({ column, value, onDone }: { column: ReportColumn; value: string; onDone: (value: string | null) => void }) {
	const [text, setText] = useState(value);
	const done = useRef(false);
	const finish = (v: string | null) => {
		if (done.current) return;
		done.current = true;
		onDone(v);
	};
	if (column.choices?.length)
		return (
			<Select
				size="xs"
				autoFocus
				defaultDropdownOpened
				searchable
				clearable
				aria-label={column.label ?? undefined}
				data={column.choices}
				defaultValue={value || null}
				onChange={(v) => finish(v ?? "")}
				onBlur={() => finish(null)}
				onKeyDown={(e) => e.key === "Escape" && finish(null)}
			/>
		);
	return (
		<TextInput
			size="xs"
			autoFocus
			aria-label={column.label ?? undefined}
			value={text}
			maxLength={4000}
			onChange={(e) => setText(e.currentTarget.value)}
			onBlur={() => finish(text)}
			onKeyDown={(e) => {
				if (e.key === "Enter") {
					// Else the same key press would open the cell again.
					e.preventDefault();
					finish(text);
				}
				if (e.key === "Escape") finish(null);
			}}
		/>
	);
}

/** What stands in the cell on the server now. */
async function written(row: ReportRow, column: ReportColumn): Promise<Mark | undefined> {
	const page = await get("/projects/{id}/report", { id: row.project_id }, { id: row.id }).catch(() => null);
	return page?.rows[0]?.marks[column.key];
}

export function MarkCell({ row, column, writes, putMark }: Props) {
	const { t } = useTranslation();
	const me = useMe();
	const mark = row.marks[column.key];
	const [editing, setEditing] = useState(false);
	// What stood here when the writing began: what another writes meanwhile arrives by itself, and must not be written over unseen.
	const seen = useRef<Mark>(undefined);
	const [clash, setClash] = useState<{ mine: string; theirs?: Mark } | null>(null);
	const cell = useRef<HTMLButtonElement>(null);
	const left = useRef(false);

	useEffect(() => {
		if (!editing && left.current) cell.current?.focus();
		left.current = editing;
	}, [editing]);

	async function save(value: string, seen: Mark | undefined) {
		if (value === (seen?.value ?? "")) return;
		// Shown at once; taken back when the server refuses.
		putMark(row.id, column.key, { value, version: (seen?.version ?? 0) + 1, author: me.name, changed_at: Date.now() });
		try {
			const saved = await put(
				"/contacts/{id}/marks/{column_id}" as never,
				{ id: row.id, column_id: column.column_id },
				{ value, version: seen?.version ?? 0 },
			);
			const { version, changed_at } = saved as Mark;
			putMark(row.id, column.key, { value, version, author: me.name, changed_at });
		} catch (error) {
			if (error instanceof ApiError && error.status === 412) {
				const theirs = await written(row, column);
				putMark(row.id, column.key, theirs);
				setClash({ mine: value, theirs });
			} else {
				putMark(row.id, column.key, seen);
				tellError(error);
			}
		}
	}
	if (editing)
		return (
			<Editor
				column={column}
				value={mark?.value ?? ""}
				onDone={(value) => {
					setEditing(false);
					if (value !== null) save(value, seen.current);
				}}
			/>
		);
	const shown = mark?.value || (writes ? "" : "—");
	const who = mark ? `${mark.author ?? ""} · ${dateTime(mark.changed_at)}` : undefined;
	const face = writes ? (
		<button
			ref={cell}
			type="button"
			className="mark"
			onClick={() => {
				seen.current = mark;
				setEditing(true);
			}}
			aria-label={`${column.label}: ${mark?.value ?? ""}`}
			title={who}
		>
			{shown}
		</button>
	) : (
		<span title={who}>{shown}</span>
	);
	// Hundreds of cells are drawn while scrolling: what is not needed is not made.
	if (!clash) return face;
	return (
		<Popover opened onClose={() => setClash(null)} position="bottom-start" shadow="md" withinPortal trapFocus>
			<Popover.Target>
				<div>{face}</div>
			</Popover.Target>
			<Popover.Dropdown maw={360}>
				{clash && (
					<Stack gap="xs">
						<Text size="sm" fw={600}>
							{t("report.clash", { author: clash.theirs?.author ?? "" })}
						</Text>
						<Text size="sm">
							{t("stale.theirs")}: {clash.theirs?.value || "—"}
						</Text>
						<Text size="sm">
							{t("stale.mine")}: {clash.mine || "—"}
						</Text>
						<Group gap="xs">
							<Button size="compact-sm" variant="default" onClick={() => setClash(null)}>
								{t("report.clash.theirs")}
							</Button>
							<Button
								size="compact-sm"
								onClick={() => {
									const { mine, theirs } = clash;
									setClash(null);
									save(mine, theirs);
								}}
							>
								{t("report.clash.mine")}
							</Button>
						</Group>
					</Stack>
				)}
			</Popover.Dropdown>
		</Popover>
	);
}
