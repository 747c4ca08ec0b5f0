// SPDX-License-Identifier: GPL-3.0-or-later
// Preview.tsx - the script as the operator will see it, walked with an invented contact.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FormField, Graph, Project } from "../api/types";
import { useMe } from "../app/session";
import { Play } from "./Play";
import { begin, type Step } from "./walk";

export function Preview({ graph, fields, project }: { graph: Graph; fields: FormField[]; project: Project }) {
	const { t } = useTranslation();
	const me = useMe();
	const [path, setPath] = useState<Step[]>(begin(graph));
	const [answers, setAnswers] = useState<Record<string, string>>({});
	const context = {
		contact: {
			company: t("preview.company"),
			city: t("preview.city"),
			industry: t("preview.industry"),
			activity: t("preview.activity"),
			address: t("preview.address"),
			site: "example.ru",
			email: "info@example.ru",
		},
		person: { name: t("preview.person"), position: t("preview.position") },
		operator: me.name ?? undefined,
		project: project.name,
		customer: t("preview.customer"),
		answers,
	};
	return (
		<>
			<Play
				graph={graph}
				path={path}
				onPath={setPath}
				context={context}
				fields={fields}
				answers={answers}
				onAnswers={setAnswers}
				elapsed={() => 0}
			/>
			<Button mt="sm" size="compact-sm" variant="default" onClick={() => setPath(begin(graph))}>
				{t("preview.again")}
			</Button>
		</>
	);
}
