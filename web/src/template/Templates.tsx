// SPDX-License-Identifier: GPL-3.0-or-later
import { TemplateList } from "./TemplateList";

export function Templates() {
	return <TemplateList />;
}
