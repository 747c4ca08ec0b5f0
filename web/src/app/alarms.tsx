// SPDX-License-Identifier: GPL-3.0-or-later
// alarms.tsx - what is wrong with the house now, for those who can do something about it. A line stays as long as its cause does.
import { Anchor, Box, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Answer } from "../api/client";
import { useGet } from "../api/hooks";
import { dateTime } from "../parts/format";
import { type Right, useMay } from "./session";

type Alarm = Answer<"/alarms", "get">["rows"][number];

// Most causes tell of themselves by an event; a disk that fills does not.
const LOOK_EVERY_MS = 30_000;
const causes = ["recording", "trunk", "caller_number", "letter", "mailbox", "job", "node"];
const mild: Alarm["kind"][] = ["disk", "caller", "letter", "mailbox", "job", "base", "node"];
/** Where to look further, for who may. */
const places: Partial<Record<Alarm["kind"], { to: string; right: Right }>> = {
	trunk: { to: "/trunks", right: "set_up" },
	toll: { to: "/trunks", right: "set_up" },
	caller: { to: "/trunks/callers", right: "set_up" },
	letter: { to: "/letters", right: "send_letters" },
	mailbox: { to: "/mailboxes", right: "set_up" },
	job: { to: "/jobs", right: "set_up" },
	node: { to: "/nodes", right: "set_up" },
	base: { to: "/projects", right: "run_project" },
	ledger: { to: "/projects", right: "run_project" },
};

function Line({ alarm }: { alarm: Alarm }) {
	const { t } = useTranslation();
	const may = useMay();
	const place = places[alarm.kind];
	const values = { count: alarm.n, what: alarm.what ?? "", since: dateTime(alarm.since) };
	const key = alarm.kind === "recording" ? `alarm.recording:${alarm.what}` : `alarm.${alarm.kind}.what`;
	return (
		<Box className="alarm" data-mild={mild.includes(alarm.kind)} role="alert">
			<IconAlertTriangle size={16} aria-hidden="true" />
			<Text size="sm">
				<b>{t(`alarm.${alarm.kind}`, values)}</b> {t(key, values)}{" "}
				{place && may(place.right) && (
					<Anchor component={Link} to={place.to} inherit c="inherit" td="underline">
						{t("alarm.look")}
					</Anchor>
				)}
			</Text>
		</Box>
	);
}

export function Alarms() {
	const sees = useMay()("see_floor");
	const { data } = useGet("/alarms", {}, {}, { entities: causes, enabled: sees, refetchInterval: LOOK_EVERY_MS });
	return data?.rows.map((alarm) => <Line key={alarm.kind} alarm={alarm} />);
}
