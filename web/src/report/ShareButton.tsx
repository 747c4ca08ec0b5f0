// SPDX-License-Identifier: GPL-3.0-or-later
// ShareButton.tsx - opens the public links of the report.
import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconShare } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { restOfTexts } from "../i18n";
import { RowsSkeleton } from "../parts/states";

const Share = lazy(async () => ({ default: (await Promise.all([import("./Share"), restOfTexts()]))[0].Share }));

export function ShareButton({ project }: { project: number }) {
	const { t } = useTranslation();
	const [opened, { open, close }] = useDisclosure();
	return (
		<>
			<Button size="compact-sm" variant="default" leftSection={<IconShare size={14} />} onClick={open}>
				{t("share.open")}
			</Button>
			<Modal
				opened={opened}
				onClose={close}
				title={t("share.title")}
				size="lg"
				closeButtonProps={{ "aria-label": t("close") }}
			>
				<Suspense fallback={<RowsSkeleton rows={4} />}>
					<Share project={project} />
				</Suspense>
			</Modal>
		</>
	);
}
