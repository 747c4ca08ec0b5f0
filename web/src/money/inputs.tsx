// SPDX-License-Identifier: GPL-3.0-or-later
// inputs.tsx - a sum, a discount, and a button that asks one thing before it does what it says.
import { Button, type ButtonProps, Popover, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { InputProps } from "../parts/form/EntityForm";
import { isoDay } from "../parts/format";
import { tell, tellError } from "../parts/states";
import { fromKop, toKop } from "./money";

/** Hundredths of what is typed: kopecks of roubles, or a discount in per cent. */
function Hundredths({ value, onChange, label, error, disabled, unit }: InputProps & { unit: string }) {
	const { t } = useTranslation();
	const [text, setText] = useState(() => fromKop(value as number | null | undefined));
	return (
		<TextInput
			label={label}
			error={error ?? (text && toKop(text) === null ? t("money.no_number") : undefined)}
			disabled={disabled}
			inputMode="decimal"
			rightSection={unit}
			value={text}
			onChange={(e) => {
				setText(e.currentTarget.value);
				// What is no number goes to the server as it is, so that nothing else is saved in its place.
				onChange(e.currentTarget.value === "" ? 0 : (toKop(e.currentTarget.value) ?? e.currentTarget.value));
			}}
		/>
	);
}
export const MoneyInput = (props: InputProps) => <Hundredths {...props} unit="₽" />;
export const PercentInput = (props: InputProps) => <Hundredths {...props} unit="%" />;

interface AskProps extends ButtonProps {
	text: string;
	/** What is asked: a day, or why. */
	asks: { label: string; kind: "day" | "why"; hint?: string; day?: string };
	run: (answer: string) => Promise<unknown>;
}

export function AskButton({ text, asks, run, ...button }: AskProps) {
	const { t } = useTranslation();
	const [opened, setOpened] = useState(false);
	const [busy, setBusy] = useState(false);
	const [answer, setAnswer] = useState(asks.day ?? (asks.kind === "day" ? isoDay(Date.now()) : ""));
	async function go() {
		setBusy(true);
		try {
			await run(answer.trim());
			setOpened(false);
			tell(t("saved"));
		} catch (error) {
			tellError(error);
		} finally {
			setBusy(false);
		}
	}
	const input = {
		label: asks.label,
		description: asks.hint,
		value: answer,
		required: true,
		"data-autofocus": true,
	};
	return (
		<Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus withinPortal>
			<Popover.Target>
				<Button {...button} onClick={() => setOpened((o) => !o)}>
					{text}
				</Button>
			</Popover.Target>
			<Popover.Dropdown w={300}>
				<form
					onSubmit={(e) => {
						e.preventDefault();
						e.stopPropagation();
						void go();
					}}
				>
					<Stack gap="xs">
						{asks.kind === "day" ? (
							<TextInput {...input} type="date" onChange={(e) => setAnswer(e.currentTarget.value)} />
						) : (
							<Textarea {...input} maxLength={1000} onChange={(e) => setAnswer(e.currentTarget.value)} />
						)}
						<Button type="submit" loading={busy} disabled={!answer.trim()} color={button.color}>
							{text}
						</Button>
					</Stack>
				</form>
			</Popover.Dropdown>
		</Popover>
	);
}

/** «НДС 22 %: 2 200,00 ₽» or that there is none. */
export function VatLine({ vat, sum }: { vat: string; sum: string }) {
	const { t } = useTranslation();
	return (
		<Text size="sm" c="dimmed">
			{vat === "none" ? t("money.no_vat") : t("money.vat", { rate: vat, sum })}
		</Text>
	);
}
