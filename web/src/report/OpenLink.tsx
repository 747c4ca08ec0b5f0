// SPDX-License-Identifier: GPL-3.0-or-later
// OpenLink.tsx - the signed link of a letter: exchanged at once for a narrow session, and gone from the address bar. Beside a lead of the letter it
// leads to that lead.
import { Button, PasswordInput, Skeleton, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { ApiError, post } from "../api/client";
import { Door } from "../user/Door";

export function OpenLink() {
	const { t } = useTranslation();
	const { token = "" } = useParams();
	const contact = useSearchParams()[0].get("contact");
	const navigate = useNavigate();
	const queries = useQueryClient();
	const [dead, setDead] = useState(false);
	const [asks, setAsks] = useState<"" | "first" | "again">("");
	const [password, setPassword] = useState("");
	const asked = useRef(false);
	const open = useCallback(
		(word: string) =>
			post("/links/open", {}, word ? { token, password: word } : { token })
				.then(({ project_id }) => {
					queries.clear();
					navigate(
						{ pathname: `/projects/${project_id}/report`, search: contact ? `id=${contact}` : "" },
						{ replace: true },
					);
				})
				.catch((error) => {
					if (error instanceof ApiError && error.code === "link_password") setAsks(word ? "again" : "first");
					else setDead(true);
				}),
		[token, contact, navigate, queries],
	);
	useEffect(() => {
		if (asked.current) return;
		asked.current = true;
		void open("");
	}, [open]);
	if (asks && !dead)
		return (
			<Door title={t("link.password")}>
				<form
					onSubmit={(e) => {
						e.preventDefault();
						void open(password);
					}}
				>
					<Stack gap="sm">
						<PasswordInput
							autoFocus
							label={t("link.password.label")}
							error={asks === "again" ? t("link.password.wrong") : undefined}
							value={password}
							onChange={(e) => setPassword(e.currentTarget.value)}
						/>
						<Button type="submit" disabled={!password}>
							{t("link.password.open")}
						</Button>
					</Stack>
				</form>
			</Door>
		);
	return (
		<Door title={t(dead ? "link.dead" : "link.opening")}>
			{dead ? <Text size="sm">{t("link.dead.what")}</Text> : <Skeleton h={60} />}
		</Door>
	);
}
