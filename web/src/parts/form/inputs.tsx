// SPDX-License-Identifier: GPL-3.0-or-later
// inputs.tsx - inputs for fields that are documents: a list of texts, a list of references.
import { MultiSelect, Textarea } from "@mantine/core";
import { useState } from "react";
import { useOptions } from "../../api/refs";
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
