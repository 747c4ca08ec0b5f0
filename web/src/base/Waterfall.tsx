// SPDX-License-Identifier: GPL-3.0-or-later
// Waterfall.tsx - from loaded to diallable: what each rule takes away.
import { Box, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { number, percent } from "../parts/format";
import { Empty, Failed, RowsSkeleton } from "../parts/states";

function Step({
	label,
	from,
	to,
	whole,
	color,
	strong,
}: {
	label: string;
	from: number;
	to: number;
	whole: number;
	color: string;
	strong?: boolean;
}) {
	return (
		<Group gap="xs" wrap="nowrap">
			<Text size="sm" w={230} fw={strong ? 600 : 400} lineClamp={2}>
				{label}
			</Text>
			<Box flex={1} className="fall">
				<div
					style={{
						marginLeft: `${(100 * from) / whole}%`,
						width: `${Math.max(0.4, (100 * (to - from)) / whole)}%`,
						background: color,
					}}
				/>
			</Box>
			<Text size="sm" w={70} ta="right" fw={strong ? 600 : 400}>
				{number(to - from)}
			</Text>
		</Group>
	);
}

export function Waterfall({ base, project }: { base: number; project: number }) {
	const { t } = useTranslation();
	const { data, error, refetch } = useGet(
		"/bases/{id}/waterfall",
		{ id: base, project_id: project },
		{},
		{ entities: ["contact", "call", "base"] },
	);
	if (error) return <Failed error={error} retry={refetch} />;
	if (!data) return <RowsSkeleton rows={6} />;
	if (!data.loaded) return <Empty what={t("base.no_contacts")} />;
	let left = data.loaded;
	return (
		<Stack gap={6} data-testid="waterfall">
			<Step
				label={t("rule:loaded")}
				from={0}
				to={data.loaded}
				whole={data.loaded}
				color="var(--mantine-color-bell-5)"
				strong
			/>
			{data.steps
				.filter((s) => s.contacts > 0)
				.map((s) => {
					left -= s.contacts;
					return (
						<Step
							key={s.code}
							label={t(`rule:${s.code}`, { defaultValue: s.code })}
							from={left}
							to={left + s.contacts}
							whole={data.loaded}
							color="light-dark(#e8a87c, #a65a2a)"
						/>
					);
				})}
			<Step label={t("rule:diallable")} from={0} to={data.diallable} whole={data.loaded} color="#2f9e44" strong />
			<Text size="sm" c="dimmed">
				{t("base.share", { share: percent(data.diallable, data.loaded) })}
			</Text>
		</Stack>
	);
}
