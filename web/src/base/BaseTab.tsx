// SPDX-License-Identifier: GPL-3.0-or-later
// BaseTab.tsx - the bases of a project above, their contacts below.
import { ActionIcon, Button, Group, Menu, Modal, Paper, ScrollArea, Text } from "@mantine/core";
import { IconDots, IconFileImport, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Base, Project } from "../api/types";
import { useMay } from "../app/session";
import { ContactDrawer } from "../contact/ContactDrawer";
import { EntityForm } from "../parts/form/EntityForm";
import { dateTime } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tell, tellError } from "../parts/states";
import { Word } from "../parts/table/cells";
import { DataTable } from "../parts/table/DataTable";
import type { TabProps } from "../project/ProjectPage";
import { Imports } from "./Imports";
import { ImportWizard } from "./ImportWizard";
import { Waterfall } from "./Waterfall";

type What = "waterfall" | "imports";

function BaseCard({
	project,
	base,
	active,
	onPick,
	onImport,
	onShow,
}: {
	project: Project;
	base: Base;
	active: boolean;
	onPick: () => void;
	onImport: () => void;
	onShow: (what: What) => void;
}) {
	const { t } = useTranslation();
	const may = useMay();
	const move = useChange(
		(what: "approve" | "retire") => post(`/bases/{id}/${what}`, { id: base.id }),
		["base", "contact", "project"],
		() => tell(t("saved")),
	);
	const failed = { onError: tellError };
	return (
		<Paper withBorder p="xs" w={300} flex="none" className={active ? "picked" : undefined}>
			<Group justify="space-between" wrap="nowrap" gap={4}>
				<button type="button" className="plain" onClick={onPick} aria-pressed={active}>
					<Text fw={600} size="sm" truncate maw={150}>
						{base.name}
					</Text>
				</button>
				<Group gap={2} wrap="nowrap">
					<Word entity="base" field="state" word={base.state} />
					<Menu position="bottom-end">
						<Menu.Target>
							<ActionIcon variant="subtle" color="gray" aria-label={t("more")}>
								<IconDots size={16} />
							</ActionIcon>
						</Menu.Target>
						<Menu.Dropdown>
							<Menu.Item onClick={() => onShow("waterfall")}>{t("base.waterfall")}</Menu.Item>
							<Menu.Item onClick={() => onShow("imports")}>{t("base.imports")}</Menu.Item>
							{may("run_project") && base.state === "active" && (
								<Menu.Item color="red" onClick={() => move.mutate("retire", failed)}>
									{t("base.retire")}
								</Menu.Item>
							)}
						</Menu.Dropdown>
					</Menu>
				</Group>
			</Group>
			<Group gap={6} mt={6}>
				{may("change_base") && (
					<Button size="compact-xs" variant="light" leftSection={<IconFileImport size={14} />} onClick={onImport}>
						{t("base.import")}
					</Button>
				)}
				{may("run_project") && base.state !== "active" && project.customer_approves && (
					<Button size="compact-xs" component={Link} to={`/projects/${project.id}/changes?change=new&base=${base.id}`}>
						{t("change.propose.customer")}
					</Button>
				)}
				{may("run_project") && base.state !== "active" && base.state !== "retired" && !project.customer_approves && (
					<Button size="compact-xs" loading={move.isPending} onClick={() => move.mutate("approve", failed)}>
						{t("base.approve")}
					</Button>
				)}
				<Button size="compact-xs" variant="subtle" onClick={() => onShow("waterfall")}>
					{t("base.waterfall")}
				</Button>
			</Group>
		</Paper>
	);
}

function NewBase({
	project,
	opened,
	onClose,
	onMade,
}: {
	project: number;
	opened: boolean;
	onClose: () => void;
	onMade: (base: Base) => void;
}) {
	const { t } = useTranslation();
	const make = useChange(
		(values: Record<string, unknown>) =>
			post("/projects/{project_id}/bases", { project_id: project }, { project_id: project, ...values }),
		["base"],
	);
	return (
		<Modal opened={opened} onClose={onClose} title={t("base.new")} closeButtonProps={{ "aria-label": t("close") }}>
			<EntityForm<Base>
				entity="base"
				names={["name", "priority", "country"]}
				initial={{ country: "RU", priority: 0 }}
				save={(values) => make.mutateAsync(values)}
				onSaved={onMade}
				onCancel={onClose}
			/>
		</Modal>
	);
}

