// SPDX-License-Identifier: GPL-3.0-or-later
// Offered.tsx - a call rings at this seat: who it is, and whether one takes it. The headset rings too.
import { Button, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Seat } from "../api/types";
import { duration, phone } from "../parts/format";
import { useSeatKeys } from "../parts/keys";
import { useNow } from "../parts/useNow";
import type { Act } from "./useSeat";

export function Offered({
	seat,
	offer,
	act,
	busy,
}: {
	seat: Seat;
	offer: NonNullable<Seat["offer"]>;
	act: Act;
	busy: boolean;
}) {
	const { t } = useTranslation();
	const now = useNow(250);
	const take = () => act("/seat/accept");
	useSeatKeys([["F2", take]], "anywhere");
	const number = offer.number ? phone(offer.number) : t("seat.hidden_number");
	return (
		<Center flex={1}>
			<Paper withBorder p="xl" w={440} maw="94vw" data-testid="offer">
				<Stack>
					<Title order={1}>{offer.company ?? number}</Title>
					<Text>{[offer.company && number, offer.queue, offer.source].filter(Boolean).join(" · ")}</Text>
					{offer.since !== null && <Text c="dimmed">{t("seat.offer.waits", { time: duration(now - offer.since) })}</Text>}
					<Button size="md" loading={busy} rightSection={<span className="key">F2</span>} onClick={take}>
						{t("seat.offer.take")}
					</Button>
					<Group justify="space-between">
						<Button variant="default" disabled={busy} onClick={() => act("/seat/pause")}>
							{t("seat.offer.not_now")}
						</Button>
						{seat.state_until !== null && (
							<Text size="sm" c="dimmed" data-testid="offer-left">
								{t("seat.offer.left", { time: duration(Math.max(0, seat.state_until - now)) })}
							</Text>
						)}
					</Group>
				</Stack>
			</Paper>
		</Center>
	);
}
