// SPDX-License-Identifier: GPL-3.0-or-later
// Compare.tsx - a version of a script beside another of the project: steps that came, went and changed, words inside marked.
import { Modal, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import type { ScriptVersion } from "../api/types";
import { ScriptDiff } from "../change/Diff";
import { Failed, RowsSkeleton } from "../parts/states";

interface Props {
	version: ScriptVersion;
	versions: ScriptVersion[];
	onClose: () => void;
}

export function Compare({ version, versions, onClose }: Props) {
	const { t } = useTranslation();
	const others = versions.filter((v) => v.id !== version.id);
	const first = others.find((v) => v.state === "active") ?? others.find((v) => v.number < version.number) ?? others[0];
	const [against, setAgainst] = useState(first?.id ?? 0);
	const { data, error, refetch } = useGet(
		"/scripts/{id}/diff",
		{ id: version.id },
		{ against },
		{ entities: ["script_version"] },
	);
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
					data={others.map((v) => ({ value: String(v.id), label: `v${v.number} · ${t(`state:${v.state}`)}` }))}
				/>
				{error ? <Failed error={error} retry={refetch} /> : data ? <ScriptDiff script={data} /> : <RowsSkeleton rows={4} />}
			</Stack>
		</Modal>
	);
}
