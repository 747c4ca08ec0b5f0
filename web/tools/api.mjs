// SPDX-License-Identifier: GPL-3.0-or-later
// api.mjs - from the OpenAPI document the server prints (`zvonar openapi`) to what the browser needs of it: the types of the wire
// (src/api/schema.d.ts) and the description of fields that tables and forms are driven by (src/api/entities.json). Neither is in git.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const zvonar = fileURLToPath(new URL("../../build/zvonar", import.meta.url));
const to = (name) => new URL(`../src/api/${name}`, import.meta.url);

// Only writes what changed, so that a watching build is not woken for nothing.
function write(name, text) {
	if (!existsSync(to(name)) || readFileSync(to(name), "utf8") !== text) writeFileSync(to(name), text);
}

function field(schema, needed) {
	const words = schema.enum?.filter((word) => word !== null);
	return {
		type: schema["x-type"],
		refers: schema["x-refers"],
		words,
		min: schema.minLength ?? schema.minimum,
		max: schema.maxLength ?? schema.maximum,
		needed: needed || undefined,
		null: [schema.type].flat().includes("null") || undefined,
		given: schema.readOnly || undefined,
		secret: schema.writeOnly || undefined,
		fixed: schema["x-fixed"] || undefined,
		staff: schema["x-staff-only"] || undefined,
		searched: schema["x-searched"] || undefined,
		unsorted: schema["x-unsorted"] || undefined,
		unlisted: schema["x-unlisted"] || undefined,
	};
}

/** A field that is a document of its own (x-form) is typed by its form. */
function formed(schema) {
	const form = schema["x-form"];
	if (!form || schema["x-type"] !== "json") return schema;
	return {
		description: schema.description,
		readOnly: schema.readOnly,
		...(schema["x-nullable"] ? { oneOf: [form, { type: "null" }] } : form),
	};
}

const doc = JSON.parse(execFileSync(zvonar, ["openapi"], { encoding: "utf8", maxBuffer: 1 << 28 }));
// The client speaks below /api.
doc.paths = Object.fromEntries(Object.entries(doc.paths).map(([path, item]) => [path.replace(/^\/api(?=\/)/, ""), item]));
const schemas = doc.components.schemas;
const entities = {};
for (const [name, schema] of Object.entries(schemas)) {
	const made = schemas[`${name}_in`];
	const fields = { ...made?.properties, ...schema.properties };
	if (/_(in|change)$/.test(name) || !Object.values(fields).some((s) => s["x-type"])) continue;
	entities[name] = Object.fromEntries(
		Object.entries(fields).map(([key, s]) => [key, field(s, made?.required?.includes(key))]),
	);
}
for (const schema of Object.values(schemas))
	for (const [key, s] of Object.entries(schema.properties ?? {})) schema.properties[key] = formed(s);
write("schema.d.ts", astToString(await openapiTS(doc)));
write("entities.json", `${JSON.stringify(entities)}\n`);
