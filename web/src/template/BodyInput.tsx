// SPDX-License-Identifier: GPL-3.0-or-later
// BodyInput.tsx - the words of a template, with a menu of merge fields that go where the cursor stands.
import { Button, Group, Input, Menu, Text, Textarea } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAll } from "../api/hooks";
import type { InputProps } from "../parts/form/EntityForm";

const names = [
	...["contact.company", "contact.city", "contact.industry", "contact.address", "contact.site"],
	...["person.name", "person.position", "operator.name", "operator.phone", "operator.email"],
	...["project.name", "customer.name", "customer.site", "customer.phone", "company.name", "today"],
];

export function BodyInput({ value, onChange, label, error, disabled, project }: InputProps & { project?: number }) {
	const { t } = useTranslation();
	const area = useRef<HTMLTextAreaElement>(null);
	const form = useAll("/projects/{project_id}/form_fields", { project_id: project ?? 0 }, "form_field", {}, !!project);
	const text = (value as string | null) ?? "";
	const insert = (name: string) => {
		const at = area.current?.selectionStart ?? text.length;
		const end = area.current?.selectionEnd ?? at;
		onChange(`${text.slice(0, at)}{${name}}${text.slice(end)}`);
		requestAnimationFrame(() => {
			area.current?.focus();
			area.current?.setSelectionRange(at + name.length + 2, at + name.length + 2);
		});
	};
	return (
		<Input.Wrapper label={label} error={error} required>
			<Group justify="space-between" my={4} wrap="nowrap">
				<Text size="xs" c="dimmed">
					{t("template.fallback.hint")}
				</Text>
				<Menu position="bottom-end" withinPortal>
					<Menu.Target>
						<Button size="compact-xs" variant="light" flex="none" leftSection={<IconBraces size={14} />} disabled={disabled}>
							{t("template.insert")}
						</Button>
					</Menu.Target>
					<Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
						{names.map((name) => (
							<Menu.Item key={name} onClick={() => insert(name)}>
								{t(`template.field:${name}`)}
							</Menu.Item>
						))}
						{form.rows
							.filter((f) => !f.archived)
							.map((f) => (
								<Menu.Item key={f.id} onClick={() => insert(`field.${f.key}`)}>
									{f.label}
								</Menu.Item>
							))}
					</Menu.Dropdown>
				</Menu>
			</Group>
			<Textarea
				ref={area}
				aria-label={label}
				name="body"
				autosize
				minRows={7}
				maxRows={16}
				value={text}
				disabled={disabled}
				error={!!error}
				onChange={(e) => onChange(e.currentTarget.value)}
			/>
		</Input.Wrapper>
	);
}