export function BaseTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const ids = { project_id: project.id };
	const bases = useAll("/projects/{project_id}/bases", ids, "base");
	const [params, setParams] = useSearchParams();
	const [makes, setMakes] = useState(false);
	const [shown, setShown] = useState<{ base: Base; what: What } | null>(null);
	const [importing, setImporting] = useState<Base | null>(null);
	const picked = params.get("base_id");
	const contact = Number(params.get("contact")) || null;
	const importId = Number(params.get("import")) || null;
	const set = (name: string, value: string | null) => {
		const next = new URLSearchParams(params);
		if (value) next.set(name, value);
		else next.delete(name);
		setParams(next, { replace: true });
	};
	if (bases.error) return <Failed error={bases.error} retry={bases.refetch} />;
	if (bases.isPending) return <RowsSkeleton />;
	const make = may("change_base") && (
		<Button
			variant={bases.rows.length ? "default" : "filled"}
			leftSection={<IconPlus size={16} />}
			onClick={() => setMakes(true)}
		>
			{t("base.new")}
		</Button>
	);
	return (
		<>
			{bases.rows.length === 0 ? (
				<Empty what={t("base.empty")}>{make}</Empty>
			) : (
				<>
					<ScrollArea type="auto" offsetScrollbars={false} flex="none">
						<Group gap="xs" wrap="nowrap" align="stretch">
							{bases.rows.map((base) => (
								<BaseCard
									project={project}
									key={base.id}
									base={base}
									active={picked === String(base.id)}
									onPick={() => set("base_id", picked === String(base.id) ? null : String(base.id))}
									onImport={() => setImporting(base)}
									onShow={(what) => setShown({ base, what })}
								/>
							))}
							<Group align="center">{make}</Group>
						</Group>
					</ScrollArea>
					<DataTable
						entity="contact"
						path="/projects/{project_id}/contacts"
						ids={ids}
						label={t("base.contacts")}
						empty={t("base.no_contacts")}
						entities={["contact", "import", "base"]}
						onOpen={(row) => set("contact", String(row.id))}
						columns={[
							{ name: "company", grow: true, width: 220 },
							"city",
							"industry",
							"state",
							{ name: "last_result_id", width: 170 },
							{ name: "attempts", width: 90 },
							"last_at",
							{ name: "due_at", render: (r) => (r.due_at && r.due_at > Date.now() ? dateTime(r.due_at) : null) },
							{
								name: "why_not",
								width: 190,
								render: (r) => r.why_not && t(`rule:${r.why_not}`, { defaultValue: r.why_not }),
							},
						]}
						more={[
							"address",
							"activity",
							"site",
							"email",
							"timezone",
							"base_id",
							"closed_reason",
							"last_operator_id",
							"created_at",
						]}
					/>
				</>
			)}
			<NewBase
				project={project.id}
				opened={makes}
				onClose={() => setMakes(false)}
				onMade={(base) => {
					setMakes(false);
					setImporting(base);
				}}
			/>
			<Modal
				opened={!!shown}
				onClose={() => setShown(null)}
				size="lg"
				title={shown && `${shown.base.name}: ${t(`base.${shown.what}`)}`}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{shown?.what === "waterfall" && <Waterfall base={shown.base.id} project={project.id} />}
				{shown?.what === "imports" && (
					<Imports
						base={shown.base.id}
						onOpen={(id) => {
							setShown(null);
							set("import", String(id));
						}}
					/>
				)}
			</Modal>
			<ImportWizard
				base={importing?.id ?? null}
				importId={importId}
				onMade={(id) => {
					setImporting(null);
					set("import", String(id));
				}}
				onClose={() => {
					setImporting(null);
					set("import", null);
				}}
			/>
			<ContactDrawer id={contact} project={project.id} onClose={() => set("contact", null)} />
		</>
	);
}
