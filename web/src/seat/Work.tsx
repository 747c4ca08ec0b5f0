// SPDX-License-Identifier: GPL-3.0-or-later
// Work.tsx - one contact being worked with, or a number nobody's card has: card, script, call and result side by side. Lives as long as
// its call.
import { Badge, Box, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, serverNow } from "../api/client";
import type { Card, Seat, SeatCall } from "../api/types";
import { useMe } from "../app/session";
import { SendModal } from "../card/SendModal";
import { day, duration } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { tell } from "../parts/states";
import { useNow } from "../parts/useNow";
import { Play } from "../script/Play";
import { begin, current } from "../script/walk";
import { AtHand } from "./AtHand";
import { CallPanel } from "./CallPanel";
import { CardPanel, NoCard } from "./CardPanel";
import { ResultPanel } from "./ResultPanel";
import { type Lack, lacks } from "./results";
import type { Softphone } from "./softphone";
import { useDraft } from "./useDraft";
import type { Act } from "./useSeat";

interface Props {
	seat: Seat;
	call: SeatCall;
	/** null: a number typed by hand, or a caller nobody knows. */
	card: Card | null;
	act: Act;
	busy: boolean;
	softphone: Softphone;
}

const SOON_MS = 10_000;

function WrapUp({ until, onExtend }: { until: number; onExtend: () => void }) {
	const { t } = useTranslation();
	const left = until - useNow(250);
	return (
		<Group justify="space-between" className={left < SOON_MS ? "soon" : undefined}>
			<Text size="sm" data-testid="wrap-up">
				{t("seat.wrap_up_left", { time: duration(left) })}
			</Text>
			<Button size="compact-xs" variant="default" rightSection={<span className="key">F10</span>} onClick={onExtend}>
				{t("seat.extend")}
			</Button>
		</Group>
	);
}

function SaveButtons({
	save,
	busy,
	pauseAfter,
}: {
	save: (then: "ready" | "pause" | "stop") => void;
	busy: boolean;
	pauseAfter: boolean;
}) {
	const { t } = useTranslation();
	return (
		<Stack gap={4}>
			<Button
				fullWidth
				loading={busy}
				rightSection={<span className="key">F2</span>}
				onClick={() => save(pauseAfter ? "pause" : "ready")}
			>
				{t(pauseAfter ? "seat.save_pause" : "seat.save_next")}
			</Button>
			<Button size="compact-xs" variant="subtle" color="gray" onClick={() => save("stop")}>
				{t("seat.save_stop")}
			</Button>
		</Stack>
	);
}

