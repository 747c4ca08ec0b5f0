// SPDX-License-Identifier: GPL-3.0-or-later
// Received.tsx - the letters we wrote to the customer, unchanged; his own copy may be lost, this one is not.
import { Badge, Box, Button, Drawer, Group, Paper, Skeleton, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useGet, usePages } from "../api/hooks";
import { tAny } from "../i18n";
import { HtmlLetter } from "../letter/HtmlLetter";
import { dateTime } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";
import { RefName } from "../parts/table/cells";

function One({ id }: { id: number }) {
	const { t } = useTranslation();
	const { data: letter, error } = useGet("/received/{id}", { id });
	if (error) return <Failed error={error} />;
	if (!letter || letter.id !== id) return <RowsSkeleton />;
	return (
		<Stack gap="sm">
			<Text size="sm" c="dimmed">
				{dateTime(letter.sent_at ?? letter.created_at)} · {letter.to_list}
			</Text>
			<Button component={Link} to={`/projects/${letter.project_id}/report`} variant="light" w="fit-content">
				{t("portal.open_report")}
			</Button>
			{letter.body_html ? (
				<HtmlLetter html={letter.body_html} title={letter.subject} />
			) : (
				<Text size="sm" className="letter-text">
					{letter.body_text}
				</Text>
			)}
			<Text size="xs" c="dimmed">
				{t("portal.links")}
			</Text>
		</Stack>
	);
}

export function Received() {
	const { t } = useTranslation();
	const [open, setOpen] = useState<{ id: number; subject: string } | null>(null);
	const { rows, isPending, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages(
		"/received",
		{},
		{},
		["letter"],
		50,
	);
	return (
		<Box className="page" maw={900}>
			<Title order={1} mb="md">
				{t("nav.received")}
			</Title>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : isPending ? (
				<Skeleton h={140} />
			) : (
				!rows.length && <Empty what={t("portal.no_letters")} />
			)}
			<Stack gap="xs">
				{rows.map((letter) => (
					<UnstyledButton key={letter.id} onClick={() => setOpen(letter)}>
						<Paper withBorder p="sm">
							<Group justify="space-between" wrap="nowrap" gap="xs">
								<Text fw={600} lineClamp={2}>
									{letter.subject}
								</Text>
								<Text size="xs" c="dimmed" flex="none">
									{dateTime(letter.sent_at ?? letter.created_at)}
								</Text>
							</Group>
							<Group gap="xs" wrap="nowrap">
								<Badge variant="light" color="gray" flex="none">
									{tAny(`letter.kind:${letter.kind}`)}
								</Badge>
								<Text size="sm" c="dimmed" truncate>
									<RefName entity="project" id={letter.project_id} /> · {letter.to_list}
								</Text>
							</Group>
						</Paper>
					</UnstyledButton>
				))}
				{hasNextPage && (
					<Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
						{t("portal.more")}
					</Button>
				)}
			</Stack>
			<Drawer
				opened={!!open}
				onClose={() => setOpen(null)}
				position="right"
				size="lg"
				title={open?.subject}
				closeButtonProps={{ "aria-label": t("close") }}
			>
				{open && <One id={open.id} />}
			</Drawer>
		</Box>
	);
}
