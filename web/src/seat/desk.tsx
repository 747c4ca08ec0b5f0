// SPDX-License-Identifier: GPL-3.0-or-later
// desk.tsx - the operator's own SIP phone instead of the headset: which of the two, and its state as a leg.
import { Button, SegmentedControl, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { patch } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Seat } from "../api/types";
import { tellError } from "../parts/states";
import type { LegState } from "./softphone";
import type { Act } from "./useSeat";

/** loaded false: not known yet whether the browser is wanted. */
export function useDesk(seat: Seat | undefined) {
	const { data } = useGet("/me/sip_phone", {}, {}, { entities: ["sip_phone"] });
	const inUse = !!data?.login && data.in_use;
	const leg: LegState = seat?.leg === "up" ? "up" : data?.registered ? "phone_calling" : "phone_off";
	return { phone: data, loaded: !!data, inUse, leg };
}

/** Before the shift: headset in the browser, or the phone on the desk. Nothing for who has no phone. */
export function DeskChoice() {
	const { t } = useTranslation();
	const { phone } = useDesk(undefined);
	const choose = useChange((in_use: boolean) => patch("/me/sip_phone", {}, { in_use }), ["sip_phone"]);
	if (!phone?.login) return null;
	return (
		<Stack gap={4}>
			<SegmentedControl
				fullWidth
				aria-label={t("desk.choice")}
				value={phone.in_use ? "phone" : "browser"}
				onChange={(value) => choose.mutate(value === "phone", { onError: tellError })}
				data={[
					{ value: "browser", label: t("desk.browser") },
					{ value: "phone", label: t("desk.phone") },
				]}
			/>
			{phone.in_use && (
				<Text size="sm" c={phone.registered ? "dimmed" : "red"} role="status">
					{t(phone.registered ? "desk.registered" : "desk.not_registered", { agent: phone.agent ?? "" })}
				</Text>
			)}
		</Stack>
	);
}

/** In a pause: the phone was hung up, or came too late. */
export function CallDesk({ act, busy, leg }: { act: Act; busy: boolean; leg: LegState }) {
	const { t } = useTranslation();
	return (
		<Stack gap={4}>
			<Text size="sm" role="status">
				{t(`leg.${leg}`)}
			</Text>
			{leg === "phone_calling" && (
				<Button variant="default" loading={busy} onClick={() => act("/seat/phone")}>
					{t("desk.call")}
				</Button>
			)}
		</Stack>
	);
}
