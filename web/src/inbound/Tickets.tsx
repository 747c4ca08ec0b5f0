// SPDX-License-Identifier: GPL-3.0-or-later
// Tickets.tsx - who asked to be called back out of a queue: they are called by themselves, in their turn; a person may drop one.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ListPage } from "../parts/form/ListPage";
import { phone } from "../parts/format";
import { RefName } from "../parts/table/cells";

export function Tickets({ tabs }: { tabs: ReactNode }) {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="queue_ticket"
			path="/queue_tickets"
			title={t("nav.missed")}
			empty={t("tickets.empty")}
			mayMake={false}
			right="open_card"
			actions={tabs}
			columns={[
				"created_at",
				{ name: "number", width: 170, render: (r) => phone(r.number) },
				"since",
				"project_id",
				{ name: "queue_id", width: 150, render: (r) => <RefName entity="queue" id={r.queue_id} project={r.project_id} /> },
				{ name: "state", width: 140 },
				{ name: "attempts", width: 90 },
				"next_at",
				{ name: "user_id", grow: true },
			]}
			more={["done_at"]}
			form={["state"]}
			rowTitle={(row) => phone(row.number)}
		/>
	);
}
