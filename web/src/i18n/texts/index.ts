// SPDX-License-Identifier: GPL-3.0-or-later
// All texts: key → [Russian, English].
import { amd } from "./amd";
import { common } from "./common";
import { fields } from "./fields";
import { inbound } from "./inbound";
import { office } from "./office";
import { pacing } from "./pacing";
import { people } from "./people";
import { project } from "./project";
import { report } from "./report";
import { script } from "./script";
import { seat } from "./seat";
import { sound } from "./sound";
import { words } from "./words";

export type Texts = Record<string, readonly [ru: string, en: string]>;
export const texts: Texts = {
	...amd,
	...common,
	...words,
	...fields,
	...people,
	...project,
	...pacing,
	...script,
	...report,
	...seat,
	...office,
	...inbound,
	...sound,
};
export { said } from "./said";
