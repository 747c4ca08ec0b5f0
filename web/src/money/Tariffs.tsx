// SPDX-License-Identifier: GPL-3.0-or-later
// Tariffs.tsx - what a project pays for, from which day. A discount and pay by the lead wait for the director's signature.
import { Badge, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post, type Schemas } from "../api/client";
import { useChange } from "../api/hooks";
import { useMay } from "../app/session";
import { ListPage } from "../parts/form/ListPage";
import { dateTime, number, roubles } from "../parts/format";
import { RefName } from "../parts/table/cells";
import type { TabProps } from "../project/ProjectPage";
import { AskButton, MoneyInput, PercentInput } from "./inputs";

type Tariff = Schemas["tariff"];
const needsSignature = (row: Tariff) => row.discount_bp > 0 || row.unit === "lead";

function Signature({ row }: { row: Tariff }) {
	const { t } = useTranslation();
	if (!needsSignature(row)) return null;
	return row.approved_at ? (
		<Badge color="teal">{t("tariff.signed")}</Badge>
	) : (
		<Badge color="yellow">{t("tariff.waits")}</Badge>
	);
}

function Approve({ row, close }: { row: Tariff; close: () => void }) {
	const { t } = useTranslation();
	const may = useMay();
	const approve = useChange((why: string) => post("/tariffs/{id}/approve", { id: row.id }, { why }), ["tariff"], close);
	if (!may("approve_price") || !needsSignature(row) || row.approved_at) return null;
	return (
		<AskButton
			text={t("tariff.approve")}
			asks={{ kind: "why", label: t("tariff.approve.why"), hint: t("tariff.approve.hint") }}
			run={approve.mutateAsync}
		/>
	);
}

function Approved({ row }: { row: Tariff }) {
	const { t } = useTranslation();
	if (!needsSignature(row)) return null;
	return (
		<Text size="sm" mt="sm" c="dimmed">
			{row.approved_at ? (
				<>
					{t("tariff.signed")}: <RefName entity="user" id={row.approved_by} />, {dateTime(row.approved_at)} —{" "}
					{row.approved_why}
				</>
			) : (
				t("tariff.waits.what")
			)}
		</Text>
	);
}

export function Tariffs({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="tariff"
			path="/projects/{project_id}/tariffs"
			ids={{ project_id: project.id }}
			title={t("money.tariffs")}
			empty={t("tariffs.empty")}
			newText={t("tariffs.new")}
			right="set_price"
			mayRemove
			columns={[
				{ name: "from_day", width: 130 },
				{ name: "to_day", width: 130 },
				{ name: "unit", width: 210 },
				{ name: "price_kop", width: 130, render: (row) => roubles(row.price_kop) },
				{
					name: "discount_bp",
					width: 90,
					render: (row) => (row.discount_bp ? `${number(row.discount_bp / 100, 2)} %` : null),
				},
				{ name: "approved_at", width: 160, render: (row) => <Signature row={row} /> },
				{ name: "minimum_kop", width: 150, render: (row) => (row.minimum_kop ? roubles(row.minimum_kop) : null) },
				{ name: "note", grow: true, width: 160 },
			]}
			more={["rounding", "approved_by", "approved_why", "author_id", "created_at"]}
			form={["unit", "price_kop", "rounding", "discount_bp", "minimum_kop", "from_day", "to_day", "note"]}
			initial={{ unit: "dialogue", rounding: "exact" }}
			inputs={{
				price_kop: (p) => <MoneyInput {...p} />,
				minimum_kop: (p) => <MoneyInput {...p} />,
				discount_bp: (p) => <PercentInput {...p} />,
			}}
			hints={{
				unit: t("tariff.unit.hint", { s: project.dialogue_s }),
				from_day: t("tariff.from_day.hint"),
				to_day: t("tariff.to_day.hint"),
			}}
			hidden={(values) => (values.unit === "minute" ? [] : ["rounding"])}
			rowTitle={(row) => t(`tariff.unit:${row.unit}`)}
			rowActions={(row, close) => <Approve row={row} close={close} />}
			rowMore={(row) => <Approved row={row} />}
		/>
	);
}
