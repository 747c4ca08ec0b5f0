// SPDX-License-Identifier: GPL-3.0-or-later
// ResultPanel.tsx - the result of the call: Alt+digit, then its reason, a comment, when to call back.
import { Button, Checkbox, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Result } from "../api/types";
import { toLocalInput } from "../parts/format";
import { childrenOf, type Lack, type Promised, topOf } from "./results";
import type { Draft } from "./useDraft";

interface Props {
	results: Result[];
	draft: Draft;
	change: (what: Partial<Draft>) => void;
	promised: Promised;
	setPromised: (p: Promised) => void;
	lack: Lack | null;
	disabled?: boolean;
}

const HOUR = 3_600_000;

function keyOf(result: Result, index: number): string {
	return result.hot_key ?? (index < 9 ? String(index + 1) : "");
}

function tomorrowAt(hour: number): number {
	const d = new Date();
	d.setDate(d.getDate() + 1);
	d.setHours(hour, 0, 0, 0);
	return d.getTime();
}

function Callback({
	promised,
	setPromised,
	wrong,
}: {
	promised: Promised;
	setPromised: (p: Promised) => void;
	wrong?: boolean;
}) {
	const { t } = useTranslation();
	const quick: [string, number][] = [
		[t("seat.in_hour"), Date.now() + HOUR],
		[t("seat.tomorrow_at", { time: "10:00" }), tomorrowAt(10)],
		[t("seat.tomorrow_at", { time: "15:00" }), tomorrowAt(15)],
	];
	return (
		<Stack gap={6}>
			<TextInput
				size="xs"
				type="datetime-local"
				label={t("seat.callback_when")}
				error={wrong && t("seat.callback_when.wrong")}
				value={promised.due_at ? toLocalInput(promised.due_at) : ""}
				onChange={(e) =>
					setPromised({ ...promised, due_at: e.currentTarget.value ? new Date(e.currentTarget.value).getTime() : null })
				}
			/>
			<Group gap={4}>
				{quick.map(([label, at]) => (
					<Button key={label} size="compact-xs" variant="default" onClick={() => setPromised({ ...promised, due_at: at })}>
						{label}
					</Button>
				))}
			</Group>
			<Checkbox
				size="xs"
				label={t("seat.callback_mine")}
				checked={promised.mine}
				onChange={(e) => setPromised({ ...promised, mine: e.currentTarget.checked })}
			/>
		</Stack>
	);
}

export function ResultPanel({ results, draft, change, promised, setPromised, lack, disabled }: Props) {
	const { t } = useTranslation();
	const top = childrenOf(results, null);
	const chosenTop = topOf(results, draft.result_id);
	const reasons = chosenTop ? childrenOf(results, chosenTop.id) : [];
	const chosen = results.find((r) => r.id === draft.result_id);
	const choose = (result: Result) => change({ result_id: result.id });
	// A heading was chosen: the digits now mean its reasons, until one is taken or Escape takes the heading back.
	const open = reasons.length > 0 && chosen?.id === chosenTop?.id;
	const offered = open ? reasons : top;
	useHotkeys(
		[
			...offered
				.map((r, i) => [`alt+${keyOf(r, i)}`, () => choose(r)] as [string, () => void])
				.filter(([k]) => k !== "alt+"),
			["Escape", () => open && change({ result_id: null })],
		],
		[],
	);
	const button = (r: Result, i: number, active: boolean) => (
		<Button
			key={r.id}
			size="compact-sm"
			justify="flex-start"
			variant={active ? "filled" : "default"}
			disabled={disabled}
			aria-pressed={active}
			leftSection={<span className="key">{keyOf(r, i) || "·"}</span>}
			onClick={() => choose(r)}
		>
			{r.name}
		</Button>
	);
	return (
		<Stack gap={8}>
			<Group justify="space-between">
				<Text fw={600} size="sm">
					{t("seat.result")}
				</Text>
				<Text size="xs" c="dimmed">
					<span className="key">Alt</span> + <span className="key">1</span>
				</Text>
			</Group>
			<SimpleGrid cols={2} spacing={6} verticalSpacing={6}>
				{top.map((r, i) => button(r, i, r.id === chosenTop?.id))}
			</SimpleGrid>
			{lack?.result && (
				<Text size="xs" c="red" role="alert">
					{t(open ? "seat.choose_reason" : "seat.choose_result")}
				</Text>
			)}
			{reasons.length > 0 && (
				<Stack gap={4} pl="xs">
					<Text size="xs" c="dimmed">
						{t("seat.reason")}
					</Text>
					<SimpleGrid cols={2} spacing={6} verticalSpacing={4}>
						{reasons.map((r, i) => button(r, i, r.id === chosen?.id))}
					</SimpleGrid>
				</Stack>
			)}
			{chosen?.effect === "callback" && <Callback promised={promised} setPromised={setPromised} wrong={lack?.callback} />}
			<Textarea
				size="xs"
				label={t("field.comment")}
				minRows={2}
				maxRows={5}
				maxLength={4000}
				error={lack?.comment && t("error.required")}
				value={draft.comment}
				onChange={(e) => change({ comment: e.currentTarget.value })}
			/>
		</Stack>
	);
}
