// SPDX-License-Identifier: GPL-3.0-or-later
import { useEffect, useState } from "react";
import { serverNow } from "../api/client";

/** The server's time, drawn again every so often. */
export function useNow(every = 1000): number {
	const [now, setNow] = useState(serverNow);
	useEffect(() => {
		const timer = setInterval(() => setNow(serverNow()), every);
		return () => clearInterval(timer);
	}, [every]);
	return now;
}
