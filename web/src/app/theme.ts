// SPDX-License-Identifier: GPL-3.0-or-later
// theme.ts - one accent, the system's font, 14 px tables, tight but calm spacing.
import {
	Badge,
	Button,
	createTheme,
	type MantineColorsTuple,
	Modal,
	NumberInput,
	Select,
	Table,
	Tabs,
	Textarea,
	TextInput,
	Tooltip,
} from "@mantine/core";

const bell: MantineColorsTuple = [
	"#e9f5f6",
	"#d5e8ea",
	"#abd2d7",
	"#7dbbc3",
	"#59a8b2",
	"#3f98a4",
	"#2a848f",
	"#14707e",
	"#0c5f6b",
	"#044c56",
];

export const theme = createTheme({
	primaryColor: "bell",
	primaryShade: { light: 7, dark: 7 },
	colors: { bell },
	fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
	fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
	defaultRadius: "sm",
	cursorType: "pointer",
	headings: {
		fontWeight: "600",
		sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.125rem" }, h3: { fontSize: "1rem" } },
	},
	components: {
		Button: Button.extend({ defaultProps: { size: "sm" } }),
		TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
		NumberInput: NumberInput.extend({ defaultProps: { size: "sm" } }),
		Textarea: Textarea.extend({ defaultProps: { size: "sm", autosize: true, minRows: 2, maxRows: 12 } }),
		Select: Select.extend({ defaultProps: { size: "sm", comboboxProps: { transitionProps: { duration: 0 } } } }),
		Table: Table.extend({ defaultProps: { fz: 14, verticalSpacing: 6, highlightOnHover: true } }),
		Badge: Badge.extend({ defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 500, size: "md" } }),
		Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: true } }),
		Modal: Modal.extend({ defaultProps: { transitionProps: { duration: 80 }, centered: true } }),
		Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
	},
});

/** The nonce of this page's Content-Security-Policy; styles made while running carry it. */
export const nonce = () => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
