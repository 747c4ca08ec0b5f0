// SPDX-License-Identifier: GPL-3.0-or-later
// CommunicationTab.tsx - what passed between us and the customer, the newest first. Calls, messengers and meetings are entered by a short form;
// letters come by themselves and stay as they are: what they came to is written beside them.
import { Button, Input, Popover, SegmentedControl, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "../app/session";
import { wordLabel } from "../i18n";
import { LetterView } from "../letter/Letters";
import { MailLetterById } from "../mail/MailLetter";
import { Questions } from "../mail/Questions";
import type { InputProps } from "../parts/form/EntityForm";
import { ListPage } from "../parts/form/ListPage";
import type { TabProps } from "../project/ProjectPage";

const hidden = {
	call: ["why", "agreement"],
	messenger: ["why", "agreement"],
	meeting: ["agreement"],
	letter: ["kind", "at", "whom", "why", "result"],
};
const entered = ["call", "messenger", "meeting"];

function KindInput({ value, onChange, label, error, disabled }: InputProps) {
	return (
		<Input.Wrapper label={label} error={error}>
			<Stack mt={4}>
				<SegmentedControl
					aria-label={label}
					value={value as string}
					onChange={onChange}
					disabled={disabled}
					data={entered.map((kind) => ({ value: kind, label: wordLabel("communication", "kind", kind) }))}
				/>
			</Stack>
		</Input.Wrapper>
	);
}

export function CommunicationTab({ project }: TabProps) {
	const { t } = useTranslation();
	const may = useMay();
	return (
		<ListPage
			inner
			entity="communication"
			path="/projects/{project_id}/communications"
			ids={{ project_id: project.id }}
			title={t("project.tab.log")}
			empty={t("communication.empty")}
			newText={t("communication.new")}
			right="run_project"
			actions={
				may("use_mail") && (
					<Popover width={380} position="bottom-end" trapFocus>
						<Popover.Target>
							<Button variant="default">{t("mail.questions")}</Button>
						</Popover.Target>
						<Popover.Dropdown>
							<Questions customer={project.customer_id} project={project.id} />
						</Popover.Dropdown>
					</Popover>
				)
			}
			columns={[
				{ name: "at", width: 150 },
				{ name: "kind", width: 130 },
				{ name: "whom", width: 200 },
				{ name: "result", grow: true, width: 280 },
				{ name: "agreement", width: 240 },
				{ name: "user_id", width: 180 },
			]}
			more={["why", "created_at", "id"]}
			form={["kind", "at", "whom", "why", "result", "agreement"]}
			initial={{ kind: "call", at: Date.now() }}
			inputs={{ kind: (p) => <KindInput {...p} /> }}
			hidden={(v) => hidden[v.kind as keyof typeof hidden]}
			hints={{
				why: t("communication.why.hint"),
				result: t("communication.result.hint"),
				agreement: t("communication.result.hint"),
			}}
			rowTitle={(r) => (r.kind === "letter" ? r.result : wordLabel("communication", "kind", r.kind))}
			rowMore={(r) =>
				r.letter_id && may("send_letters") ? (
					<LetterView id={r.letter_id} />
				) : r.mail_id && may("use_mail") ? (
					<MailLetterById id={r.mail_id} />
				) : null
			}
		/>
	);
}
