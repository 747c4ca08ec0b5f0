// SPDX-License-Identifier: GPL-3.0-or-later
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/client";

export const queries = new QueryClient({
	defaultOptions: {
		queries: {
			staleTime: 30_000,
			// A refusal does not become an answer by asking again; a lost connection may.
			retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.offline || error.status >= 502),
			refetchOnWindowFocus: false,
		},
	},
});
