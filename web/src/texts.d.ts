// SPDX-License-Identifier: GPL-3.0-or-later
// texts.d.ts - what vite.config.ts makes of src/i18n/texts for one language.
declare module "virtual:first-*" {
	const texts: Record<string, string>;
	export default texts;
}
declare module "virtual:rest-*" {
	const texts: Record<string, string>;
	export default texts;
}
declare module "virtual:said-*" {
	const said: Record<string, string>;
	export default said;
}
