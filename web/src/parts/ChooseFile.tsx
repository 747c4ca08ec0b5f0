// SPDX-License-Identifier: GPL-3.0-or-later
// ChooseFile.tsx - Mantine's FileButton, but the same file can be chosen again: after a failed upload it is the one that is wanted.
import { FileButton, type FileButtonProps } from "@mantine/core";
import { useRef } from "react";

export function ChooseFile<Multiple extends boolean = false>({ onChange, ...rest }: FileButtonProps<Multiple>) {
	const reset = useRef<() => void>(null);
	return (
		<FileButton
			{...rest}
			resetRef={reset}
			onChange={(chosen) => {
				onChange(chosen);
				reset.current?.();
			}}
		/>
	);
}
