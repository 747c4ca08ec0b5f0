// SPDX-License-Identifier: GPL-3.0-or-later
// Trunks.tsx - lines to carriers, and a test that says step by step what is wrong.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange } from "../api/hooks";
import type { Trunk } from "../api/types";
import { ListPage } from "../parts/form/ListPage";
import { StepsList } from "../parts/StepsList";
import { tellError } from "../parts/states";

function Test({ trunk }: { trunk: Trunk }) {
	const { t } = useTranslation();
	const test = useChange(() => post("/trunks/{id}/test", { id: trunk.id }), ["trunk"]);
	return (
		<>
			<Button
				mt="md"
				variant="light"
				loading={test.isPending}
				onClick={() => test.mutate(undefined, { onError: tellError })}
			>
				{t("trunk.test")}
			</Button>
			{test.data && <StepsList ok={test.data.ok} steps={test.data.steps} />}
		</>
	);
}

const sip = ["host", "port", "transport", "login", "password", "registers"];

export function Trunks() {
	const { t } = useTranslation();
	return (
		<ListPage
			entity="trunk"
			path="/trunks"
			title={t("nav.trunks")}
			empty={t("trunks.empty")}
			newText={t("trunks.new")}
			right="set_up"
			mayRemove
			columns={[
				{ name: "name", grow: true },
				"kind",
				"host",
				{ name: "state", width: 150 },
				{ name: "state_text", width: 260 },
				{ name: "channels", sum: true },
				"calls_per_s",
				"disabled",
			]}
			more={["port", "transport", "login", "registers", "caller_number", "state_at", "created_at"]}
			form={["name", "kind", ...sip, "caller_number", "channels", "calls_per_s", "disabled"]}
			initial={{ kind: "sip", port: 5060, transport: "udp", channels: 30, calls_per_s: 10 }}
			hidden={(v) => (v.kind === "practice" ? sip : [])}
			rowMore={(row) => <Test trunk={row} />}
		/>
	);
}
