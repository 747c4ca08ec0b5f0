// SPDX-License-Identifier: GPL-3.0-or-later
// palette.tsx - Ctrl+K: any page, person, company, project or call.
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { get } from "../api/client";
import { useLetterKeys } from "../parts/keys";
import { usePlaces } from "./shell";

export function Palette() {
	const { t } = useTranslation();
	const navigate = useNavigate();
	const shown = usePlaces();
	const [query, setQuery] = useState("");
	const [asked] = useDebouncedValue(query.trim(), 180);
	const { data } = useQuery({
		queryKey: ["/search", asked],
		queryFn: ({ signal }) => get("/search", {}, { q: asked }, signal),
		enabled: asked.length > 1,
	});
	useLetterKeys([["mod+K", spotlight.open]]);
	const pages: SpotlightActionData[] = shown.map((place) => ({
		id: place.to,
		label: t(place.text),
		leftSection: <place.icon size={18} stroke={1.6} />,
		onClick: () => navigate(place.to),
	}));
	const found: SpotlightActionData[] = (asked.length > 1 ? (data?.rows ?? []) : []).map((row) => ({
		id: `${row.kind}-${row.id}`,
		label: row.title,
		description: row.subtitle ?? undefined,
		onClick: () => navigate(row.page),
	}));
	const needle = query.trim().toLowerCase();
	const groups: SpotlightActionGroupData[] = [
		{ group: t("palette.found"), actions: found },
		{ group: t("palette.pages"), actions: pages.filter((page) => page.label?.toLowerCase().includes(needle)) },
	].filter((group) => group.actions.length);
	return (
		<Spotlight
			actions={groups}
			query={query}
			onQueryChange={setQuery}
			filter={(_, actions) => actions}
			nothingFound={t("palette.none")}
			searchProps={{ placeholder: t("palette.hint"), "aria-label": t("palette.open") }}
			shortcut={null}
			scrollable
			maxHeight={420}
			transitionProps={{ duration: 60 }}
		/>
	);
}
