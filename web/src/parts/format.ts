// SPDX-License-Identifier: GPL-3.0-or-later
// format.ts - numbers, moments and durations as people read them.
import { i18next } from "../i18n";

const lang = () => (i18next.language === "en" ? "en-GB" : "ru-RU");
const cache = new Map<string, Intl.DateTimeFormat>();

function moment(ms: number, options: Intl.DateTimeFormatOptions): string {
	const key = lang() + JSON.stringify(options);
	const format = cache.get(key) ?? new Intl.DateTimeFormat(lang(), options);
	cache.set(key, format);
	return format.format(ms);
}

export const number = (value: number, digits = 0) => value.toLocaleString(lang(), { maximumFractionDigits: digits });
/** 3195450 → «31 954,50 ₽» */
export const roubles = (kop: number) =>
	(kop / 100).toLocaleString(lang(), { style: "currency", currency: "RUB", currencyDisplay: "narrowSymbol" });
export const percent = (part: number, whole: number) =>
	whole > 0 ? (part / whole).toLocaleString(lang(), { style: "percent", maximumFractionDigits: 1 }) : "—";

/** «text», or “text” in English. */
export const quoted = (text: string) => (i18next.language === "en" ? `“${text}”` : `«${text}»`);

/** 12.03, 09:41 — with the year when it is not this one. */
export function dateTime(ms: number | null | undefined, timeZone?: string): string {
	if (!ms) return "";
	const year = new Date(ms).getFullYear() === new Date().getFullYear() ? undefined : "2-digit";
	return moment(ms, { day: "2-digit", month: "2-digit", year, hour: "2-digit", minute: "2-digit", timeZone });
}
export const day = (ms: number | null | undefined) =>
	ms ? moment(ms, { day: "2-digit", month: "2-digit", year: "numeric" }) : "";
/** 12.03 — with the year when it is not this one. */
export function dayNear(ms: number): string {
	const year = new Date(ms).getFullYear() === new Date().getFullYear() ? undefined : "2-digit";
	return moment(ms, { day: "2-digit", month: "2-digit", year });
}
export const dayOf = (text: string | null | undefined) => (text ? day(Date.parse(`${text}T12:00:00`)) : "");
/** 2026-03-12 → 12.03, below a chart. */
export const dayShort = (text: string) => moment(Date.parse(`${text}T12:00:00`), { day: "2-digit", month: "2-digit" });
export const clock = (ms: number, timeZone?: string) => moment(ms, { hour: "2-digit", minute: "2-digit", timeZone });

/** 09:41:07 */
export const clockSeconds = (ms: number) => moment(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** 75 000 → «01:15», 3 675 000 → «1:01:15» */
export function duration(ms: number | null | undefined): string {
	const s = Math.max(0, Math.floor((ms ?? 0) / 1000));
	const two = (n: number) => String(n).padStart(2, "0");
	const h = Math.floor(s / 3600);
	return h ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${two(Math.floor(s / 60))}:${two(s % 60)}`;
}

/** +78124483454 → «+7 812 448-34-54»; others as they are. */
/** A size, as people say it: «640 КБ». */
export function bytes(n: number): string {
	const unit = n < 1e6 ? "kilobyte" : "megabyte";
	const value = n / (n < 1e6 ? 1e3 : 1e6);
	return value.toLocaleString(lang(), { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}
export function phone(e164: string | null | undefined, ext?: string | null): string {
	if (!e164) return "";
	const m = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
	const shown = m ? `+7 ${m[1]} ${m[2]}-${m[3]}-${m[4]}` : e164;
	return ext ? `${shown} (${ext})` : shown;
}

/** RU → «Россия»; what is no country's code as it is. */
export function country(code: string): string {
	try {
		return new Intl.DisplayNames(lang(), { type: "region" }).of(code) ?? code;
	} catch {
		return code;
	}
}

/** Minutes of the day → «09:30». */
export const ofDay = (minutes: number) =>
	`${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
export function toMinutes(text: string): number | null {
	const m = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
	if (!m || Number(m[1]) > 24 || Number(m[2]) > 59) return null;
	return Number(m[1]) * 60 + Number(m[2]);
}

/** ISO day of a moment in the browser's zone: 2026-03-12 */
export function isoDay(ms: number): string {
	const d = new Date(ms);
	return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
}

/** Today's beginning here. */
export function todayAt0(): number {
	const d = new Date();
	d.setHours(0, 0, 0, 0);
	return d.getTime();
}

/** The hours of a contact's zone: «09:41», or nothing when the zone is unknown here. */
export function clockIn(zone: string | null | undefined, now: number): string {
	if (!zone) return "";
	try {
		return clock(now, zone);
	} catch {
		return "";
	}
}

/** Local moment ⇄ the value of <input type="datetime-local">. */
export const toLocalInput = (ms: number) =>
	`${isoDay(ms)}T${ofDay(new Date(ms).getHours() * 60 + new Date(ms).getMinutes())}`;
