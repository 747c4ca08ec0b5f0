// SPDX-License-Identifier: GPL-3.0-or-later
// texts.d.ts - what vite.config.ts makes of src/i18n/texts for one language.
declare module "virtual:texts-*" {
	const pack: { texts: Record<string, string>; said: Record<string, string> };
	export default pack;
}
