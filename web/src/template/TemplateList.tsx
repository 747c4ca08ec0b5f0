// SPDX-License-Identifier: GPL-3.0-or-later
// TemplateList.tsx - templates as a list with their form: a project's below its tab, all that one reaches on the page of the office.
import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAll } from "../api/hooks";
import type { Template } from "../api/types";
import type { InputProps } from "../parts/form/EntityForm";
import { ListPage } from "../parts/form/ListPage";
import { BodyInput } from "./BodyInput";
import { Try, Versions } from "./Try";

function OfferInput({ value, onChange, label, error, disabled, project }: InputProps & { project?: number }) {
	const { t } = useTranslation();
	const { rows } = useAll("/templates", {}, "template", { kind: "offer", archived: false });
	return (
		<Select
			label={label}
			error={error}
			disabled={disabled}
			clearable
			placeholder={t("template.offer_id.none")}
			data={rows
				.filter((r) => !r.project_id || !project || r.project_id === project)
				.map((r) => ({ value: String(r.id), label: r.name }))}
			value={value ? String(value) : null}
			onChange={(v) => onChange(v ? Number(v) : null)}
		/>
	);
}

const form = ["kind", "name", "subject", "body", "offer_id", "advertising", "editable"];

/** What a kind has not. */
function hiddenOf(kind: unknown): string[] {
	if (kind === "sms") return ["subject", "offer_id"];
	return kind === "offer" ? ["offer_id", "editable"] : [];
}

export function TemplateList({ project }: { project?: number }) {
	const { t } = useTranslation();
	const [again, setAgain] = useState(0);
	return (
		<ListPage
			key={again}
			inner={!!project}
			entity="template"
			path="/templates"
			ids={project ? { project_id: project } : {}}
			fixed={project ? { project_id: project } : undefined}
			title={t("nav.templates")}
			empty={t("templates.empty")}
			newText={t("templates.new")}
			right="run_project"
			columns={[
				{ name: "name", grow: true, width: 240 },
				{ name: "kind", width: 190 },
				...(project ? [] : [{ name: "project_id", width: 220 }]),
				{ name: "subject", width: 260 },
				{ name: "number", width: 90 },
				{ name: "advertising", width: 100 },
				{ name: "archived", width: 110 },
			]}
			more={["editable", "author_id", "created_at", "id"]}
			form={[...(project ? [] : ["project_id"]), ...form, "archived"]}
			initial={{ kind: "letter", advertising: true, editable: true, project_id: project ?? null }}
			inputs={{
				body: (p) => <BodyInput {...p} project={project} />,
				offer_id: (p) => <OfferInput {...p} project={project} />,
			}}
			hints={{
				project_id: t("template.project_id.hint"),
				subject: t("template.subject.hint"),
				advertising: t("template.advertising.hint"),
			}}
			hidden={(v) => [...hiddenOf(v.kind), ...(v.id ? [] : ["archived"])]}
			formMore={(values) => <Try values={values} />}
			rowMore={(row) => <Versions template={row as Template} onTaken={() => setAgain((n) => n + 1)} />}
			formColumns={1}
		/>
	);
}
