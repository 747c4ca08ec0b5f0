// SPDX-License-Identifier: GPL-3.0-or-later
// CopyMenu.tsx - «copy the interested»: leads, meetings, presentations and sales under the filters of the screen, as a file, as cards for an address
// book, or to the clipboard. The server makes all of them from the rows the screen shows.
import { Button, Menu } from "@mantine/core";
import { IconAddressBook, IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Query, send, url } from "../api/client";
import { tell, tellError } from "../parts/states";
import { useFile } from "../parts/useFile";
import type { ToolsProps } from "./ReportTools";
import { filtersOf, interested, shownKeys, tabbed } from "./view";

const path = "/projects/{id}/report";

export function CopyMenu({ project, params, columns, chosen }: ToolsProps) {
	const { t } = useTranslation();
	const filters = filtersOf(params);
	const kind = filters.counts_as ?? "";
	const query: Query = {
		...filters,
		counts_as: interested.split(",").includes(kind) ? kind : interested,
		sort: params.get("sort"),
		columns: chosen && shownKeys(chosen, columns),
	};
	const copy = async () => {
		try {
			const csv = await (await send("GET", path, { id: project }, { query: { ...query, format: "csv" } })).text();
			const { text, rows } = tabbed(csv);
			await navigator.clipboard.writeText(text);
			tell(t("copy.done", { count: rows }));
		} catch (error) {
			tellError(error);
		}
	};
	const file = useFile();
	return (
		<Menu position="bottom-end" withinPortal>
			<Menu.Target>
				<Button
					size="compact-sm"
					variant="default"
					leftSection={<IconAddressBook size={14} />}
					rightSection={<IconChevronDown size={14} />}
				>
					{t("copy.interested")}
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label maw={260}>{t("copy.what")}</Menu.Label>
				<Menu.Item onClick={copy}>{t("copy.clipboard")}</Menu.Item>
				{(["xlsx", "csv", "vcf"] as const).map((format) => (
					<Menu.Item key={format} component="a" {...file(url(path, { id: project }, { ...query, format }))}>
						{t(`copy.${format}`)}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}
