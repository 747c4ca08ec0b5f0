// SPDX-License-Identifier: GPL-3.0-or-later
// MissedHere.tsx - at the seat, between two calls: whom this project missed, the latest first, each with a button to call back.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { dateTime, number, phone } from "../parts/format";

interface Props {
	project: number;
	busy: boolean;
	call: (whom: { contact_id: number } | { number: string }) => void;
}

const SHOWN = 5;

export function MissedHere({ project, busy, call }: Props) {
	const { t } = useTranslation();
	const { data } = useGet(
		"/missed_calls",
		{},
		{ state: "open", project_id: project, caller: "!null", limit: SHOWN, total: 1 },
		{ entities: ["missed_call"] },
	);
	if (!data?.rows.length) return null;
	return (
		<Stack gap="xs" mt="md" data-testid="missed">
			<Title order={2} size="h5">
				{data.total_more
					? t("missed.here.more", { n: number(data.total ?? 0) })
					: t("missed.here", { count: data.total ?? data.rows.length })}
			</Title>
			{data.rows.map((m) => (
				<Group key={m.id} justify="space-between" wrap="nowrap">
					<Stack gap={0} miw={0}>
						<Text size="sm" fw={500}>
							{phone(m.caller ?? "")}
						</Text>
						<Text size="xs" c="dimmed">
							{dateTime(m.last_at)}
							{m.calls > 1 && ` · ${t("missed.times", { count: m.calls })}`}
						</Text>
					</Stack>
					<Button
						size="compact-sm"
						variant="light"
						leftSection={<IconPhone size={15} />}
						disabled={busy}
						onClick={() => call(m.contact_id ? { contact_id: m.contact_id } : { number: m.caller ?? "" })}
					>
						{t("missed.call")}
					</Button>
				</Group>
			))}
		</Stack>
	);
}
