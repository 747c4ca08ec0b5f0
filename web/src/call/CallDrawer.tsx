// SPDX-License-Identifier: GPL-3.0-or-later
// CallDrawer.tsx - one call: its moments, its end, its result, its recording.
import { Anchor, Drawer, Stack, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { entities } from "../api/entities";
import { useGet } from "../api/hooks";
import { useMay } from "../app/session";
import { Sendings } from "../card/Sendings";
import { CorrectButton } from "../correction/CorrectButton";
import { Corrections } from "../correction/Corrections";
import { fieldLabel } from "../i18n";
import { Failed, RowsSkeleton } from "../parts/states";
import { cellOf } from "../parts/table/cells";
import { Player } from "./Player";
import { CallSound } from "./Sound";
import { TalkFigures } from "./TalkFigures";

const shown = [
	"project_id",
	"company",
	"person",
	"number",
	"direction",
	"mode",
	"operator_name",
	"asked_at",
	"answered_at",
	"connected_at",
	"told_at",
	"ended_at",
	"cause",
	"ended_by",
	"sip_code",
	"talk_ms",
	"wrap_ms",
	"rating",
	"result",
	"corrected_at",
	"reason",
	"comment",
];

export function CallDrawer({ id, onClose }: { id: number | null; onClose: () => void }) {
	const { t } = useTranslation();
	const may = useMay();
	const { data: call, error } = useGet("/calls/{id}", { id: id ?? 0 }, {}, { entities: ["call", "journal"], enabled: !!id });
	return (
		<Drawer
			opened={!!id}
			onClose={onClose}
			position="right"
			size="lg"
			title={t("call.one", { id })}
			closeButtonProps={{ "aria-label": t("close") }}
		>
			{error ? (
				<Failed error={error} />
			) : !call || call.id !== id ? (
				<RowsSkeleton />
			) : (
				<Stack>
					{call.recording_id && may("listen") && <Player recording={call.recording_id} title={t("call.recording_id")} />}
					<Table>
						<Table.Tbody>
							{shown
								.filter((name) => name in (entities.journal ?? {}) && call[name as keyof typeof call])
								.map((name) => (
									<Table.Tr key={name}>
										<Table.Th w={170}>{fieldLabel("call", name)}</Table.Th>
										<Table.Td>{cellOf("journal", name)(call)}</Table.Td>
									</Table.Tr>
								))}
						</Table.Tbody>
					</Table>
					{call.result_id && <CorrectButton call={call.id} project={call.project_id} />}
					{call.corrected_at && may("see_report") && <Corrections filter={{ call_id: call.id }} />}
					{may("open_card") && <Sendings project={call.project_id} filter={{ call_id: call.id }} />}
					<TalkFigures call={call.id} />
					<CallSound call={call.id} />
					{call.contact_id && may("see_base") && (
						<Anchor component={Link} to={`/projects/${call.project_id}/base?contact=${call.contact_id}`}>
							{t("call.contact")}
						</Anchor>
					)}
				</Stack>
			)}
		</Drawer>
	);
}
