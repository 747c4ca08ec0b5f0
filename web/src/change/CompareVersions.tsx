// SPDX-License-Identifier: GPL-3.0-or-later
// CompareVersions.tsx - a version of a script or flow beside another one, which is chosen: at first the one that runs, else the one before.
import { Modal, Select, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

interface Version {
	id: number;
	number: number;
	state: "draft" | "proposed" | "approved" | "active" | "retired" | "declined";
}

export function useVersionLabel() {
	const { t } = useTranslation();
	return (v: Version) => ({ value: String(v.id), label: `v${v.number} · ${t(`state:${v.state}`)}` });
}

interface Props {
	version: Version;
	versions: Version[];
	onClose: () => void;
	/** What changed since the version of that id. */
	children: (against: number) => ReactNode;
}

export function CompareVersions({ version, versions, onClose, children }: Props) {
	const { t } = useTranslation();
	const label = useVersionLabel();
	const others = versions.filter((v) => v.id !== version.id);
	const first = others.find((v) => v.state === "active") ?? others.find((v) => v.number < version.number) ?? others[0];
	const [against, setAgainst] = useState(first?.id ?? 0);
	return (
		<Modal
			opened
			size="xl"
			onClose={onClose}
			title={t("compare.title", { n: version.number })}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			<Stack gap="xs">
				<Select
					label={t("compare.with")}
					allowDeselect={false}
					value={String(against)}
					onChange={(v) => v && setAgainst(Number(v))}
					data={others.map(label)}
				/>
				{children(against)}
			</Stack>
		</Modal>
	);
}
