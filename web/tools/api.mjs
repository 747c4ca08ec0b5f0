// SPDX-License-Identifier: GPL-3.0-or-later
// api.mjs - from the OpenAPI document the server prints (docs/openapi.json) to what the browser needs of it: the types of the wire
// (src/api/schema.d.ts) and the description of fields that tables and forms are driven by (src/api/entities.json). Neither is in git.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const from = process.env.ZVONAR_OPENAPI ?? new URL("../../docs/openapi.json", import.meta.url);
const to = (name) => new URL(`../src/api/${name}`, import.meta.url);

// Only writes what changed, so that a watching build is not woken for nothing.
function write(name, text) {
	if (!existsSync(to(name)) || readFileSync(to(name), "utf8") !== text) writeFileSync(to(name), text);
}

function field(schema, required) {
	const about = schema["x-field"] ?? {};
	const words = schema.enum?.filter((word) => word !== null);
	const types = [schema.type].flat();
	return {
		type: about.type ?? (words ? "word" : types[0] === "integer" ? "int" : types[0] === "boolean" ? "bool" : "str"),
		refers: about.refers,
		words,
		min: schema.minLength ?? schema.minimum,
		max: schema.maxLength ?? schema.maximum,
		needed: about.needed || undefined,
		null: types.includes("null") || !required || undefined,
		given: schema.readOnly || undefined,
		secret: schema.writeOnly || undefined,
		fixed: about.fixed || undefined,
		staff: about.staff_only || undefined,
		searched: about.searched || undefined,
		unsorted: about.unsorted || undefined,
	};
}

const doc = JSON.parse(readFileSync(from, "utf8"));
// The client speaks below /api.
doc.paths = Object.fromEntries(Object.entries(doc.paths).map(([path, item]) => [path.replace(/^\/api(?=\/)/, ""), item]));
const entities = {};
for (const [name, schema] of Object.entries(doc.components.schemas)) {
	const described = Object.entries(schema.properties ?? {}).filter(([, s]) => s["x-field"]);
	if (described.length)
		entities[name] = Object.fromEntries(described.map(([k, s]) => [k, field(s, schema.required?.includes(k))]));
}
write("schema.d.ts", astToString(await openapiTS(doc)));
write("entities.json", `${JSON.stringify(entities)}\n`);
