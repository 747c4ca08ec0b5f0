// SPDX-License-Identifier: GPL-3.0-or-later
// entities.ts - what the server says about the fields of each entity: tables and forms are driven by it.
import described from "./entities.json";

export interface FieldInfo {
	type: "int" | "bool" | "real" | "str" | "time" | "date" | "word" | "ref" | "phone" | "email" | "json";
	refers?: string;
	words?: string[];
	min?: number;
	max?: number;
	needed?: boolean;
	null?: boolean;
	given?: boolean;
	secret?: boolean;
	fixed?: boolean;
	staff?: boolean;
	searched?: boolean;
	unsorted?: boolean;
}
export const entities = described as unknown as Record<string, Record<string, FieldInfo>>;

export function fieldInfo(entity: string, name: string): FieldInfo | undefined {
	return entities[entity]?.[name];
}
