// SPDX-License-Identifier: GPL-3.0-or-later
import { Alert, List, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Step {
	what: string;
	ok: boolean;
	detail?: string | null;
	code?: string | null;
	server?: string;
}

/** What a test did, step by step, and where it stopped. */
export function StepsList({ ok, steps }: { ok: boolean; steps: Step[] }) {
	const { t } = useTranslation();
	return (
		<Alert mt="sm" color={ok ? "teal" : "red"} title={t(ok ? "test.ok" : "test.failed")} role="status" data-testid="steps">
			<List size="sm" spacing={4}>
				{steps.map((step) => (
					<List.Item
						key={`${step.server}${step.what}`}
						icon={
							<ThemeIcon size={18} radius="xl" color={step.ok ? "teal" : "red"}>
								{step.ok ? <IconCheck size={12} /> : <IconX size={12} />}
							</ThemeIcon>
						}
					>
						{step.server && `${step.server.toUpperCase()}: `}
						{t(`step:${step.what}`, { defaultValue: step.what })}
						{step.detail && (
							<Text span size="sm" c="dimmed">
								{" "}
								— {step.code ? t(step.code, { defaultValue: step.detail }) : step.detail}
							</Text>
						)}
					</List.Item>
				))}
			</List>
		</Alert>
	);
}
