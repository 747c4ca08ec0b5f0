// SPDX-License-Identifier: GPL-3.0-or-later
// Leaving.tsx - what is not saved is asked about before it is left: by a link inside the program, and by closing the window.
import { Button, Group, Modal } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";

interface Props {
	dirty: boolean;
	saving: boolean;
	/** False: it could not be saved, and stays on the screen. */
	save: () => Promise<boolean>;
}

export function Leaving({ dirty, saving, save }: Props) {
	const { t } = useTranslation();
	useEffect(() => {
		if (!dirty) return;
		const ask = (e: BeforeUnloadEvent) => e.preventDefault();
		window.addEventListener("beforeunload", ask);
		return () => window.removeEventListener("beforeunload", ask);
	}, [dirty]);
	const leaving = useBlocker(dirty);
	async function saveAndLeave() {
		if (await save()) leaving.proceed?.();
		else leaving.reset?.();
	}
	return (
		<Modal
			opened={leaving.state === "blocked"}
			onClose={() => leaving.reset?.()}
			title={t("form.unsaved")}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			<Group justify="flex-end">
				<Button variant="subtle" color="red" onClick={() => leaving.proceed?.()}>
					{t("script.leave")}
				</Button>
				<Button loading={saving} onClick={saveAndLeave}>
					{t("script.save_and_leave")}
				</Button>
			</Group>
		</Modal>
	);
}
