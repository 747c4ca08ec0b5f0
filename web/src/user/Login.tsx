// SPDX-License-Identifier: GPL-3.0-or-later
import { Alert, Anchor, Button, PasswordInput, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiError, post } from "../api/client";
import { home, meKey } from "../app/session";
import { errorText } from "../parts/states";
import { Door } from "./Door";

/** Only a path of our own: an address from outside must not decide where one lands. */
export function safePath(to: string | null): string | null {
	return to && /^\/(?![/\\])/.test(to) ? to : null;
}

export function Login() {
	const { t } = useTranslation();
	const queries = useQueryClient();
	const navigate = useNavigate();
	const [params] = useSearchParams();
	const [login, setLogin] = useState("");
	const [password, setPassword] = useState("");
	const [asksCode, setAsksCode] = useState(false);
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);

	async function enter(code?: string) {
		setBusy(true);
		setProblem("");
		try {
			const me = await post("/login", {}, { login: login.trim(), password, ...(code ? { code } : {}) });
			queries.clear();
			queries.setQueryData(meKey, me);
			navigate(safePath(params.get("to")) ?? home(me), { replace: true });
		} catch (error) {
			if (error instanceof ApiError && error.code === "code_needed") setAsksCode(true);
			else if (error instanceof ApiError && error.status === 401)
				setProblem(t(asksCode ? "login.code.wrong" : "login.wrong"));
			else if (error instanceof ApiError && error.status === 429) setProblem(t("login.often"));
			else setProblem(errorText(error));
		} finally {
			setBusy(false);
		}
	}
	function submit(e: FormEvent) {
		e.preventDefault();
		enter();
	}
	return (
		<Door title={t("login.title")}>
			{params.has("over") && !problem && (
				<Alert color="yellow" mb="md">
					{t("login.over")}
				</Alert>
			)}
			{problem && (
				<Alert color="red" mb="md" role="alert">
					{problem}
				</Alert>
			)}
			{asksCode ? (
				<Stack>
					<Text size="sm">{t("login.code.what")}</Text>
					<PinInput length={6} type="number" autoFocus oneTimeCode aria-label={t("login.code")} onComplete={enter} />
					<Button loading={busy} variant="default" onClick={() => setAsksCode(false)}>
						{t("back")}
					</Button>
				</Stack>
			) : (
				<form onSubmit={submit}>
					<Stack>
						<TextInput
							label={t("login.login")}
							name="login"
							autoComplete="username"
							autoFocus
							required
							value={login}
							onChange={(e) => setLogin(e.currentTarget.value)}
						/>
						<PasswordInput
							label={t("login.password")}
							name="password"
							autoComplete="current-password"
							required
							value={password}
							onChange={(e) => setPassword(e.currentTarget.value)}
						/>
						<Button type="submit" loading={busy}>
							{t("login.enter")}
						</Button>
						<Anchor component={Link} to="/reset" size="sm">
							{t("login.forgot")}
						</Anchor>
					</Stack>
				</form>
			)}
		</Door>
	);
}
