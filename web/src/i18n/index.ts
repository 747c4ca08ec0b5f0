// SPDX-License-Identifier: GPL-3.0-or-later
// index.ts - Russian and English. Each text stands in texts/*.ts as a pair, so that neither language can lack one.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Language = "ru" | "en";

const packs = {
	first: { ru: () => import("virtual:first-ru"), en: () => import("virtual:first-en") },
	rest: { ru: () => import("virtual:rest-ru"), en: () => import("virtual:rest-en") },
};
/** The language last asked for, and the packs shown in it. */
let wanted: Language = "ru";
const taken: (keyof typeof packs)[] = ["first"];
const saids = { ru: () => import("virtual:said-ru"), en: () => import("virtual:said-en") };
let said: Record<string, string> = {};

async function fetchPack(pack: keyof typeof packs, language: Language) {
	i18next.addResourceBundle(language, "translation", (await packs[pack][language]()).default);
}

/** Fetch the texts of one language and show everything in it; before the first screen, and when the language changes. */
async function take(language: Language) {
	wanted = language;
	await Promise.all(taken.map((pack) => fetchPack(pack, language)));
	document.documentElement.lang = language;
	await i18next.changeLanguage(language);
}

/** Begin, with the texts of the language last used here, else of the browser. */
export async function firstTexts() {
	wanted = (localStorage.getItem("language") ?? navigator.language).startsWith("en") ? "en" : "ru";
	i18next.use(initReactI18next).init({
		resources: {},
		lng: wanted,
		fallbackLng: false,
		keySeparator: false,
		nsSeparator: false,
		interpolation: { escapeValue: false },
		returnEmptyString: false,
	});
	await take(wanted);
}

/** Fetch what only the inner pages say; before one of them is shown. */
export async function restOfTexts() {
	if (!taken.includes("rest")) taken.push("rest");
	await fetchPack("rest", wanted);
}

export function setLanguage(language: Language) {
	if (i18next.language === language) return;
	localStorage.setItem("language", language);
	void take(language);
}

export const t = i18next.t.bind(i18next);
/** Fetch the server's sentences in the person's language; before a refusal is told. Without a connection they stay as they are. */
export async function sentences() {
	const pack = await saids[i18next.language === "en" ? "en" : "ru"]().catch(() => null);
	if (pack) said = pack.default;
}
/** A sentence of the server in the person's language; undefined when it is none of the known ones. */
export const sentence = (words: string): string | undefined => said[words];
/** The text of the first key that has one; the last key itself when none has. */
export function tAny(...keys: string[]): string {
	const key = keys.find((k) => i18next.exists(k));
	return key ? i18next.t(key) : (keys.at(-1)?.split(/[.:]/).at(-1) ?? "");
}
/** The journal's rows are calls, the trail's are audit records: the texts know them by these names. */
const called: Record<string, string> = {
	journal: "call",
	report_call: "call",
	trail: "audit",
	report_row: "contact",
	strategy: "project",
};
const nameOf = (entity: string) => called[entity] ?? entity;
export const fieldLabel = (entity: string, name: string) => tAny(`${nameOf(entity)}.${name}`, `field.${name}`);
export const wordLabel = (entity: string, field: string, word: string) =>
	tAny(`${nameOf(entity)}.${field}:${word}`, `${field}:${word}`, word);
export { i18next };
