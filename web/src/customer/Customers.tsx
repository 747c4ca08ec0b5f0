// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";

export function Customers() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="customer"
			path="/customers"
			title={t("customers.title")}
			empty={t("customers.empty")}
			newText={t("customers.new")}
			right="change_customers"
			columns={[{ name: "name", grow: true }, "person", "phone", "email", "inn", "timezone", "created_at"]}
			more={["site", "archived"]}
			form={["name", "inn", "person", "phone", "email", "site", "timezone", "note", "archived"]}
			initial={{ timezone: "Europe/Moscow" }}
		/>
	);
}
