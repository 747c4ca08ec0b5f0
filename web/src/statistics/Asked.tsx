// SPDX-License-Identifier: GPL-3.0-or-later
// Asked.tsx - what the statistics are about: period, rows, project, operator, direction. It lives in the address, so a view can be sent to a colleague.
import { Group, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useOptions } from "../api/refs";
import { useMay } from "../app/session";
import { tAny } from "../i18n";
import { hereZone } from "./figures";
import { daysOf, type Period, periods } from "./period";

const bys = ["day", "hour", "project", "operator", "script", "result"] as const;

/** The question in the address, complete. */
export function useAsked() {
	const [params, setParams] = useSearchParams();
	const period = params.get("from") ? "other" : ((params.get("period") ?? "week") as Period);
	const days =
		period === "other" ? { from: params.get("from")!, to: params.get("to") ?? params.get("from")! } : daysOf(period);
	const query = {
		by: params.get("by") ?? "day",
		...days,
		project_id: params.get("project_id"),
		operator_id: params.get("operator_id"),
		direction: params.get("direction"),
		// A project's days are those of its own zone; over several they are the reader's.
		zone: params.get("project_id") ? null : hereZone(),
	};
	const set = (values: Record<string, string | null>) => {
		const next = new URLSearchParams(params);
		for (const [name, value] of Object.entries(values)) value ? next.set(name, value) : next.delete(name);
		setParams(next, { replace: true });
	};
	return { query, period, set };
}

/** The days alone. */
export function AskedDays({ query, period, set }: ReturnType<typeof useAsked>) {
	const { t } = useTranslation();
	const choices = [...periods, "other"].map((value) => ({ value, label: tAny(`statistics.period.${value}`) }));
	return (
		<>
			<Select
				w={150}
				aria-label={t("statistics.period")}
				data={choices}
				value={period}
				allowDeselect={false}
				onChange={(v) => set(v === "other" ? { from: query.from, to: query.to } : { period: v, from: null, to: null })}
			/>
			{period === "other" &&
				(["from", "to"] as const).map((end) => (
					<TextInput
						key={end}
						type="date"
						aria-label={t(`filter.${end}`)}
						value={query[end]}
						onChange={(e) => e.currentTarget.value && set({ from: query.from, to: query.to, [end]: e.currentTarget.value })}
					/>
				))}
		</>
	);
}

export function Asked(asked: ReturnType<typeof useAsked>) {
	const { query, set } = asked;
	const { t } = useTranslation();
	const may = useMay();
	const projects = useOptions(may("see_projects") ? "project" : undefined);
	const people = useOptions(may("see_users") ? "user" : undefined);
	return (
		<Group gap="xs">
			<AskedDays {...asked} />
			<Select
				w={180}
				aria-label={t("statistics.by")}
				data={bys.map((value) => ({ value, label: tAny(`statistics.by.${value}`) }))}
				value={query.by}
				allowDeselect={false}
				onChange={(by) => set({ by })}
			/>
			{projects.length > 1 && (
				<Select
					w={220}
					searchable
					clearable
					aria-label={t("field.project_id")}
					placeholder={t("statistics.all_projects")}
					data={projects}
					value={query.project_id}
					onChange={(project_id) => set({ project_id })}
				/>
			)}
			{people.length > 1 && (
				<Select
					w={200}
					searchable
					clearable
					aria-label={t("field.user_id")}
					placeholder={t("statistics.all_operators")}
					data={people}
					value={query.operator_id}
					onChange={(operator_id) => set({ operator_id })}
				/>
			)}
			<Select
				w={140}
				aria-label={t("field.direction")}
				data={[
					{ value: "", label: t("statistics.both_ways") },
					{ value: "out", label: t("statistics.out") },
					{ value: "in", label: t("statistics.in") },
				]}
				value={query.direction ?? ""}
				allowDeselect={false}
				onChange={(direction) => set({ direction })}
			/>
		</Group>
	);
}
