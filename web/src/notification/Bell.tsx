// SPDX-License-Identifier: GPL-3.0-or-later
// Bell.tsx - how much there is to know, live; the list itself is fetched when somebody looks.
import { ActionIcon, Indicator, Popover } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import { restOfTexts } from "../i18n";
import { RowsSkeleton } from "../parts/states";

const BellList = lazy(async () => ({ default: (await Promise.all([import("./BellList"), restOfTexts()]))[0].BellList }));

export function Bell() {
	const { t } = useTranslation();
	const [opened, setOpened] = useState(false);
	const { data } = useGet("/notifications", {}, {}, { entities: ["notification"] });
	const unread = data?.unread ?? 0;
	return (
		<Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={380} trapFocus>
			<Indicator disabled={!unread} label={unread > 99 ? "99+" : unread} size={16} color="red" offset={5}>
				<Popover.Target>
					<ActionIcon
						variant="subtle"
						color="gray"
						size={32}
						onClick={() => setOpened((o) => !o)}
						aria-label={unread ? t("bell.unread", { count: unread }) : t("bell.title")}
						data-testid="bell"
					>
						<IconBell size={19} stroke={1.7} />
					</ActionIcon>
				</Popover.Target>
			</Indicator>
			<Popover.Dropdown p={0}>
				<Suspense fallback={<RowsSkeleton rows={4} />}>
					<BellList onClose={() => setOpened(false)} />
				</Suspense>
			</Popover.Dropdown>
		</Popover>
	);
}
