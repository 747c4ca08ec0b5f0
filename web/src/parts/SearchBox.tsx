// SPDX-License-Identifier: GPL-3.0-or-later
// SearchBox.tsx - the words a list is searched by. They live in the address: what changes there by itself (a view, «clear», the way back) is shown.
import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export function SearchBox({
	words,
	onSearch,
	w,
}: {
	words: string;
	onSearch: (words: string) => void;
	w: TextInputProps["w"];
}) {
	const { t } = useTranslation();
	const [text, setText] = useState(words);
	const [said, setSaid] = useState(words); // by us
	const [seen, setSeen] = useState(words); // in the address
	const say = useDebouncedCallback((now: string) => {
		setSaid(now);
		onSearch(now);
	}, 250);
	if (words !== seen) {
		setSeen(words);
		if (words !== said) {
			setSaid(words);
			setText(words);
		}
	}
	return (
		<TextInput
			type="search"
			w={w}
			leftSection={<IconSearch size={16} />}
			placeholder={t("search")}
			aria-label={t("search")}
			value={text}
			onChange={(e) => {
				setText(e.currentTarget.value);
				say(e.currentTarget.value);
			}}
		/>
	);
}
