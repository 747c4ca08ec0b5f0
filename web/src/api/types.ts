// SPDX-License-Identifier: GPL-3.0-or-later
// types.ts - short names for the things of the wire. All of them come from the OpenAPI document.
import type { Schemas } from "./client";

export type Me = Schemas["me"];
export type User = Schemas["user"];
export type Customer = Schemas["customer"];
export type Project = Schemas["project"];
export type Base = Schemas["base"];
export type Contact = Schemas["contact"];
export type Card = Schemas["contact_card"];
export type Person = Schemas["person"];
export type Phone = Schemas["phone"];
export type Result = Schemas["result"];
export type FormField = Schemas["form_field"];
export type MarkColumn = Schemas["mark_column"];
export type ScriptVersion = Schemas["script_version"];
export type Graph = Schemas["script_graph"];
export type ScriptNode = Schemas["script_node"];
export type Seat = Schemas["seat"];
export type SeatCall = Schemas["seat_call"];
export type Call = Schemas["call"];
export type Import = Schemas["import"];
export type ImportPreview = Schemas["import_preview"];
export type ReportRow = Schemas["report_row"];
export type ReportColumn = Schemas["report_column"];
export type ReportTotals = Schemas["report_totals"];
export type Trunk = Schemas["trunk"];
export type Letter = Schemas["letter"];
export type Steps = Schemas["steps"];
export type Figures = Schemas["figures"];
