// SPDX-License-Identifier: GPL-3.0-or-later
// Profile.tsx - one's own password, second factor, sessions, tokens, language and look.
import {
	Alert,
	Badge,
	Box,
	Button,
	Code,
	CopyButton,
	Group,
	Paper,
	PasswordInput,
	PinInput,
	SegmentedControl,
	SimpleGrid,
	Stack,
	Table,
	Text,
	TextInput,
	Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { renderSVG } from "uqr";
import { patch, post, remove } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import type { Me } from "../api/types";
import { meKey, useMay, useMe } from "../app/session";
import { setLanguage } from "../i18n";
import { Choices } from "../notification/Choices";
import { dateTime } from "../parts/format";
import { errorText, RowsSkeleton, tell, tellError } from "../parts/states";
import { SipPhone } from "./SipPhone";

function Section({ title, children }: { title: string; children: ReactNode }) {
	return (
		<Paper withBorder p="md">
			<Title order={2} mb="sm">
				{title}
			</Title>
			{children}
		</Paper>
	);
}

function Look() {
	const { t } = useTranslation();
	const me = useMe();
	const queries = useQueryClient();
	const change = useMutation({
		mutationFn: (what: Partial<Me>) => patch("/me" as never, {}, what) as Promise<Me>,
		onSuccess: (saved) => {
			queries.setQueryData(meKey, saved);
			setLanguage(saved.language === "en" ? "en" : "ru");
		},
		onError: tellError,
	});
	return (
		<Section title={t("profile.look")}>
			<Stack>
				<SegmentedControl
					aria-label={t("field.language")}
					value={me.language}
					onChange={(language) => change.mutate({ language: language as Me["language"] })}
					data={[
						{ value: "ru", label: "Русский" },
						{ value: "en", label: "English" },
					]}
				/>
				<SegmentedControl
					aria-label={t("field.theme")}
					value={me.theme}
					onChange={(theme) => change.mutate({ theme: theme as Me["theme"] })}
					data={["auto", "light", "dark"].map((value) => ({ value, label: t(`theme.${value}`) }))}
				/>
			</Stack>
		</Section>
	);
}

function Password() {
	const { t } = useTranslation();
	const [old, setOld] = useState("");
	const [next, setNext] = useState("");
	const change = useMutation({
		mutationFn: () => post("/me/password", {}, { old, new: next }),
		onSuccess: () => {
			tell(t("profile.password.changed"));
			setOld("");
			setNext("");
		},
	});
	return (
		<Section title={t("profile.password")}>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					change.mutate();
				}}
			>
				<Stack>
					{change.error && <Alert color="red">{errorText(change.error)}</Alert>}
					<PasswordInput
						label={t("profile.password.old")}
						autoComplete="current-password"
						required
						value={old}
						onChange={(e) => setOld(e.currentTarget.value)}
					/>
					<PasswordInput
						label={t("profile.password.new")}
						description={t("ticket.rule")}
						minLength={10}
						autoComplete="new-password"
						required
						value={next}
						onChange={(e) => setNext(e.currentTarget.value)}
					/>
					<Button type="submit" loading={change.isPending} variant="light">
						{t("profile.password.change")}
					</Button>
				</Stack>
			</form>
		</Section>
	);
}

function SecondFactor() {
	const { t } = useTranslation();
	const me = useMe();
	const queries = useQueryClient();
	const [password, setPassword] = useState("");
	const done = () => queries.invalidateQueries({ queryKey: meKey });
	const start = useMutation({ mutationFn: () => post("/me/totp"), onError: tellError });
	const confirm = useMutation({
		mutationFn: (code: string) => post("/me/totp/confirm", {}, { code }),
		onSuccess: () => {
			start.reset();
			done();
		},
	});
	const stop = useMutation({ mutationFn: () => post("/me/totp/off", {}, { password }), onSuccess: done });
	return (
		<Section title={t("profile.totp")}>
			{me.totp_on ? (
				<Stack>
					<Text size="sm">{t("profile.totp.on")}</Text>
					{stop.error && <Alert color="red">{errorText(stop.error)}</Alert>}
					<PasswordInput label={t("login.password")} value={password} onChange={(e) => setPassword(e.currentTarget.value)} />
					<Button variant="light" color="red" disabled={!password} loading={stop.isPending} onClick={() => stop.mutate()}>
						{t("profile.totp.stop")}
					</Button>
				</Stack>
			) : start.data ? (
				<Stack>
					<Text size="sm">{t("profile.totp.scan")}</Text>
					{/* Drawn here: the secret goes to no one else. */}
					<img
						alt={t("profile.totp.picture")}
						width={200}
						height={200}
						src={`data:image/svg+xml,${encodeURIComponent(renderSVG(start.data.uri, { border: 2 }))}`}
					/>
					<Text size="sm">
						{t("profile.totp.secret")}: <Code>{start.data.secret}</Code>
					</Text>
					{confirm.error && <Alert color="red">{t("login.code.wrong")}</Alert>}
					<PinInput length={6} type="number" aria-label={t("login.code")} onComplete={(code) => confirm.mutate(code)} />
				</Stack>
			) : (
				<Stack>
					{me.export_locked && <Alert color="yellow">{t("profile.totp.export")}</Alert>}
					<Text size="sm">{t("profile.totp.off")}</Text>
					<Button variant="light" loading={start.isPending} onClick={() => start.mutate()}>
						{t("profile.totp.start")}
					</Button>
				</Stack>
			)}
		</Section>
	);
}

