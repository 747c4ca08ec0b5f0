// SPDX-License-Identifier: GPL-3.0-or-later
// ReportTools.tsx - what stands beside the title of the report: saved views and the choice of columns.
import { Group } from "@mantine/core";
import type { ReportColumn } from "../api/types";
import { useMay } from "../app/session";
import { ColumnsMenu } from "./ColumnsMenu";
import { CopyMenu } from "./CopyMenu";
import { ShareButton } from "./ShareButton";
import { Views } from "./Views";

export interface ToolsProps {
	project: number;
	columns: ReportColumn[];
	params: URLSearchParams;
	setParams: (next: URLSearchParams) => void;
	/** Keys of the columns shown, in order; null: all of the form. */
	chosen: string[] | null;
	setChosen: (keys: string[] | null) => void;
	/** Somebody with a log-in, who may keep things of his own. */
	person: boolean;
}

export function ReportTools(props: ToolsProps) {
	const may = useMay();
	return (
		<Group gap="xs">
			{props.person && <Views {...props} />}
			{may("export") && <CopyMenu {...props} />}
			<ColumnsMenu {...props} />
			{may("share_report") && <ShareButton project={props.project} />}
		</Group>
	);
}
