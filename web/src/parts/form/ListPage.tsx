// SPDX-License-Identifier: GPL-3.0-or-later
// ListPage.tsx - the screen of an entity that needs nothing of its own: a table, a drawer to change a row, a button to make one.
import { Box, Button, Drawer, Group, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ids, type ListPath, patch, post, type Query, type Row, remove } from "../../api/client";
import { entities } from "../../api/entities";
import { useChange } from "../../api/hooks";
import { type Right, useMay } from "../../app/session";
import { tell, tellError } from "../states";
import { type ColumnSpec, DataTable } from "../table/DataTable";
import { EntityForm, type InputProps, type Values } from "./EntityForm";

type Made = { id: number; version?: number };
export interface ListPageProps<P extends ListPath> {
	entity: string;
	path: P;
	ids?: Ids;
	fixed?: Query;
	title: string;
	/** Below a tab the page has its heading already. */
	inner?: boolean;
	empty: string;
	columns: (string | ColumnSpec<Row<P>>)[];
	more?: string[];
	form: string[];
	initial?: Values;
	inputs?: Record<string, (props: InputProps) => ReactNode>;
	hints?: Record<string, string>;
	hidden?: (values: Values) => string[];
	newText?: string;
	newHint?: ReactNode;
	right?: Right;
	mayMake?: boolean;
	mayRemove?: boolean;
	formColumns?: number;
	/** For who makes rows another way: in place of the button. */
	makeAction?: ReactNode;
	/** Buttons of an open row. */
	rowActions?: (row: Row<P>, close: () => void) => ReactNode;
	/** Below the fields, of what is typed so far. */
	formMore?: (values: Values) => ReactNode;
	/** Shown below the form of an open row. */
	rowMore?: (row: Row<P>) => ReactNode;
	/** A row nobody changes any more. */
	settled?: (row: Row<P>) => boolean;
	onMade?: (row: Row<P>) => void;
	onOpen?: (row: Row<P>) => void;
	rowTitle?: (row: Row<P>) => string;
	actions?: ReactNode;
}

/** A row below another names it: project_id, contact_id. */
function parentOf(entity: string, ids: Ids): Values {
	return Object.fromEntries(
		Object.entries(ids).filter(([name]) => entities[entity]?.[name] && !entities[entity]?.[name]?.given),
	);
}

/** text: what is removed, where the place does not say it. */
export function RemoveButton({ run, text }: { run: () => void; text?: string }) {
	const { t } = useTranslation();
	const [sure, setSure] = useState(false);
	return (
		<Button
			color="red"
			variant={sure ? "filled" : "subtle"}
			onClick={() => (sure ? run() : setSure(true))}
			onBlur={() => setSure(false)}
		>
			{sure ? t("remove.confirm") : (text ?? t("remove"))}
		</Button>
	);
}

export function ListPage<P extends ListPath>(props: ListPageProps<P>) {
	const {
		entity,
		path,
		ids = {},
		title,
		inner,
		right,
		mayMake = true,
		mayRemove,
		rowActions,
		rowMore,
		onOpen,
		newText,
	} = props;
	const { t } = useTranslation();
	const may = useMay();
	const [opened, setOpened] = useState<Row<P> | "new" | null>(null);
	const close = () => setOpened(null);
	const writes = !right || may(right);
	const one = `${path}/{id}`;
	const id = opened && opened !== "new" ? (opened as unknown as Made).id : 0;
	const save = useChange(
		// The path of one row is the list's with /{id}: true of every resource.
		({ values, version }: { values: Values; version?: number }) =>
			(id
				? patch(one as never, { ...ids, id }, values, version)
				: post(path as never, ids, { ...parentOf(entity, ids), ...values })) as Promise<Row<P>>,
		[entity],
	);
	const drop = useChange(() => remove(one as never, { ...ids, id }) as Promise<unknown>, [entity], close);
	const make = writes && mayMake && (
		<Button leftSection={<IconPlus size={16} />} onClick={() => setOpened("new")}>
			{newText ?? t("add")}
		</Button>
	);
	const row = opened && opened !== "new" ? opened : undefined;
	return (
		<Box
			className={inner ? undefined : "page-full"}
			style={inner ? { display: "flex", flexDirection: "column", gap: 10, flex: 1, minHeight: 0 } : undefined}
		>
			{!inner && <Title order={1}>{title}</Title>}
			<DataTable
				{...props}
				label={title}
				onOpen={onOpen ?? (props.form.length ? setOpened : undefined)}
				makeAction={make || props.makeAction}
			/>
			<Drawer
				opened={!!opened}
				onClose={close}
				position="right"
				size={props.formColumns && props.formColumns > 1 ? "xl" : "md"}
				title={row ? (props.rowTitle?.(row) ?? (row as { name?: string }).name ?? title) : (newText ?? t("form.new"))}
				closeButtonProps={{ "aria-label": t("close") }}
				transitionProps={{ duration: 100 }}
			>
				{opened && (
					<>
						{!row && props.newHint}
						<EntityForm
							key={id}
							entity={entity}
							names={props.form}
							row={row as (Row<P> & Made) | undefined}
							initial={row ? undefined : props.initial}
							project={Number(ids.project_id) || undefined}
							inputs={props.inputs}
							hints={props.hints}
							hidden={props.hidden}
							columns={props.formColumns}
							more={props.formMore}
							readOnly={!writes || (!!row && !!props.settled?.(row))}
							save={(values, version) => save.mutateAsync({ values, version })}
							onSaved={(saved) => {
								tell(t("saved"));
								close();
								if (!row) props.onMade?.(saved);
							}}
							onCancel={close}
						/>
						{row && (
							<Group mt="md" gap="xs">
								{rowActions?.(row, close)}
								{writes && mayRemove && <RemoveButton run={() => drop.mutate(undefined, { onError: tellError })} />}
							</Group>
						)}
						{row && rowMore?.(row)}
					</>
				)}
			</Drawer>
		</Box>
	);
}
