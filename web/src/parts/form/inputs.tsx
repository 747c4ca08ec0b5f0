// SPDX-License-Identifier: GPL-3.0-or-later
// inputs.tsx - inputs for fields that are documents: a list of texts, a list of references, a minute of the day.
import { MultiSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useOptions } from "../../api/refs";
import { ofDay, toMinutes } from "../format";
import type { InputProps } from "./EntityForm";

/** A list of texts, one a line. */
export function TextsInput({ value, onChange, label, error, disabled }: InputProps) {
	const [text, setText] = useState(() => ((value as string[] | null) ?? []).join("\n"));
	return (
		<Textarea
			label={label}
			error={error}
			disabled={disabled}
			value={text}
			onChange={(e) => {
				setText(e.currentTarget.value);
				const lines = e.currentTarget.value
					.split("\n")
					.map((line) => line.trim())
					.filter(Boolean);
				onChange(lines.length ? lines : null);
			}}
		/>
	);
}

export function RefsInput({
	entity,
	project,
	value,
	onChange,
	label,
	error,
	disabled,
}: InputProps & { entity: string; project?: number }) {
	const options = useOptions(entity, project);
	return (
		<MultiSelect
			label={label}
			error={error}
			disabled={disabled}
			data={options}
			searchable
			value={((value as number[] | null) ?? []).map(String)}
			onChange={(ids) => onChange(ids.length ? ids.map(Number) : null)}
		/>
	);
}

/** A minute of the day as a clock; ends: midnight is the end of the day, 1440, not its beginning. */
export function MinuteInput({ value, onChange, label, error, disabled, ends }: InputProps & { ends?: boolean }) {
	const [text, setText] = useState(ofDay(Number(value ?? 0) % 1440));
	return (
		<TextInput
			type="time"
			label={label}
			error={error}
			disabled={disabled}
			value={text}
			onChange={(e) => {
				setText(e.currentTarget.value);
				const minutes = toMinutes(e.currentTarget.value);
				if (minutes !== null) onChange(ends && minutes === 0 ? 1440 : minutes);
			}}
		/>
	);
}
