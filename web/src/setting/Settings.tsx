// SPDX-License-Identifier: GPL-3.0-or-later
// Settings.tsx - settings of the house, with a letter sent for trial; pause reasons.
import { Box, Button, Group, Paper, SimpleGrid, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, put } from "../api/client";
import { fieldInfo } from "../api/entities";
import { useChange, useGet } from "../api/hooks";
import { useMe } from "../app/session";
import { EntityForm } from "../parts/form/EntityForm";
import { ListPage } from "../parts/form/ListPage";
import { StepsList } from "../parts/StepsList";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { Retention } from "./Retention";

/** Sends a letter or a message for trial and shows how far it came. */
function Trial({ way }: { way: "smtp" | "sms" }) {
	const { t } = useTranslation();
	const me = useMe();
	const [to, setTo] = useState((way === "smtp" ? me.email : me.phone) ?? "");
	const test = useChange(() => post(`/settings/${way}/test`, {}, { to: to.trim() }), []);
	return (
		<>
			<Group gap="xs" align="flex-end" mt="md" wrap="nowrap">
				<TextInput
					flex={1}
					type={way === "smtp" ? "email" : "tel"}
					label={t(`settings.${way}.to`)}
					value={to}
					onChange={(e) => setTo(e.currentTarget.value)}
				/>
				<Button
					variant="light"
					disabled={way === "smtp" ? !to.includes("@") : !to.trim()}
					loading={test.isPending}
					onClick={() => test.mutate(undefined, { onError: tellError })}
				>
					{t(`settings.${way}.test`)}
				</Button>
			</Group>
			{test.data && (
				<StepsList ok={test.data.ok} steps={test.data.steps as { what: string; ok: boolean; detail: string | null }[]} />
			)}
		</>
	);
}

const groups = [
	{ key: "house", names: ["company_name", "public_url", "require_totp", "totp_exports", "webhook_inside"] },
	{
		key: "mail",
		names: ["smtp_host", "smtp_port", "smtp_tls", "smtp_any_certificate", "smtp_login", "smtp_password", "mail_from"],
	},
	{ key: "letter", names: ["letter_signature", "letter_strict", "mail_inside"] },
	{
		key: "sms",
		names: ["sms_url", "sms_any_certificate", "sms_login", "sms_password", "sms_from", "sms_callback_url"],
	},
	{ key: "turn", names: ["turn_urls", "turn_secret"] },
	{ key: "stop", names: ["stop_fault_min", "stop_error_percent", "stop_base_min"] },
	{ key: "backup", names: ["backup_hour", "backup_keep"] },
];

export function Settings() {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet("/settings", {}, {}, { entities: ["setting", "settings"] });
	const save = useChange(
		(values: Record<string, unknown>) => put("/settings", {}, values),
		["setting", "settings"],
		() => tell(t("saved")),
	);
	if (error) return <Failed error={error} retry={refetch} />;
	return (
		<Box className="page">
			<Title order={1} mb="md">
				{t("nav.settings")}
			</Title>
			{!data ? (
				<RowsSkeleton />
			) : (
				<SimpleGrid cols={{ base: 1, lg: 2 }}>
					{groups.map((group) => (
						<Paper withBorder p="md" key={group.key}>
							<Title order={2} mb="sm">
								{t(`settings.${group.key}`)}
							</Title>
							<EntityForm<unknown>
								entity="settings"
								names={group.names.filter((n) => fieldInfo("settings", n))}
								row={data as { version?: number }}
								save={(values) => save.mutateAsync(values)}
							/>
							{group.key === "mail" && <Trial way="smtp" />}
							{group.key === "sms" && <Trial way="sms" />}
						</Paper>
					))}
					<Retention />
					<Paper withBorder p="md" mih={360} className="inner-list">
						<Title order={2} mb="sm">
							{t("settings.pauses")}
						</Title>
						<ListPage
							inner
							entity="pause_reason"
							path="/pause_reasons"
							title={t("settings.pauses")}
							empty={t("settings.pauses.empty")}
							right="set_up"
							columns={[{ name: "name", grow: true }, "paid", { name: "position", width: 80 }, "archived"]}
							form={["name", "paid", "position", "archived"]}
						/>
					</Paper>
				</SimpleGrid>
			)}
		</Box>
	);
}
