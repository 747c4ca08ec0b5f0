/* SPDX-License-Identifier: GPL-3.0-or-later */
/* russian.c - how Russian a text looks, from the frequency of pairs of letters. */
#include "base/utf8.h"
#include "engine/mail/charset.h"

enum { UNIFORM = 5, ODD = -6, SAMPLE = 4000 };

/* [first][second], а to я: log2 of how many times more often than by chance the pair stands in ordinary business prose, plus 5, from 0 to 9. */
static const char pairs[32][33] = {
        "07746777458778066683256645000067", /* а */
        "50000603401524706405040015360003", /* б */
        "80100703706626825654031110071004", /* в */
        "60005300502511805004000000000000", /* г */
        "80413860703606735406020020053005", /* д */
        "45567556167889558882443554000011", /* е */
        "51005700503037000002000000000000", /* ж */
        "82745310402246504005000500053013", /* з */
        "64736836767777346880264640000057", /* и */
        "00003000000203010450000020000000", /* й */
        "80301530700703916576003000000000", /* к */
        "70030840904505710216000000038057", /* л */
        "70000800702355750306000000050004", /* м */
        "80444800906107900486505010084025", /* н */
        "08988666567888478890335635000214", /* о */
        "60000700602512929045000000040002", /* п */
        "90440840805055923457010030062005", /* р */
        "63504700707745764595142320055117", /* с */
        "81704801805236948706000400068002", /* т */
        "42456564026555065650030644000060", /* у */
        "30000400400200603003300000000000", /* ф */
        "10010300000003602000000000000000", /* х */
        "20000700700000100000000000010000", /* ц */
        "60000800603006000064000030002000", /* ч */
        "50000600502102300000000000001000", /* ш */
        "40000700500000000001000000004000", /* щ */
        "00000300000000000000000000000001", /* ъ */
        "04531702060452041450060330000002", /* ы */
        "00020205205046000540000040000050", /* ь */
        "00000000002210000060300000000000", /* э */
        "13002000000010000160000405000000", /* ю */
        "00612514110343002360033104000040", /* я */
};

enum kind { OTHER, SMALL, CAPITAL, LATIN, WESTERN, STRANGE };

struct letter {
	enum kind kind;
	int index; /* of а to я, -1 for what is no Russian letter */
};

static struct letter letter_of(uint32_t c)
{
	if (c == 0x451 || c == 0x401)
		return (struct letter){c == 0x451 ? SMALL : CAPITAL, 5};
	if (c >= 0x430 && c <= 0x44F)
		return (struct letter){SMALL, (int)(c - 0x430)};
	if (c >= 0x410 && c <= 0x42F)
		return (struct letter){CAPITAL, (int)(c - 0x410)};
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return (struct letter){LATIN, -1};
	if (c >= 0xC0 && c <= 0xFF)
		return (struct letter){WESTERN, -1};
	/* Control bytes, letters of neighbouring alphabets that windows-1251 has too, frames and blocks, what could not be read. */
	if ((c >= 0x80 && c < 0xA0) || (c >= 0x402 && c <= 0x40F) || (c >= 0x452 && c <= 0x45F) ||
	        (c >= 0x2500 && c < 0x25A0) || c == 0xFFFD)
		return (struct letter){STRANGE, -1};
	return (struct letter){OTHER, -1};
}

/* What the neighbours a, b say. */
static void weigh(struct russian *r, struct letter a, struct letter b)
{
	bool cyrillic = a.index >= 0 || b.index >= 0;

	if (a.index >= 0 && b.index >= 0) {
		bool flip = a.kind == SMALL && b.kind == CAPITAL;

		r->score += pairs[a.index][b.index] - '0' - UNIFORM + (flip ? ODD : 0);
		r->flips += flip;
		r->pairs++;
	} else if (cyrillic && (a.kind == LATIN || b.kind == LATIN || a.kind == WESTERN || b.kind == WESTERN)) {
		r->score += ODD;
	} else if (a.kind == WESTERN && b.kind == WESTERN) {
		r->score += ODD / 2;
		r->pairs++;
	}
	if (b.kind == STRANGE)
		r->score += ODD;
}

struct russian russian_of(str s)
{
	struct russian ret = {0};
	struct letter before = {OTHER, -1};
	size_t n = 0;

	for (size_t at = 0; at < s.n && n < SAMPLE; n++) {
		struct letter now = letter_of(utf8_next(s, &at));

		weigh(&ret, before, now);
		before = now;
	}
	return ret;
}
