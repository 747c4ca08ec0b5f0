// SPDX-License-Identifier: GPL-3.0-or-later
// DecisionPage.tsx - behind the link of a letter, without a log-in, on a phone first: what is asked, and one decision. Opening it changes nothing.
import { Container, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { post } from "../api/client";
import { setLanguage } from "../i18n";
import { dateTime, dayOf } from "../parts/format";
import "./change.css";
import { Decide, type Decision } from "./Decide";
import { Diff } from "./Diff";
import { Idle } from "./Idle";
import { Words } from "./Words";

function Frame({ title, company, children }: { title: string; company?: string; children?: ReactNode }) {
	const { t } = useTranslation();
	return (
		<Container size="sm" py="md" px="md">
			<Group gap={8} mb="md">
				<img src="/bell.svg" width={26} height={26} alt="" />
				<Text fw={600}>{company ?? t("zvonar")}</Text>
			</Group>
			<main>
				<Title order={1} mb="sm">
					{title}
				</Title>
				{children}
			</main>
		</Container>
	);
}

export function DecisionPage() {
	const { t } = useTranslation();
	const { token = "" } = useParams();
	const page = useQuery({
		queryKey: ["/decisions", token],
		queryFn: () => post("/decisions/open", {}, { token }),
		retry: false,
		staleTime: Number.POSITIVE_INFINITY,
	});
	const made = useMutation({
		mutationFn: ({ decision, note }: { decision: Decision; note: string | undefined }) =>
			post("/decisions", {}, { token, decision, ...(note && { note }) }),
	});
	const language = page.data?.language;
	useEffect(() => {
		if (language) setLanguage(language === "en" ? "en" : "ru");
	}, [language]);
	if (page.isError)
		return (
			<Frame title={t("decision.unknown")}>
				<Text>{t("decision.unknown.what")}</Text>
			</Frame>
		);
	if (!page.data)
		return (
			<Frame title=" ">
				<Skeleton h={200} />
			</Frame>
		);
	const { state, company, project, number, title, became, change, stop, words, timezone } = page.data;
	const about = t(number ? "decision.about" : "decision.stop.about", { project, number, title });
	const gone = state === "withdrawn" && !number ? "decision.stop.withdrawn" : `decision.${state}`;
	const decide = (asks: boolean) => (
		<div className="decide-bar">
			<Decide
				asks={asks}
				run={(decision, note) => made.mutate({ decision, note })}
				pending={made.isPending}
				error={made.error}
			/>
		</div>
	);
	if (made.isSuccess)
		return (
			<Frame title={t(`decision.done.${made.variables.decision}`)} company={company}>
				<Text mb="xs">{about}</Text>
				<Text>{t(`decision.done.${made.variables.decision}.what`)}</Text>
			</Frame>
		);
	if (state === "open" && stop)
		return (
			<Frame title={t("decision.stop.title")} company={company}>
				<Text c="dimmed" mb="md">
					{t("decision.stop.asked", { project })}
				</Text>
				<Stack gap="md">
					<Paper withBorder p="sm">
						<Text size="xs" c="dimmed">
							{t("decision.stop.when")}
						</Text>
						<Text>
							{t("stop.from_to", {
								from: dateTime(stop.started_at, timezone),
								to: dateTime(stop.ended_at, timezone),
							})}
						</Text>
						<Text size="sm">
							<Idle minutes={stop.idle_min} />
						</Text>
						<Text size="xs" c="dimmed" mt="xs">
							{t("decision.stop.reason")}
						</Text>
						<Text className="diff-text">{stop.reason}</Text>
						<Text size="xs" c="dimmed" mt="xs">
							{t("decision.stop.term")}
						</Text>
						<Text fw={600}>
							{t("decision.stop.from_to", { was: dayOf(stop.ends_on_was), now: dayOf(stop.ends_on_new) })}
						</Text>
					</Paper>
					{decide(false)}
				</Stack>
			</Frame>
		);
	if (state !== "open" || !change)
		return (
			<Frame title={t(gone)} company={company}>
				<Text mb="xs">{about}</Text>
				<Text>{t(`${gone}.what`)}</Text>
				{state !== "expired" && state !== "withdrawn" && (
					<Text mt="xs" c="dimmed">
						{t("decision.now", { state: t(`decision.became.${became}`) })}
					</Text>
				)}
			</Frame>
		);
	return (
		<Frame title={title ?? ""} company={company}>
			<Text c="dimmed" mb="md">
				{t("decision.asked", { project, number })}
			</Text>
			<Stack gap="md">
				<Paper withBorder p="sm">
					<Text size="xs" c="dimmed">
						{t("change.effect")}
					</Text>
					<Text className="diff-text">{change.effect}</Text>
					<Text size="xs" c="dimmed" mt="xs">
						{t("change.takes_effect_at")}
					</Text>
					<Text>{change.takes_effect_at ? dateTime(change.takes_effect_at, timezone) : t("change.at_once")}</Text>
				</Paper>
				{!!words?.length && <Words words={words} />}
				{change.diff && <Diff diff={change.diff} />}
				{decide(true)}
			</Stack>
		</Frame>
	);
}
