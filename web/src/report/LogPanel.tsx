// SPDX-License-Identifier: GPL-3.0-or-later
// LogPanel.tsx - the verifiable log of a project, for who wants to check it: how long it is, its last signed head, and what to do with it.
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconFileCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { url } from "../api/client";
import { useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { dateTime, number } from "../parts/format";
import { Failed, RowsSkeleton } from "../parts/states";
import { useFile } from "../parts/useFile";

function Line({ label, what, children }: { label: string; what?: string; children: React.ReactNode }) {
	return (
		<div>
			<Text size="sm" fw={600}>
				{label}
			</Text>
			{children}
			{what && (
				<Text size="xs" c="dimmed">
					{what}
				</Text>
			)}
		</div>
	);
}

export function LogPanel({ project }: { project: number }) {
	const { t } = useTranslation();
	const file = useFile();
	const may = useMay();
	const { data, error, refetch } = useGet(
		"/projects/{id}/ledger",
		{ id: project, project_id: project },
		{},
		{ entities: ["call"] },
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton rows={4} />;
	return (
		<Stack gap="sm" data-testid="log">
			<Text size="sm">{t("log.what")}</Text>
			{data.trouble && <Alert color="red">{t("log.trouble", { why: data.trouble })}</Alert>}
			<Group gap="xl">
				<Line label={t("log.records")}>
					<Text size="sm">{number(data.records)}</Text>
				</Line>
				{data.signed_at && (
					<Line label={t("log.signed")}>
						<Text size="sm">
							{t("log.signed.at", {
								count: number(data.signed_records) as unknown as number,
								when: dateTime(data.signed_at),
							})}
						</Text>
					</Line>
				)}
			</Group>
			{data.root ? (
				<Line label={t("log.head")} what={t("log.head.what")}>
					<Code
						block
						style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
					>{`${data.signed_records}:${data.root}`}</Code>
				</Line>
			) : (
				<Text size="sm" c="dimmed">
					{t("log.unsigned")}
				</Text>
			)}
			{data.fingerprint && (
				<Line label={t("log.key")} what={t("log.key.what")}>
					<Code block style={{ whiteSpace: "pre-wrap" }}>
						{data.fingerprint}
					</Code>
				</Line>
			)}
			{data.root && may("export") && (
				<>
					<Group gap="xs">
						<Button
							component="a"
							{...file(url("/projects/{id}/ledger/pack", { id: project }))}
							leftSection={<IconDownload size={16} />}
						>
							{t("log.download")}
						</Button>
						<Button component="a" href="/verify.html" download variant="default" leftSection={<IconFileCheck size={16} />}>
							{t("log.page")}
						</Button>
					</Group>
					<Text size="sm">
						{t("log.how")} {t("log.secret")}
					</Text>
				</>
			)}
		</Stack>
	);
}
