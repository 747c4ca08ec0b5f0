// SPDX-License-Identifier: GPL-3.0-or-later
// states.tsx - empty, loading and failed: each screen shows one of these when it has no rows to show.
import { Alert, Anchor, Button, Center, Code, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { ApiError } from "../api/client";
import { i18next, sentence, t } from "../i18n";

/** What to tell the person: the server's sentence in his language, else ours for its code, else as the server said it. */
export function errorText(error: unknown): string {
	if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
	const said = sentence(error.message);
	if (said) return said;
	// What it is about, which the server quotes: «person.nmae», the flows that say a prompt.
	const named = /«.*»/.exec(error.message)?.[0];
	const quoted = i18next.language === "en" ? named?.replaceAll("«", "“").replaceAll("»", "”") : named;
	if (i18next.exists(`error.${error.code}`)) return t(`error.${error.code}`) + (quoted ? `: ${quoted}` : "");
	return (
		error.message || (i18next.exists(`error.http_${error.status}`) ? t(`error.http_${error.status}`) : t("error.title"))
	);
}

export function tellError(error: unknown) {
	notifications.show({
		color: "red",
		title: t("error.title"),
		message: errorText(error),
		autoClose: 8000,
		closeButtonProps: { "aria-label": t("close") },
	});
}

export function tell(message: string, ms = 3000) {
	notifications.show({ message, autoClose: ms, closeButtonProps: { "aria-label": t("close") } });
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
	const { t } = useTranslation();
	return (
		<Alert icon={<IconAlertTriangle />} color="red" title={t("error.title")} role="alert" m="md">
			<Group justify="space-between">
				<Text size="sm">{errorText(error)}</Text>
				{retry && (
					<Button variant="light" color="red" onClick={() => retry()}>
						{t("error.again")}
					</Button>
				)}
			</Group>
		</Alert>
	);
}

export function Empty({ what, icon, children }: { what: string; icon?: ReactNode; children?: ReactNode }) {
	return (
		<Center py={48} px="md">
			<Stack align="center" gap="sm" maw={460}>
				{icon}
				<Text c="dimmed" ta="center">
					{what}
				</Text>
				{children}
			</Stack>
		</Center>
	);
}

export function RowsSkeleton({ rows = 8 }: { rows?: number }) {
	return (
		<Stack gap={8} p="xs" aria-busy="true">
			{Array.from({ length: rows }, (_, i) => (
				<Skeleton key={i} h={22} w={`${96 - ((i * 13) % 30)}%`} />
			))}
		</Stack>
	);
}

export function PageSkeleton() {
	return (
		<Stack p="lg" gap="md" aria-busy="true">
			<Skeleton h={28} w={240} />
			<RowsSkeleton />
		</Stack>
	);
}

export function Missing() {
	const { t } = useTranslation();
	return (
		<Center mih="60vh">
			<Stack align="center" gap="xs">
				<Title order={1}>{t("page.missing")}</Title>
				<Text c="dimmed">{t("page.missing.what")}</Text>
				<Anchor component={Link} to="/">
					{t("page.home")}
				</Anchor>
			</Stack>
		</Center>
	);
}

/** A page whose code failed. A chunk that is gone after an upgrade of the server is fetched by a reload. */
export function Broken() {
	const { t } = useTranslation();
	const error = useRouteError();
	if (isRouteErrorResponse(error) && error.status === 404) return <Missing />;
	return (
		<Center mih="60vh" p="md">
			<Stack maw={560} gap="sm">
				<Title order={1}>{t("error.page")}</Title>
				<Text>{t("error.page.what")}</Text>
				<Code block>{error instanceof Error ? error.message : String(error)}</Code>
				<Button onClick={() => location.reload()}>{t("error.reload")}</Button>
			</Stack>
		</Center>
	);
}
