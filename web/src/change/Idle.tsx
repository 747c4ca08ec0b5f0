// SPDX-License-Identifier: GPL-3.0-or-later
import { useTranslation } from "react-i18next";

/** How long a project stood, of its calling hours. */
export function Idle({ minutes }: { minutes: number }) {
	const { t } = useTranslation();
	return <>{t("stop.idle", { h: Math.floor(minutes / 60), min: minutes % 60 })}</>;
}
