// SPDX-License-Identifier: GPL-3.0-or-later
// types.ts - short names for the things of the wire. All of them come from the OpenAPI document.
import type { Answer, Schemas } from "./client";

export type Me = Schemas["me"];
export type User = Schemas["user"];
export type Customer = Schemas["customer"];
export type Project = Schemas["project"];
export type Base = Schemas["base"];
export type Contact = Schemas["contact"];
export type Card = Answer<"/contacts/{id}/card", "get">;
export type Person = Card["persons"][number];
export type Phone = Card["phones"][number];
export type Result = Schemas["result"];
export type Retry = Schemas["retry"];
export type FormField = Schemas["form_field"];
export type MarkColumn = Schemas["mark_column"];
export type ScriptVersion = Schemas["script_version"];
export type Graph = NonNullable<Schemas["script_version"]["graph"]>;
export type ScriptNode = Graph["nodes"][number];
export type Seat = Answer<"/seat", "get">;
export type SeatCall = NonNullable<Seat["call"]>;
export type Call = Schemas["journal"];
export type Import = Schemas["import"];
export type ImportPreview = Answer<"/imports/{id}/preview", "get">;
export type ReportRow = Answer<"/projects/{id}/report", "get">["rows"][number];
export type ReportColumn = Answer<"/projects/{id}/report/columns", "get">["rows"][number];
export type ReportTotals = Answer<"/projects/{id}/report/totals", "get">;
export type Trunk = Schemas["trunk"];
export type Letter = Schemas["letter"];
export type PacingSecond = Schemas["pacing_second"];
export type Steps = Answer<"/trunks/{id}/test", "post">;
export type Overview = Answer<"/projects/{id}/overview", "get">;
export type Queue = Schemas["queue"];
export type Prompt = Schemas["prompt"];
export type MissedCall = Schemas["missed_call"];
export type CallFlow = Schemas["call_flow"];
export type FlowGraph = NonNullable<CallFlow["graph"]>;
export type FlowStep = FlowGraph["nodes"][number];
