// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes.tsx - mailboxes as an administrator sets them up, with a test that says step by step what is wrong.
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { ListPage } from "../parts/form/ListPage";
import { TestButton } from "../parts/StepsList";

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
			rowMore={(row) => (
				<TestButton entity="mailbox" text={t("mailbox.test")} run={() => post("/mailboxes/{id}/test", { id: row.id })} />
			)}
		/>
	);
}
