// SPDX-License-Identifier: GPL-3.0-or-later
// Rules.tsx - the law of each country as rows with dates, its days off, registers of refusals, the numbering plan.
import { Alert, Box, Button, Checkbox, Stack, Tabs, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { upload } from "../api/client";
import { useChange } from "../api/hooks";
import { ChooseFile } from "../parts/ChooseFile";
import { MinuteInput } from "../parts/form/inputs";
import { ListPage } from "../parts/form/ListPage";
import { country, number } from "../parts/format";
import { tell, tellError } from "../parts/states";
import { bound } from "./bound";

function RuleList() {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="rule"
			path="/rules"
			title={t("rules.tab.rules")}
			empty={t("rules.empty")}
			newText={t("rules.new")}
			right="change_rules"
			mayRemove
			columns={[
				{ name: "jurisdiction", width: 145, render: (r) => country(r.jurisdiction) },
				{ name: "purpose", width: 125 },
				{ name: "kind", width: 325, render: (r) => t(`rule.kind:${r.kind}`) },
				{ name: "value", width: 170, render: bound },
				{ name: "valid_from", width: 112 },
				{ name: "disabled", width: 60 },
				{ name: "source", grow: true, width: 160 },
			]}
			form={[
				"jurisdiction",
				"purpose",
				"kind",
				"value",
				"days",
				"list",
				"from_min",
				"to_min",
				"valid_from",
				"valid_to",
				"disabled",
				"source",
				"note",
			]}
			initial={{ jurisdiction: "RU", value: 1, to_min: 1440 }}
			inputs={{
				from_min: (props) => <MinuteInput {...props} />,
				to_min: (props) => <MinuteInput {...props} ends />,
			}}
			hints={{ value: t("rules.value_hint"), purpose: t("rules.purpose_hint") }}
			hidden={(v) => {
				const kind = String(v.kind ?? "");
				const hours = kind.startsWith("hours_");
				return [
					...(hours ? ["value"] : ["from_min", "to_min"]),
					...(kind === "list" ? ["value"] : ["list"]),
					...(kind === "list" || kind === "abandoned_share" ? [] : ["days"]),
				];
			}}
			formColumns={2}
			rowTitle={(r) => t(`rule.kind:${r.kind}`)}
		/>
	);
}

function LoadNumbers({ id }: { id: number }) {
	const { t } = useTranslation();
	const [replace, setReplace] = useState(true);
	const load = useChange(
		(file: File) =>
			upload<{ numbers: number; no_number: number }>(
				"/registers/{id}/numbers",
				{ id },
				file,
				() => {},
				replace ? "PUT" : "POST",
			),
		["register", "do_not_call"],
	);
	return (
		<Stack mt="md" gap="xs" align="flex-start">
			<Checkbox label={t("registers.replace")} checked={replace} onChange={(e) => setReplace(e.currentTarget.checked)} />
			<ChooseFile
				accept=".csv,.txt,text/csv,text/plain"
				onChange={(file) =>
					file &&
					load.mutate(file, {
						onError: tellError,
						onSuccess: (r) => tell(t("registers.loaded", { numbers: number(r.numbers), no_number: number(r.no_number) })),
					})
				}
			>
				{(props) => (
					<Button variant="light" loading={load.isPending} {...props}>
						{t("registers.load")}
					</Button>
				)}
			</ChooseFile>
		</Stack>
	);
}

const pages = {
	rules: RuleList,
	days_off: function DaysOff() {
		const { t } = useTranslation();
		return (
			<>
				<Alert color="gray" py={6}>
					{t("days_off.2027")}
				</Alert>
				<ListPage
					inner
					entity="day_off"
					path="/days_off"
					title={t("rules.tab.days_off")}
					empty={t("days_off.empty")}
					right="change_rules"
					mayRemove
					columns={["jurisdiction", "day", "kind", { name: "name", grow: true }]}
					form={["jurisdiction", "day", "kind", "name"]}
					initial={{ jurisdiction: "RU", kind: "off" }}
					rowTitle={(r) => r.day}
				/>
			</>
		);
	},
	registers: function Registers() {
		const { t } = useTranslation();
		return (
			<ListPage
				inner
				entity="register"
				path="/registers"
				title={t("rules.tab.registers")}
				empty={t("registers.empty")}
				right="change_rules"
				columns={[{ name: "name", grow: true }, "jurisdiction", "numbers", "loaded_at", "disabled"]}
				form={["name", "jurisdiction", "note", "disabled"]}
				initial={{ jurisdiction: "RU" }}
				rowMore={(r) => <LoadNumbers id={r.id} />}
			/>
		);
	},
	ranges: function Ranges() {
		const { t } = useTranslation();
		return (
			<ListPage
				inner
				entity="number_range"
				path="/number_ranges"
				title={t("rules.tab.ranges")}
				empty={t("ranges.empty")}
				right="change_rules"
				mayRemove
				columns={["from_number", "to_number", { name: "zones", grow: true }, "region"]}
				form={["from_number", "to_number", "zones", "region"]}
				rowTitle={(r) => String(r.from_number)}
			/>
		);
	},
};
type Tab = keyof typeof pages;

export function Rules() {
	const { t } = useTranslation();
	const [tab, setTab] = useState<Tab>("rules");
	const Page = pages[tab];
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.rules")}</Title>
			<Alert color="yellow" py={6}>
				{t("rules.no_advice")}
			</Alert>
			<Tabs value={tab} onChange={(key) => setTab((key as Tab | null) ?? "rules")} className="tab-page">
				<Tabs.List>
					{(Object.keys(pages) as Tab[]).map((key) => (
						<Tabs.Tab key={key} value={key}>
							{t(`rules.tab.${key}`)}
						</Tabs.Tab>
					))}
				</Tabs.List>
				<Tabs.Panel value={tab} className="tab-page">
					<Page />
				</Tabs.Panel>
			</Tabs>
		</Box>
	);
}
