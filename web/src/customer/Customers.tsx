// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { requisites } from "../money/requisites";
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
			form={["name", "person", "phone", "email", "site", "timezone", ...requisites, "contract", "note", "archived"]}
			hints={{ contract: t("customer.contract.hint") }}
			formColumns={2}
			initial={{ timezone: "Europe/Moscow" }}
		/>
	);
}
