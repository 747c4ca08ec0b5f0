// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";

export function DoNotCall() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="do_not_call"
			path="/do_not_call"
			title={t("nav.do_not_call")}
			empty={t("do_not_call.empty")}
			newText={t("do_not_call.new")}
			right="change_base"
			mayRemove
			columns={[
				"e164",
				{ name: "level", width: 170 },
				{ name: "customer_id", width: 150 },
				{ name: "project_id", width: 150 },
				{ name: "reason", grow: true, width: 200 },
				{ name: "author_id", width: 130 },
				"created_at",
			]}
			form={["e164", "level", "customer_id", "project_id", "reason"]}
			initial={{ level: "all" }}
			hidden={(v) => [...(v.level === "customer" ? [] : ["customer_id"]), ...(v.level === "project" ? [] : ["project_id"])]}
			rowTitle={(r) => r.e164}
		/>
	);
}
