// SPDX-License-Identifier: GPL-3.0-or-later
// Sheet.tsx - a table that draws only the rows in sight: header that sorts, rows by keyboard, a row of sums that stays below.
import { Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

export interface SheetColumn<T> {
	key: string;
	label: string;
	width: number;
	/** Takes its share of the room that is left. */
	grow?: boolean;
	number?: boolean;
	/** Name the server sorts by; absent: the column does not sort. */
	sort?: string;
	render: (row: T) => ReactNode;
	sum?: (rows: T[]) => ReactNode;
}

interface SheetProps<T> {
	label: string;
	columns: SheetColumn<T>[];
	rows: T[];
	/** Rows of the whole list, where that is known. */
	total?: number | "unknown";
	rowKey: (row: T) => number | string;
	sort?: string;
	onSort?: (sort: string) => void;
	onOpen?: (row: T) => void;
	/** The last rows came into sight. */
	onEnd?: () => void;
	isNew?: (row: T) => boolean;
	rowHeight?: number;
	children?: ReactNode;
}

const ROOM_BEFORE_END = 30;

function template<T>(columns: SheetColumn<T>[]): string {
	return columns.map((c) => (c.grow ? `minmax(${c.width}px, 1fr)` : `${c.width}px`)).join(" ");
}

function Head<T>({ columns, sort, onSort }: Pick<SheetProps<T>, "columns" | "sort" | "onSort">) {
	const { t } = useTranslation();
	const by = sort?.replace(/^-/, "");
	const down = sort?.startsWith("-");
	return (
		<div role="rowgroup" className="sheet-head">
			<div role="row" className="sheet-row" style={{ gridTemplateColumns: template(columns), height: 36 }}>
				{columns.map((c, i) => {
					const sorted = !!c.sort && c.sort === by;
					return (
						<div
							key={c.key}
							role="columnheader"
							aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}
							className={`cell cell-head ${c.number ? "cell-number" : ""} ${i === 0 ? "cell-first" : ""}`}
							title={c.label}
						>
							{c.sort && onSort ? (
								<button
									type="button"
									className="cell-sort"
									aria-label={`${t("table.sort")}: ${c.label}`}
									onClick={() => onSort(sorted && !down ? `-${c.sort}` : c.sort!)}
								>
									{c.label} {sorted && (down ? <IconArrowDown size={13} /> : <IconArrowUp size={13} />)}
								</button>
							) : (
								c.label
							)}
						</div>
					);
				})}
			</div>
		</div>
	);
}

interface LineProps<T> {
	row: T;
	columns: SheetColumn<T>[];
	columnsTemplate: string;
	top: number;
	height: number;
	at: boolean;
	fresh: boolean;
	index: number;
	onClick?: (row: T, index: number) => void;
}

function PlainLine<T>({ row, columns, columnsTemplate, top, height, at, fresh, index, onClick }: LineProps<T>) {
	return (
		<div
			role="row"
			tabIndex={-1}
			aria-rowindex={index + 2}
			className="sheet-row"
			data-at={at}
			data-new={fresh}
			style={{
				gridTemplateColumns: columnsTemplate,
				transform: `translateY(${top}px)`,
				height,
				minWidth: "100%",
				cursor: onClick ? "pointer" : undefined,
			}}
			onClick={onClick && (() => onClick(row, index))}
		>
			{columns.map((c, i) => (
				<div key={c.key} role="cell" className={`cell ${c.number ? "cell-number" : ""} ${i === 0 ? "cell-first" : ""}`}>
					{c.render(row)}
				</div>
			))}
		</div>
	);
}
const Line = memo(PlainLine) as typeof PlainLine;

export function Sheet<T>({
	label,
	columns,
	rows,
	total,
	rowKey,
	sort,
	onSort,
	onOpen,
	onEnd,
	isNew,
	rowHeight = 36,
	children,
}: SheetProps<T>) {
	const box = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState(-1);
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => box.current,
		estimateSize: () => rowHeight,
		overscan: 6,
		scrollMargin: 36,
		getItemKey: (i) => rowKey(rows[i]!),
	});
	const items = virtual.getVirtualItems();
	const last = items.at(-1)?.index ?? 0;
	const columnsTemplate = template(columns);
	const width = columns.reduce((sum, c) => sum + c.width, 0);

	useEffect(() => {
		if (rows.length && last >= rows.length - ROOM_BEFORE_END) onEnd?.();
	}, [last, rows.length, onEnd]);

	const open = useCallback(
		(row: T, index: number) => {
			setAt(index);
			onOpen?.(row);
		},
		[onOpen],
	);
	function keys(e: KeyboardEvent) {
		if (e.target !== box.current) return;
		const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[e.key];
		if (step) {
			e.preventDefault();
			const to = Math.min(rows.length - 1, Math.max(0, at + step));
			setAt(to);
			virtual.scrollToIndex(to);
		} else if (e.key === "Enter" && rows[at]) onOpen?.(rows[at]);
	}
	const sums = columns.some((c) => c.sum) && rows.length > 0;
	return (
		<div
			ref={box}
			className="sheet"
			role="table"
			aria-label={label}
			aria-rowcount={total === "unknown" ? -1 : (total ?? rows.length) + 1}
			tabIndex={0}
			onKeyDown={keys}
			style={{ flex: 1, minHeight: 160 }}
		>
			<div style={{ minWidth: width, width: "100%" }}>
				<Head columns={columns} sort={sort} onSort={onSort} />
				<div role="rowgroup" className="sheet-body" style={{ height: virtual.getTotalSize(), position: "relative" }}>
					{items.map((item) => (
						<Line
							key={item.key}
							row={rows[item.index]!}
							index={item.index}
							columns={columns}
							columnsTemplate={columnsTemplate}
							top={item.start - 36}
							height={rowHeight}
							at={item.index === at}
							fresh={!!isNew?.(rows[item.index]!)}
							onClick={onOpen && open}
						/>
					))}
				</div>
				{sums && (
					<div role="rowgroup" className="sheet-sum">
						<div
							role="row"
							className="sheet-row"
							style={{ gridTemplateColumns: columnsTemplate, height: 34, borderBottom: 0 }}
						>
							{columns.map((c, i) => (
								<div
									key={c.key}
									role="cell"
									className={`cell ${c.number ? "cell-number" : ""} ${i === 0 ? "cell-first" : ""}`}
								>
									{c.sum?.(rows) ??
										(i === 0 ? (
											<Text size="sm" c="dimmed" span>
												Σ
											</Text>
										) : null)}
								</div>
							))}
						</div>
					</div>
				)}
			</div>
			{children}
		</div>
	);
}
