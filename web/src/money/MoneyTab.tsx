// SPDX-License-Identifier: GPL-3.0-or-later
// MoneyTab.tsx - the money of a project: tariffs, acts, invoices.
import { useTranslation } from "react-i18next";
import { Parts } from "../project/Parts";
import type { TabProps } from "../project/ProjectPage";
import { Acts } from "./Acts";
import { Invoices } from "./Invoices";
import { Tariffs } from "./Tariffs";

const ActsHere = ({ project }: TabProps) => <Acts project={project.id} />;
const InvoicesHere = ({ project }: TabProps) => <Invoices project={project.id} />;

export function MoneyTab({ project }: TabProps) {
	const { t } = useTranslation();
	return (
		<Parts
			project={project}
			label={t("project.tab.money")}
			parts={[
				{ key: "tariffs", label: t("money.tariffs"), page: Tariffs, right: "bill" },
				{ key: "acts", label: t("money.acts"), page: ActsHere },
				{ key: "invoices", label: t("money.invoices"), page: InvoicesHere },
			]}
		/>
	);
}
