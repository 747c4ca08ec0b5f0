// SPDX-License-Identifier: GPL-3.0-or-later
import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { patch, post } from "../api/client";
import { useChange } from "../api/hooks";
import type { User } from "../api/types";
import { useMay } from "../app/session";
import { ListPage } from "../parts/form/ListPage";
import { tell, tellError } from "../parts/states";
import { InviteButton } from "./InviteButton";

function UserActions({ user, close }: { user: User; close: () => void }) {
	const { t } = useTranslation();
	const may = useMay();
	const out = useChange(
		() => post("/users/{id}/logout", { id: user.id }),
		["user"],
		() => tell(t("users.logged_out")),
	);
	const turn = useChange(
		() => patch("/users/{id}", { id: user.id }, { disabled: !user.disabled }, user.version),
		["user"],
		close,
	);
	if (!may("change_users")) return null;
	const failed = { onError: tellError };
	return (
		<>
			<InviteButton path="/users/{id}/invite" id={user.id} />
			<Button variant="default" onClick={() => out.mutate(undefined, failed)}>
				{t("users.logout")}
			</Button>
			<Button variant="subtle" color={user.disabled ? "bell" : "red"} onClick={() => turn.mutate(undefined, failed)}>
				{t(user.disabled ? "users.enable" : "users.disable")}
			</Button>
		</>
	);
}

export function Users() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="user"
			path="/users"
			title={t("users.title")}
			empty={t("users.empty")}
			newText={t("users.new")}
			newHint={
				<Text size="sm" c="dimmed" mb="md">
					{t("users.new.what")}
				</Text>
			}
			right="change_users"
			columns={[
				{ name: "name", grow: true },
				{ name: "login", width: 110 },
				{ name: "role", width: 160 },
				{ name: "email", width: 210 },
				{ name: "customer_id", width: 150 },
				{ name: "totp_on", width: 90 },
				{ name: "disabled", width: 95 },
				{ name: "seen_at", width: 125 },
			]}
			more={["phone", "manages_company", "created_at", "language"]}
			form={["name", "login", "role", "customer_id", "manages_company", "email", "phone", "language"]}
			initial={{ role: "operator", language: "ru" }}
			hidden={(v) => (v.role === "customer" ? [] : ["customer_id", "manages_company"])}
			rowActions={(user, close) => <UserActions user={user} close={close} />}
		/>
	);
}
