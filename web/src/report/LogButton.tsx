// SPDX-License-Identifier: GPL-3.0-or-later
// LogButton.tsx - opens the verifiable log; what is in it is fetched when somebody looks.
import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconShieldCheck } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { restOfTexts } from "../i18n";
import { RowsSkeleton } from "../parts/states";

const LogPanel = lazy(async () => ({ default: (await Promise.all([import("./LogPanel"), restOfTexts()]))[0].LogPanel }));

export function LogButton({ project }: { project: number }) {
	const { t } = useTranslation();
	const [opened, { open, close }] = useDisclosure();
	return (
		<>
			<Button size="compact-sm" variant="subtle" leftSection={<IconShieldCheck size={16} />} onClick={open}>
				{t("report.log")}
			</Button>
			<Modal
				opened={opened}
				onClose={close}
				title={t("report.log")}
				size="lg"
				closeButtonProps={{ "aria-label": t("close") }}
			>
				<Suspense fallback={<RowsSkeleton rows={4} />}>
					<LogPanel project={project} />
				</Suspense>
			</Modal>
		</>
	);
}
