// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";

export function Callbacks() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="callback"
			path="/callbacks"
			title={t("nav.callbacks")}
			empty={t("callbacks.empty")}
			mayMake={false}
			right="change_base"
			columns={["due_at", "project_id", "operator_id", { name: "note", grow: true, width: 240 }, "state", "created_at"]}
			more={["author_id", "contact_id"]}
			form={["due_at", "operator_id", "note", "state"]}
			rowTitle={() => t("nav.callbacks")}
		/>
	);
}
