// SPDX-License-Identifier: GPL-3.0-or-later
// Told.tsx - why something outside did not work: in the person's language where it is one of our sentences, and behind it what the
// other server said.
import { useEffect, useState } from "react";
import { sentence, sentences } from "../i18n";

function told(words: string): string {
	const whole = sentence(words);
	if (whole) return whole;
	const [ours = "", ...theirs] = words.split(": ");
	return [sentence(ours) ?? ours, ...theirs].join(": ");
}

export function Told({ words }: { words: string }) {
	const [read, setRead] = useState(false);
	useEffect(() => {
		sentences().then(() => setRead(true));
	}, []);
	return <>{read && told(words)}</>;
}
