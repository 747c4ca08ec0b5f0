// SPDX-License-Identifier: GPL-3.0-or-later
// WordsRemarks.tsx - what the guard says of words the program will put into a letter to the customer; nothing while there is nothing to say.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import "./mail.css";
import { RemarkLine } from "./RemarkLine";
import { grouped, useRemarks } from "./remarks";

interface Props {
	project: number;
	text: string;
}

function Said({ project, text }: Props) {
	const { t } = useTranslation();
	const { verdict } = useRemarks("/projects/{id}/words/check", project, { text: text.trim() });
	const remarks = grouped(verdict?.violations ?? []);
	return (
		<Stack gap={6} role="status" aria-label={t("mail.compose.remarks_title")}>
			{remarks.map((r) => (
				<RemarkLine key={`${r.rule}${r.at}${r.text}`} remark={r} />
			))}
		</Stack>
	);
}

export const WordsRemarks = (of: Props) => of.text.trim() && <Said {...of} />;
