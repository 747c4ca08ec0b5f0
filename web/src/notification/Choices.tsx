// SPDX-License-Identifier: GPL-3.0-or-later
// Choices.tsx - of what one is told and by which way, and when one is left alone. Each tick is saved at once.
import { Badge, Checkbox, Group, Select, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { put } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { RowsSkeleton, tellError } from "../parts/states";

const ways = ["page", "letter", "sms"] as const;
const zones = Intl.supportedValuesOf("timeZone");
const clock = (minute: number) =>
	`${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

export function Choices() {
	const { t } = useTranslation();
	const { data } = useGet("/me/notifications", {}, {}, { entities: ["notification_choices"] });
	const save = useChange((what: object) => put("/me/notifications", {}, what), ["notification_choices"]);
	const change = (what: object) => save.mutate(what, { onError: tellError });
	if (!data) return <RowsSkeleton rows={5} />;
	return (
		<Stack gap="sm">
			<Table verticalSpacing={4}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{t("notify.kind")}</Table.Th>
						{ways.map((way) => (
							<Table.Th key={way} ta="center" w={86}>
								{t(`notify.${way}`)}
							</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{data.kinds.map((kind) => (
						<Table.Tr key={kind.kind}>
							<Table.Td>
								{kind.title} {kind.urgent && <Badge size="xs">{t("notify.urgent")}</Badge>}
							</Table.Td>
							{ways.map((way) => (
								<Table.Td key={way}>
									<Group justify="center">
										<Checkbox
											aria-label={`${kind.title}: ${t(`notify.${way}`)}`}
											checked={kind[way]}
											onChange={(e) => change({ kinds: [{ ...kind, [way]: e.currentTarget.checked }] })}
										/>
									</Group>
								</Table.Td>
							))}
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
			{!data.email && data.kinds.some((k) => k.letter) && (
				<Text size="sm" c="var(--warn)">
					{t("notify.no_email")}
				</Text>
			)}
			{!data.phone && data.kinds.some((k) => k.sms) && (
				<Text size="sm" c="var(--warn)">
					{t("notify.no_phone")}
				</Text>
			)}
			<Text fw={600} size="sm">
				{t("notify.quiet")}
			</Text>
			<SimpleGrid cols={{ base: 1, sm: 3 }}>
				<TextInput
					type="time"
					label={t("notify.quiet.from")}
					value={clock(data.quiet_from)}
					onChange={(e) => e.currentTarget.value && change({ quiet_from: minuteOf(e.currentTarget.value) })}
				/>
				<TextInput
					type="time"
					label={t("notify.quiet.to")}
					value={clock(data.quiet_to)}
					onChange={(e) => e.currentTarget.value && change({ quiet_to: minuteOf(e.currentTarget.value) })}
				/>
				<Select
					label={t("notify.zone")}
					data={zones}
					searchable
					allowDeselect={false}
					limit={50}
					value={data.timezone}
					onChange={(timezone) => timezone && change({ timezone })}
				/>
			</SimpleGrid>
			<Checkbox
				label={t("notify.urgent_passes")}
				checked={data.urgent_passes}
				onChange={(e) => change({ urgent_passes: e.currentTarget.checked })}
			/>
			<Text size="xs" c="dimmed">
				{t("notify.quiet.hint")} {t("notify.together")}
			</Text>
		</Stack>
	);
}
