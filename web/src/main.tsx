// SPDX-License-Identifier: GPL-3.0-or-later
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./app/house.css";
import { MantineProvider, useMatches } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { queries } from "./app/queries";
import { fetchPage, router } from "./app/routes";
import { meQuery } from "./app/session";
import { nonce, theme } from "./app/theme";
import { firstTexts } from "./i18n";

// Styles that lock scrolling under a drawer are made by a library below Mantine.
setNonce(nonce());

/** Where they cover nothing one works with: a drawer's head and buttons are on the right, a telephone's bar is below. */
function Notices() {
	const position = useMatches({ base: "top-center", sm: "bottom-left" } as const);
	return <Notifications position={position} limit={4} />;
}

const root = createRoot(document.getElementById("root")!);
// The words, the page and whose it is are asked for at once.
const needed = [firstTexts(), fetchPage(location.pathname)];
if (!/^\/(login|reset|r|tickets|wall)(\/|$)/.test(location.pathname)) void queries.prefetchQuery(meQuery);
Promise.all(needed).then(() =>
	root.render(
		<StrictMode>
			<MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
				<Notices />
				<QueryClientProvider client={queries}>
					<RouterProvider router={router} />
				</QueryClientProvider>
			</MantineProvider>
		</StrictMode>,
	),
);
