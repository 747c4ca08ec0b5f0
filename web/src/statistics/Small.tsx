// SPDX-License-Identifier: GPL-3.0-or-later
// Small.tsx - one figure of an employee's card, a word below it.
import { Anchor, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

export function Small({ label, value, note, to }: { label: string; value: ReactNode; note?: string; to?: string }) {
	return (
		<Paper withBorder px="sm" py={6}>
			<Text size="xs" c="dimmed">
				{label}
			</Text>
			<Text fz={20} fw={600} lh={1.3} component="div">
				{to ? (
					<Anchor component={Link} to={to} inherit>
						{value}
					</Anchor>
				) : (
					value
				)}
			</Text>
			<Text size="xs" c="dimmed" mih={18}>
				{note}
			</Text>
		</Paper>
	);
}
