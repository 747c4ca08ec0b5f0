// SPDX-License-Identifier: GPL-3.0-or-later
import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { post } from "../api/client";
import { errorText } from "../parts/states";
import { Door } from "./Door";

export function Reset() {
	const { t } = useTranslation();
	const [login, setLogin] = useState("");
	const ask = useMutation({ mutationFn: () => post("/reset", {}, { login: login.trim() }) });
	return (
		<Door title={t("reset.title")}>
			{ask.isSuccess ? (
				<Alert color="teal">{t("reset.sent")}</Alert>
			) : (
				<form
					onSubmit={(e) => {
						e.preventDefault();
						ask.mutate();
					}}
				>
					<Stack>
						<Text size="sm">{t("reset.what")}</Text>
						{ask.error && <Alert color="red">{errorText(ask.error)}</Alert>}
						<TextInput
							label={t("login.login")}
							autoComplete="username"
							required
							autoFocus
							value={login}
							onChange={(e) => setLogin(e.currentTarget.value)}
						/>
						<Button type="submit" loading={ask.isPending}>
							{t("reset.send")}
						</Button>
					</Stack>
				</form>
			)}
			<Anchor component={Link} to="/login" size="sm" mt="md" display="block">
				{t("login.title")}
			</Anchor>
		</Door>
	);
}
