// SPDX-License-Identifier: GPL-3.0-or-later
import type { TabProps } from "../project/ProjectPage";
import { TemplateList } from "./TemplateList";

export function TemplatesTab({ project }: TabProps) {
	return <TemplateList project={project.id} />;
}
