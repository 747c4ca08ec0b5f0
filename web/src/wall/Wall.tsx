// SPDX-License-Identifier: GPL-3.0-or-later
// Wall.tsx - the board itself: no mouse, figures one reads from the other end of the room, dark whatever the theme.
import { type CSSProperties, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { setLanguage } from "../i18n";
import { clock, duration, number } from "../parts/format";
import { useNow } from "../parts/useNow";
import { type Board, useAwake, useBoard } from "./board";
import "./wall.css";

type Queue = Board["queues"][number];
type Operator = Board["operators"][number];
type Plan = Board["projects"][number];

/** 80 % of answers within the target is what the trade promises. */
const PROMISED = 80;
const STALE_MS = 15_000;
const QUEUES_SHOWN = 8;
const OPERATORS_SHOWN = 24;

function Figure({ value, label, tone, big }: { value: string; label: string; tone?: "bad" | "good"; big?: boolean }) {
	return (
		<div className={`wall-figure ${tone ?? ""} ${big ? "big" : ""}`}>
			<b>{value}</b>
			<span>{label}</span>
		</div>
	);
}

function QueueRow({ q, now }: { q: Queue; now: number }) {
	const { t } = useTranslation();
	const longest = q.waiting_since ? now - q.waiting_since : 0;
	const late = longest > q.target_s * 1000;
	return (
		<section className={`wall-queue ${late ? "late" : ""}`} data-testid="board-queue">
			<h2>{q.queue}</h2>
			<Figure big value={number(q.waiting)} label={t("board.waiting")} tone={late ? "bad" : undefined} />
			<Figure value={q.waiting_since ? duration(longest) : "—"} label={t("board.longest")} tone={late ? "bad" : undefined} />
			<Figure
				value={q.s1 === null ? "—" : `${number(q.s1)}%`}
				label={t("board.in_time")}
				tone={q.s1 === null ? undefined : q.s1 < PROMISED ? "bad" : "good"}
			/>
			<Figure value={number(q.answered)} label={t("board.answered")} />
			<Figure value={number(q.abandoned)} label={t("board.abandoned")} />
			<Figure value={number(q.tickets_open)} label={t("board.tickets")} />
		</section>
	);
}

const ORDER = ["talking", "offered", "reserved", "preview", "wrap_up", "ready", "pause", "lost"];
const COUNTED = ["ready", "talking", "wrap_up", "pause"] as const;

function Operators({ operators, now }: { operators: Operator[]; now: number }) {
	const { t } = useTranslation();
	const sorted = [...operators].sort(
		(a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.since - b.since || a.name.localeCompare(b.name),
	);
	if (!sorted.length) return <p className="wall-none">{t("board.nobody")}</p>;
	return (
		<>
			<div className="wall-counts">
				{COUNTED.map((state) => (
					<div key={state} className={`wall-${state}`}>
						<b>{operators.filter((o) => o.state === state).length}</b>
						<span>{t(`board.count:${state}`)}</span>
					</div>
				))}
			</div>
			<ul className="wall-people" style={{ "--rows": Math.min(sorted.length, OPERATORS_SHOWN) } as CSSProperties}>
				{sorted.slice(0, OPERATORS_SHOWN).map((o, i) => (
					<li key={`${o.name}-${i}`} className={`wall-${o.state}`}>
						<b>{o.name}</b>
						<span>{t(`board.state:${o.state}`)}</span>
						<i>{duration(now - o.since)}</i>
					</li>
				))}
			</ul>
			{sorted.length > OPERATORS_SHOWN && (
				<p className="wall-none">{t("board.more", { n: sorted.length - OPERATORS_SHOWN })}</p>
			)}
		</>
	);
}

function Day({ p }: { p: Plan }) {
	const { t } = useTranslation();
	const lost = p.answered > 0 ? (100 * p.abandoned) / p.answered : 0;
	return (
		<div className="wall-day">
			<h3>{p.project}</h3>
			<p className="day">
				<b>
					{number(p.dialogues)}
					{p.plan > 0 && <small> / {number(p.plan)}</small>}
				</b>{" "}
				{t("board.dialogues")} · <b>{number(p.leads)}</b> {t("board.leads")}
				{p.abandon_max !== null && p.answered > 0 && (
					<span className={lost > p.abandon_max ? "bad" : ""}>
						{" · "}
						{t("board.lost", { share: `${number(lost, 1)} %`, max: `${number(p.abandon_max, 1)} %` })}
					</span>
				)}
			</p>
			{p.plan > 0 && <progress max={p.plan} value={Math.min(p.dialogues, p.plan)} aria-label={p.project} />}
		</div>
	);
}

function Words({ title, what }: { title: string; what?: string }) {
	return (
		<main className="wall wall-words">
			<h1>{title}</h1>
			{what && <p>{what}</p>}
		</main>
	);
}

/** The secret stands behind the #, which browsers send to nobody; changed there, the board is another. */
function useToken(): string {
	const [token, setToken] = useState(() => location.hash.slice(1));
	useEffect(() => {
		const turn = () => setToken(location.hash.slice(1));
		window.addEventListener("hashchange", turn);
		return () => window.removeEventListener("hashchange", turn);
	}, []);
	return token;
}

export function Wall() {
	const { t } = useTranslation();
	const token = useToken();
	const { board, skew, at, dead } = useBoard(token);
	const now = useNow();
	useAwake();
	useEffect(() => {
		if (board) setLanguage(board.language === "en" ? "en" : "ru");
		if (board) document.title = board.name;
	}, [board]);
	if (dead || !token) return <Words title={t("board.dead")} what={t("board.dead.what")} />;
	if (!board) return <Words title={t("board.connecting")} />;
	const here = now - skew;
	const queues = board.queues.slice(0, QUEUES_SHOWN);
	const stale = now - at > STALE_MS;
	return (
		<main className={`wall ${stale ? "stale" : ""}`} style={{ "--queues": Math.max(queues.length, 3) } as CSSProperties}>
			<header>
				<h1>{board.name}</h1>
				{stale && <p role="status">{t("board.stale", { since: clock(at) })}</p>}
				<time>{clock(here)}</time>
			</header>
			<div className="wall-queues">
				{queues.map((q) => (
					<QueueRow key={q.queue_id} q={q} now={here} />
				))}
				{!queues.length && <p className="wall-none">{t("board.no_queues")}</p>}
				{board.queues.length > QUEUES_SHOWN && (
					<p className="wall-none">{t("board.more", { n: board.queues.length - QUEUES_SHOWN })}</p>
				)}
			</div>
			<aside>
				<Operators operators={board.operators} now={here} />
			</aside>
			<footer>
				<div className="wall-days">
					{board.projects.map((p) => (
						<Day key={p.project_id} p={p} />
					))}
				</div>
				<p className="wall-formula">{t("board.s1")}</p>
			</footer>
		</main>
	);
}
