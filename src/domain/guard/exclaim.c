/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exclaim.c - EXCLAM: no «!» and no «?!». */
#include "domain/guard/guard_priv.h"

static bool shout(uint32_t c)
{
	return c == '!' || c == 0xFF01 || c == 0x203C || c == 0x2049 || c == 0x2048 || c == 0x2757 || c == 0x2755;
}

static void look(struct check *c, const struct piece *p)
{
	const uint8_t others = MARK_HISTORY | MARK_LINK | MARK_CITED | MARK_SIGN | MARK_NAME;

	for (size_t i = 0, to; i < p->n; i = to) {
		bool loud = false;

		for (to = i;
		        to < p->n && (shout(p->c[to]) || p->c[to] == '?' || p->c[to] == 0xFF1F) && !(p->marks[to] & others);
		        to++)
			loud |= shout(p->c[to]);
		if (loud)
			report(c, GUARD_EXCLAM, p->field, i, piece_str(p, i, to),
			        to - i > 1 ? "exclamation_marks" : "exclamation_mark");
		to += to == i;
	}
}

void check_exclam(struct check *c)
{
	look(c, &c->subject);
	look(c, &c->body);
}