export function Work({ seat, call, card, act, busy, softphone }: Props) {
	const { t } = useTranslation();
	const me = useMe();
	const graph = seat.script?.graph;
	const { draft, change, kept } = useDraft(call, {
		comment: "",
		answers: (card?.answers ?? {}) as Record<string, string>,
		path: graph ? begin(graph) : [],
		result_id: null,
		due_at: null,
		mine: true,
	});
	const [lack, setLack] = useState<Lack | null>(null);
	// Without a card there is nothing to keep a promise on.
	const results = card ? seat.results : seat.results.filter((r) => r.effect !== "callback");
	const elapsed = () => (call.answered_at ? serverNow() - call.answered_at : 0);
	const fields = card ? seat.form_fields.filter((f) => !f.archived) : []; // answers are a contact's
	const [sends, setSends] = useState(false);
	const inScript = new Set(graph?.nodes.flatMap((n) => n.fields ?? []) ?? []);

	async function save(then: "ready" | "pause" | "stop") {
		if (call.state !== "ended" && seat.state !== "wrap_up") return tell(t("seat.hangup_first"));
		const missing = lacks(results, fields, draft, serverNow());
		setLack(missing);
		if (missing) return;
		const chosen = results.find((r) => r.id === draft.result_id);
		await act(
			"/seat/result",
			{
				call_id: call.id,
				result_id: draft.result_id,
				comment: draft.comment,
				answers: draft.answers,
				path: draft.path,
				...(chosen?.effect === "callback"
					? { callback: { due_at: draft.due_at, mine: draft.mine, note: draft.comment.slice(0, 300) } }
					: {}),
				then,
				...(then === "pause" && seat.leaving ? { pause_reason_id: seat.leaving_reason_id } : {}),
			},
			call.uuid,
		);
	}
	const extend = () => seat.state === "wrap_up" && act("/seat/extend");
	useSeatKeys([
		["F2", () => save(seat.leaving ? "pause" : "ready")],
		["F10", extend],
	]);
	useSeatKeys([["shift+F1", () => card && setSends((o) => !o)]], "anywhere");
	const person = card?.persons.find((p) => p.decides) ?? card?.persons[0];
	const context = {
		contact: card,
		person,
		operator: me.name ?? undefined,
		project: seat.project?.name,
		customer: seat.project?.customer,
		answers: draft.answers,
	};
	const suggested = graph?.nodes.find((n) => n.id === draft.path.at(-1)?.[0])?.result_id;
	return (
		<div className="seat-work">
			<Paper withBorder p="sm" className="seat-panel" component="section" aria-label={t("seat.card")}>
				{card ? (
					<>
						<CardPanel
							card={card}
							number={call.number}
							callId={call.id}
							fields={graph ? fields.filter((f) => !inScript.has(f.key)) : fields}
							answers={draft.answers}
							onAnswers={(answers) => change({ answers })}
							missing={lack?.fields}
							onSend={() => setSends(true)}
						/>
						<SendModal opened={sends} onClose={() => setSends(false)} card={card} callId={call.id} />
					</>
				) : (
					<NoCard number={call.number} />
				)}
			</Paper>
			<Paper withBorder p="md" className="seat-panel" component="section" aria-label={t("seat.script")}>
				<Group justify="space-between" mb="xs">
					<Text fw={600} size="sm">
						{t("seat.script")}
						{seat.script && ` v${seat.script.number}`}
						{seat.script?.approved_at && (
							<Text span size="xs" c="dimmed">
								{" "}
								{t("seat.approved", { day: day(seat.script.approved_at) })}
							</Text>
						)}
					</Text>
					<Badge color={{ kept: "gray", keeping: "yellow", refused: "red" }[kept]} data-testid="kept">
						{t(`seat.${kept}`)}
					</Badge>
				</Group>
				{graph ? (
					<Play
						graph={graph}
						path={draft.path}
						onPath={(path) => change({ path })}
						context={context}
						fields={fields}
						answers={draft.answers}
						onAnswers={(answers) => change({ answers })}
						elapsed={elapsed}
						missing={lack?.fields}
						onNoAnswer={async (said) => {
							await post("/seat/unanswered", {}, { call_id: call.id, node: draft.path.at(-1)?.[0] ?? "", said });
							tell(t("play.noted"));
						}}
					/>
				) : (
					<Text c="dimmed">{t("play.none")}</Text>
				)}
				{seat.project && <AtHand project={seat.project.id} step={graph && current(graph, draft.path)} context={context} />}
			</Paper>
			<Paper withBorder p="sm" className="seat-panel seat-call" component="section" aria-label={t("seat.call")}>
				<CallPanel call={call} act={act} softphone={softphone} />
				{seat.state === "wrap_up" && seat.state_until && <WrapUp until={seat.state_until} onExtend={extend} />}
				<Box className="seat-scroll">
					{suggested && !draft.result_id && (
						<Button size="compact-xs" variant="light" mb={6} onClick={() => change({ result_id: suggested })}>
							{t("seat.suggested", { result: seat.results.find((r) => r.id === suggested)?.name })}
						</Button>
					)}
					<ResultPanel results={results} draft={draft} change={change} zone={card?.timezone} lack={lack} />
				</Box>
				<SaveButtons save={save} busy={busy} pauseAfter={seat.leaving} />
			</Paper>
		</div>
	);
}
