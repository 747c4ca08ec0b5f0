// SPDX-License-Identifier: GPL-3.0-or-later
// Share.tsx - public links to the report: which there are, who opened them, closing one, making one. The address is shown once.
import {
	Alert,
	Badge,
	Button,
	Checkbox,
	Code,
	CopyButton,
	Group,
	NumberInput,
	Paper,
	PasswordInput,
	Stack,
	Text,
	TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schemas } from "../api/client";
import { useAll, useChange } from "../api/hooks";
import { dateTime } from "../parts/format";
import { Failed, RowsSkeleton, tellError } from "../parts/states";

type Link = Schemas["report_link"];

function Openings({ link }: { link: Link }) {
	const { t } = useTranslation();
	const { rows, data } = useAll("/link_openings", {}, "report_link", { link_id: link.id });
	if (!data) return <RowsSkeleton rows={2} />;
	return (
		<Stack gap={2}>
			{rows.length === 0 && <Text size="xs">{t("share.opens.none")}</Text>}
			{rows.map((o) => (
				<Text key={o.id} size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
					{[dateTime(o.at), o.peer, o.agent].filter(Boolean).join(" · ")}
				</Text>
			))}
		</Stack>
	);
}

function OneLink({ link }: { link: Link }) {
	const { t } = useTranslation();
	const [shows, setShows] = useState(false);
	const [sure, setSure] = useState(false);
	const revoke = useChange(() => post("/report_links/{id}/revoke", { id: link.id }), ["report_link"]);
	const dead = link.revoked || (link.expires_at ?? 0) < Date.now();
	return (
		<Paper withBorder p="xs">
			<Group justify="space-between" gap="xs">
				<Group gap={6}>
					<Text size="sm" fw={600} c={dead ? "dimmed" : undefined}>
						{link.name}
					</Text>
					{link.bare && <Badge color="gray">{t("share.bare.short")}</Badge>}
					{link.has_password && <Badge color="gray">{t("share.locked")}</Badge>}
				</Group>
				<Text size="xs" c="dimmed">
					{link.revoked ? t("share.revoked") : t(dead ? "share.over" : "share.until", { when: dateTime(link.expires_at) })}
				</Text>
			</Group>
			<Group gap="xs" mt={6}>
				<Button size="compact-xs" variant="default" aria-expanded={shows} onClick={() => setShows(!shows)}>
					{t("share.opens", { count: link.opens })}
				</Button>
				{!dead && (
					<Button
						size="compact-xs"
						variant={sure ? "filled" : "light"}
						color="red"
						loading={revoke.isPending}
						onClick={() => (sure ? revoke.mutate(undefined, { onError: tellError }) : setSure(true))}
					>
						{t(sure ? "share.revoke.sure" : "share.revoke")}
					</Button>
				)}
			</Group>
			{shows && <Openings link={link} />}
		</Paper>
	);
}

function Address({ secret }: { secret: string }) {
	const { t } = useTranslation();
	const address = `${location.origin}/r/${secret}`;
	return (
		<Alert color="yellow" title={t("share.once")}>
			<Group gap="xs">
				<Code style={{ overflowWrap: "anywhere" }}>{address}</Code>
				<CopyButton value={address}>
					{({ copied, copy }) => (
						<Button size="compact-sm" onClick={copy}>
							{t(copied ? "copied" : "copy")}
						</Button>
					)}
				</CopyButton>
			</Group>
		</Alert>
	);
}

function MakeLink({ project }: { project: number }) {
	const { t } = useTranslation();
	const [name, setName] = useState("");
	const [days, setDays] = useState<number | string>(14);
	const [password, setPassword] = useState("");
	const [personal, setPersonal] = useState(false);
	const make = useChange(
		() =>
			post(
				"/projects/{id}/report/links",
				{ id: project },
				{
					name: name.trim(),
					days: Number(days),
					bare: !personal,
					password: password || null,
				},
			),
		["report_link"],
		() => {
			setName("");
			setPassword("");
		},
	);
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				if (name.trim()) make.mutate(undefined, { onError: tellError });
			}}
		>
			<Stack gap="xs">
				<Group gap="xs" align="flex-end">
					<TextInput
						flex={1}
						miw={180}
						label={t("share.name")}
						required
						maxLength={100}
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
					/>
					<NumberInput w={110} label={t("share.days")} required min={1} max={365} value={days} onChange={setDays} />
				</Group>
				<PasswordInput
					label={t("share.password")}
					description={t("share.password.what")}
					autoComplete="new-password"
					maxLength={200}
					value={password}
					onChange={(e) => setPassword(e.currentTarget.value)}
				/>
				<Checkbox
					label={t("share.personal")}
					description={t("share.personal.what")}
					checked={personal}
					onChange={(e) => setPersonal(e.currentTarget.checked)}
				/>
				<Group justify="flex-end">
					<Button type="submit" loading={make.isPending}>
						{t("share.make")}
					</Button>
				</Group>
				{make.data && <Address secret={make.data.secret} />}
			</Stack>
		</form>
	);
}

export function Share({ project }: { project: number }) {
	const { t } = useTranslation();
	const { rows, data, error, refetch } = useAll("/report_links", {}, "report_link", { project_id: project });
	return (
		<Stack gap="md">
			<Text size="sm" c="dimmed">
				{t("share.what")}
			</Text>
			<MakeLink project={project} />
			{error ? (
				<Failed error={error} retry={refetch} />
			) : data ? (
				<Stack gap="xs">
					{rows.map((link) => (
						<OneLink key={link.id} link={link} />
					))}
				</Stack>
			) : (
				<RowsSkeleton rows={3} />
			)}
		</Stack>
	);
}
