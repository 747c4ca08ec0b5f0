// SPDX-License-Identifier: GPL-3.0-or-later
// All texts: key → [Russian, English]. The first are fetched before anything is shown: all that the log-in, the seat and the live report
// say. The rest come with the first page that is none of these.
import { alarm } from "./alarm";
import { amd } from "./amd";
import { card } from "./card";
import { change } from "./change";
import { common } from "./common";
import { correction } from "./correction";
import { erasure } from "./erasure";
import { fields } from "./fields";
import { handover } from "./handover";
import { inbound } from "./inbound";
import { ledger } from "./ledger";
import { mail } from "./mail";
import { money } from "./money";
import { node } from "./node";
import { notification } from "./notification";
import { office } from "./office";
import { pacing } from "./pacing";
import { people } from "./people";
import { portal } from "./portal";
import { project } from "./project";
import { prompt } from "./prompt";
import { queue } from "./queue";
import { report } from "./report";
import { reportForm } from "./report_form";
import { script } from "./script";
import { seat } from "./seat";
import { sound } from "./sound";
import { statistics } from "./statistics";
import { survey } from "./survey";
import { webhook } from "./webhook";
import { words } from "./words";

export type Texts = Record<string, readonly [ru: string, en: string]>;
export const first: Texts = { ...common, ...words, ...fields, ...people, ...alarm, ...report, ...seat };
export const rest: Texts = {
	...project,
	...handover,
	...pacing,
	...script,
	...change,
	...card,
	...notification,
	...office,
	...inbound,
	...prompt,
	...queue,
	...sound,
	...amd,
	...correction,
	...erasure,
	...ledger,
	...mail,
	...reportForm,
	...webhook,
	...node,
	...statistics,
	...survey,
	...money,
	...portal,
};
export { said } from "./said";
