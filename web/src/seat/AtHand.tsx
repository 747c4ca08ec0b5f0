// SPDX-License-Identifier: GPL-3.0-or-later
// AtHand.tsx - beside every step: objections with their answers, and articles; those of the step first. One box finds either.
import { Box, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBook2, IconMessage2Question, IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks";
import type { Objection, ScriptNode } from "../api/types";
import { useLetterKeys } from "../parts/keys";
import { Prose } from "../parts/Prose";
import { useObjections } from "../script/library";
import type { MergeContext } from "../script/merge";
import { MergedText } from "../script/Play";

interface Props {
	project: number;
	step?: ScriptNode;
	context: MergeContext;
}
const SHOWN = 8;

/** Every word typed begins a word of the phrase or of its answer. */
export function fits(objection: Pick<Objection, "phrase" | "answer">, typed: string): boolean {
	const words = `${objection.phrase} ${objection.answer}`
		.toLowerCase()
		.replaceAll("ё", "е")
		.split(/[^\p{L}\p{N}]+/u);
	const wanted = typed
		.toLowerCase()
		.replaceAll("ё", "е")
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean);
	return wanted.every((w) => words.some((word) => word.startsWith(w)));
}

function Item({ icon, title, open, onClick }: { icon: React.ReactNode; title: string; open: boolean; onClick: () => void }) {
	return (
		<Button
			size="compact-sm"
			variant={open ? "light" : "default"}
			leftSection={icon}
			aria-expanded={open}
			onClick={onClick}
			styles={{ root: { height: "auto", minHeight: 26 }, label: { whiteSpace: "normal", textAlign: "left" } }}
		>
			{title}
		</Button>
	);
}

/** An article by its number; one that is gone, or not to be seen, shows nothing. */
function ArticleItem({ id, title, open, onOpen }: { id: number; title?: string; open: boolean; onOpen: () => void }) {
	const { data } = useGet("/articles/{id}", { id }, {}, { entities: ["article"], enabled: open || !title });
	const name = data?.title ?? title;
	return name && !data?.archived ? <Item icon={<IconBook2 size={15} />} title={name} open={open} onClick={onOpen} /> : null;
}

function ArticleText({ id }: { id: number }) {
	const { data } = useGet("/articles/{id}", { id }, {}, { entities: ["article"] });
	return data?.id === id ? <Prose text={data.body ?? ""} /> : null;
}

export function AtHand({ project, step, context }: Props) {
	const { t } = useTranslation();
	const [typed, setTyped] = useState("");
	const [asked] = useDebouncedValue(typed.trim(), 180);
	const [open, setOpen] = useState("");
	const input = useRef<HTMLInputElement>(null);
	const all = useObjections(project);
	const found = useGet(
		"/projects/{id}/articles/found",
		{ id: project },
		{ q: asked },
		{ entities: ["article"], enabled: !!asked },
	).data?.rows;
	useLetterKeys([["mod+O", () => input.current?.focus()]]);
	const objections = all.filter((o) => fits(o, typed)).slice(0, SHOWN);
	const linked: { id: number; title?: string }[] = asked ? (found ?? []) : (step?.articles ?? []).map((id) => ({ id }));
	const toggle = (key: string) => setOpen(open === key ? "" : key);
	const [kind, number] = open.split(":");
	const objection = kind === "o" ? objections.find((o) => o.id === Number(number)) : undefined;
	const article = kind === "a" ? linked.find((a) => a.id === Number(number)) : undefined;
	if (!all.length && !linked.length && !typed) return null;
	return (
		<Stack gap={6} className="at-hand" component="section" aria-label={t("hand.title")}>
			<TextInput
				ref={input}
				size="xs"
				aria-label={t("hand.find")}
				placeholder={t("hand.find")}
				leftSection={<IconSearch size={14} />}
				rightSectionWidth={64}
				rightSection={<span className="key">Ctrl+O</span>}
				value={typed}
				onChange={(e) => setTyped(e.currentTarget.value)}
				onKeyDown={(e) => {
					if (e.key !== "Escape") return;
					setTyped("");
					input.current?.blur();
				}}
			/>
			<Group gap={6}>
				{linked.map((a) => (
					<ArticleItem
						key={`a${a.id}`}
						id={a.id}
						title={a.title}
						open={open === `a:${a.id}`}
						onOpen={() => toggle(`a:${a.id}`)}
					/>
				))}
				{objections.map((o) => (
					<Item
						key={`o${o.id}`}
						icon={<IconMessage2Question size={15} />}
						title={o.phrase}
						open={open === `o:${o.id}`}
						onClick={() => toggle(`o:${o.id}`)}
					/>
				))}
				{typed && !objections.length && found?.length === 0 && (
					<Text size="sm" c="dimmed">
						{t("hand.nothing")}
					</Text>
				)}
			</Group>
			{objection && (
				<Box className="say hand-answer" data-testid="objection">
					<MergedText text={objection.answer} context={context} />
				</Box>
			)}
			{article && (
				<Box className="hand-answer" data-testid="article">
					<ArticleText id={article.id} />
				</Box>
			)}
		</Stack>
	);
}
