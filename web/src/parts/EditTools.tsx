// SPDX-License-Identifier: GPL-3.0-or-later
// EditTools.tsx - what every drawing is edited with: one step back, and saving, with their keys.
import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
	/** Absent: there is nothing to take back. */
	undo?: () => void;
	dirty: boolean;
	saving: boolean;
	save: () => void;
}

export function EditTools({ undo, dirty, saving, save }: Props) {
	const { t } = useTranslation();
	return (
		<>
			<Button
				size="compact-sm"
				variant="default"
				leftSection={<IconArrowBackUp size={15} />}
				disabled={!undo}
				onClick={undo}
			>
				Ctrl+Z
			</Button>
			<Button size="compact-sm" variant={dirty ? "filled" : "default"} loading={saving} disabled={!dirty} onClick={save}>
				{t("save")} · Ctrl+S
			</Button>
		</>
	);
}
