// SPDX-License-Identifier: GPL-3.0-or-later
// EditTools.tsx - what every drawing is edited with: one step back, and saving, with their keys; and what is said when saving was refused.
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api/client";
import { errorText } from "./states";

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

interface FailedProps {
	failed: ApiError;
	close: () => void;
	/** Somebody saved another one meanwhile: his comes onto the screen, or what stands there goes over his. */
	theirs: (current: Record<string, unknown>) => void;
	mine: (current: Record<string, unknown>) => void;
}

export function EditFailed({ failed, close, theirs, mine }: FailedProps) {
	const { t } = useTranslation();
	const stale = failed.status === 412;
	const { current } = failed;
	return (
		<Alert color={stale ? "yellow" : "red"} m="xs" role="alert" withCloseButton onClose={close}>
			<Group justify="space-between">
				<Text size="sm">{stale ? t("script.stale") : errorText(failed)}</Text>
				{stale && current && (
					<Group gap="xs">
						<Button size="compact-sm" variant="default" onClick={() => theirs(current)}>
							{t("script.stale.theirs")}
						</Button>
						<Button size="compact-sm" onClick={() => mine(current)}>
							{t("script.stale.mine")}
						</Button>
					</Group>
				)}
			</Group>
		</Alert>
	);
}
