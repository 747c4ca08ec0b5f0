// SPDX-License-Identifier: GPL-3.0-or-later
// InboundTab.tsx - the numbers people call, the queues they lead to, and who answers.
import { Box, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Queue } from "../api/types";
import { ListPage } from "../parts/form/ListPage";
import { phone } from "../parts/format";
import { Parts } from "../project/Parts";
import type { TabProps } from "../project/ProjectPage";
import { Flows } from "./Flows";
import { Prompts } from "./Prompts";

function Members({ queue }: { queue: Queue }) {
	const { t } = useTranslation();
	return (
		<Box mt="lg" h={320}>
			<Title order={3} size="sm">
				{t("queue.members")}
			</Title>
			<ListPage
				inner
				entity="queue_member"
				path="/queues/{queue_id}/members"
				ids={{ queue_id: queue.id }}
				title={t("queue.members")}
				empty={t("queue.members.empty")}
				newText={t("queue.members.add")}
				right="run_project"
				mayRemove
				columns={[{ name: "user_id", grow: true }, "level"]}
				form={["user_id", "level"]}
				initial={{ level: 1 }}
				rowTitle={() => t("entity:queue_member")}
			/>
		</Box>
	);
}

function Numbers({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="number"
			path="/projects/{project_id}/numbers"
			ids={{ project_id: project.id }}
			title={t("numbers.title")}
			empty={t("numbers.empty")}
			newText={t("numbers.new")}
			right="run_project"
			mayRemove
			columns={[
				{ name: "e164", width: 180 },
				{ name: "flow_id", width: 200 },
				{ name: "queue_id", width: 200 },
				{ name: "source", grow: true },
				{ name: "trunk_id", width: 180 },
				{ name: "disabled", width: 140 },
			]}
			more={["alias", "created_at"]}
			form={["e164", "flow_id", "queue_id", "source", "trunk_id", "alias", "disabled"]}
			hints={{ flow_id: t("number.flow_id.hint"), source: t("number.source.hint"), alias: t("number.alias.hint") }}
			rowTitle={(row) => phone(row.e164)}
		/>
	);
}

function Queues({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<ListPage
			inner
			entity="queue"
			path="/projects/{project_id}/queues"
			ids={{ project_id: project.id }}
			title={t("queues.title")}
			empty={t("queues.empty")}
			newText={t("queues.new")}
			right="run_project"
			mayRemove
			columns={[
				{ name: "name", grow: true },
				{ name: "priority", width: 120 },
				{ name: "target_s", width: 150 },
				{ name: "max_wait_s", width: 180 },
				{ name: "level", width: 150 },
				{ name: "choice", width: 190 },
			]}
			more={["relax_s", "accept_s", "announce_s", "offers_callback", "created_at"]}
			form={[
				"name",
				"priority",
				"target_s",
				"max_wait_s",
				"level",
				"relax_s",
				"choice",
				"accept_s",
				"announce_s",
				"offers_callback",
				"offer_wait_s",
				"offer_place",
				"offer_words",
			]}
			initial={{
				priority: 0,
				target_s: 20,
				max_wait_s: 600,
				level: 1,
				relax_s: 30,
				choice: "longest_idle",
				accept_s: 0,
				announce_s: 0,
				offers_callback: false,
				offer_wait_s: 120,
				offer_place: 5,
			}}
			hidden={(values) => (values.offers_callback ? [] : ["offer_wait_s", "offer_place", "offer_words"])}
			hints={{
				priority: t("queue.priority.hint"),
				relax_s: t("queue.relax_s.hint"),
				accept_s: t("queue.accept_s.hint"),
				announce_s: t("queue.announce_s.hint"),
				offers_callback: t("queue.offers_callback.hint"),
				offer_place: t("queue.offer_place.hint"),
				offer_words: t("queue.offer_words.hint"),
			}}
			rowMore={(row) => <Members queue={row} />}
		/>
	);
}

const parts = { queues: Queues, flows: Flows, prompts: Prompts, numbers: Numbers };

export function InboundTab({ project }: TabProps) {
	const { t } = useTranslation();
	const keys = Object.keys(parts) as (keyof typeof parts)[];
	return (
		<Parts
			project={project}
			label={t("project.tab.inbound")}
			parts={keys.map((key) => ({ key, label: t(`${key}.title`), page: parts[key] }))}
		/>
	);
}
