// SPDX-License-Identifier: GPL-3.0-or-later
// Sendings.tsx - what was sent to a contact or in a call, the newest first, each with what has become of it, live.
import { Badge, Button, Divider, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post, type Query } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Sending } from "../api/types";
import { useMay } from "../app/session";
import { dateTime, phone } from "../parts/format";
import { tellError } from "../parts/states";
import { Told } from "../parts/Told";

const colors: Record<Sending["state"], string> = {
	waiting: "gray",
	sent: "blue",
	delivered: "teal",
	failed: "red",
	unknown: "orange",
	calling: "blue",
	transferring: "blue",
	withdrawn: "gray",
};

/** A message or fax that did not arrive, or perhaps did: a person decides that it goes again. */
function Again({ sending }: { sending: Sending }) {
	const { t } = useTranslation();
	const again = useChange(
		() =>
			sending.fax_id
				? post("/faxes/{id}/retry", { id: sending.fax_id })
				: post("/sms/{id}/retry", { id: sending.sms_id as number }),
		["sending"],
	);
	return (
		<Button
			size="compact-xs"
			variant="subtle"
			loading={again.isPending}
			onClick={() => again.mutate(undefined, { onError: tellError })}
		>
			{t("sending.again")}
		</Button>
	);
}

/** A fax that waits is taken back by who might send it. */
function Withdraw({ fax }: { fax: number }) {
	const { t } = useTranslation();
	const withdraw = useChange(() => post("/faxes/{id}/withdraw", { id: fax }), ["sending"]);
	return (
		<Button
			size="compact-xs"
			variant="subtle"
			color="red"
			loading={withdraw.isPending}
			onClick={() => withdraw.mutate(undefined, { onError: tellError })}
		>
			{t("sending.withdraw")}
		</Button>
	);
}

function One({ sending }: { sending: Sending }) {
	const { t } = useTranslation();
	const may = useMay();
	const lost = ["failed", "unknown", "withdrawn"].includes(sending.state);
	return (
		<div data-testid="sending">
			<Group gap={6}>
				<Text size="xs" c="dimmed">
					{dateTime(sending.at)} · {t(`sending.kind:${sending.kind}`)}
				</Text>
				<Badge size="sm" color={colors[sending.state]}>
					{sending.kind === "fax" && sending.state !== "sent"
						? t(`sending.fax:${sending.state}`, { pages: sending.parts, done: sending.pages_done })
						: t(`sending.state:${sending.state}`)}
				</Badge>
				{lost && (sending.fax_id || sending.sms_id) && may("send_letters") && <Again sending={sending} />}
				{sending.state === "waiting" && sending.fax_id && may("write_card") && <Withdraw fax={sending.fax_id} />}
			</Group>
			<Text size="sm" lineClamp={2}>
				{sending.to_address.startsWith("+") ? phone(sending.to_address) : sending.to_address}
				{sending.subject && ` — ${sending.subject}`}
			</Text>
			{sending.error && sending.state !== "delivered" && (
				<Text size="xs" c={sending.state === "failed" ? "red" : "dimmed"}>
					<Told words={sending.error} />
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
	const { rows, data } = useAll("/projects/{project_id}/sendings", { project_id: project }, "sending", { ...filter, limit });
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
