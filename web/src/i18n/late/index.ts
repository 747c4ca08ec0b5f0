// SPDX-License-Identifier: GPL-3.0-or-later
// All texts that come with the screens they belong to (addTexts); for the test that reads every text.
import { queue } from "./queue";

export const late = { ...queue };
