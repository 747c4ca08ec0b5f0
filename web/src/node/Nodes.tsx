// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes.tsx - the machines of the house: who is there, who leads which tel node, and which projects live on it.
import { ActionIcon, Badge, Box, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Answer, remove } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { dateTime } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tellError } from "../parts/states";

type Nodes = Answer<"/nodes", "get">;
type Node = Nodes["rows"][number];

const LOOK_EVERY_MS = 5_000;
const colors = { here: "green", lost: "red", left: "gray" } as const;

function Held({ node, places }: { node: Node; places: Nodes["places"] }) {
	const { t } = useTranslation();
	const held = places.filter((p) => p.node_id === node.id);
	if (node.role === "app") return <Text size="sm">{node.address}</Text>;
	if (!held.length) return <Text size="sm">{t("nodes.nothing")}</Text>;
	return (
		<Text size="sm">
			{held
				.map((p) => (p.operators ? `${p.project} (${t("nodes.operators", { count: p.operators })})` : p.project))
				.join(", ")}
		</Text>
	);
}

function Row({ node, places }: { node: Node; places: Nodes["places"] }) {
	const { t } = useTranslation();
	const forget = useChange(() => remove("/nodes/{id}", { id: node.id }), ["node"]);
	const tel = node.role === "tel";
	return (
		<Table.Tr>
			<Table.Td>
				<b>{node.name}</b>
			</Table.Td>
			<Table.Td>{t(`nodes.role:${node.role}`)}</Table.Td>
			<Table.Td>
				<Badge color={colors[node.state]} variant="light">
					{t(`nodes.state:${node.state}`)}
				</Badge>
			</Table.Td>
			<Table.Td>{dateTime(node.seen_at)}</Table.Td>
			<Table.Td>{tel && (node.leader ?? t("nodes.nobody"))}</Table.Td>
			<Table.Td ta="right">{tel && node.state === "here" && node.calls}</Table.Td>
			<Table.Td ta="right">{tel && node.state === "here" && t("nodes.ms", { ms: node.lag_ms })}</Table.Td>
			<Table.Td>
				<Held node={node} places={places} />
			</Table.Td>
			<Table.Td>
				{node.state !== "here" && (
					<Tooltip label={t("nodes.forget")}>
						<ActionIcon
							variant="subtle"
							color="red"
							aria-label={t("nodes.forget")}
							onClick={() => forget.mutate(undefined, { onError: tellError })}
						>
							<IconTrash size={16} />
						</ActionIcon>
					</Tooltip>
				)}
			</Table.Td>
		</Table.Tr>
	);
}

const heads = ["name", "role", "state", "seen", "leader", "calls", "lag", "holds"] as const;

export function Nodes() {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet("/nodes", {}, {}, { entities: ["node"], refetchInterval: LOOK_EVERY_MS });
	return (
		<Box className="page" maw={1200}>
			<Title order={1} mb="xs">
				{t("nav.nodes")}
			</Title>
			<Text c="dimmed" mb="md">
				{t("nodes.what")}
			</Text>
			{error ? (
				<Failed error={error} retry={refetch} />
			) : !data ? (
				<RowsSkeleton />
			) : data.rows.length === 0 ? (
				<Empty what={t("nodes.empty")} />
			) : (
				<Table.ScrollContainer minWidth={900}>
					<Table withTableBorder bg="var(--paper)">
						<Table.Thead>
							<Table.Tr>
								{heads.map((h) => (
									<Table.Th key={h} ta={h === "calls" || h === "lag" ? "right" : undefined}>
										{t(`nodes.${h}`)}
									</Table.Th>
								))}
								<Table.Th />
							</Table.Tr>
						</Table.Thead>
						<Table.Tbody>
							{data.rows.map((node) => (
								<Row key={node.id} node={node} places={data.places} />
							))}
						</Table.Tbody>
					</Table>
				</Table.ScrollContainer>
			)}
		</Box>
	);
}
