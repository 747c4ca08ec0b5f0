// SPDX-License-Identifier: GPL-3.0-or-later
// Prose.tsx - a plain text set as people wrote it: an empty line parts paragraphs, «- » begins an item, «# » a heading. Never markup: React's
// own text nodes all of it, so nothing in it can be anything but words.
import { Box, List, Text, Title } from "@mantine/core";

interface Block {
	kind: "heading" | "list" | "text";
	lines: string[];
}

export function blocksOf(text: string): Block[] {
	const blocks: Block[] = [];
	let open: Block | null = null;
	for (const line of text.replaceAll("\r", "").split("\n")) {
		const kind = line.startsWith("# ") ? "heading" : line.startsWith("- ") ? "list" : "text";
		const words = kind === "text" ? line.trim() : line.slice(2).trim();
		if (!words) open = null;
		else if (open && open.kind === kind && kind !== "heading") open.lines.push(words);
		else {
			open = { kind, lines: [words] };
			blocks.push(open);
		}
	}
	return blocks;
}

export function Prose({ text }: { text: string }) {
	return (
		<Box>
			{blocksOf(text).map((block, i) =>
				block.kind === "heading" ? (
					<Title order={5} key={i}>
						{block.lines[0]}
					</Title>
				) : block.kind === "list" ? (
					<List size="sm" key={i} mb="xs">
						{block.lines.map((line, k) => (
							<List.Item key={k}>{line}</List.Item>
						))}
					</List>
				) : (
					<Text size="sm" key={i} mb="xs" style={{ whiteSpace: "pre-line" }}>
						{block.lines.join("\n")}
					</Text>
				),
			)}
		</Box>
	);
}
