// SPDX-License-Identifier: GPL-3.0-or-later
// Compare.tsx - a version of a script beside another of the project: steps that came, went and changed, words inside marked.
import { useGet } from "../api/hooks";
import type { ScriptVersion } from "../api/types";
import { CompareVersions } from "../change/CompareVersions";
import { ScriptDiff } from "../change/Diff";
import { Failed, RowsSkeleton } from "../parts/states";

function Since({ id, against }: { id: number; against: number }) {
	const { data, error, refetch } = useGet("/scripts/{id}/diff", { id }, { against }, { entities: ["script_version"] });
	return error ? <Failed error={error} retry={refetch} /> : data ? <ScriptDiff script={data} /> : <RowsSkeleton rows={4} />;
}

interface Props {
	version: ScriptVersion;
	versions: ScriptVersion[];
	onClose: () => void;
}

export function Compare({ version, versions, onClose }: Props) {
	return (
		<CompareVersions version={version} versions={versions} onClose={onClose}>
			{(against) => <Since id={version.id} against={against} />}
		</CompareVersions>
	);
}
