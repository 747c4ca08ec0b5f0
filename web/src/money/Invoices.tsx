// SPDX-License-Identifier: GPL-3.0-or-later
// Invoices.tsx - invoices of one project, or of all in reach: written in advance here, from an act in its drawer; marked paid by the accountant.
import { Alert, Box, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schemas } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { EntityForm } from "../parts/form/EntityForm";
import { dayOf, isoDay, roubles } from "../parts/format";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { RefName, Word } from "../parts/table/cells";
import { DataTable } from "../parts/table/DataTable";
import { PdfButton } from "./ActDrawer";
import { AskButton, MoneyInput, VatLine } from "./inputs";

type Invoice = Schemas["invoice"];
const overdue = (row: Invoice) => row.state === "issued" && row.due_on < isoDay(Date.now());

function Actions({ invoice }: { invoice: Invoice }) {
	const { t } = useTranslation();
	const may = useMay();
	const paid = useChange(
		(paid_on: string | null) => post("/invoices/{id}/paid", { id: invoice.id }, { paid_on }),
		["invoice"],
	);
	const cancel = useChange((why: string) => post("/invoices/{id}/cancel", { id: invoice.id }, { why }), ["invoice"]);
	return (
		<Group gap="xs">
			<PdfButton path="/invoices/{id}/pdf" id={invoice.id} text={t("money.pdf")} />
			{may("issue") && invoice.state === "issued" && (
				<>
					<AskButton
						text={t("invoice.pay")}
						asks={{ kind: "day", label: t("invoice.paid_on") }}
						run={(day) => paid.mutateAsync(day)}
					/>
					<AskButton
						variant="subtle"
						color="red"
						text={t("money.cancel")}
						asks={{ kind: "why", label: t("money.cancel.why") }}
						run={cancel.mutateAsync}
					/>
				</>
			)}
			{may("issue") && invoice.state === "paid" && (
				<Button variant="subtle" loading={paid.isPending} onClick={() => paid.mutate(null, { onError: tellError })}>
					{t("invoice.unpay")}
				</Button>
			)}
		</Group>
	);
}

function Body({ id }: { id: number }) {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet("/invoices/{id}", { id }, {}, { entities: ["invoice"] });
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton />;
	return (
		<Stack gap="sm">
			<Group gap="sm">
				<Word entity="invoice" field="state" word={data.state} />
				<Text size="sm">
					<RefName entity="project" id={data.project_id} />
				</Text>
			</Group>
			{data.cancelled_why && <Alert color="red">{data.cancelled_why}</Alert>}
			{overdue(data) && <Alert color="red">{t("invoice.overdue", { day: dayOf(data.due_on) })}</Alert>}
			<Text>{data.what}</Text>
			<div>
				<Text fz={22} fw={600}>
					{roubles(data.sum_kop)}
				</Text>
				<VatLine vat={data.vat} sum={roubles(data.vat_kop)} />
			</div>
			<Actions invoice={data} />
		</Stack>
	);
}

/** In advance: the invoice that comes before any act. */
function Advance({ project, close }: { project: number; close: () => void }) {
	const { t } = useTranslation();
	const make = useChange((body: unknown) => post("/projects/{id}/invoices", { id: project }, body), ["invoice"]);
	return (
		<EntityForm
			entity="invoice_new"
			names={["what", "sum_kop", "due_on", "seller_id"]}
			hints={{ what: t("invoice.what.hint") }}
			inputs={{ sum_kop: (p) => <MoneyInput {...p} /> }}
			hidden={() => ["seller_id"]}
			save={(values) => make.mutateAsync(values)}
			saveText={t("invoice.make")}
			onSaved={() => {
				tell(t("saved"));
				close();
			}}
			onCancel={close}
		/>
	);
}

export function Invoices({ project }: { project?: number }) {
	const { t } = useTranslation();
	const may = useMay();
	const [opened, setOpened] = useState<Invoice | "new" | null>(null);
	const close = () => setOpened(null);
	return (
		<Box style={{ display: "flex", flexDirection: "column", gap: 10, flex: 1, minHeight: 0 }}>
			<DataTable
				entity="invoice"
				path="/invoices"
				fixed={project ? { project_id: project } : undefined}
				label={t("money.invoices")}
				empty={t("invoices.empty")}
				onOpen={setOpened}
				makeAction={
					project && may("issue") ? (
						<Button leftSection={<IconPlus size={16} />} onClick={() => setOpened("new")}>
							{t("invoices.new")}
						</Button>
					) : undefined
				}
				columns={[
					{ name: "number", width: 90 },
					{ name: "issued_on", width: 120 },
					...(project ? [] : [{ name: "customer_id", width: 180 }]),
					{ name: "what", grow: true, width: 240 },
					{ name: "sum_kop", width: 150, render: (row) => roubles(row.sum_kop) },
					{
						name: "due_on",
						width: 130,
						render: (row) => (
							<Text size="sm" c={overdue(row) ? "red" : undefined}>
								{dayOf(row.due_on)}
							</Text>
						),
					},
					{ name: "state", width: 140 },
					{ name: "paid_on", width: 120 },
				]}
				more={["project_id", "act_id", "year", "vat", "vat_kop", "seller_id", "author_id", "cancelled_why", "created_at"]}
			/>
			<Drawer
				opened={!!opened}
				onClose={close}
				position="right"
				title={
					opened === "new"
						? t("invoices.new")
						: opened && `${t("entity:invoice")} № ${opened.number}, ${dayOf(opened.issued_on)}`
				}
				closeButtonProps={{ "aria-label": t("close") }}
				transitionProps={{ duration: 100 }}
			>
				{opened === "new" && project ? (
					<Advance project={project} close={close} />
				) : opened && opened !== "new" ? (
					<Body key={opened.id} id={opened.id} />
				) : null}
			</Drawer>
		</Box>
	);
}
