// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes.tsx - mailboxes as an administrator sets them up, with a test that says step by step what is wrong.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange } from "../api/hooks";
import type { Mailbox } from "../api/types";
import { ListPage } from "../parts/form/ListPage";
import { StepsList } from "../parts/StepsList";
import { tellError } from "../parts/states";

function Test({ box }: { box: Mailbox }) {
	const { t } = useTranslation();
	const test = useChange(() => post("/mailboxes/{id}/test", { id: box.id }), ["mailbox"]);
	return (
		<>
			<Button
				mt="md"
				variant="light"
				loading={test.isPending}
				onClick={() => test.mutate(undefined, { onError: tellError })}
			>
				{t("mailbox.test")}
			</Button>
			{test.data && <StepsList ok={test.data.ok} steps={test.data.steps} />}
		</>
	);
}

const oauth = ["oauth_url", "oauth_client_id", "oauth_client_secret", "oauth_refresh_token"];
const servers = ["imap_host", "imap_port", "imap_tls", "smtp_host", "smtp_port", "smtp_tls", "any_certificate"];

export function Mailboxes() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="mailbox"
			path="/mailboxes"
			title={t("nav.mailboxes")}
			empty={t("mailboxes.empty")}
			newText={t("mailboxes.new")}
			right="set_up"
			columns={[
				{ name: "name", grow: true },
				{ name: "address", width: 220 },
				{ name: "user_id", width: 150 },
				{ name: "project_id", width: 170 },
				{ name: "state", width: 150 },
				{ name: "last_letter_at", width: 150 },
				{ name: "disabled", width: 110 },
			]}
			more={["sender_name", ...servers, "login", "auth", "sent_folder", "state_text", "state_at", "created_at"]}
			form={[
				"name",
				"address",
				"login",
				"auth",
				"password",
				...oauth,
				...servers,
				"sender_name",
				"sent_folder",
				"user_id",
				"project_id",
				"disabled",
			]}
			initial={{ auth: "password", imap_tls: "tls", imap_port: 0, smtp_tls: "starttls", smtp_port: 0 }}
			hints={{
				sender_name: t("mailbox.sender_name.hint"),
				sent_folder: t("mailbox.sent_folder.hint"),
				imap_port: t("mailbox.port.hint"),
				smtp_port: t("mailbox.port.hint"),
				project_id: t("mailbox.owner.hint"),
				auth: t("mailbox.auth.hint"),
				oauth_url: t("mailbox.oauth_url.hint"),
				oauth_refresh_token: t("mailbox.oauth_refresh_token.hint"),
			}}
			hidden={(v) => (v.auth === "oauth" ? ["password"] : oauth)}
			rowMore={(row) => <Test box={row} />}
		/>
	);
}
