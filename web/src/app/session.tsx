// SPDX-License-Identifier: GPL-3.0-or-later
// session.tsx - who is logged in and what they may do.
import { useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { ApiError, get, post, setOnLoggedOut } from "../api/client";
import { startEvents, stopEvents } from "../api/events";
import type { Me } from "../api/types";
import { setLanguage } from "../i18n";
import { Failed, PageSkeleton } from "../parts/states";

const Session = createContext<Me | null>(null);

export type Right =
	| "sit"
	| "see_projects"
	| "run_project"
	| "hand_over"
	| "assign_pm"
	| "see_report"
	| "mark_report"
	| "discuss"
	| "judge_leads"
	| "correct"
	| "share_report"
	| "see_calls"
	| "listen"
	| "change_base"
	| "change_rules"
	| "open_card"
	| "write_card"
	| "see_base"
	| "write_script"
	| "see_customers"
	| "change_customers"
	| "see_users"
	| "change_users"
	| "see_colleagues"
	| "read_letters"
	| "set_up"
	| "see_audit"
	| "send_letters"
	| "send_events"
	| "use_mail"
	| "see_floor"
	| "export"
	| "use_api"
	| "decide"
	| "supervise"
	| "see_statistics"
	| "see_money"
	| "bill"
	| "set_price"
	| "issue"
	| "approve_price";

export function useMe(): Me {
	const me = useContext(Session);
	if (!me) throw new Error("no session");
	return me;
}

export function useMay() {
	const me = useContext(Session);
	return (right: Right) => !!me?.rights.includes(right);
}

export const meKey = ["/me"];
export const meQuery = { queryKey: meKey, queryFn: () => get("/me"), staleTime: Number.POSITIVE_INFINITY };

/** Where a person begins: the operator at the seat, the customer at his reports, the rest at the projects. */
export function home(me: Me): string {
	if (me.project_id) return `/projects/${me.project_id}/report`;
	if (me.role === "operator") return "/seat";
	if (me.role === "customer") return "/reports";
	return me.rights.includes("see_projects") ? "/projects" : "/profile";
}

export function SessionGate({ children }: { children: ReactNode }) {
	const queries = useQueryClient();
	const where = useLocation();
	const navigate = useNavigate();
	const { setColorScheme } = useMantineColorScheme();
	const { data: me, error, refetch } = useQuery(meQuery);
	const id = me?.id;

	useEffect(() => {
		if (!me) return;
		setLanguage(me.language === "en" ? "en" : "ru");
		setColorScheme(me.theme === "light" || me.theme === "dark" ? me.theme : "auto");
	}, [me, setColorScheme]);
	useEffect(() => {
		if (id === undefined) return;
		startEvents(queries);
		return () => stopEvents();
	}, [id, queries]);
	useEffect(() => {
		setOnLoggedOut(() => {
			stopEvents(true);
			queries.clear();
			navigate(`/login?over=1&to=${encodeURIComponent(location.pathname + location.search)}`);
		});
	}, [navigate, queries]);

	if (error instanceof ApiError && error.status === 401)
		return (
			<Navigate
				to={where.pathname === "/" ? "/login" : `/login?to=${encodeURIComponent(where.pathname + where.search)}`}
				replace
			/>
		);
	if (error && !me) return <Failed error={error} retry={refetch} />;
	if (!me) return <PageSkeleton />;
	return <Session.Provider value={me}>{children}</Session.Provider>;
}

export function useLogout() {
	const queries = useQueryClient();
	const navigate = useNavigate();
	return async () => {
		await post("/logout").catch(() => undefined);
		stopEvents(true);
		queries.clear();
		navigate("/login");
	};
}
