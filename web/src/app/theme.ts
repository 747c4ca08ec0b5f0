// SPDX-License-Identifier: GPL-3.0-or-later
// theme.ts - one accent, the system's font, 14 px tables, tight but calm spacing.
import {
	Badge,
	Button,
	createTheme,
	defaultVariantColorsResolver,
	type MantineColorsTuple,
	Modal,
	NumberInput,
	Select,
	Table,
	Tabs,
	Textarea,
	TextInput,
	Tooltip,
	type VariantColorsResolver,
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

// The library's light and coloured texts are too pale to be read by everyone (WCAG AA asks for 4.5:1).
const readable: VariantColorsResolver = (input) => {
	const given = defaultVariantColorsResolver(input);
	const color = input.color?.split(".")[0] ?? "bell";
	const known = color in input.theme.colors && color !== "dark";
	if (!known) return given;
	if (input.variant === "light" || input.variant === "subtle")
		return {
			...given,
			color: `light-dark(color-mix(in srgb, var(--mantine-color-${color}-9) 72%, black), var(--mantine-color-${color}-2))`,
		};
	if (input.variant === "filled" && color !== "bell" && color !== "yellow" && !input.color?.includes("."))
		return {
			...given,
			background: `var(--mantine-color-${color}-9)`,
			hover: `color-mix(in srgb, var(--mantine-color-${color}-9) 88%, black)`,
		};
	return given;
};

export const theme = createTheme({
	variantColorResolver: readable,
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
