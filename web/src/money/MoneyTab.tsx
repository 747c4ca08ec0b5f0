// SPDX-License-Identifier: GPL-3.0-or-later
// MoneyTab.tsx - the money of a project: tariffs, acts, invoices.
import { SegmentedControl, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMay } from "../app/session";
import type { TabProps } from "../project/ProjectPage";
import { Acts } from "./Acts";
import { Invoices } from "./Invoices";
import { Tariffs } from "./Tariffs";

const parts = {
	tariffs: ({ project }: TabProps) => <Tariffs project={project} />,
	acts: ({ project }: TabProps) => <Acts project={project.id} />,
	invoices: ({ project }: TabProps) => <Invoices project={project.id} />,
};

export function MoneyTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	const [params, setParams] = useSearchParams();
	const shown = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => part !== "tariffs" || may("bill"));
	const at = shown.find((part) => part === params.get("part")) ?? shown[0]!;
	const Part = parts[at];
	return (
		<Stack className="tab-page" gap="xs">
			<SegmentedControl
				mt="sm"
				w="fit-content"
				aria-label={t("project.tab.money")}
				value={at}
				onChange={(part) => setParams({ part })}
				data={shown.map((value) => ({ value, label: t(`money.${value}`) }))}
			/>
			<Part key={at} project={project} />
		</Stack>
	);
}
