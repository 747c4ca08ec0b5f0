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
			columns={[
				{ name: "name", grow: true },
				{ name: "person", width: 200 },
				{ name: "phone", width: 155 },
				{ name: "email", width: 200 },
				{ name: "inn", width: 125 },
				{ name: "timezone", width: 135 },
				{ name: "created_at", width: 125 },
			]}
			more={["site", "archived"]}
			form={["name", "person", "phone", "email", "site", "timezone", ...requisites, "contract", "note", "archived"]}
			hints={{ contract: t("customer.contract.hint") }}
			formColumns={2}
			initial={{ timezone: "Europe/Moscow" }}
		/>
	);
}
