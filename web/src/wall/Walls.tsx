// SPDX-License-Identifier: GPL-3.0-or-later
// Walls.tsx - boards on the wall: what each shows, and its link, which is seen once.
import { Button, CopyButton, Group, Modal, MultiSelect, Stack, Text, TextInput } from "@mantine/core";
import { IconDeviceTv, IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import type { Wall } from "../api/types";
import { useMay } from "../app/session";
import type { InputProps } from "../parts/form/EntityForm";
import { RefsInput } from "../parts/form/inputs";
import { ListPage } from "../parts/form/ListPage";
import { tellError } from "../parts/states";

/** Queues of running projects; none picked: all. */
function QueuesInput({ value, onChange, label, error, disabled }: InputProps) {
	const { t } = useTranslation();
	const { data } = useGet("/queues/figures");
	return (
		<MultiSelect
			label={label}
			description={t("wall.queues.hint")}
			error={error}
			disabled={disabled}
			searchable
			data={(data?.rows ?? []).map((q) => ({ value: String(q.queue_id), label: `${q.queue} · ${q.project}` }))}
			value={((value as number[] | null) ?? []).map(String)}
			onChange={(ids) => onChange(ids.map(Number))}
		/>
	);
}

function LinkButton({ wall, show }: { wall: Wall; show: (secret: string) => void }) {
	const { t } = useTranslation();
	const [sure, setSure] = useState(!wall.linked_at);
	const make = useChange(
		() => post("/walls/{id}/link", { id: wall.id }),
		["wall"],
		(made) => show(made.secret),
	);
	return (
		<Button
			variant="light"
			leftSection={<IconDeviceTv size={16} />}
			loading={make.isPending}
			onClick={() => (sure ? make.mutate(undefined, { onError: tellError }) : setSure(true))}
			onBlur={() => setSure(!wall.linked_at)}
		>
			{t(!wall.linked_at ? "wall.link.make" : sure ? "wall.link.again.sure" : "wall.link.again")}
		</Button>
	);
}

function LinkShown({ secret, close }: { secret: string | null; close: () => void }) {
	const { t } = useTranslation();
	const url = `${location.origin}/wall#${secret}`;
	return (
		<Modal opened={!!secret} onClose={close} title={t("wall.link.title")} closeButtonProps={{ "aria-label": t("close") }}>
			<Stack>
				<Text size="sm">{t("wall.link.what")}</Text>
				<TextInput
					aria-label={t("wall.link.title")}
					readOnly
					value={url}
					onFocus={(e) => e.currentTarget.select()}
					data-autofocus
				/>
				<Group>
					<CopyButton value={url}>
						{({ copied, copy }) => <Button onClick={copy}>{t(copied ? "wall.link.copied" : "wall.link.copy")}</Button>}
					</CopyButton>
					<Button
						component="a"
						href={url}
						target="_blank"
						rel="noreferrer"
						variant="default"
						leftSection={<IconExternalLink size={16} />}
					>
						{t("wall.link.open")}
					</Button>
				</Group>
			</Stack>
		</Modal>
	);
}

export function Walls() {
	const { t } = useTranslation();
	const may = useMay();
	const [secret, setSecret] = useState<string | null>(null);
	return (
		<>
			<ListPage
				entity="wall"
				path="/walls"
				title={t("walls.title")}
				empty={t("walls.empty")}
				newText={t("walls.new")}
				right="supervise"
				mayRemove
				columns={[{ name: "name", grow: true }, "language", "linked_at", "used_at"]}
				form={["name", "projects", "queues", "language"]}
				initial={{ language: "ru", queues: [] }}
				inputs={{ projects: (props) => <RefsInput {...props} entity="project" />, queues: QueuesInput }}
				rowActions={(row, close) =>
					may("supervise") && (
						<LinkButton
							wall={row}
							show={(made) => {
								close();
								setSecret(made);
							}}
						/>
					)
				}
			/>
			<LinkShown secret={secret} close={() => setSecret(null)} />
		</>
	);
}
