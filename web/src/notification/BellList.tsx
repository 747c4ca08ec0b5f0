// SPDX-License-Identifier: GPL-3.0-or-later
// BellList.tsx - what the person should know, the newest first; opening one leads to where it is.
import { Anchor, Box, Button, Group, ScrollArea, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { post } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { dateTime } from "../parts/format";
import { Empty } from "../parts/states";

export function BellList({ onClose }: { onClose: () => void }) {
	const { t } = useTranslation();
	const navigate = useNavigate();
	const { data } = useGet("/notifications", {}, {}, { entities: ["notification"] });
	const read = useChange((what: { id?: number; until?: number }) => post("/notifications/read", {}, what), ["notification"]);
	const rows = data?.rows ?? [];
	return (
		<>
			<Group justify="space-between" p="xs" wrap="nowrap">
				<Text fw={600} size="sm">
					{t("bell.title")}
				</Text>
				<Group gap="xs" wrap="nowrap">
					{!!data?.unread && (
						<Button size="compact-xs" variant="subtle" onClick={() => read.mutate({ until: rows[0]?.id })}>
							{t("bell.read_all")}
						</Button>
					)}
					<Anchor size="xs" component={Link} to="/profile" onClick={onClose}>
						{t("bell.choose")}
					</Anchor>
				</Group>
			</Group>
			{!rows.length ? (
				<Empty what={t("bell.none")} />
			) : (
				<ScrollArea.Autosize mah={420}>
					{rows.map((row) => (
						<UnstyledButton
							key={row.id}
							display="block"
							w="100%"
							px="xs"
							py={6}
							className="bell-row"
							data-unread={!row.read_at || undefined}
							onClick={() => {
								if (!row.read_at) read.mutate({ id: row.id });
								onClose();
								navigate(row.path);
							}}
						>
							<Group gap={8} wrap="nowrap" align="flex-start">
								<Box mt={7} className={row.read_at ? "bell-read" : "bell-new"} />
								<div>
									<Text size="sm" fw={row.read_at ? 400 : 600}>
										{row.words}
									</Text>
									<Text size="xs" c="dimmed">
										{dateTime(row.at)}
									</Text>
								</div>
							</Group>
						</UnstyledButton>
					))}
				</ScrollArea.Autosize>
			)}
		</>
	);
}
