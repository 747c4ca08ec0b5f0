// SPDX-License-Identifier: GPL-3.0-or-later
// RowPanel.tsx - beside a row of the report: the customer's word on the lead, and what people say about the row.
import { Drawer, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useGet } from "../api/hooks";
import { useOptions } from "../api/refs";
import type { ReportRow } from "../api/types";
import { useMay, useMe } from "../app/session";
import { Sendings } from "../card/Sendings";
import { CorrectButton } from "../correction/CorrectButton";
import { Corrections } from "../correction/Corrections";
import { dateTime } from "../parts/format";
import { Comments } from "./Comments";
import { Talks } from "./Talks";
import { Verdict } from "./Verdict";

export function RowPanel({ row, close }: { row: ReportRow; close: () => void }) {
	const { t } = useTranslation();
	const me = useMe();
	const may = useMay();
	const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
	const people = useGet("/projects/{id}/report/people", { id: row.project_id }).data?.rows ?? [];
	const users = useOptions(may("see_users") ? "user" : undefined);
	const nameOf = (id: number | null | undefined) =>
		(id === me.id ? me.name : people.find((p) => p.id === id)?.name) ??
		users.find((u) => u.value === String(id))?.label ??
		"";
	// Who looks at the row has read what he was named in.
	useEffect(() => {
		post("/mentions/read", {}, { contact_id: row.id }).catch(() => undefined);
	}, [row.id]);
	return (
		<Drawer
			opened
			onClose={close}
			position={narrow ? "bottom" : "right"}
			size={narrow ? "85%" : 420}
			title={row.company || t("panel.title")}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			<Stack gap="md">
				<Text size="sm">
					{row.result} · {dateTime(row.last_at)}
				</Text>
				<CorrectButton call={row.call_id} project={row.project_id} />
				{!!row.corrected_at && <Corrections filter={{ contact_id: row.id }} />}
				{row.counts_as === "lead" && <Verdict row={row} nameOf={nameOf} />}
				{may("listen") && <Talks row={row} />}
				<Comments row={row} people={people} />
				{may("open_card") && <Sendings project={row.project_id} filter={{ contact_id: row.id }} />}
			</Stack>
		</Drawer>
	);
}
