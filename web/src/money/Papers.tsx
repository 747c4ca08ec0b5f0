// SPDX-License-Identifier: GPL-3.0-or-later
// Papers.tsx - acts and invoices of all projects in reach, and our own companies; for the customer, his papers to download.
import { Box, Group, Paper, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useAll } from "../api/hooks";
import { useMay, useMe } from "../app/session";
import { ListPage } from "../parts/form/ListPage";
import { dayOf, roubles } from "../parts/format";
import { Empty, Failed } from "../parts/states";
import { RefName, Word } from "../parts/table/cells";
import { actTitle, PdfButton } from "./ActDrawer";
import { Acts } from "./Acts";
import { Invoices } from "./Invoices";
import { requisites } from "./requisites";

function Sellers() {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="seller"
			path="/sellers"
			title={t("money.sellers")}
			empty={t("sellers.empty")}
			newText={t("sellers.new")}
			right="issue"
			columns={[{ name: "name", grow: true }, "inn", "kpp", "bank", "signer", "vat", "archived"]}
			form={["name", ...requisites, "accountant", "vat", "vat_words", "archived"]}
			initial={{ vat: "none" }}
			hidden={(values) => (values.vat === "none" ? [] : ["vat_words"])}
			formColumns={2}
		/>
	);
}

const parts = { acts: Acts, invoices: Invoices, sellers: Sellers };

function Ours() {
	const { t } = useTranslation();
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const shown = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => part !== "sellers" || may("bill"));
	const at = shown.find((part) => part === params.get("part")) ?? "acts";
	const Part = parts[at];
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.papers")}</Title>
			<SegmentedControl
				w="fit-content"
				aria-label={t("nav.papers")}
				value={at}
				onChange={(part) => setParams({ part })}
				data={shown.map((value) => ({ value, label: t(`money.${value}`) }))}
			/>
			<Part key={at} />
		</Box>
	);
}

interface Shown {
	id: number;
	title: string;
	project_id: number;
	what: string;
	sum_kop: number;
	entity: "act" | "invoice";
	state: string;
}

function Sheet({ paper }: { paper: Shown }) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="sm" component="article">
			<Group justify="space-between" gap="xs">
				<div>
					<Group gap="xs">
						<Text fw={600}>{paper.title}</Text>
						<Word entity={paper.entity} field="state" word={paper.state} />
					</Group>
					<Text size="sm" c="dimmed">
						<RefName entity="project" id={paper.project_id} /> · {paper.what}
					</Text>
				</div>
				<Group gap="sm">
					<Text fw={600}>{roubles(paper.sum_kop)}</Text>
					<PdfButton
						path={paper.entity === "act" ? "/acts/{id}/pdf" : "/invoices/{id}/pdf"}
						id={paper.id}
						text={t("money.pdf")}
					/>
				</Group>
			</Group>
		</Paper>
	);
}

/** What the customer gets: the newest first, the unpaid above. */
function His() {
	const { t } = useTranslation();
	const acts = useAll("/acts", {}, "act");
	const invoices = useAll("/invoices", {}, "invoice");
	const error = acts.error ?? invoices.error;
	const groups: [string, Shown[]][] = [
		[
			"money.invoices",
			invoices.rows.map((i) => ({
				...i,
				entity: "invoice" as const,
				title: `${t("entity:invoice")} № ${i.number}, ${dayOf(i.issued_on)}`,
				what: i.state === "paid" ? i.what : t("invoice.pay_by", { day: dayOf(i.due_on) }),
			})),
		],
		[
			"money.acts",
			acts.rows.map((a) => ({
				...a,
				entity: "act" as const,
				title: actTitle(a, "", t("entity:act")),
				what: `${dayOf(a.from_day)}–${dayOf(a.to_day)}`,
			})),
		],
	];
	if (error) return <Failed error={error} retry={acts.refetch} />;
	if (acts.isPending || invoices.isPending) return <Skeleton h={140} m="lg" />;
	return (
		<Box className="page" maw={900}>
			<Title order={1} mb="md">
				{t("nav.papers")}
			</Title>
			{groups.every(([, rows]) => !rows.length) && <Empty what={t("papers.none")} />}
			{groups
				.filter(([, rows]) => rows.length)
				.map(([title, rows]) => (
					<Stack key={title} gap="xs" mb="lg">
						<Title order={2} fz="md">
							{t(title)}
						</Title>
						{rows.map((paper) => (
							<Sheet key={paper.id} paper={paper} />
						))}
					</Stack>
				))}
		</Box>
	);
}

export function Papers() {
	return useMe().role === "customer" ? <His /> : <Ours />;
}
