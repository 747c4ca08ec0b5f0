// SPDX-License-Identifier: GPL-3.0-or-later
// HoursGrid.tsx - hours, a line per weekday: when we call, in the called party's time, or when we are open, in the project's.
import { Button, Checkbox, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { i18next } from "../i18n";
import { ofDay, toMinutes } from "../parts/format";

type Day = [number, number] | null;
const MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;
const USUAL: Day = [540, 1260];

const weekday = (i: number) =>
	new Intl.DateTimeFormat(i18next.language, { weekday: "short", timeZone: "UTC" }).format(MONDAY + i * DAY_MS);

interface Props {
	value: unknown;
	onChange: (days: Day[]) => void;
	/** Opening hours. */
	open?: boolean;
}

export function HoursGrid({ value, onChange, open }: Props) {
	const { t } = useTranslation();
	const days: Day[] = Array.isArray(value) && value.length === 7 ? (value as Day[]) : Array(7).fill(null);
	const set = (i: number, day: Day) => onChange(days.map((d, at) => (at === i ? day : d)));
	const edge = (i: number, end: 0 | 1, text: string) => {
		const minutes = toMinutes(text);
		const day = days[i];
		if (minutes === null || !day) return;
		set(i, end ? [day[0], minutes || 1440] : [minutes, day[1]]);
	};
	return (
		<Stack gap="xs">
			<Text size="sm" c="dimmed">
				{t(open ? "hours.open.what" : "hours.what")}
			</Text>
			<Table withRowBorders={false} verticalSpacing={3}>
				<Table.Tbody>
					{days.map((day, i) => (
						<Table.Tr key={i}>
							<Table.Td w={90}>
								<Checkbox
									label={weekday(i)}
									checked={!!day}
									onChange={(e) => set(i, e.currentTarget.checked ? USUAL : null)}
								/>
							</Table.Td>
							<Table.Td>
								{day ? (
									<Group gap={6} wrap="nowrap">
										<TextInput
											size="xs"
											type="time"
											aria-label={`${weekday(i)} ${t("filter.from")}`}
											value={ofDay(day[0])}
											onChange={(e) => edge(i, 0, e.currentTarget.value)}
										/>
										<span>–</span>
										<TextInput
											size="xs"
											type="time"
											aria-label={`${weekday(i)} ${t("filter.to")}`}
											value={ofDay(day[1] % 1440)}
											onChange={(e) => edge(i, 1, e.currentTarget.value)}
										/>
									</Group>
								) : (
									<Text size="sm" c="dimmed">
										{t(open ? "hours.open.off" : "hours.off")}
									</Text>
								)}
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
			<Group gap="xs">
				<Button
					size="compact-sm"
					variant="default"
					onClick={() => onChange(days.map((_, i) => (i < 5 ? (days[0] ?? USUAL) : null)))}
				>
					{t("hours.workdays")}
				</Button>
				<Button size="compact-sm" variant="default" onClick={() => onChange(days.map(() => days[0] ?? USUAL))}>
					{t("hours.alldays")}
				</Button>
			</Group>
		</Stack>
	);
}
