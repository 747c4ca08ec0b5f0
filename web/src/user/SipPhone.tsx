// SPDX-License-Identifier: GPL-3.0-or-later
// SipPhone.tsx - the login of one's own desk or soft phone; its secret is shown once.
import { Alert, Badge, Button, Code, Group, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post, remove } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { dateTime } from "../parts/format";
import { tellError } from "../parts/states";

export function SipPhone() {
	const { t } = useTranslation();
	const { data } = useGet("/me/sip_phone", {}, {}, { entities: ["sip_phone"] });
	const make = useChange(() => post("/me/sip_phone", {}), ["sip_phone"]);
	const drop = useChange(
		() => remove("/me/sip_phone", {}),
		["sip_phone"],
		() => make.reset(),
	);
	const made = make.data;
	const rows = made
		? [
				["sip_phone.server", location.hostname],
				["sip_phone.login", made.login],
				["sip_phone.secret", made.secret],
				["sip_phone.realm", made.realm],
			]
		: [];
	return (
		<Stack gap="xs">
			<Text size="sm" c="dimmed">
				{t("sip_phone.what")}
			</Text>
			{made && (
				<Alert color="yellow" title={t("profile.tokens.once")}>
					<Table>
						<Table.Tbody>
							{rows.map(([name, value]) => (
								<Table.Tr key={name}>
									<Table.Td>{t(name ?? "")}</Table.Td>
									<Table.Td>
										<Code>{value}</Code>
									</Table.Td>
								</Table.Tr>
							))}
						</Table.Tbody>
					</Table>
					<Text size="sm">{t("sip_phone.how")}</Text>
				</Alert>
			)}
			{data?.login && (
				<Group gap="xs">
					<Code>{data.login}</Code>
					<Badge color={data.registered ? "teal" : "gray"}>
						{t(data.registered ? "sip_phone.registered" : "sip_phone.not_registered")}
					</Badge>
					{data.agent && (
						<Text size="sm" c="dimmed">
							{data.agent} · {data.address} · {dateTime(data.seen_at)}
						</Text>
					)}
				</Group>
			)}
			<Group gap="xs">
				<Button variant="light" loading={make.isPending} onClick={() => make.mutate(undefined, { onError: tellError })}>
					{t(data?.login ? "sip_phone.again" : "sip_phone.make")}
				</Button>
				{data?.login && (
					<Button variant="subtle" color="red" onClick={() => drop.mutate(undefined, { onError: tellError })}>
						{t("remove")}
					</Button>
				)}
			</Group>
		</Stack>
	);
}
