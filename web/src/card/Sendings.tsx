// SPDX-License-Identifier: GPL-3.0-or-later
// Sendings.tsx - what was sent to a contact or in a call, the newest first, each with what has become of it, live.
import { Badge, Divider, Group, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Query } from "../api/client";
import { useAll } from "../api/hooks";
import type { Sending } from "../api/types";
import { sentence, sentences } from "../i18n";
import { dateTime, phone } from "../parts/format";

const colors: Record<Sending["state"], string> = {
	waiting: "gray",
	sent: "blue",
	delivered: "teal",
	failed: "red",
	unknown: "orange",
};

/** In the person's language where it is one of our sentences; what a server said stands behind it. */
function told(error: string): string {
	const [ours, ...theirs] = error.split(": ");
	const said = sentence(error) ?? sentence(ours ?? "");
	return said ? [said, ...(sentence(error) ? [] : theirs)].join(": ") : error;
}

function One({ sending }: { sending: Sending }) {
	const { t } = useTranslation();
	return (
		<div data-testid="sending">
			<Group gap={6}>
				<Text size="xs" c="dimmed">
					{dateTime(sending.at)} · {t(`sending.kind:${sending.kind}`)}
				</Text>
				<Badge size="sm" color={colors[sending.state]}>
					{t(`sending.state:${sending.state}`)}
				</Badge>
			</Group>
			<Text size="sm" lineClamp={2}>
				{sending.to_address.startsWith("+") ? phone(sending.to_address) : sending.to_address}
				{sending.subject && ` — ${sending.subject}`}
			</Text>
			{sending.error && sending.state !== "delivered" && (
				<Text size="xs" c={sending.state === "failed" ? "red" : "dimmed"}>
					{told(sending.error)}
				</Text>
			)}
		</div>
	);
}

interface Props {
	project: number;
	filter: Query;
	limit?: number;
	/** Said when there are none; without it nothing is shown then. */
	empty?: string;
}

export function Sendings({ project, filter, limit = 50, empty }: Props) {
	const { t } = useTranslation();
	const [, setRead] = useState(false);
	const { rows, data } = useAll("/projects/{project_id}/sendings", { project_id: project }, "sending", { ...filter, limit });
	const failed = rows.some((r) => r.error);
	useEffect(() => {
		if (failed) sentences().then(() => setRead(true));
	}, [failed]);
	if (!rows.length)
		return empty && data ? (
			<Text size="sm" c="dimmed">
				{empty}
			</Text>
		) : null;
	return (
		<>
			{!empty && <Divider label={t("sendings.title")} labelPosition="left" />}
			<Stack gap={4}>
				{rows.map((sending) => (
					<One key={sending.id} sending={sending} />
				))}
			</Stack>
		</>
	);
}
