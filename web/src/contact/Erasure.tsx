// SPDX-License-Identifier: GPL-3.0-or-later
// Erasure.tsx - erasing a contact's personal data: first what goes, what stays and what is not reached, then the reason, then for good.
import { Alert, Button, Group, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconEraser, IconFileZip } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { tAny } from "../i18n";
import { Failed, RowsSkeleton, tell, tellError } from "../parts/states";

const lists = ["goes", "stays", "elsewhere"] as const;

function ErasureModal({ contact, close }: { contact: number; close: () => void }) {
	const { t } = useTranslation();
	const may = useMay();
	const [reason, setReason] = useState("");
	const { data, error } = useGet("/contacts/{id}/erasure", { id: contact }, {}, { entities: ["contact", "call"] });
	const erase = useChange(
		() => post("/contacts/{id}/erase", { id: contact }, { reason: reason.trim() }),
		["contact", "person", "phone", "call", "journal", "mark", "sending", "report_row"],
		() => {
			tell(t("erasure.done"));
			close();
		},
	);
	const any = data?.rows.some((row) => row.list === "goes");
	return (
		<Modal opened onClose={close} size="lg" title={t("erasure.title")} closeButtonProps={{ "aria-label": t("close") }}>
			{error ? (
				<Failed error={error} />
			) : !data ? (
				<RowsSkeleton />
			) : (
				<Stack gap="sm">
					<Text size="sm">{t("erasure.about")}</Text>
					{data.blocked && <Alert color="yellow">{tAny(`erasure.blocked:${data.blocked}`)}</Alert>}
					{lists.map((list) => {
						const rows = data.rows.filter((row) => row.list === list);
						return (
							<div key={list}>
								<Text fw={600} size="sm">
									{t(`erasure.list:${list}`)}
								</Text>
								{rows.length ? (
									<List size="sm" spacing={2}>
										{rows.map((row) => (
											<List.Item key={row.what}>
												{tAny(`erasure.${list}:${row.what}`)}
												{(row.n ?? 0) > 1 && (
													<Text span size="sm" c="dimmed">
														{` (${row.n})`}
													</Text>
												)}
											</List.Item>
										))}
									</List>
								) : (
									<Text size="sm" c="dimmed">
										{t("erasure.nothing")}
									</Text>
								)}
							</div>
						);
					})}
					{any && (
						<TextInput
							label={t("erasure.reason")}
							description={t("erasure.reason.hint")}
							required
							maxLength={200}
							value={reason}
							onChange={(e) => setReason(e.currentTarget.value)}
						/>
					)}
					<Group justify="flex-end">
						{may("export") && (
							<Button
								component="a"
								href={`/api/contacts/${contact}/personal`}
								download
								variant="subtle"
								leftSection={<IconFileZip size={16} />}
								mr="auto"
							>
								{t("erasure.take")}
							</Button>
						)}
						<Button variant="default" onClick={close}>
							{t("cancel")}
						</Button>
						{any && (
							<Button
								color="red"
								loading={erase.isPending}
								disabled={!!data.blocked || reason.trim().length < 3}
								onClick={() => erase.mutate(undefined, { onError: tellError })}
							>
								{t("erasure.run")}
							</Button>
						)}
					</Group>
				</Stack>
			)}
		</Modal>
	);
}

export function EraseButton({ contact }: { contact: number }) {
	const { t } = useTranslation();
	const [opened, setOpened] = useState(false);
	return (
		<>
			<Button
				w="fit-content"
				size="compact-sm"
				variant="subtle"
				color="red"
				leftSection={<IconEraser size={16} />}
				onClick={() => setOpened(true)}
			>
				{t("erasure.open")}
			</Button>
			{opened && <ErasureModal contact={contact} close={() => setOpened(false)} />}
		</>
	);
}
