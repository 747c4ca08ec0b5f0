// SPDX-License-Identifier: GPL-3.0-or-later
// ActDrawer.tsx - an act: its lines, each with the calls it was counted from, and what may be done with it now.
import { Alert, Anchor, Button, Drawer, Group, Stack, Table, Text } from "@mantine/core";
import { IconFileTypePdf } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiError, post, remove, type Schemas, url } from "../api/client";
import { useAll, useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { useCallsBehind } from "../call/behind";
import { RemoveButton } from "../parts/form/ListPage";
import { dayOf, isoDay, number, roubles } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";
import { RefName, Word } from "../parts/table/cells";
import { AskButton, VatLine } from "./inputs";

export type Act = Schemas["act"];
type Line = Schemas["act_line"];

export function PdfButton({ path, id, text }: { path: string; id: number; text: string }) {
	return (
		<Button
			component="a"
			href={url(path, { id })}
			target="_blank"
			rel="noreferrer"
			variant="default"
			leftSection={<IconFileTypePdf size={16} />}
		>
			{text}
		</Button>
	);
}

function Lines({ act, rows }: { act: Act; rows: Line[] }) {
	const { t } = useTranslation();
	const callsBehind = useCallsBehind();
	return (
		<Table aria-label={t("act.lines")}>
			<Table.Thead>
				<Table.Tr>
					<Table.Th>{t("act_line.unit")}</Table.Th>
					<Table.Th ta="right">{t("act_line.quantity")}</Table.Th>
					<Table.Th ta="right">{t("act_line.price")}</Table.Th>
					<Table.Th ta="right">{t("act_line.sum")}</Table.Th>
					<Table.Th>{t("act_line.calls")}</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{rows.map((line) => (
					<Table.Tr key={line.position}>
						<Table.Td>
							{t(`act_line.unit:${line.unit}`)}
							<Text size="xs" c="dimmed">
								{dayOf(line.from_day)}–{dayOf(line.to_day)}
								{line.discount_bp > 0 && ` · ${t("act_line.discount", { n: number(line.discount_bp / 100, 2) })}`}
							</Text>
						</Table.Td>
						<Table.Td ta="right">{number(line.quantity_m / 1000, 3)}</Table.Td>
						<Table.Td ta="right">{roubles(line.price_kop)}</Table.Td>
						<Table.Td ta="right">{roubles(line.sum_kop)}</Table.Td>
						<Table.Td>
							{callsBehind(line.journal) ? (
								<Anchor component={Link} to={callsBehind(line.journal) ?? ""} size="sm">
									{t("act_line.open_calls", { count: line.calls })}
								</Anchor>
							) : null}
						</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
			<Table.Tfoot>
				<Table.Tr>
					<Table.Th colSpan={3}>{t("total")}</Table.Th>
					<Table.Th ta="right">{roubles(rows.reduce((n, line) => n + line.sum_kop, 0))}</Table.Th>
					<Table.Th />
				</Table.Tr>
			</Table.Tfoot>
			{act.state !== "draft" && (
				<Table.Caption>
					<VatLine vat={act.vat} sum={roubles(act.vat_kop)} />
				</Table.Caption>
			)}
		</Table>
	);
}

/** A week from now: how soon an invoice is usually to be paid. */
const inAWeek = () => isoDay(Date.now() + 7 * 24 * 3600e3);

function Actions({ act, close }: { act: Act; close: () => void }) {
	const { t } = useTranslation();
	const may = useMay();
	const entities = ["act", "invoice"];
	const [undecided, setUndecided] = useState<string>();
	const issue = useChange(
		(body: { issued_on: string; undecided: boolean }) => post("/acts/{id}/issue", { id: act.id }, body),
		entities,
	);
	/** Whether to wait for the customer's word on the leads is for the issuer to say: he is asked. */
	const issueOrAsk = (issued_on: string) =>
		issue.mutateAsync({ issued_on, undecided: false }).catch((error) => {
			if (error instanceof ApiError && error.code === "undecided") setUndecided(issued_on);
			throw error;
		});
	const sign = useChange((signed_on: string) => post("/acts/{id}/signed", { id: act.id }, { signed_on }), entities);
	const cancel = useChange((why: string) => post("/acts/{id}/cancel", { id: act.id }, { why }), entities);
	const drop = useChange(() => remove("/acts/{id}", { id: act.id }), entities, close);
	const invoice = useChange(
		(due_on: string) => post("/projects/{id}/invoices", { id: act.project_id }, { act_id: act.id, due_on }),
		entities,
	);
	const live = act.state === "issued" || act.state === "signed";
	const invoices = useAll("/invoices", {}, "invoice", { act_id: act.id }, live);
	const billed = invoices.rows.find((row) => row.state !== "cancelled");
	return (
		<Group gap="xs">
			{undecided && act.state === "draft" && (
				<Alert color="yellow" title={t("act.undecided")} w="100%">
					<Text size="sm" mb="xs">
						{t("act.undecided.what")}
					</Text>
					<Button
						variant="default"
						loading={issue.isPending}
						onClick={() => issue.mutate({ issued_on: undecided, undecided: true }, { onError: tellError })}
					>
						{t("act.undecided.issue")}
					</Button>
				</Alert>
			)}
			{act.state === "draft" && may("issue") && (
				<AskButton
					text={t("act.issue")}
					asks={{ kind: "day", label: t("act.issued_on"), hint: t("act.issue.hint") }}
					run={issueOrAsk}
				/>
			)}
			<PdfButton path="/acts/{id}/pdf" id={act.id} text={t("money.pdf")} />
			{live && may("issue") && (
				<>
					{billed ? (
						<PdfButton path="/invoices/{id}/pdf" id={billed.id} text={`${t("entity:invoice")} № ${billed.number}`} />
					) : (
						<AskButton
							variant="light"
							text={t("act.invoice")}
							asks={{ kind: "day", label: t("invoice.due_on"), day: inAWeek() }}
							run={invoice.mutateAsync}
						/>
					)}
					{act.state === "issued" && (
						<AskButton
							variant="light"
							text={t("act.sign")}
							asks={{ kind: "day", label: t("act.signed_on") }}
							run={sign.mutateAsync}
						/>
					)}
					<AskButton
						variant="subtle"
						color="red"
						text={t("money.cancel")}
						asks={{ kind: "why", label: t("money.cancel.why"), hint: t("act.cancel.hint") }}
						run={cancel.mutateAsync}
					/>
				</>
			)}
			{act.state === "draft" && may("bill") && <RemoveButton run={() => drop.mutate(undefined, { onError: tellError })} />}
		</Group>
	);
}

const entities = ["act", "tariff", "seller"];

function Body({ id, close }: { id: number; close: () => void }) {
	const { t } = useTranslation();
	const act = useGet("/acts/{id}", { id }, {}, { entities });
	const lines = useGet("/acts/{id}/lines", { id }, {}, { entities });
	const error = act.error ?? lines.error;
	if (error) return <Failed error={error} retry={act.refetch} />;
	if (!act.data || !lines.data) return <RowsSkeleton />;
	const rows = lines.data.rows as Line[];
	return (
		<Stack gap="sm">
			<Group gap="sm">
				<Word entity="act" field="state" word={act.data.state} />
				<Text size="sm">
					<RefName entity="project" id={act.data.project_id} />
				</Text>
				<Text size="sm" c="dimmed">
					{dayOf(act.data.from_day)}–{dayOf(act.data.to_day)}
				</Text>
			</Group>
			{act.data.cancelled_why && <Alert color="red">{act.data.cancelled_why}</Alert>}
			{rows.length ? <Lines act={act.data} rows={rows} /> : <Alert color="yellow">{t("act.no_lines")}</Alert>}
			{act.data.state === "draft" && (
				<Text size="sm" c="dimmed">
					{t("act.draft.what")}
				</Text>
			)}
			<Actions act={act.data} close={close} />
		</Stack>
	);
}

export const actTitle = (act: { number: number | null; issued_on: string | null }, draft: string, title: string) =>
	act.number ? `${title} № ${act.number}, ${dayOf(act.issued_on)}` : draft;

export function ActDrawer({ act, onClose }: { act: Act | null; onClose: () => void }) {
	const { t } = useTranslation();
	const now = useGet("/acts/{id}", { id: act?.id ?? 0 }, {}, { entities, enabled: !!act }).data ?? act;
	return (
		<Drawer
			opened={!!act}
			onClose={onClose}
			position="right"
			size="xl"
			title={act && now ? actTitle(now, t("act.draft"), t("entity:act")) : ""}
			closeButtonProps={{ "aria-label": t("close") }}
			transitionProps={{ duration: 100 }}
		>
			{act && <Body key={act.id} id={act.id} close={onClose} />}
		</Drawer>
	);
}
