// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks.tsx - events sent to other programs: where, which, whether they are taken, and what the receiver said when not.
import { Alert, Button, Code, CopyButton, Drawer, Group, MultiSelect, Text } from "@mantine/core";
import { IconKey, IconListDetails } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, type Row } from "../api/client";
import { useChange } from "../api/hooks";
import { tAny } from "../i18n";
import type { InputProps } from "../parts/form/EntityForm";
import { ListPage } from "../parts/form/ListPage";
import { TestButton } from "../parts/StepsList";
import { tell, tellError } from "../parts/states";
import { Told } from "../parts/Told";
import { DataTable } from "../parts/table/DataTable";

const kinds = [
	...["call_ended", "call_result", "call_corrected", "recording_kept", "contact_created", "contact_changed"],
	...["lead_judged", "callback", "missed_call", "sending", "project", "stop", "change", "import"],
	...["act", "invoice"],
];

function KindsInput({ value, onChange, label, error, disabled }: InputProps) {
	return (
		<MultiSelect
			label={label}
			error={error}
			disabled={disabled}
			withAsterisk
			data={kinds.map((kind) => ({ value: kind, label: tAny(`hook:${kind}`) }))}
			searchable
			value={(value as string[] | null) ?? []}
			onChange={onChange}
		/>
	);
}

function SecretShown({ secret }: { secret: string }) {
	const { t } = useTranslation();
	return (
		<Alert color="yellow" title={t("webhook.secret.once")}>
			<Code block>{secret}</Code>
			<CopyButton value={secret}>
				{({ copied, copy }) => (
					<Button mt="xs" size="xs" variant="default" onClick={copy}>
						{t(copied ? "copied" : "copy")}
					</Button>
				)}
			</CopyButton>
		</Alert>
	);
}

function NewSecret({ id }: { id: number }) {
	const { t } = useTranslation();
	const make = useChange(() => post("/webhooks/{id}/secret", { id }), ["webhook"]);
	return (
		<>
			<Button
				variant="default"
				leftSection={<IconKey size={16} />}
				loading={make.isPending}
				onClick={() => make.mutate(undefined, { onError: tellError })}
			>
				{t("webhook.secret")}
			</Button>
			{make.data && <SecretShown secret={make.data.secret} />}
		</>
	);
}

function Deliveries({ hook, onClose }: { hook: { id: number; name: string } | null; onClose: () => void }) {
	const { t } = useTranslation();
	const again = useChange(
		(id: number) => post("/webhook-deliveries/{id}/retry", { id }),
		["webhook_delivery"],
		() => tell(t("webhook.queued")),
	);
	return (
		<Drawer
			opened={!!hook}
			onClose={onClose}
			position="right"
			size="70rem"
			title={`${t("webhook.deliveries")}: ${hook?.name ?? ""}`}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			{hook && (
				<DataTable
					entity="webhook_delivery"
					path="/webhook-deliveries"
					fixed={{ webhook_id: hook.id }}
					label={t("webhook.deliveries")}
					empty={t("webhook.deliveries.empty")}
					columns={[
						{ name: "at", width: 150 },
						{ name: "kind", width: 180, render: (r) => tAny(`hook:${r.kind}`) },
						{ name: "row_id", width: 80 },
						{ name: "state", width: 110 },
						{ name: "tries", width: 80 },
						{ name: "error", grow: true, width: 220, render: (r) => r.error && <Told words={r.error} /> },
						{
							name: "id",
							label: " ",
							width: 150,
							extra: true,
							render: (r) =>
								r.state !== "delivered" && (
									<Button size="compact-xs" variant="light" onClick={() => again.mutate(r.id, { onError: tellError })}>
										{t("webhook.again")}
									</Button>
								),
						},
					]}
					more={["event_id", "status", "next_at", "tried_at", "project_id"]}
				/>
			)}
		</Drawer>
	);
}

export function Webhooks() {
	const { t } = useTranslation();
	const [looked, setLooked] = useState<Row<"/webhooks"> | null>(null);
	const first = useChange((id: number) => post("/webhooks/{id}/secret", { id }), ["webhook"]);
	return (
		<>
			<ListPage
				entity="webhook"
				path="/webhooks"
				title={t("nav.webhooks")}
				empty={t("webhooks.empty")}
				newText={t("webhooks.new")}
				newHint={
					<Text size="sm" c="dimmed" mb="md">
						{t("webhooks.what")}
					</Text>
				}
				right="send_events"
				mayRemove
				columns={[
					{ name: "name", grow: true, width: 180 },
					"project_id",
					{ name: "url", width: 260 },
					{ name: "owner_id", width: 150 },
					{ name: "last_at", width: 150 },
					{ name: "failing_since", width: 150 },
					{ name: "disabled", width: 100 },
					{ name: "off_why", width: 220 },
				]}
				more={["created_at"]}
				form={["name", "url", "kinds", "project_id", "disabled"]}
				inputs={{ kinds: (props) => <KindsInput {...props} /> }}
				hints={{ url: t("webhook.url.hint"), project_id: t("webhook.project.hint") }}
				onMade={(row) => first.mutate(row.id, { onError: tellError })}
				rowActions={(row, close) => (
					<>
						<Button
							variant="light"
							leftSection={<IconListDetails size={16} />}
							onClick={() => {
								close();
								setLooked(row);
							}}
						>
							{t("webhook.deliveries")}
						</Button>
						<NewSecret id={row.id} />
					</>
				)}
				rowMore={(row) => (
					<TestButton entity="webhook" text={t("webhook.test")} run={() => post("/webhooks/{id}/test", { id: row.id })} />
				)}
			/>
			<Deliveries hook={looked} onClose={() => setLooked(null)} />
			<Drawer
				opened={!!first.data}
				onClose={() => first.reset()}
				position="right"
				title={t("nav.webhooks")}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				<Group>{first.data && <SecretShown secret={first.data.secret} />}</Group>
			</Drawer>
		</>
	);
}
