// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";
import { useMay } from "../app/session";
import { ListPage } from "../parts/form/ListPage";

export function Callbacks() {
	const { t } = useTranslation();
	// Who reads his own promises alone needs no name beside them.
	const all = useMay()("see_base");
	return (
		<ListPage
			entity="callback"
			path="/callbacks"
			title={t("nav.callbacks")}
			empty={t("callbacks.empty")}
			mayMake={false}
			right="change_base"
			columns={[
				"due_at",
				"project_id",
				...(all ? ["operator_id"] : []),
				{ name: "note", grow: true, width: 240 },
				"state",
				"created_at",
			]}
			more={all ? ["author_id", "contact_id"] : []}
			form={["due_at", "operator_id", "note", "state"]}
			rowTitle={() => t("nav.callbacks")}
		/>
	);
}
