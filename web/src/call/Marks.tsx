// SPDX-License-Identifier: GPL-3.0-or-later
// Marks.tsx - what stands at a place of a recording: where it paused for card data, and marks with a word by those who listened.
import { Anchor, Button, CloseButton, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, type Row, remove } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import { useMay, useMe } from "../app/session";
import { duration } from "../parts/format";
import { tellError } from "../parts/states";

export type Mark = Row<"/recording_marks">;
export type Gap = (number | null)[];
export const useMarks = (recording: number) =>
	useAll("/recording_marks", {}, "recording_mark", { recording_id: recording }).rows;

const share = (ms: number, length: number) => `${Math.min(100, (100 * ms) / length)}%`;
const spoken = ([from, to]: Gap) => `${duration(from ?? 0)}–${to === null ? "…" : duration(to ?? 0)}`;

interface Over {
	gaps: Gap[];
	marks: Mark[];
	/** Of the recording, in milliseconds. */
	length: number;
	seek: (ms: number) => void;
}

/** Over the waves. */
export function Places({ gaps, marks, length, seek }: Over) {
	const { t } = useTranslation();
	if (!length) return null;
	return (
		<div className="places">
			{gaps.map((gap) => (
				<div
					key={`gap${gap[0]}`}
					className="places-gap"
					data-testid="gap"
					title={t("player.gaps", { when: spoken(gap) })}
					style={{ left: share(gap[0] ?? 0, length), right: `calc(100% - ${share(gap[1] ?? length, length)})` }}
				/>
			))}
			{marks.map((m) => (
				<button
					key={m.id}
					type="button"
					className="places-mark"
					title={`${duration(m.at_ms)} ${m.text}`}
					aria-label={t("player.mark.at", { time: duration(m.at_ms), text: m.text })}
					style={{ left: share(m.at_ms, length) }}
					onClick={() => seek(m.at_ms)}
				/>
			))}
		</div>
	);
}

function NewMark({ recording, at }: { recording: number; at: number }) {
	const { t } = useTranslation();
	const [text, setText] = useState("");
	const made = useChange(
		(at_ms: number) => post("/recording_marks", {}, { recording_id: recording, at_ms, text: text.trim() }),
		["recording_mark"],
		() => setText(""),
	);
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				if (text.trim()) made.mutate(at, { onError: tellError });
			}}
		>
			<Group gap={6} wrap="nowrap">
				<TextInput
					size="xs"
					w={210}
					maxLength={300}
					aria-label={t("player.mark.text")}
					placeholder={t("player.mark.text")}
					value={text}
					onChange={(e) => setText(e.currentTarget.value)}
				/>
				<Button type="submit" size="compact-xs" variant="default" disabled={!text.trim()} loading={made.isPending}>
					{t("player.mark.set", { time: duration(at) })}
				</Button>
			</Group>
		</form>
	);
}

/** Under the waves: the same in words, and the way to set one. */
export function Marks({ recording, at, gaps, marks, seek }: Omit<Over, "length"> & { recording: number; at: number }) {
	const { t } = useTranslation();
	const me = useMe();
	const may = useMay();
	const gone = useChange((id: number) => remove("/recording_marks/{id}", { id }), ["recording_mark"]);
	return (
		<Group gap="md" mt={4}>
			{gaps.length > 0 && (
				<Text size="xs" c="dimmed" data-testid="gaps">
					{t("player.gaps", { when: gaps.map(spoken).join(", ") })}
				</Text>
			)}
			{marks.map((m) => (
				<Group key={m.id} gap={4} wrap="nowrap" data-testid="mark">
					<Anchor component="button" type="button" size="xs" onClick={() => seek(m.at_ms)}>
						{duration(m.at_ms)}
					</Anchor>
					<Text size="xs">{m.text}</Text>
					<Text size="xs" c="dimmed">
						{m.author}
					</Text>
					{m.author_id === me.id && (
						<CloseButton
							size="xs"
							aria-label={t("player.mark.remove", { text: m.text })}
							onClick={() => gone.mutate(m.id, { onError: tellError })}
						/>
					)}
				</Group>
			))}
			{may("discuss") && <NewMark recording={recording} at={at} />}
		</Group>
	);
}
