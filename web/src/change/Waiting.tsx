// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting.tsx - what waits for the customer's decision, before anything else on his first page.
import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAll } from "../api/hooks";
import type { Project } from "../api/types";
import { useMay, useMe } from "../app/session";
import { dayOf } from "../parts/format";

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
	const count = his.length + shifts.length;
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
