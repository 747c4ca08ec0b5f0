// SPDX-License-Identifier: GPL-3.0-or-later
// NewDraft.tsx - sales begin a project for a customer; what there is to say about it comes next. The drawer stands beside the list and not in it: a
// list that loads, or has its first row, makes its buttons anew.
import { Button, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { post } from "../api/client";
import { useChange } from "../api/hooks";
import type { Handover } from "../api/types";
import { EntityForm } from "../parts/form/EntityForm";

/** Its button, for a list's makeAction, and its drawer. */
export function useNewDraft() {
	const { t } = useTranslation();
	const navigate = useNavigate();
	const [opened, { open, close }] = useDisclosure(false);
	const make = useChange(
		(values: Record<string, unknown>) => post("/handovers", {}, values),
		["handover", "project"],
		(made) => navigate(`/projects/${made.id}/handover`),
	);
	return {
		button: (
			<Button leftSection={<IconPlus size={16} />} onClick={open}>
				{t("handover.new")}
			</Button>
		),
		drawer: (
			<Drawer
				opened={opened}
				onClose={close}
				position="right"
				title={t("handover.new")}
				closeButtonProps={{ "aria-label": t("close") }}
				transitionProps={{ duration: 100 }}
			>
				<EntityForm<Handover>
					entity="project"
					names={["customer_id", "name", "type"]}
					initial={{ type: "cold_calls" }}
					save={(values) => make.mutateAsync(values)}
					onCancel={close}
				/>
			</Drawer>
		),
	};
}
