// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";

export function Consents() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="consent"
			path="/consents"
			title={t("nav.consents")}
			empty={t("consents.empty")}
			newText={t("consents.new")}
			right="change_base"
			columns={[
				"e164",
				"customer_id",
				"kind",
				"text_version",
				"given_at",
				"revoked_at",
				{ name: "proof", grow: true, width: 200 },
			]}
			form={["customer_id", "project_id", "e164", "kind", "text_version", "given_at", "revoked_at", "proof"]}
			initial={{ kind: "advertising" }}
			rowTitle={(r) => r.e164}
		/>
	);
}
