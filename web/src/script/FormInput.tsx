// SPDX-License-Identifier: GPL-3.0-or-later
// FormInput.tsx - one question of the project's form.
import { SegmentedControl, Select, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FormField } from "../api/types";

interface Props {
	field: FormField;
	value: string;
	onChange: (value: string) => void;
	missing?: boolean;
}

export function FormInput({ field, value, onChange, missing }: Props) {
	const { t } = useTranslation();
	const error = missing ? t("error.required") : undefined;
	const common = { label: field.label, error, size: "xs" as const };
	switch (field.type) {
		case "choice":
			return (
				<Select
					{...common}
					data={field.choices ?? []}
					value={value || null}
					clearable
					searchable
					onChange={(v) => onChange(v ?? "")}
				/>
			);
		case "yes_no":
			return (
				<div>
					<Text size="xs" fw={500} c={missing ? "red" : undefined}>
						{field.label}
					</Text>
					<SegmentedControl
						size="xs"
						aria-label={field.label}
						value={value}
						onChange={onChange}
						data={[
							{ value: "", label: "—" },
							{ value: "yes", label: t("yes") },
							{ value: "no", label: t("no") },
						]}
					/>
				</div>
			);
		default:
			return (
				<TextInput
					{...common}
					type={field.type === "date" ? "date" : "text"}
					inputMode={field.type === "number" ? "decimal" : undefined}
					value={value}
					onChange={(e) => onChange(e.currentTarget.value)}
				/>
			);
	}
}
