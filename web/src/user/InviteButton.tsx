// SPDX-License-Identifier: GPL-3.0-or-later
// InviteButton.tsx - writes to a person that he may choose a password; where no letter can go, the link is shown to be handed over.
import { Button, CopyButton, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useChange } from "../api/hooks";
import { tell, tellError } from "../parts/states";

export function InviteButton({ path, id }: { path: "/users/{id}/invite" | "/colleagues/{id}/invite"; id: number }) {
	const { t } = useTranslation();
	const [link, setLink] = useState("");
	const invite = useChange(
		() => post(path, { id }),
		["user", "colleague"],
		(answer) => (answer.link ? setLink(answer.link) : tell(t("users.invited"))),
	);
	if (link)
		return (
			<Group gap="xs" align="end" w="100%">
				<TextInput flex={1} readOnly value={link} label={t("users.link")} onFocus={(e) => e.target.select()} />
				<CopyButton value={link}>
					{({ copied, copy }) => (
						<Button variant="default" onClick={copy}>
							{t(copied ? "copied" : "copy")}
						</Button>
					)}
				</CopyButton>
			</Group>
		);
	return (
		<Button variant="default" onClick={() => invite.mutate(undefined, { onError: tellError })} loading={invite.isPending}>
			{t("users.invite")}
		</Button>
	);
}
