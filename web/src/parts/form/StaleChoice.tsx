// SPDX-License-Identifier: GPL-3.0-or-later
// StaleChoice.tsx - someone saved first: both texts side by side, a choice for each field.
import { Alert, Button, Radio, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldLabel } from "../../i18n";
import { cellOf } from "../table/cells";

interface Props {
	entity: string;
	project?: number;
	mine: Record<string, unknown>;
	current: Record<string, unknown>;
	/** What to save over the current row: the fields in which mine was chosen. */
	onChoose: (chosen: Record<string, unknown>) => void;
}

export function StaleChoice({ entity, project, mine, current, onChoose }: Props) {
	const { t } = useTranslation();
	const names = Object.keys(mine);
	const [theirs, setTheirs] = useState<string[]>([]);
	return (
		<Alert color="yellow" role="alert" title={t("stale.title")}>
			<Stack gap="xs">
				<Text size="sm">{t("stale.what")}</Text>
				<Table>
					<Table.Thead>
						<Table.Tr>
							<Table.Th />
							<Table.Th>{t("stale.mine")}</Table.Th>
							<Table.Th>{t("stale.theirs")}</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{names.map((name) => {
							const show = cellOf(entity, name, project);
							const take = theirs.includes(name);
							return (
								<Table.Tr key={name}>
									<Table.Th>{fieldLabel(entity, name)}</Table.Th>
									<Table.Td>
										<Radio
											name={name}
											label={show(mine) ?? "—"}
											checked={!take}
											onChange={() => setTheirs(theirs.filter((n) => n !== name))}
										/>
									</Table.Td>
									<Table.Td>
										<Radio
											name={name}
											label={show(current) ?? "—"}
											checked={take}
											onChange={() => setTheirs([...theirs, name])}
										/>
									</Table.Td>
								</Table.Tr>
							);
						})}
					</Table.Tbody>
				</Table>
				<Button
					onClick={() => onChoose(Object.fromEntries(names.filter((n) => !theirs.includes(n)).map((n) => [n, mine[n]])))}
				>
					{t("stale.save")}
				</Button>
			</Stack>
		</Alert>
	);
}
