// SPDX-License-Identifier: GPL-3.0-or-later
// RowButton.tsx - opens what is said about a row; its sign tells how the lead was decided.
import { ActionIcon } from "@mantine/core";
import { IconMessage, IconThumbDown, IconThumbUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ReportRow } from "../api/types";
import { verdictColor } from "./columns";

export function RowButton({ row, onOpen }: { row: ReportRow; onOpen: (row: ReportRow) => void }) {
	const { t } = useTranslation();
	const Sign = row.verdict === "rejected" ? IconThumbDown : row.verdict ? IconThumbUp : IconMessage;
	const said = row.comments ? t("panel.comments", { count: row.comments }) : "";
	const unread = row.unread ? t("panel.unread") : "";
	const score = row.score ? t("score.of", { n: row.score }) : "";
	const label = [t("panel.open"), row.company, row.verdict && t(`verdict:${row.verdict}`), said, unread, score]
		.filter(Boolean)
		.join(": ");
	const title = [row.verdict && t(`verdict:${row.verdict}`), row.verdict_reason, said, unread, score]
		.filter(Boolean)
		.join(": ");
	return (
		<ActionIcon
			h={26}
			w={26 + (row.comments ? 16 : 0) + (row.score ? 20 : 0)}
			className={row.unread ? "row-talk unread" : "row-talk"}
			variant="subtle"
			color={verdictColor(row.verdict)}
			aria-label={label}
			title={title || t("panel.open")}
			onClick={() => onOpen(row)}
		>
			<Sign size={16} />
			{!!row.score && <span className="row-talk-count">{row.score}★</span>}
			{!!row.comments && <span className="row-talk-count">{row.comments}</span>}
		</ActionIcon>
	);
}
