// SPDX-License-Identifier: GPL-3.0-or-later
// StepsList.tsx - a test of something outside (a mail server, a carrier), step by step, and the button that begins it.
import { Alert, Button, List, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useChange } from "../api/hooks";
import { tellError } from "./states";
import { Told } from "./Told";

interface Step {
	what: string;
	ok: boolean;
	detail?: string | null;
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
						{step.server && `${step.server === "oauth" ? "OAuth" : step.server.toUpperCase()} · `}
						{t(`step:${step.what}`)}
						{step.detail && (
							<Text span size="sm" c="dimmed">
								{" "}
								— <Told words={step.detail} />
							</Text>
						)}
					</List.Item>
				))}
			</List>
		</Alert>
	);
}

/** Of a row in its drawer. */
export function TestButton({
	entity,
	text,
	run,
}: {
	entity: string;
	text: string;
	run: () => Promise<{ ok: boolean; steps: Step[] }>;
}) {
	const test = useChange(run, [entity]);
	return (
		<>
			<Button
				mt="md"
				variant="light"
				loading={test.isPending}
				onClick={() => test.mutate(undefined, { onError: tellError })}
			>
				{text}
			</Button>
			{test.data && <StepsList ok={test.data.ok} steps={test.data.steps} />}
		</>
	);
}
