// SPDX-License-Identifier: GPL-3.0-or-later
// RemarkLine.tsx - one remark of the guard: what, where, and how to mend it.
import { Anchor, Box, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { quoted } from "../parts/format";
import type { Remark } from "./remarks";

export function RemarkLine({ remark, show }: { remark: Remark; show?: () => void }) {
	const { t } = useTranslation();
	const what = `${t(`guard:${remark.rule}`)}${
		remark.text && `: ${quoted(remark.text.length > 60 ? `${remark.text.slice(0, 60)}…` : remark.text)}`
	}`;
	return (
		<Box className="mail-remark">
			{show ? (
				<Anchor component="button" type="button" size="sm" fw={600} ta="left" onClick={show}>
					{what}
				</Anchor>
			) : (
				<Text size="sm" fw={600}>
					{what}
				</Text>
			)}
			<Text size="xs" c="dimmed">
				{t(`guard.do:${remark.rule}`)}
			</Text>
		</Box>
	);
}
