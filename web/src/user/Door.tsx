// SPDX-License-Identifier: GPL-3.0-or-later
// Door.tsx - the frame of the pages before log-in.
import { ActionIcon, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { setLanguage } from "../i18n";

export function Door({ title, children }: { title: string; children: ReactNode }) {
	const { t, i18n } = useTranslation();
	const other = i18n.language === "ru" ? "en" : "ru";
	return (
		<Center mih="100dvh" p="md">
			<Stack w={360} maw="100%">
				<Group justify="space-between">
					<Group gap={8}>
						<img src="/bell.svg" width={30} height={30} alt="" />
						<Text fw={700} size="lg">
							{t("zvonar")}
						</Text>
					</Group>
					<ActionIcon
						variant="subtle"
						color="gray"
						onClick={() => setLanguage(other)}
						aria-label={other === "en" ? "EN English" : "RU Русский"}
					>
						<Text size="xs">{other.toUpperCase()}</Text>
					</ActionIcon>
				</Group>
				<Paper withBorder p="lg" component="main">
					<Title order={1} mb="md">
						{title}
					</Title>
					<Suspense>{children}</Suspense>
				</Paper>
			</Stack>
		</Center>
	);
}
