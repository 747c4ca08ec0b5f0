// SPDX-License-Identifier: GPL-3.0-or-later
// Fact.tsx - one figure with its name above and what it means below.
import { Paper, Text } from "@mantine/core";

export function Fact({ label, value, note, bad }: { label: string; value: string; note?: string | false; bad?: boolean }) {
	return (
		<Paper withBorder p="sm">
			<Text size="sm" c="dimmed">
				{label}
			</Text>
			<Text fz={26} fw={600} lh={1.25} c={bad ? "red" : undefined}>
				{value}
			</Text>
			<Text size="xs" c="dimmed">
				{note}
			</Text>
		</Paper>
	);
}
