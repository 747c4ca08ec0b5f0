// SPDX-License-Identifier: GPL-3.0-or-later
// ResultPanel.tsx - the result of the call: Alt+digit, then its reason, a comment, when to call back.
import { Button, Checkbox, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { serverNow } from "../api/client";
import type { Result } from "../api/types";
import { dateTime } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { ahead, fromInput, here, toInput, tomorrowAt, zoneOr } from "./moments";
import { childrenOf, hotKeys, type Lack, topOf } from "./results";
import type { Draft } from "./useDraft";

interface Props {
	results: Result[];
	draft: Draft;
	change: (what: Partial<Draft>) => void;
	/** Of the contact. */
	zone?: string | null;
	lack: Lack | null;
}

const HOUR = 3_600_000;

/** The client says «tomorrow at ten» by his own clock. */
function Callback({ draft, change, zone, wrong }: Pick<Props, "draft" | "change" | "zone"> & { wrong?: boolean }) {
	const { t } = useTranslation();
	const now = serverNow();
	const his = zoneOr(zone);
	const far = ahead(his, now) !== ahead(here(), now);
	const quick: [string, number | null][] = [
		[t("seat.in_hour"), now + HOUR],
		[t("seat.tomorrow_at", { time: "10:00" }), tomorrowAt(10, his, now)],
		[t("seat.tomorrow_at", { time: "15:00" }), tomorrowAt(15, his, now)],
	];
	return (
		<Stack gap={6}>
			<TextInput
				size="xs"
				type="datetime-local"
				label={t(far ? "seat.callback_when.his" : "seat.callback_when")}
				description={far && draft.due_at ? t("seat.callback_when.here", { time: dateTime(draft.due_at) }) : undefined}
				inputWrapperOrder={["label", "input", "description", "error"]}
				error={wrong && t("seat.callback_when.wrong")}
				value={draft.due_at ? toInput(draft.due_at, his) : ""}
				onChange={(e) => change({ due_at: fromInput(e.currentTarget.value, his) })}
			/>
			<Group gap={4}>
				{quick.map(([label, at]) => (
					<Button key={label} size="compact-xs" variant="default" onClick={() => change({ due_at: at })}>
						{label}
					</Button>
				))}
			</Group>
			<Checkbox
				size="xs"
				label={t("seat.callback_mine")}
				checked={draft.mine}
				onChange={(e) => change({ mine: e.currentTarget.checked })}
			/>
		</Stack>
	);
}

export function ResultPanel({ results, draft, change, zone, lack }: Props) {
	const { t } = useTranslation();
	const top = childrenOf(results, null);
	const chosenTop = topOf(results, draft.result_id);
	const reasons = chosenTop ? childrenOf(results, chosenTop.id) : [];
	const chosen = results.find((r) => r.id === draft.result_id);
	const choose = (result: Result) => change({ result_id: result.id });
	// A heading was chosen: the digits now mean its reasons, until one is taken or Escape takes the heading back.
	const open = reasons.length > 0 && chosen?.id === chosenTop?.id;
	const offered = open ? reasons : top;
	const keys = hotKeys(offered);
	useSeatKeys([
		...offered.map((r, i) => [`alt+${keys[i]}`, () => choose(r)] as [string, () => void]).filter(([k]) => k !== "alt+"),
	]);
	useSeatKeys([["Escape", () => open && change({ result_id: null })]], "script");
	const button = (r: Result, key: string | undefined, active: boolean) => (
		<Button
			key={r.id}
			size="compact-sm"
			justify="flex-start"
			variant={active ? "filled" : "default"}
			aria-pressed={active}
			leftSection={<span className="key">{key || "·"}</span>}
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
				{top.map((r, i) => button(r, hotKeys(top)[i], r.id === chosenTop?.id))}
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
						{reasons.map((r, i) => button(r, hotKeys(reasons)[i], r.id === chosen?.id))}
					</SimpleGrid>
				</Stack>
			)}
			{chosen?.effect === "callback" && <Callback {...{ draft, change, zone }} wrong={lack?.callback} />}
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
