// SPDX-License-Identifier: GPL-3.0-or-later
// Colleagues.tsx - the people of the customer's own company: who sees his projects here. Who manages them invites and disables.
import { Avatar, Badge, Box, Button, Drawer, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconUser, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patch, post } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Colleague } from "../api/types";
import { useMe } from "../app/session";
import { EntityForm } from "../parts/form/EntityForm";
import { dateTime } from "../parts/format";
import { Failed, tell, tellError } from "../parts/states";
import { InviteButton } from "../user/InviteButton";

/** What is done to somebody else than oneself. */
function Actions({ person, close }: { person: Colleague; close: () => void }) {
	const { t } = useTranslation();
	const turn = useChange(
		() => patch("/colleagues/{id}", { id: person.id }, { disabled: !person.disabled }, person.version),
		["colleague"],
		close,
	);
	return (
		<Group mt="md" gap="xs">
			{!person.disabled && <InviteButton path="/colleagues/{id}/invite" id={person.id} />}
			<Button
				variant="subtle"
				color={person.disabled ? "bell" : "red"}
				onClick={() => turn.mutate(undefined, { onError: tellError })}
			>
				{t(person.disabled ? "users.enable" : "users.disable")}
			</Button>
		</Group>
	);
}

function Row({ person, me, open }: { person: Colleague; me: boolean; open?: () => void }) {
	const { t } = useTranslation();
	return (
		<Paper withBorder p="sm" component="article">
			<Group wrap="nowrap" gap="sm">
				<Avatar size={34} color={person.disabled ? "gray" : "bell"} aria-hidden="true">
					<IconUser size={18} stroke={1.8} />
				</Avatar>
				<Box flex={1} miw={0}>
					<Group gap={6}>
						<Text fw={600} c={person.disabled ? "dimmed" : undefined}>
							{person.name}
						</Text>
						{me && <Badge variant="light">{t("colleagues.you")}</Badge>}
						{person.manages_company && <Badge variant="outline">{t("colleagues.manages")}</Badge>}
						{person.disabled && <Badge color="gray">{t("colleagues.disabled")}</Badge>}
					</Group>
					<Text size="sm" c="dimmed" truncate>
						{person.email ?? person.login} ·{" "}
						{person.seen_at ? t("colleagues.seen", { when: dateTime(person.seen_at) }) : t("colleagues.never_seen")}
					</Text>
				</Box>
				{open && (
					<Button variant="subtle" size="compact-sm" onClick={open}>
						{t("colleagues.change")}
					</Button>
				)}
			</Group>
		</Paper>
	);
}

export function Colleagues() {
	const { t } = useTranslation();
	const me = useMe();
	const [opened, setOpened] = useState<Colleague | "new" | null>(null);
	const { rows, isPending, error, refetch } = useAll("/colleagues", {}, "colleague");
	const manages = rows.some((p) => p.id === me.id && p.manages_company);
	const close = () => setOpened(null);
	const row = opened && opened !== "new" ? opened : undefined;
	const save = useChange(
		({ values, version }: { values: Record<string, unknown>; version?: number }) =>
			(row
				? patch("/colleagues/{id}", { id: row.id }, values as never, version)
				: post("/colleagues", {}, values as never)) as Promise<Colleague>,
		["colleague"],
	);
	if (error) return <Failed error={error} retry={refetch} />;
	return (
		<Box className="page" maw={900}>
			<Group justify="space-between" mb="xs">
				<Title order={1}>{t("nav.colleagues")}</Title>
				{manages && (
					<Button leftSection={<IconUserPlus size={16} />} onClick={() => setOpened("new")}>
						{t("colleagues.new")}
					</Button>
				)}
			</Group>
			<Text c="dimmed" mb="md">
				{t(manages ? "colleagues.what" : "colleagues.what.others")}
			</Text>
			<Stack gap="xs">
				{isPending && <Skeleton h={60} />}
				{rows.map((person) => (
					<Row
						key={person.id}
						person={person}
						me={person.id === me.id}
						open={manages ? () => setOpened(person) : undefined}
					/>
				))}
			</Stack>
			<Drawer
				opened={!!opened}
				onClose={close}
				position="right"
				title={row?.name ?? t("colleagues.new")}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{opened && (
					<>
						<EntityForm
							key={row?.id ?? 0}
							entity="colleague"
							names={["name", "email", "phone", "manages_company"]}
							row={row}
							hints={{ email: row ? "" : t("colleagues.email.what"), manages_company: t("colleagues.manages.what") }}
							save={(values, version) => save.mutateAsync({ values, version })}
							onSaved={() => {
								tell(t(row ? "saved" : "colleagues.invited"));
								close();
							}}
							onCancel={close}
						/>
						{row && row.id !== me.id && <Actions person={row} close={close} />}
					</>
				)}
			</Drawer>
		</Box>
	);
}
