// SPDX-License-Identifier: GPL-3.0-or-later
// Schedules.tsx - letters with statistics by the clock: which figures, of which days, when and to whom.
import { Button, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange } from "../api/hooks";
import { useMe } from "../app/session";
import { MinuteInput, RefsInput } from "../parts/form/inputs";
import { ListPage } from "../parts/form/ListPage";
import { dayOf, ofDay } from "../parts/format";
import { tell, tellError } from "../parts/states";
import { hereZone } from "../statistics/figures";

function SendNow({ id }: { id: number }) {
	const { t } = useTranslation();
	const send = useChange(
		() => post("/schedules/{id}/send", { id }),
		["letter", "schedule"],
		(made) => tell(t("schedule.sent", { count: made.letters })),
	);
	return (
		<Button
			variant="light"
			leftSection={<IconSend size={16} />}
			loading={send.isPending}
			onClick={() => send.mutate(undefined, { onError: tellError })}
		>
			{t("schedule.send")}
		</Button>
	);
}

export function Schedules() {
	const { t } = useTranslation();
	const me = useMe();
	return (
		<ListPage
			entity="schedule"
			path="/schedules"
			title={t("schedules.title")}
			empty={t("schedules.empty")}
			newText={t("schedules.new")}
			newHint={
				<Text size="sm" c="dimmed" mb="md">
					{t("schedules.what")}
				</Text>
			}
			right="send_letters"
			mayRemove
			columns={[
				{ name: "name", grow: true, width: 200 },
				"report",
				"period",
				"project_id",
				"days",
				{ name: "minute", width: 80, render: (row) => ofDay(row.minute) },
				"attach",
				{ name: "last_day", render: (row) => dayOf(row.last_day) },
				{ name: "last_sent", width: 90 },
				{ name: "last_skipped", width: 110 },
				{ name: "disabled", width: 90 },
			]}
			more={["timezone", "grouping", "operator_id", "author_id", "last_at"]}
			form={[
				"name",
				"report",
				"period",
				"grouping",
				"project_id",
				"operator_id",
				"days",
				"minute",
				"timezone",
				"attach",
				"recipients",
				"disabled",
			]}
			inputs={{
				minute: (props) => <MinuteInput {...props} />,
				recipients: (props) => <RefsInput {...props} entity="user" />,
			}}
			hints={{ recipients: t("schedule.recipients.hint"), project_id: t("schedule.project.hint") }}
			hidden={(values) => (values.report === "operator_day" ? ["grouping"] : [])}
			initial={{
				report: "statistics",
				period: "yesterday",
				grouping: "day",
				days: "working",
				minute: 540,
				timezone: hereZone(),
				attach: "xlsx",
				recipients: [me.id],
			}}
			rowActions={(row) => <SendNow id={row.id} />}
		/>
	);
}
