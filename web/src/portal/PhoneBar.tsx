// SPDX-License-Identifier: GPL-3.0-or-later
// PhoneBar.tsx - on a telephone the customer's few places are under his thumb.
import { AppShell, Group, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import type { Place } from "../app/shell";

export function PhoneBar({ places }: { places: Place[] }) {
	const { t } = useTranslation();
	const { pathname } = useLocation();
	const here = (to: string) => pathname.startsWith(to) || (to === "/reports" && pathname.startsWith("/projects"));
	return (
		<AppShell.Footer hiddenFrom="md">
			<Group component="nav" grow h="100%" gap={0} wrap="nowrap" aria-label={t("nav.menu")}>
				{places.map((place) => (
					<UnstyledButton
						key={place.to}
						component={Link}
						to={place.to}
						className="phone-place"
						aria-current={here(place.to) ? "page" : undefined}
					>
						<place.icon size={22} stroke={1.6} />
						<Text size="xs" truncate>
							{t(place.short ?? place.text)}
						</Text>
					</UnstyledButton>
				))}
			</Group>
		</AppShell.Footer>
	);
}
