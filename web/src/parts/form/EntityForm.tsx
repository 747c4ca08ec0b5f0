// SPDX-License-Identifier: GPL-3.0-or-later
// EntityForm.tsx - a form out of the entity's description: kinds of input, bounds, what is needed. A refusal of the server lands at its
// field; an old version (412) shows both texts and lets the person choose. What was typed is never thrown away: a row that changes meanwhile is taken
// over by a form in which nothing was typed, and meets the others at saving when it is about the same fields.
import {
	Alert,
	Button,
	Checkbox,
	Group,
	NumberInput,
	PasswordInput,
	Select,
	SimpleGrid,
	Stack,
	Textarea,
	TextInput,
	Title,
} from "@mantine/core";
import { type FormEvent, Fragment, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/client";
import { type FieldInfo, fieldInfo } from "../../api/entities";
import { useOptions } from "../../api/refs";
import { fieldLabel, wordLabel } from "../../i18n";
import { toLocalInput } from "../format";
import { errorText } from "../states";
import { StaleChoice } from "./StaleChoice";

export type Values = Record<string, unknown>;
export interface InputProps {
	value: unknown;
	onChange: (value: unknown) => void;
	label: string;
	error?: string;
	disabled?: boolean;
}

interface Props<T> {
	entity: string;
	names: string[];
	/** The row being changed; absent: a new one. */
	row?: T & { version?: number };
	initial?: Values;
	project?: number;
	/** A field with an input of its own. */
	inputs?: Record<string, (props: InputProps) => ReactNode>;
	hints?: Record<string, string>;
	/** Titles of parts, each before the field where it begins. */
	headings?: Record<string, string>;
	/** Fields that are asked for and empty. */
	marked?: string[];
	hidden?: (values: Values) => string[];
	save: (changed: Values, version: number | undefined) => Promise<T>;
	onSaved?: (row: T) => void;
	onCancel?: () => void;
	columns?: number;
	saveText?: string;
	/** Below the fields, of what is typed so far. */
	more?: (values: Values) => ReactNode;
	readOnly?: boolean;
}

const LONG = 255;

function RefInput({
	info,
	project,
	value,
	onChange,
	...rest
}: InputProps & { info: FieldInfo; project?: number; required?: boolean; description?: string }) {
	const { t } = useTranslation();
	const known = useOptions(info.refers, project);
	// One that may not be read is still there.
	const options =
		value && !known.some((o) => o.value === String(value))
			? [...known, { value: String(value), label: `№ ${value}` }]
			: known;
	return (
		<Select
			{...rest}
			data={options}
			searchable
			clearable={!info.needed}
			placeholder={t("form.choose")}
			value={value ? String(value) : null}
			onChange={(v) => onChange(v ? Number(v) : null)}
		/>
	);
}

function FieldInput({
	entity,
	name,
	info,
	project,
	value,
	onChange,
	error,
	disabled,
	hint,
}: InputProps & { entity: string; name: string; info: FieldInfo; project?: number; hint?: string }) {
	const { t } = useTranslation();
	const common = { label: fieldLabel(entity, name), error, disabled, required: info.needed, description: hint, name };
	const text = (value as string | null) ?? "";
	switch (info.type) {
		case "bool":
			return (
				<Checkbox
					{...common}
					required={false}
					mt="xs"
					checked={!!value}
					onChange={(e) => onChange(e.currentTarget.checked)}
				/>
			);
		case "int":
		case "real":
			return (
				<NumberInput
					{...common}
					value={value as number}
					min={info.min}
					max={info.max}
					allowDecimal={info.type === "real"}
					onChange={(v) => onChange(v === "" ? null : Number(v))}
				/>
			);
		case "word":
			return (
				<Select
					{...common}
					data={(info.words ?? []).filter(Boolean).map((word) => ({ value: word, label: wordLabel(entity, name, word) }))}
					allowDeselect={false}
					clearable={!!info.null}
					placeholder={t("form.choose")}
					value={(value as string) ?? null}
					onChange={onChange}
				/>
			);
		case "ref":
			return <RefInput {...common} info={info} project={project} value={value} onChange={onChange} />;
		case "date":
			return <TextInput {...common} type="date" value={text} onChange={(e) => onChange(e.currentTarget.value || null)} />;
		case "time":
			return (
				<TextInput
					{...common}
					type="datetime-local"
					value={value ? toLocalInput(value as number) : ""}
					onChange={(e) => onChange(e.currentTarget.value ? new Date(e.currentTarget.value).getTime() : null)}
				/>
			);
		default: {
			if (info.secret)
				return (
					<PasswordInput
						{...common}
						autoComplete="new-password"
						description={hint ?? t("form.secret")}
						value={text}
						onChange={(e) => onChange(e.currentTarget.value)}
					/>
				);
			const set = (v: string) => onChange(v === "" && info.null ? null : v);
			if ((info.max ?? 0) > LONG && info.type === "str")
				return <Textarea {...common} maxLength={info.max} value={text} onChange={(e) => set(e.currentTarget.value)} />;
			return (
				<TextInput
					{...common}
					type={info.type === "email" ? "email" : info.type === "phone" ? "tel" : "text"}
					maxLength={info.max || undefined}
					value={text}
					onChange={(e) => set(e.currentTarget.value)}
				/>
			);
		}
	}
}

/** Only what differs is sent, so two people who change different fields do not meet. */
function changedOf(values: Values, row: Values | undefined, names: string[]): Values {
	return Object.fromEntries(
		names
			.filter((n) => values[n] !== undefined && JSON.stringify(values[n]) !== JSON.stringify(row?.[n]))
			.map((n) => [n, values[n]]),
	);
}

/** What the browser finds wrong, a text's key per field: it would say it in its own language, and over the field. */
function faultsOf(form: HTMLFormElement): Record<string, string> {
	const faults: Record<string, string> = {};
	for (const input of form.elements) {
		const { validity } = input as HTMLInputElement;
		const name = input.closest<HTMLElement>("[data-field]")?.dataset.field;
		if (!name || !validity || validity.valid) continue;
		faults[name] ??= validity.valueMissing ? "error.required" : validity.typeMismatch ? "error.email" : "error.type";
	}
	return faults;
}

/** The field that is wrong comes into sight, ready to be mended; a list of choices would open over what is said of it. */
function showField(form: HTMLFormElement | null, name: string) {
	const field = form?.querySelector(`[data-field="${name}"]`);
	field?.querySelector<HTMLElement>("input:not([aria-haspopup]), textarea")?.focus({ preventScroll: true });
	field?.scrollIntoView({ block: "center" });
}

export function EntityForm<T>(props: Props<T>) {
	const {
		entity,
		names,
		row,
		initial,
		project,
		inputs,
		hints,
		headings,
		marked,
		hidden,
		save,
		onSaved,
		onCancel,
		columns = 1,
		saveText,
		readOnly,
	} = props;
	const { t } = useTranslation();
	const [values, setValues] = useState<Values>({ ...initial, ...(row as Values) });
	const [from, setFrom] = useState(row);
	const [seen, setSeen] = useState(row);
	const [taken, setTaken] = useState(0);
	const [failed, setFailed] = useState<ApiError | null>(null);
	const [faults, setFaults] = useState<Record<string, string>>({});
	const [busy, setBusy] = useState(false);
	const form = useRef<HTMLFormElement>(null);
	const known = names
		.map((name) => ({ name, info: fieldInfo(entity, name) }))
		.filter((f): f is { name: string; info: FieldInfo } => !!f.info);
	const off = hidden?.(values) ?? [];
	const fields = known.map((f) => f.name);
	const changed = changedOf(values, from as Values | undefined, fields);
	function take(fresh: typeof row) {
		setFrom(fresh);
		setValues({ ...initial, ...(fresh as Values) });
		if (Object.keys(changedOf(fresh as Values, from as Values, fields)).length) setTaken(taken + 1);
	}
	if (row !== seen) {
		setSeen(row);
		if (row && !Object.keys(changed).length) take(row);
	}
	// Somebody changed other fields of it: no reason to ask.
	const apart = row && from && !Object.keys(changedOf(row as Values, from as Values, fields)).length;

	async function run(what: Values, version: number | undefined) {
		setBusy(true);
		try {
			const saved = await save(what, version);
			setFailed(null);
			if (row) take({ ...from, ...saved } as typeof row);
			onSaved?.(saved);
		} catch (error) {
			setFailed(error instanceof ApiError ? error : new ApiError(0, "failed", String(error)));
		} finally {
			setBusy(false);
		}
	}
	function submit(e: FormEvent<HTMLFormElement>) {
		e.preventDefault();
		const found = faultsOf(e.currentTarget);
		setFaults(found);
		const [first] = Object.keys(found);
		if (first) return showField(e.currentTarget, first);
		run(row ? changed : changedOf(values, undefined, fields), (apart ? row : from)?.version);
	}
	const at = failed?.field;
	useEffect(() => {
		if (at) showField(form.current, at);
	}, [failed, at]);
	const general = failed && failed.status !== 412 && (!at || !known.some((f) => f.name === at));
	return (
		<form ref={form} onSubmit={submit} noValidate>
			<Stack gap="sm">
				{general && (
					<Alert color="red" role="alert" title={t("error.title")}>
						{errorText(failed)} {t("error.kept")}
					</Alert>
				)}
				{failed?.status === 412 && failed.current && (
					<StaleChoice
						entity={entity}
						project={project}
						mine={changed}
						current={failed.current}
						onChoose={(chosen) => {
							setValues({ ...(failed.current as Values), ...chosen });
							run(chosen, failed.current!.version as number);
						}}
					/>
				)}
				<SimpleGrid key={taken} cols={{ base: 1, sm: columns }} spacing="sm" verticalSpacing="sm">
					{known
						.filter((f) => !off.includes(f.name))
						.map(({ name, info }) => {
							const input: InputProps = {
								value: values[name],
								onChange: (value) => {
									setValues((v) => ({ ...v, [name]: value }));
									if (faults[name]) setFaults(Object.fromEntries(Object.entries(faults).filter(([n]) => n !== name)));
								},
								label: fieldLabel(entity, name),
								error: faults[name] ? t(faults[name]) : at === name ? errorText(failed) : undefined,
								disabled: readOnly || (!!row && info.fixed) || info.given,
							};
							const own = inputs?.[name];
							return (
								<Fragment key={name}>
									{headings?.[name] && (
										<Title order={2} size="h5" mt="xs" style={{ gridColumn: "1 / -1" }}>
											{headings[name]}
										</Title>
									)}
									<div data-field={name} className={marked?.includes(name) ? "marked" : undefined}>
										{own ? (
											own(input)
										) : (
											<FieldInput
												{...input}
												entity={entity}
												name={name}
												info={info}
												project={project}
												hint={hints?.[name]}
											/>
										)}
									</div>
								</Fragment>
							);
						})}
				</SimpleGrid>
				{props.more?.(values)}
				{!readOnly && (
					<Group justify="flex-end" gap="xs" className={headings && "form-foot"}>
						{onCancel && (
							<Button variant="default" onClick={onCancel}>
								{t("cancel")}
							</Button>
						)}
						<Button type="submit" loading={busy} disabled={!!row && Object.keys(changed).length === 0}>
							{saveText ?? t("save")}
						</Button>
					</Group>
				)}
			</Stack>
		</form>
	);
}
