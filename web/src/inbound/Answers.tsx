// SPDX-License-Identifier: GPL-3.0-or-later
// Answers.tsx - how a question of a flow is answered.
import { Checkbox, Chip, Group, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FlowStep } from "../api/types";
import { answer, KEYS, ownWay } from "./flow";

interface Props {
	step: FlowStep;
	change: (more: Partial<FlowStep>) => void;
}

/** Which keys answer the question, what each means, and whether it leads elsewhere than the others. */
export function Answers({ step, change }: Props) {
	const { t } = useTranslation();
	return (
		<div>
			<Text size="sm" fw={500}>
				{t("flow.answers")}
			</Text>
			<Chip.Group
				multiple
				value={Object.keys(step.answers ?? {})}
				onChange={(now) => {
					const key = KEYS.find((k) => now.includes(k) !== k in (step.answers ?? {}));
					if (key) change(answer(step, key, now.includes(key) ? "" : null));
				}}
			>
				<Group gap={4} mb="xs">
					{KEYS.map((key) => (
						<Chip key={key} value={key} size="xs">
							{key}
						</Chip>
					))}
				</Group>
			</Chip.Group>
			<Stack gap={4}>
				{KEYS.filter((key) => key in (step.answers ?? {})).map((key) => (
					<Group key={key} gap="xs" wrap="nowrap">
						<Text size="sm" fw={600} w={14} ta="center">
							{key}
						</Text>
						<TextInput
							size="xs"
							flex={1}
							aria-label={t("flow.answer", { key })}
							placeholder={t("flow.answer.placeholder")}
							maxLength={100}
							value={step.answers?.[key] ?? ""}
							onChange={(e) => change(answer(step, key, e.currentTarget.value))}
						/>
						<Checkbox
							size="xs"
							label={t("flow.own_way")}
							checked={key in (step.keys ?? {})}
							onChange={(e) => change(ownWay(step, key, e.currentTarget.checked))}
						/>
					</Group>
				))}
			</Stack>
		</div>
	);
}
