// SPDX-License-Identifier: GPL-3.0-or-later
// CorrectButton.tsx - for who may: opens the correction of a call's result.
import { Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../app/session";
import { CorrectModal } from "./CorrectModal";

export function CorrectButton({ call, project }: { call: number | null | undefined; project: number }) {
	const { t } = useTranslation();
	const may = useMay();
	const [opened, setOpened] = useState(false);
	if (!call || !may("correct")) return null;
	return (
		<>
			<Button
				w="fit-content"
				size="compact-sm"
				variant="light"
				leftSection={<IconPencil size={14} />}
				onClick={() => setOpened(true)}
			>
				{t("correction.open")}
			</Button>
			{opened && <CorrectModal call={call} project={project} close={() => setOpened(false)} />}
		</>
	);
}
