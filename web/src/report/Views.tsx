// SPDX-License-Identifier: GPL-3.0-or-later
// Views.tsx - saved views of the report: columns, filters and order under a name, one's own or shared with colleagues. A view whose column is gone
// says which, and shows the rest.
import { Alert, Button, Checkbox, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconChevronDown, IconTable } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, remove, type Schemas } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import { useMe } from "../app/session";
import { quoted } from "../parts/format";
import { tellError } from "../parts/states";
import { columnLabel } from "./columns";
import type { ToolsProps } from "./ReportTools";
import { filtersOf, gone, paramsOf } from "./view";

type View = Schemas["report_view"];

function SaveView({ close, save }: { close: () => void; save: (name: string, shared: boolean) => void }) {
	const { t } = useTranslation();
	const [name, setName] = useState("");
	const [shared, setShared] = useState(false);
	return (
		<Modal opened onClose={close} title={t("view.save")}>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					if (name.trim()) save(name.trim(), shared);
				}}
			>
				<Stack gap="sm">
					<Text size="sm" c="dimmed">
						{t("view.what")}
					</Text>
					<TextInput
						data-autofocus
						label={t("view.name")}
						maxLength={100}
						required
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
					/>
					<Checkbox label={t("view.share")} checked={shared} onChange={(e) => setShared(e.currentTarget.checked)} />
					<Group justify="flex-end">
						<Button type="submit">{t("save")}</Button>
					</Group>
				</Stack>
			</form>
		</Modal>
	);
}

export function Views({ project, columns, params, setParams, chosen, setChosen }: ToolsProps) {
	const { t } = useTranslation();
	const me = useMe();
	const { rows } = useAll("/report_views", {}, "report_view", { project_id: project });
	const [saving, setSaving] = useState(false);
	const view = rows.find((v) => String(v.id) === params.get("view"));
	const missing = view ? gone(view, columns) : [];

	const show = (v: View | null) => {
		setChosen(v?.columns?.map((c) => c.key) ?? null);
		setParams(paramsOf(v, columns));
	};
	// The address names a view that was not chosen here: opened by a link or after a reload.
	useEffect(() => {
		if (view && columns.length) setChosen(view.columns?.map((c) => c.key) ?? null);
	}, [view?.id, columns.length]);

	const body = () => ({
		columns:
			chosen?.map((key) => {
				const column = columns.find((c) => c.key === key);
				return { key, label: column ? columnLabel(column) : key };
			}) ?? null,
		filters: filtersOf(params),
		sort: params.get("sort"),
	});
	const make = useChange(
		({ name, shared }: { name: string; shared: boolean }) =>
			post("/report_views", {}, { project_id: project, name, shared, ...body() }),
		["report_view"],
		(v) => {
			setSaving(false);
			const next = new URLSearchParams(params);
			next.set("view", String(v.id));
			setParams(next);
		},
	);
	const update = useChange((v: View) => patch("/report_views/{id}", { id: v.id }, body(), v.version), ["report_view"]);
	const drop = useChange(
		(v: View) => remove("/report_views/{id}", { id: v.id }),
		["report_view"],
		() => show(null),
	);
	const groups = [
		[t("view.own"), rows.filter((v) => v.owner_id === me.id)],
		[t("view.shared"), rows.filter((v) => v.owner_id !== me.id)],
	] as const;
	return (
		<>
			<Menu position="bottom-start" withinPortal>
				<Menu.Target>
					<Button
						size="compact-sm"
						variant="default"
						aria-label={`${t("view.pick")}: ${view?.name ?? t("view.all")}`}
						leftSection={<IconTable size={14} />}
						rightSection={<IconChevronDown size={14} />}
					>
						{view?.name ?? t("view.all")}
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item onClick={() => show(null)}>{t("view.all")}</Menu.Item>
					{groups.map(
						([label, views]) =>
							views.length > 0 && (
								<div key={label}>
									<Menu.Label>{label}</Menu.Label>
									{views.map((v) => (
										<Menu.Item key={v.id} onClick={() => show(v)} aria-current={v.id === view?.id}>
											{v.name}
										</Menu.Item>
									))}
								</div>
							),
					)}
					<Menu.Divider />
					{view?.owner_id === me.id && (
						<>
							<Menu.Item onClick={() => update.mutate(view, { onError: tellError })}>
								{t("view.update", { name: view.name })}
							</Menu.Item>
							<Menu.Item color="red" onClick={() => drop.mutate(view, { onError: tellError })}>
								{t("view.remove", { name: view.name })}
							</Menu.Item>
						</>
					)}
					<Menu.Item onClick={() => setSaving(true)}>{t("view.save")}</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			{saving && (
				<SaveView
					close={() => setSaving(false)}
					save={(name, shared) => make.mutate({ name, shared }, { onError: tellError })}
				/>
			)}
			{missing.length > 0 && (
				<Alert color="yellow" py={4} px="sm">
					{t("view.gone", { names: missing.map(quoted).join(", ") })}
				</Alert>
			)}
		</>
	);
}
