// SPDX-License-Identifier: GPL-3.0-or-later
// Acts.tsx - acts of one project, or of all in reach.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";
import { roubles } from "../parts/format";
import { type Act, ActDrawer } from "./ActDrawer";

export function Acts({ project }: { project?: number }) {
	const { t } = useTranslation();
	const [act, setAct] = useState<Act | null>(null);
	const of = project ? { project_id: project } : undefined;
	return (
		<>
			<ListPage
				inner
				entity="act"
				path="/acts"
				ids={of}
				fixed={of}
				title={t("money.acts")}
				empty={t("acts.empty")}
				newText={t("acts.new")}
				right="bill"
				columns={[
					{ name: "number", width: 90, render: (row) => row.number ?? "—" },
					{ name: "issued_on", width: 120 },
					...(project
						? []
						: [
								{ name: "project_id", grow: true, width: 190 },
								{ name: "customer_id", width: 180 },
							]),
					{ name: "from_day", width: 120 },
					{ name: "to_day", width: 120 },
					{ name: "sum_kop", width: 150, render: (row) => roubles(row.sum_kop) },
					{ name: "state", width: 140 },
					{ name: "signed_on", width: 120 },
				]}
				more={["year", "vat", "vat_kop", "seller_id", "author_id", "issued_by", "issued_at", "cancelled_why", "created_at"]}
				form={[...(project ? [] : ["project_id"]), "from_day", "to_day", "seller_id"]}
				hints={{ to_day: t("act.to_day.hint"), seller_id: t("act.seller_id.hint") }}
				onOpen={setAct}
				onMade={setAct}
			/>
			<ActDrawer act={act} onClose={() => setAct(null)} />
		</>
	);
}
