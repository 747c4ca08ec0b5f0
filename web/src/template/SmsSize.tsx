// SPDX-License-Identifier: GPL-3.0-or-later
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { measure } from "./sms";

/** How many messages the text takes, told while it is typed. */
export function SmsSize({ text }: { text: string }) {
	const { t } = useTranslation();
	const size = measure(text);
	return (
		<Text size="xs" c={size.parts > 1 ? "orange" : "dimmed"} data-testid="sms-size">
			{t("template.sms", { count: size.parts, left: size.left })} · {t(size.ucs2 ? "template.sms.ucs2" : "template.sms.gsm")}
		</Text>
	);
}
