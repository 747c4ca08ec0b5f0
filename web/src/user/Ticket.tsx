// SPDX-License-Identifier: GPL-3.0-or-later
// Ticket.tsx - the page behind the link of an invitation or of a password reset.
import { Alert, Anchor, Button, PasswordInput, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { get, post } from "../api/client";
import { errorText } from "../parts/states";
import { Door } from "./Door";

export function Ticket() {
	const { t } = useTranslation();
	const { token = "" } = useParams();
	const navigate = useNavigate();
	const queries = useQueryClient();
	const [password, setPassword] = useState("");
	const [again, setAgain] = useState("");
	const ticket = useQuery({
		queryKey: ["/tickets", token],
		queryFn: () => get("/tickets/{token}", { token }),
		retry: false,
	});
	const use = useMutation({
		mutationFn: () => post("/tickets/{token}", { token }, { password }),
		onSuccess: () => {
			queries.clear();
			navigate("/", { replace: true });
		},
	});
	const differ = again !== "" && again !== password;
	if (ticket.isError)
		return (
			<Door title={t("ticket.spent")}>
				<Text size="sm" mb="md">
					{t("ticket.spent.what")}
				</Text>
				<Anchor component={Link} to="/reset">
					{t("login.forgot")}
				</Anchor>
			</Door>
		);
	if (!ticket.data)
		return (
			<Door title=" ">
				<Skeleton h={140} />
			</Door>
		);
	return (
		<Door title={ticket.data.kind === "reset" ? t("ticket.reset") : t("ticket.invitation", { name: ticket.data.name })}>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					if (!differ) use.mutate();
				}}
			>
				<Stack>
					<Text size="sm">{t("ticket.login", { login: ticket.data.login })}</Text>
					<input type="text" name="username" autoComplete="username" value={ticket.data.login} readOnly hidden />
					{use.error && <Alert color="red">{errorText(use.error)}</Alert>}
					<PasswordInput
						label={t("ticket.password")}
						description={t("ticket.rule")}
						minLength={10}
						autoComplete="new-password"
						required
						autoFocus
						value={password}
						onChange={(e) => setPassword(e.currentTarget.value)}
					/>
					<PasswordInput
						label={t("ticket.again")}
						autoComplete="new-password"
						required
						error={differ && t("ticket.differ")}
						value={again}
						onChange={(e) => setAgain(e.currentTarget.value)}
					/>
					<Button type="submit" loading={use.isPending} disabled={differ || !again}>
						{t("ticket.set")}
					</Button>
				</Stack>
			</form>
		</Door>
	);
}
