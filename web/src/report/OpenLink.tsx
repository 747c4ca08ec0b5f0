// SPDX-License-Identifier: GPL-3.0-or-later
// OpenLink.tsx - the signed link of a letter: exchanged at once for a narrow session, and gone from the address bar.
import { Skeleton, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { post } from "../api/client";
import { Door } from "../user/Door";

export function OpenLink() {
	const { t } = useTranslation();
	const { token = "" } = useParams();
	const navigate = useNavigate();
	const queries = useQueryClient();
	const [dead, setDead] = useState(false);
	const asked = useRef(false);
	useEffect(() => {
		if (asked.current) return;
		asked.current = true;
		post("/links/open", {}, { token })
			.then(({ project_id }) => {
				queries.clear();
				navigate(`/projects/${project_id}/report`, { replace: true });
			})
			.catch(() => setDead(true));
	}, [token, navigate, queries]);
	return (
		<Door title={t(dead ? "link.dead" : "link.opening")}>
			{dead ? <Text size="sm">{t("link.dead.what")}</Text> : <Skeleton h={60} />}
		</Door>
	);
}
