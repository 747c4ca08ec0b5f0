// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes.tsx - the machines of the house: who is there, who leads which tel node, and which projects live on it.
import { ActionIcon, Badge, Box, Group, Menu, Stack, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconArrowsExchange, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Answer, post, remove } from "../api/client";
import { useChange, useGet } from "../api/hooks";
import { dateTime } from "../parts/format";
import { Empty, Failed, RowsSkeleton, tellError } from "../parts/states";

type Nodes = Answer<"/nodes", "get">;
type Node = Nodes["rows"][number];

const LOOK_EVERY_MS = 5_000;
const colors = { here: "green", lost: "red", left: "gray" } as const;

/** To another node, once nobody speaks there any more. */
function Move({ place, others }: { place: Nodes["places"][number]; others: Node[] }) {
	const { t } = useTranslation();
	const move = useChange((id: number) => post("/nodes/{id}/projects", { id }, { project_id: place.project_id }), ["node"]);
	const stopped = place.state === "stopped";
	const label = t(stopped ? "nodes.move" : "nodes.move.running", { project: place.project });
	return (
		<Menu position="bottom-end" disabled={!stopped}>
			<Menu.Target>
				<Tooltip label={label}>
					<ActionIcon variant="subtle" size="sm" aria-label={label} aria-disabled={!stopped} loading={move.isPending}>
						<IconArrowsExchange size={15} opacity={stopped ? 1 : 0.5} />
					</ActionIcon>
				</Tooltip>
			</Menu.Target>
			<Menu.Dropdown>
				{others.map((n) => (
					<Menu.Item key={n.id} onClick={() => move.mutate(n.id, { onError: tellError })}>
						{n.name}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}

function Held({ node, nodes, places }: { node: Node; nodes: Node[]; places: Nodes["places"] }) {
	const { t } = useTranslation();
	const held = places.filter((p) => p.node_id === node.id);
	const others = nodes.filter((n) => n.role === "tel" && n.state === "here" && n.id !== node.id);
	if (node.role === "app") return <Text size="sm">{node.address}</Text>;
	if (!held.length) return <Text size="sm">{t("nodes.nothing")}</Text>;
	return (
		<Stack gap={2}>
			{held.map((p) => (
				<Group key={p.project_id} gap={4} wrap="nowrap">
					<Text size="sm">{p.operators ? `${p.project} (${t("nodes.operators", { count: p.operators })})` : p.project}</Text>
					{others.length > 0 && <Move place={p} others={others} />}
				</Group>
			))}
		</Stack>
	);
}

function Row({ node, nodes, places }: { node: Node; nodes: Node[]; places: Nodes["places"] }) {
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
				<Held node={node} nodes={nodes} places={places} />
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
								<Row key={node.id} node={node} nodes={data.rows} places={data.places} />
							))}
						</Table.Tbody>
					</Table>
				</Table.ScrollContainer>
			)}
		</Box>
	);
}
