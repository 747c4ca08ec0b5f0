// SPDX-License-Identifier: GPL-3.0-or-later
// MarkCell.tsx - a cell of the customer's own column: written in place, seen by others at once. When someone wrote first, both texts
// are shown and neither is lost; nor is a text that could not be saved, though its row went out of sight.
import { Button, Group, Popover, Select, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, get, put } from "../api/client";
import type { ReportColumn, ReportRow } from "../api/types";
import { useMe } from "../app/session";
import { dateTime } from "../parts/format";
import { errorText } from "../parts/states";

type Mark = ReportRow["marks"][string];
interface Props {
	row: ReportRow;
	column: ReportColumn;
	writes: boolean;
	putMark: (contact: number, column: string, mark: Mark | undefined) => void;
}

/** What is not saved: somebody wrote first, or the server could not be asked (error). */
interface Unsaved {
	mine: string;
	theirs?: Mark;
	error?: string;
}
/** By row and column: the cell itself lives only while it is in sight. */
const unsaved = new Map<string, Unsaved>();

function Editor({ column, value, onDone }: { column: ReportColumn; value: string; onDone: (value: string | null) => void }) {
	const [text, setText] = useState(value);
	const done = useRef(false);
	const finish = (v: string | null) => {
		if (done.current) return;
		done.current = true;
		onDone(v);
	};
	// Scrolled away, or out of the filter, the text is saved as by leaving the cell.
	const box = useRef<HTMLInputElement>(null);
	const leave = useRef(() => {});
	leave.current = () => finish(column.choices?.length ? null : text);
	useEffect(() => {
		const input = box.current;
		return () => {
			if (!input?.isConnected) leave.current();
		};
	}, []);
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
			ref={box}
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
	const place = `${row.id} ${column.key}`;
	const [clash, showClash] = useState(() => unsaved.get(place) ?? null);
	const setClash = (now: Unsaved | null) => {
		if (now) unsaved.set(place, now);
		else unsaved.delete(place);
		showClash(now);
	};
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
				setClash({ mine: value, theirs: seen, error: errorText(error) });
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
		<Popover
			opened
			onClose={() => setClash(null)}
			closeOnClickOutside={false}
			position="bottom-start"
			shadow="md"
			withinPortal
			trapFocus
		>
			<Popover.Target>
				<div>{face}</div>
			</Popover.Target>
			<Popover.Dropdown maw={360}>
				{clash && (
					<Stack gap="xs">
						<Text size="sm" fw={600}>
							{clash.error ?? t("report.clash", { author: clash.theirs?.author ?? "" })}
						</Text>
						<Text size="sm">
							{t("stale.theirs")}: {clash.theirs?.value || "—"}
						</Text>
						<Text size="sm">
							{t("stale.mine")}: {clash.mine || "—"}
						</Text>
						<Group gap="xs">
							<Button size="compact-sm" variant="default" onClick={() => setClash(null)}>
								{t(clash.error ? "report.unsaved.drop" : "report.clash.theirs")}
							</Button>
							<Button
								size="compact-sm"
								onClick={() => {
									const { mine, theirs } = clash;
									setClash(null);
									save(mine, theirs);
								}}
							>
								{t(clash.error ? "error.again" : "report.clash.mine")}
							</Button>
						</Group>
					</Stack>
				)}
			</Popover.Dropdown>
		</Popover>
	);
}
