// SPDX-License-Identifier: GPL-3.0-or-later
// routes.tsx - the map of the screens. Each is fetched when it is first opened.
import { type ComponentType, lazy, useState } from "react";
import { createBrowserRouter, matchRoutes, Navigate, type RouteObject } from "react-router";
import { restOfTexts } from "../i18n";
import { Broken, Missing } from "../parts/states";
import { home, useMe } from "./session";
import { Bare, Shell } from "./shell";

type Load<N extends string> = () => Promise<Record<N, ComponentType>>;

/** The pages' own loading, by their paths. */
const loads = new Map<string, () => Promise<unknown>>();

/** A page that is here is shown at once: what React once showed as waited for it holds back for a third of a second. Each page has a key of its
 * own, or the next one would be taken for this one. */
function Shown({ of }: { of: { here?: ComponentType; later: ComponentType } }) {
	const [Page] = useState(() => of.here ?? of.later);
	return <Page />;
}

/** A page whose words are among the first: what a person opens with a link or a shift, and should not wait for. */
function first<N extends string>(path: string, load: Load<N>, name: N): RouteObject {
	const fetchIt = async () => {
		of.here = (await load())[name] as ComponentType;
		return { default: of.here };
	};
	const of: { here?: ComponentType; later: ComponentType } = { later: lazy(fetchIt) };
	loads.set(path, fetchIt);
	return { path, element: <Shown key={path} of={of} />, errorElement: <Broken /> };
}

function page<N extends string>(path: string, load: Load<N>, name: N): RouteObject {
	return first(path, async () => (await Promise.all([load(), restOfTexts()]))[0], name);
}

function Home() {
	return <Navigate to={home(useMe())} replace />;
}

/** Fetch the page at an address before it is shown; what fails is tried again, and told, when it is. */
export async function fetchPage(address: string) {
	const paths = [...loads.keys()].map((path) => ({ path }));
	const path = matchRoutes(paths, address)?.at(-1)?.route.path;
	await loads
		.get(path ?? "")?.()
		.catch(() => undefined);
}

export const router = createBrowserRouter([
	{
		errorElement: <Broken />,
		children: [
			first("/login", () => import("../user/Login"), "Login"),
			first("/reset", () => import("../user/Reset"), "Reset"),
			first("/r/:token", () => import("../report/OpenLink"), "OpenLink"),
			page("/d/:token", () => import("../change/DecisionPage"), "DecisionPage"),
			page("/wall", () => import("../wall/Wall"), "Wall"),
			first("/tickets/:token", () => import("../user/Ticket"), "Ticket"),
		],
	},
	{
		element: <Shell />,
		errorElement: <Broken />,
		children: [
			{ path: "/", element: <Home /> },
			page("/profile", () => import("../user/Profile"), "Profile"),
			page("/papers", () => import("../money/Papers"), "Papers"),
			page("/received", () => import("../portal/Received"), "Received"),
			page("/colleagues", () => import("../portal/Colleagues"), "Colleagues"),
			page("/users", () => import("../user/Users"), "Users"),
			page("/customers", () => import("../customer/Customers"), "Customers"),
			first("/reports", () => import("../report/Reports"), "Reports"),
			page("/projects", () => import("../project/Projects"), "Projects"),
			page("/projects/:id", () => import("../project/ProjectPage"), "ProjectPage"),
			page("/projects/:id/:tab", () => import("../project/ProjectPage"), "ProjectPage"),
			first("/projects/:id/report", () => import("../report/Report"), "Report"),
			page("/projects/:id/report/calls", () => import("../report/ReportCalls"), "ReportCalls"),
			page("/handovers", () => import("../handover/Handovers"), "Handovers"),
			page("/calls", () => import("../call/Calls"), "Calls"),
			page("/people/:id", () => import("../statistics/PersonCard"), "PersonCard"),
			page("/people/:id/day", () => import("../statistics/PersonDay"), "PersonDay"),
			page("/letters/schedules", () => import("../letter/Schedules"), "Schedules"),
			page("/statistics", () => import("../statistics/Statistics"), "Statistics"),
			page("/callbacks", () => import("../call/Callbacks"), "Callbacks"),
			page("/missed", () => import("../inbound/Missed"), "Missed"),
			page("/trunks", () => import("../trunk/Trunks"), "Trunks"),
			page("/trunks/:tab", () => import("../trunk/Trunks"), "Trunks"),
			page("/settings", () => import("../setting/Settings"), "Settings"),
			page("/mail", () => import("../mail/Mail"), "Mail"),
			page("/mailboxes", () => import("../mail/Mailboxes"), "Mailboxes"),
			page("/webhooks", () => import("../webhook/Webhooks"), "Webhooks"),
			page("/templates", () => import("../template/Templates"), "Templates"),
			page("/letters", () => import("../letter/Letters"), "Letters"),
			page("/floor", () => import("../floor/Floor"), "Floor"),
			page("/walls", () => import("../wall/Walls"), "Walls"),
			page("/hours", () => import("../floor/Hours"), "Hours"),
			page("/audit", () => import("../audit/Audit"), "Audit"),
			page("/jobs", () => import("../job/Jobs"), "Jobs"),
			page("/nodes", () => import("../node/Nodes"), "Nodes"),
			page("/do-not-call", () => import("../contact/DoNotCall"), "DoNotCall"),
			page("/consents", () => import("../rule/Consents"), "Consents"),
			page("/rules", () => import("../rule/Rules"), "Rules"),
			page("/headset", () => import("../seat/Headset"), "Headset"),
			{ path: "*", element: <Missing /> },
		],
	},
	{
		element: <Bare />,
		errorElement: <Broken />,
		children: [first("/seat", () => import("../seat/Seat"), "Seat")],
	},
]);
