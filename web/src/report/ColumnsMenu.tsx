// SPDX-License-Identifier: GPL-3.0-or-later
// ColumnsMenu.tsx - which columns are shown, for oneself; a saved view keeps the choice.
import { ActionIcon, Button, Checkbox, Popover, Stack } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { columnLabel } from "./columns";
import type { ToolsProps } from "./ReportTools";

export function ColumnsMenu({ columns, chosen, setChosen }: ToolsProps) {
	const { t } = useTranslation();
	const shown = new Set(chosen ?? columns.map((c) => c.key));
	const toggle = (key: string) => {
		const now = chosen ?? columns.map((c) => c.key);
		const next = shown.has(key) ? now.filter((k) => k !== key) : [...now, key];
		if (next.length) setChosen(next);
	};
	return (
		<Popover position="bottom-end" shadow="md" withinPortal>
			<Popover.Target>
				<ActionIcon variant="subtle" aria-label={t("view.columns")} title={t("view.columns")}>
					<IconColumns3 size={18} />
				</ActionIcon>
			</Popover.Target>
			<Popover.Dropdown mah={420} style={{ overflowY: "auto" }}>
				<Stack gap={6}>
					{columns.map((c) => (
						<Checkbox
							key={c.key}
							size="xs"
							label={columnLabel(c)}
							checked={shown.has(c.key)}
							onChange={() => toggle(c.key)}
						/>
					))}
					{chosen && (
						<Button size="compact-xs" variant="subtle" onClick={() => setChosen(null)}>
							{t("view.columns.all")}
						</Button>
					)}
				</Stack>
			</Popover.Dropdown>
		</Popover>
	);
}