function Sessions() {
	const { t } = useTranslation();
	const list = useAll("/me/sessions", {}, "session");
	const end = useChange((id: number) => remove("/me/sessions/{id}", { id }), ["session"]);
	return (
		<Section title={t("profile.sessions")}>
			{list.isPending ? (
				<RowsSkeleton rows={2} />
			) : (
				<Table>
					<Table.Tbody>
						{list.rows.map((s) => (
							<Table.Tr key={s.id}>
								<Table.Td>{s.peer}</Table.Td>
								<Table.Td>{dateTime(s.seen_at)}</Table.Td>
								<Table.Td ta="right">
									{s.current ? (
										<Badge>{t("profile.sessions.this")}</Badge>
									) : (
										<Button
											size="compact-sm"
											variant="subtle"
											color="red"
											onClick={() => end.mutate(s.id, { onError: tellError })}
										>
											{t("profile.sessions.end")}
										</Button>
									)}
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			)}
		</Section>
	);
}

function Tokens() {
	const { t } = useTranslation();
	const list = useAll("/tokens", {}, "token");
	const [name, setName] = useState("");
	const [addresses, setAddresses] = useState("");
	const make = useChange(
		() => post("/tokens", {}, { name: name.trim(), addresses: addresses.trim() || null }),
		["token"],
		() => {
			setName("");
			setAddresses("");
		},
	);
	const drop = useChange((id: number) => remove("/tokens/{id}", { id }), ["token"]);
	return (
		<Section title={t("profile.tokens")}>
			<Stack gap="xs">
				<Text size="sm" c="dimmed">
					{t("profile.tokens.what")}
				</Text>
				{make.data?.secret && (
					<Alert color="yellow" title={t("profile.tokens.once")}>
						<Group gap="xs">
							<Code>{make.data.secret}</Code>
							<CopyButton value={make.data.secret}>
								{({ copied, copy }) => (
									<Button size="compact-sm" onClick={copy}>
										{t(copied ? "copied" : "copy")}
									</Button>
								)}
							</CopyButton>
						</Group>
					</Alert>
				)}
				<Table>
					<Table.Tbody>
						{list.rows.map((token) => (
							<Table.Tr key={token.id}>
								<Table.Td>
									{token.name}
									{token.addresses && (
										<Text size="xs" c="dimmed">
											{token.addresses}
										</Text>
									)}
								</Table.Td>
								<Table.Td>
									<Code>{token.prefix}…</Code>
								</Table.Td>
								<Table.Td>{dateTime(token.used_at)}</Table.Td>
								<Table.Td ta="right">
									<Button
										size="compact-sm"
										variant="subtle"
										color="red"
										onClick={() => drop.mutate(token.id, { onError: tellError })}
									>
										{t("remove")}
									</Button>
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
				<TextInput
					size="xs"
					label={t("profile.tokens.addresses")}
					placeholder="203.0.113.7, 10.0.0.0/8"
					value={addresses}
					onChange={(e) => setAddresses(e.currentTarget.value)}
				/>
				<Group gap="xs" wrap="nowrap">
					<TextInput
						style={{ flex: 1 }}
						placeholder={t("field.name")}
						aria-label={t("profile.tokens.new")}
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
					/>
					<Button
						variant="light"
						disabled={!name.trim()}
						loading={make.isPending}
						onClick={() => make.mutate(undefined, { onError: tellError })}
					>
						{t("profile.tokens.new")}
					</Button>
				</Group>
			</Stack>
		</Section>
	);
}

export function Profile() {
	const { t } = useTranslation();
	const me = useMe();
	const may = useMay();
	return (
		<Box className="page" maw={1000}>
			<Title order={1}>{me.name}</Title>
			<Text c="dimmed" mb="md">
				{me.login} · {t(`role:${me.role}`)}
				{me.email && ` · ${me.email}`}
			</Text>
			<SimpleGrid cols={{ base: 1, md: 2 }}>
				<Look />
				<Password />
				<SecondFactor />
				<Sessions />
				<Section title={t("profile.notifications")}>
					<Choices />
				</Section>
				{may("use_api") && <Tokens />}
				{may("sit") && (
					<Section title={t("sip_phone")}>
						<SipPhone />
					</Section>
				)}
			</SimpleGrid>
		</Box>
	);
}
