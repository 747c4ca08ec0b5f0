// SPDX-License-Identifier: GPL-3.0-or-later
// cells.tsx - how a value of each type looks in a table.
import { Badge, type MantineColor } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type FieldInfo, fieldInfo } from "../../api/entities";
import { useName } from "../../api/refs";
import { wordLabel } from "../../i18n";
import { dateTime, dayOf, duration, number, phone, roubles } from "../format";
import { Told } from "../Told";

const colors: Record<string, MantineColor> = {
	running: "teal",
	active: "teal",
	approved: "teal",
	applied: "teal",
	up: "teal",
	registered: "teal",
	sent: "teal",
	signed: "teal",
	paid: "teal",
	issued: "blue",
	done: "teal",
	lead: "teal",
	sale: "teal",
	meeting: "blue",
	presentation: "blue",
	connected: "teal",
	talking: "teal",
	ready: "blue",
	fresh: "blue",
	due: "yellow",
	proposed: "yellow",
	questioned: "yellow",
	waiting: "yellow",
	wrap_up: "yellow",
	offered: "cyan",
	reserved: "cyan",
	stopped: "red",
	failed: "red",
	dead: "red",
	down: "red",
	refused: "red",
	silent: "red",
	declined: "red",
	lost: "red",
	wrong: "red",
	refusal: "orange",
};

export function Word({ entity, field, word }: { entity: string; field: string; word: string | null | undefined }) {
	if (!word) return null;
	if (word === "nothing") return <span>—</span>;
	return <Badge color={colors[word] ?? "gray"}>{wordLabel(entity, field, word)}</Badge>;
}

export function RefName({ entity, id, project }: { entity: string; id: number | null | undefined; project?: number }) {
	return <>{useName(entity, id, project)}</>;
}

export function cellOf(
	entity: string,
	name: string,
	project?: number,
	info: FieldInfo | undefined = fieldInfo(entity, name),
) {
	return (row: Record<string, unknown>): ReactNode => {
		const value = row[name];
		if (value === null || value === undefined || value === "") return null;
		switch (info?.type) {
			case "time":
				return dateTime(value as number);
			case "date":
				return dayOf(value as string);
			case "bool":
				return value ? <IconCheck size={16} aria-label="✓" /> : null;
			case "word":
				return <Word entity={entity} field={name} word={value as string} />;
			case "ref":
				return <RefName entity={info.refers ?? ""} id={value as number} project={project} />;
			case "phone":
				return phone(value as string);
			case "int":
			case "real":
				if (name.endsWith("_ms")) return duration(value as number);
				if (name.endsWith("_kop")) return roubles(value as number);
				if (name.endsWith("_pct")) return `${number(value as number, 1)} %`;
				return name === "id" || name.endsWith("_id") ? String(value) : number(value as number, 2);
			case "json":
				return JSON.stringify(value);
			default:
				return name === "state_text" ? <Told words={String(value)} /> : String(value);
		}
	};
}

export const isNumber = (info: FieldInfo | undefined, name: string) =>
	!!info && (info.type === "int" || info.type === "real") && name !== "id" && !name.endsWith("_id");

const widths: Record<FieldInfo["type"], number> = {
	int: 96,
	real: 96,
	bool: 110,
	str: 170,
	time: 140,
	date: 110,
	word: 140,
	ref: 170,
	phone: 160,
	email: 190,
	json: 220,
};
export const widthOf = (info: FieldInfo | undefined) => widths[info?.type ?? "str"];
