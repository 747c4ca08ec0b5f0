// SPDX-License-Identifier: GPL-3.0-or-later
// shell.tsx - the frame of all office screens: navigation by rights, search, the state of the connection.
import {
	ActionIcon,
	AppShell,
	Avatar,
	Box,
	Burger,
	Group,
	Menu,
	NavLink,
	Text,
	Tooltip,
	UnstyledButton,
	useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import {
	IconAdjustments,
	IconBuilding,
	IconChartBar,
	IconClockHour4,
	IconFileInvoice,
	IconFileText,
	IconFolders,
	IconGavel,
	IconHeadset,
	IconHistory,
	IconInbox,
	IconLayoutGrid,
	IconListCheck,
	IconLogout,
	IconMail,
	IconMailCog,
	IconMicrophone,
	IconMoon,
	IconPhone,
	IconPhoneCalling,
	IconPhoneOff,
	IconPhoneX,
	IconRouteAltLeft,
	IconSearch,
	IconServer2,
	IconSun,
	IconTemplate,
	IconTransfer,
	IconUser,
	IconUsers,
	IconWebhook,
	IconWritingSign,
} from "@tabler/icons-react";
import { type ComponentType, Suspense, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { useServerEvent, useStreamUp } from "../api/events";
import { setLanguage, t } from "../i18n";
import { Bell } from "../notification/Bell";
import { PageSkeleton, tell } from "../parts/states";
import { PhoneBar } from "../portal/PhoneBar";
import { Alarms } from "./alarms";
import { Palette } from "./palette";
import { type Right, SessionGate, useLogout, useMay, useMe } from "./session";

export interface Place {
	to: string;
	text: string;
	/** On the bar of a telephone. */
	short?: string;
	right?: Right;
	icon: ComponentType<{ size?: number; stroke?: number }>;
	group: "work" | "office" | "system";
	hidden?: (role: string) => boolean;
}

export const places: Place[] = [
	{ to: "/seat", text: "nav.seat", right: "sit", icon: IconHeadset, group: "work" },
	{
		to: "/projects",
		text: "nav.projects",
		right: "see_projects",
		icon: IconFolders,
		group: "work",
		hidden: (r) => r === "customer" || r === "operator",
	},
	{
		to: "/handovers",
		text: "nav.handovers",
		right: "hand_over",
		icon: IconTransfer,
		group: "work",
		hidden: (r) => r === "project_manager",
	},
	{
		to: "/reports",
		text: "nav.reports",
		right: "see_report",
		icon: IconFileText,
		group: "work",
		hidden: (r) => r === "customer",
	},
	{ to: "/reports", text: "nav.mine", short: "nav.mine.short", right: "read_letters", icon: IconFolders, group: "work" },
	{ to: "/received", text: "nav.received", right: "read_letters", icon: IconMail, group: "work" },
	{ to: "/calls", text: "nav.calls", right: "see_calls", icon: IconPhone, group: "work" },
	{
		to: "/callbacks",
		text: "nav.callbacks",
		right: "open_card",
		icon: IconPhoneCalling,
		group: "work",
	},
	{
		to: "/missed",
		text: "nav.missed",
		right: "open_card",
		icon: IconPhoneX,
		group: "work",
		hidden: (r) => r === "sales_manager",
	},
	{ to: "/statistics", text: "nav.statistics", right: "see_statistics", icon: IconChartBar, group: "work" },
	{ to: "/mail", text: "nav.mail", right: "use_mail", icon: IconInbox, group: "work" },
	{ to: "/floor", text: "nav.floor", right: "see_floor", icon: IconLayoutGrid, group: "work" },
	{ to: "/hours", text: "nav.hours", right: "see_floor", icon: IconClockHour4, group: "work" },
	{
		to: "/customers",
		text: "nav.customers",
		right: "see_customers",
		icon: IconBuilding,
		group: "office",
		hidden: (r) => r === "customer",
	},
	{
		to: "/papers",
		text: "nav.papers",
		short: "nav.papers.short",
		right: "see_money",
		icon: IconFileInvoice,
		group: "office",
	},
	{
		to: "/colleagues",
		text: "nav.colleagues",
		short: "nav.colleagues.short",
		right: "see_colleagues",
		icon: IconUsers,
		group: "office",
	},
	{ to: "/users", text: "nav.users", right: "see_users", icon: IconUsers, group: "office" },
	{ to: "/do-not-call", text: "nav.do_not_call", right: "change_base", icon: IconPhoneOff, group: "office" },
	{ to: "/consents", text: "nav.consents", right: "change_base", icon: IconWritingSign, group: "office" },
	{ to: "/rules", text: "nav.rules", right: "run_project", icon: IconGavel, group: "office" },
	{ to: "/templates", text: "nav.templates", right: "run_project", icon: IconTemplate, group: "office" },
	{ to: "/letters", text: "nav.letters", right: "send_letters", icon: IconMail, group: "office" },
	{ to: "/mailboxes", text: "nav.mailboxes", right: "set_up", icon: IconMailCog, group: "system" },
	{ to: "/webhooks", text: "nav.webhooks", right: "send_events", icon: IconWebhook, group: "system" },
	{ to: "/trunks", text: "nav.trunks", right: "set_up", icon: IconRouteAltLeft, group: "system" },
	{ to: "/settings", text: "nav.settings", right: "set_up", icon: IconAdjustments, group: "system" },
	{ to: "/jobs", text: "nav.jobs", right: "set_up", icon: IconListCheck, group: "system" },
	{ to: "/nodes", text: "nav.nodes", right: "set_up", icon: IconServer2, group: "system" },
	{ to: "/audit", text: "nav.audit", right: "see_audit", icon: IconHistory, group: "system" },
];

export function usePlaces(): Place[] {
	const may = useMay();
	const me = useMe();
	return places.filter((place) => (!place.right || may(place.right)) && !place.hidden?.(me.role));
}

/** So many places are read at a glance: they need no headings. */
const FEW = 8;

function Navigation({ close }: { close: () => void }) {
	const { t } = useTranslation();
	const where = useLocation();
	const shown = usePlaces();
	return (
		<Box component="nav" className="nav" aria-label={t("nav.menu")}>
			{(["work", "office", "system"] as const).map((group) => {
				const items = shown.filter((place) => place.group === group);
				if (!items.length) return null;
				return (
					<Box key={group} mb="sm">
						{shown.length > FEW && (
							<Text size="xs" c="dimmed" fw={600} px={12} py={4}>
								{t(`nav.${group}`)}
							</Text>
						)}
						{items.map((place) => (
							<NavLink
								key={place.to}
								component={Link}
								to={place.to}
								label={t(place.text)}
								leftSection={<place.icon size={18} stroke={1.6} />}
								active={where.pathname === place.to || where.pathname.startsWith(`${place.to}/`)}
								onClick={close}
								py={6}
							/>
						))}
					</Box>
				);
			})}
		</Box>
	);
}

/** stays: he is in a call, and may not log out of it. */
export function PersonMenu({ stays = false }: { stays?: boolean }) {
	const { t, i18n } = useTranslation();
	const me = useMe();
	const may = useMay();
	const logout = useLogout();
	const { colorScheme, setColorScheme } = useMantineColorScheme();
	const dark = colorScheme === "dark";
	return (
		<Menu position="bottom-end" width={230}>
			<Menu.Target>
				<UnstyledButton aria-label={me.name ?? t("nav.profile")}>
					<Avatar size={30} color="bell" aria-hidden="true">
						<IconUser size={18} stroke={1.8} />
					</Avatar>
				</UnstyledButton>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>
					{me.name ?? t("link.guest")} {me.role && `· ${t(`role:${me.role}`)}`}
				</Menu.Label>
				{!me.project_id && (
					<Menu.Item component={Link} to="/profile" leftSection={<IconUser size={16} />}>
						{t("nav.profile")}
					</Menu.Item>
				)}
				{may("sit") && (
					<Menu.Item component={Link} to="/headset" leftSection={<IconMicrophone size={16} />}>
						{t("nav.headset")}
					</Menu.Item>
				)}
				<Menu.Item
					leftSection={dark ? <IconSun size={16} /> : <IconMoon size={16} />}
					onClick={() => setColorScheme(dark ? "light" : "dark")}
				>
					{t(dark ? "theme.light" : "theme.dark")}
				</Menu.Item>
				<Menu.Item
					leftSection={<Text size="xs">{i18n.language === "ru" ? "EN" : "RU"}</Text>}
					onClick={() => setLanguage(i18n.language === "ru" ? "en" : "ru")}
				>
					{i18n.language === "ru" ? "English" : "Русский"}
				</Menu.Item>
				<Menu.Divider />
				<Menu.Item leftSection={<IconLogout size={16} />} onClick={logout} disabled={stays}>
					{t("nav.logout")}
				</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}

/** So long a stream may be down unsaid: a page that has just opened connects meanwhile. */
const A_BLINK_MS = 2000;

export function StreamState() {
	const { t } = useTranslation();
	const up = useStreamUp();
	const [long, setLong] = useState(false);
	useEffect(() => {
		if (up) return setLong(false);
		const timer = setTimeout(() => setLong(true), A_BLINK_MS);
		return () => clearTimeout(timer);
	}, [up]);
	if (!long) return null;
	return (
		<Box bg="yellow.3" c="black" px="md" py={3} fz={13} role="status">
			{t("stream.down")}
		</Box>
	);
}

/** Promises that became due: one's own, or anybody's for those who look after them. */
function useCallbackReminders() {
	const may = useMay();
	const all = may("change_base");
	useServerEvent(
		useCallback(
			(event) => {
				if (event.entity !== "callback" || event.verb !== "due") return;
				const { own, company } = event.body as { own: boolean; company: string | null };
				if (!own && !all) return;
				tell(t(own ? "callback.due.own" : "callback.due.any", { company: company ?? t("callback.due.nameless") }), 15_000);
			},
			[all],
		),
	);
}

/** A project that sales handed over, to whoever says who leads it; a project that is one's own from now on. */
function useHandoverNews() {
	useServerEvent(
		useCallback((event) => {
			if (event.entity !== "handover" || (event.verb !== "waits" && event.verb !== "yours")) return;
			tell(t(`handover.news.${event.verb}`, { project: (event.body as { project: string }).project }), 15_000);
		}, []),
	);
}

function Frame() {
	const { t } = useTranslation();
	const [opened, { toggle, close }] = useDisclosure(false);
	const where = useLocation();
	const me = useMe();
	const link = !!me.project_id;
	const thumb = !link && me.role === "customer";
	const shown = usePlaces();
	useCallbackReminders();
	useHandoverNews();
	useEffect(() => {
		document.title = t("zvonar");
		if (where.pathname) close();
	}, [where.pathname, close, t]);
	return (
		<AppShell
			header={{ height: 48 }}
			footer={thumb ? { height: { base: 56, md: 0 } } : undefined}
			navbar={{ width: 208, breakpoint: "md", collapsed: { mobile: !opened, desktop: link } }}
			padding={0}
			transitionDuration={0}
		>
			<AppShell.Header>
				<Group h="100%" px="sm" justify="space-between" wrap="nowrap">
					<Group gap="xs" wrap="nowrap">
						{!link && !thumb && (
							<Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t("nav.menu")} />
						)}
						<Group component={Link} {...{ to: "/" }} gap={8} wrap="nowrap" c="inherit" td="none">
							<img src="/bell.svg" width={26} height={26} alt="" />
							<Text fw={700}>{t("zvonar")}</Text>
						</Group>
					</Group>
					<Group gap="xs" wrap="nowrap">
						{!link && (
							<Tooltip label={t("palette.open")}>
								<ActionIcon
									variant="default"
									w={{ base: 36, sm: 190 }}
									h={32}
									onClick={spotlight.open}
									aria-label={`${t("search")} Ctrl K`}
								>
									<Group justify="space-between" w="100%" px={8} wrap="nowrap">
										<IconSearch size={16} />
										<Text size="xs" c="dimmed" visibleFrom="sm">
											{t("search")} <span className="key">Ctrl</span> <span className="key">K</span>
										</Text>
									</Group>
								</ActionIcon>
							</Tooltip>
						)}
						{!link && <Bell />}
						<PersonMenu />
					</Group>
				</Group>
			</AppShell.Header>
			{!link && (
				<AppShell.Navbar p={6} style={{ overflowY: "auto" }}>
					<Navigation close={close} />
				</AppShell.Navbar>
			)}
			{thumb && <PhoneBar places={shown} />}
			<AppShell.Main id="content" tabIndex={-1}>
				<StreamState />
				<Alarms />
				<Suspense fallback={<PageSkeleton />}>
					<Outlet />
				</Suspense>
			</AppShell.Main>
		</AppShell>
	);
}

export function Shell() {
	const { t } = useTranslation();
	return (
		<SessionGate>
			<a className="skip" href="#content">
				{t("skip.to_content")}
			</a>
			<Palette />
			<Frame />
		</SessionGate>
	);
}

function Reminders() {
	useCallbackReminders();
	return null;
}

/** Screens that fill the window themselves: the seat. */
export function Bare() {
	return (
		<SessionGate>
			<Palette />
			<Reminders />
			<Suspense fallback={<PageSkeleton />}>
				<Outlet />
			</Suspense>
		</SessionGate>
	);
}
