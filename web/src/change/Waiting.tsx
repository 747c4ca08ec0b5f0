// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting.tsx - what waits for the customer's decision, before anything else on his first page.
import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAll } from "../api/hooks";
import type { Project } from "../api/types";
import { useMay } from "../app/session";

export function Waiting({ projects }: { projects: Project[] }) {
	const { t } = useTranslation();
	const may = useMay();
	const { rows } = useAll("/changes", {}, "change", { state: "proposed,questioned" }, may("decide"));
	const his = rows.flatMap((change) => {
		const project = projects.find((p) => p.id === change.project_id && p.customer_approves);
		return project ? [{ change, project }] : [];
	});
	if (!his.length) return null;
	return (
		<Alert color="yellow" title={t("report.waiting", { count: his.length })} mb="md">
			<Stack gap={6}>
				{his.map(({ change, project }) => (
					<Text size="sm" key={change.id}>
						<Anchor component={Link} to={`/projects/${project.id}/changes?change=${change.id}`} fw={600}>
							{change.title}
						</Anchor>{" "}
						· {project.name}
					</Text>
				))}
			</Stack>
		</Alert>
	);
}
