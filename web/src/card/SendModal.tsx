// SPDX-License-Identifier: GPL-3.0-or-later
// SendModal.tsx - the window in which a letter or a message is sent from the card; what is in it is fetched when somebody looks.
import { Modal } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "../api/types";
import { restOfTexts } from "../i18n";
import { RowsSkeleton } from "../parts/states";

const SendPanel = lazy(async () => ({ default: (await Promise.all([import("./SendPanel"), restOfTexts()]))[0].SendPanel }));

interface Props {
	opened: boolean;
	onClose: () => void;
	card: Card;
	callId?: number;
}

export function SendModal({ opened, onClose, card, callId }: Props) {
	const { t } = useTranslation();
	return (
		<Modal
			opened={opened}
			onClose={onClose}
			title={t("seat.send.title")}
			size="lg"
			closeButtonProps={{ "aria-label": t("close") }}
			transitionProps={{ duration: 80 }}
		>
			<Suspense fallback={<RowsSkeleton rows={6} />}>
				<SendPanel card={card} callId={callId} onDone={onClose} />
			</Suspense>
		</Modal>
	);
}
