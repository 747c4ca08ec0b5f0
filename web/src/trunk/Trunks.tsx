// SPDX-License-Identifier: GPL-3.0-or-later
// Trunks.tsx - lines to carriers, a test that says step by step what is wrong, and how calls are spread over the lines.
import { Box, Tabs, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { post } from "../api/client";
import { ListPage } from "../parts/form/ListPage";
import { TestButton } from "../parts/StepsList";
import { Rates } from "./Rates";

const sip = ["host", "port", "transport", "srtp", "login", "password", "registers"];
const toll = ["allowed", "calls_per_hour"];

function Lines() {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="trunk"
			path="/trunks"
			title={t("nav.trunks")}
			empty={t("trunks.empty")}
			newText={t("trunks.new")}
			right="set_up"
			mayRemove
			columns={[
				{ name: "name", grow: true },
				{ name: "kind", width: 120 },
				{ name: "host", width: 180 },
				{ name: "state", width: 150 },
				{ name: "state_text", width: 170 },
				{ name: "channels", width: 100, sum: true },
				{ name: "calls_per_s", width: 110 },
				{ name: "disabled", width: 110 },
			]}
			more={["port", "transport", "srtp", "login", "registers", "caller_number", ...toll, "state_at", "created_at"]}
			form={["name", "kind", ...sip, "caller_number", "channels", "calls_per_s", ...toll, "disabled"]}
			initial={{
				kind: "sip",
				port: 5060,
				transport: "udp",
				channels: 30,
				calls_per_s: 10,
				allowed: "+7",
				calls_per_hour: 6000,
			}}
			hints={{
				host: t("trunk.host.hint"),
				srtp: t("trunk.srtp.hint"),
				allowed: t("trunk.allowed.hint"),
				calls_per_hour: t("trunk.calls_per_hour.hint"),
			}}
			hidden={(v) => (v.kind === "practice" ? [...sip, ...toll] : v.transport === "tls" ? [] : ["srtp"])}
			rowMore={(row) => (
				<TestButton entity="trunk" text={t("trunk.test")} run={() => post("/trunks/{id}/test", { id: row.id })} />
			)}
		/>
	);
}

function Routes() {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="trunk_route"
			path="/trunk_routes"
			title={t("trunks.routes")}
			empty={t("trunks.routes.empty")}
			newText={t("trunks.routes.new")}
			newHint={<Text size="sm">{t("trunks.routes.order")}</Text>}
			right="set_up"
			mayRemove
			columns={["prefix", { name: "project_id", grow: true }, { name: "trunk_id", grow: true }, "place"]}
			more={["created_at"]}
			form={["prefix", "project_id", "trunk_id", "place"]}
			initial={{ prefix: "", place: 1 }}
			hints={{
				prefix: t("trunks.routes.prefix.hint"),
				project_id: t("trunks.for_all.hint"),
				place: t("trunks.routes.place.hint"),
			}}
		/>
	);
}

function Callers() {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="caller_number"
			path="/caller_numbers"
			title={t("trunks.callers")}
			empty={t("trunks.callers.empty")}
			newText={t("trunks.callers.new")}
			right="set_up"
			mayRemove
			columns={["number", { name: "trunk_id", grow: true }, { name: "project_id", grow: true }, "note", "disabled"]}
			more={["created_at"]}
			form={["number", "trunk_id", "project_id", "note", "disabled"]}
			hints={{ project_id: t("trunks.for_all.hint") }}
			rowMore={(row) => <Rates number={row.number} />}
		/>
	);
}

function Causes() {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="trunk_cause"
			path="/trunk_causes"
			title={t("trunks.causes")}
			empty={t("trunks.causes.empty")}
			newText={t("trunks.causes.new")}
			right="set_up"
			mayRemove
			columns={[{ name: "trunk_id", grow: true }, "sip_code", { name: "cause", grow: true }]}
			form={["trunk_id", "sip_code", "cause"]}
			hints={{ cause: t("trunks.causes.hint") }}
		/>
	);
}

const tabs = [
	{ key: "lines", text: "nav.trunks", page: Lines },
	{ key: "routes", text: "trunks.routes", page: Routes },
	{ key: "callers", text: "trunks.callers", page: Callers },
	{ key: "causes", text: "trunks.causes", page: Causes },
] as const;

export function Trunks() {
	const { t } = useTranslation();
	const navigate = useNavigate();
	const { tab: at = "lines" } = useParams();
	const Page = tabs.find((tab) => tab.key === at)?.page ?? Lines;
	return (
		<Box className="page-full">
			<Title order={1}>{t("nav.trunks")}</Title>
			<Tabs value={at} onChange={(key) => navigate(`/trunks/${key}`)} className="tab-page">
				<Tabs.List>
					{tabs.map((tab) => (
						<Tabs.Tab key={tab.key} value={tab.key}>
							{t(tab.text)}
						</Tabs.Tab>
					))}
				</Tabs.List>
				<Tabs.Panel value={at} className="tab-page">
					<Page />
				</Tabs.Panel>
			</Tabs>
		</Box>
	);
}
