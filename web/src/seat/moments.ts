// SPDX-License-Identifier: GPL-3.0-or-later
// moments.ts - a promised moment as the client means it: <input type="datetime-local"> in the clock of his zone.

const MINUTE = 60_000;
export const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone, or this browser's when it is not known here. */
export function zoneOr(zone: string | null | undefined): string {
	try {
		return zone ? new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone : here();
	} catch {
		return here();
	}
}

/** How far the zone's clock is ahead of UTC at a moment. */
export function ahead(zone: string, at: number): number {
	const clock = new Intl.DateTimeFormat("en", {
		timeZone: zone,
		hourCycle: "h23",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
	});
	const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
	const shown = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!);
	return shown - Math.floor(at / MINUTE) * MINUTE;
}

/** 2026-03-12T10:00 on the zone's clock. */
export const toInput = (at: number, zone: string) => new Date(at + ahead(zone, at)).toISOString().slice(0, 16);

export function fromInput(text: string, zone: string): number | null {
	const shown = Date.parse(`${text}Z`);
	// The offset of that moment, not of the one the text would be in UTC: between them the clock may have been changed.
	return Number.isNaN(shown) ? null : shown - ahead(zone, shown - ahead(zone, shown));
}

export function tomorrowAt(hour: number, zone: string, now: number): number | null {
	const tomorrow = new Date(`${toInput(now, zone).slice(0, 10)}T00:00Z`).getTime() + 1440 * MINUTE;
	return fromInput(`${new Date(tomorrow).toISOString().slice(0, 11)}${String(hour).padStart(2, "0")}:00`, zone);
}
