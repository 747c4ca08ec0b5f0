// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting.tsx - what waits for the customer's decision, and where he was named, before anything else on his first page.
import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { get } from "../api/client";
import { useAll } from "../api/hooks";
import type { Project } from "../api/types";
import { useMay, useMe } from "../app/session";
import { dateTime, dayOf } from "../parts/format";

const undecided = { counts_as: "lead", verdict: "null" };

/** Leads nobody spoke about whose term runs, by project: silence accepts them. */
function useLeads(projects: Project[]) {
	const judges = useMay()("judge_leads");
	const asked = useQueries({
		queries: projects
			.filter((p) => judges && p.accept_days)
			.map((project) => ({
				queryKey: ["leads waiting", project.id],
				queryFn: async () => {
					const [totals, first] = await Promise.all([
						get("/projects/{id}/report/totals", { id: project.id }, undecided),
						get("/projects/{id}/report", { id: project.id }, { ...undecided, sort: "last_at", limit: 1 }),
					]);
					return { project, leads: totals.leads, until: first.rows[0]?.accept_until };
				},
				meta: { entities: ["contact", "call", "report_row"], project: project.id },
			})),
	});
	return asked.flatMap(({ data }) => (data?.until ? [data] : []));
}

export function Mentions() {
	const { t } = useTranslation();
	const { rows } = useAll("/mentions", {}, "mention", { read_at: "null", sort: "-created_at" }, useMay()("discuss"));
	if (!rows.length) return null;
	return (
		<Alert color="blue" title={t("report.mentions", { count: rows.length })} mb="md">
			<Stack gap={6}>
				{rows.slice(0, 10).map((m) => (
					<Text size="sm" key={m.id} lineClamp={2}>
						<Anchor component={Link} to={`/projects/${m.project_id}/report?contact=${m.contact_id}`} fw={600}>
							{m.company || t("panel.title")}
						</Anchor>{" "}
						· {m.author}: {m.text}
					</Text>
				))}
			</Stack>
		</Alert>
	);
}

export function Waiting({ projects }: { projects: Project[] }) {
	const { t } = useTranslation();
	const may = useMay();
	const customer = useMe().role === "customer";
	const { rows } = useAll("/changes", {}, "change", { state: "proposed,questioned" }, may("decide"));
	const his = rows.flatMap((change) => {
		const project = projects.find((p) => p.id === change.project_id && p.customer_approves);
		return project && customer ? [{ change, project }] : [];
	});
	const stops = useAll("/stops", {}, "stop", { shift: "proposed" }, may("decide")).rows;
	const shifts = stops.flatMap((stop) => {
		const project = projects.find((p) => p.id === stop.project_id);
		return project && customer ? [{ stop, project }] : [];
	});
	const leads = useLeads(projects);
	const count = his.length + shifts.length + leads.length;
	if (!count) return null;
	return (
		<Alert color="yellow" title={t("report.waiting", { count })} mb="md">
			<Stack gap={6}>
				{his.map(({ change, project }) => (
					<Text size="sm" key={change.id}>
						<Anchor component={Link} to={`/projects/${project.id}/changes?change=${change.id}`} fw={600}>
							{change.title}
						</Anchor>{" "}
						· {project.name}
					</Text>
				))}
				{leads.map(({ project, leads, until }) => (
					<Text size="sm" key={project.id}>
						<Anchor component={Link} to={`/projects/${project.id}/report?counts_as=lead&verdict=null&sort=last_at`} fw={600}>
							{t("report.waiting.leads", { count: leads })}
						</Anchor>{" "}
						· {project.name} · {t("report.waiting.until", { until: dateTime(until) })}
					</Text>
				))}
				{shifts.map(({ stop, project }) => (
					<Text size="sm" key={stop.id}>
						<Anchor component={Link} to={`/projects/${project.id}/stops`} fw={600}>
							{t("report.waiting.shift", { now: dayOf(stop.ends_on_new) })}
						</Anchor>{" "}
						· {project.name}
					</Text>
				))}
			</Stack>
		</Alert>
	);
}
