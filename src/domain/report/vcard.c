/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vcard.c - the sheet as cards for an address book: vCard 4.0 (RFC 6350), a card per person, or one of the company where no person is known. Only
 * what the reader's sheet shows goes in. */
#include "domain/report/vcard.h"

#include "domain/report/report_priv.h"

enum { CARDS_MAX = 20000, LINE_MAX_BYTES = 75 };

void vcard_line(struct text *t, str line)
{
	/* A continued line begins with a blank, which counts. */
	for (size_t room = LINE_MAX_BYTES; line.n; room = LINE_MAX_BYTES - 1) {
		str part = utf8_cut(line, room);
		text_add(t, part);
		line = str_sub(line, part.n, line.n);
		text_add(t, line.n ? STR("\r\n ") : STR("\r\n"));
	}
}

str vcard_escape(struct arena *a, str value)
{
	struct text t = {.a = a};

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (c == '\\' || c == ',' || c == ';')
			text_add_char(&t, '\\');
		if (c == '\n')
			text_add(&t, STR("\\n"));
		else if (c != '\r' && (c & 0x80 || c >= ' '))
			text_add_char(&t, c);
	}
	return text_str(&t);
}

/* name:value, the value escaped; nothing when it is empty. */
static void property(struct text *t, const char *name, str value)
{
	if (str_trim(value).n)
		vcard_line(t, str_printf(t->a, "%s:%.*s", name, STR_ARG(vcard_escape(t->a, value))));
}

struct cards {
	struct request *q;
	const struct report_sheet *sheet;
	const struct report_row *rows;
	size_t n;
	int64_t made;
	struct text *t;
};

static bool shown(const struct cards *c, const char *key)
{
	return report_column_find(c->sheet, str_of(key)) < c->sheet->n;
}

static str if_shown(const struct cards *c, const char *key, str value)
{
	return shown(c, key) ? value : (str){0};
}

/* A number's extension is part of the URI (RFC 3966). */
static int put_phones(const struct cards *c, int64_t contact_id, int64_t person_id)
{
	struct rows r;
	int err;

	if (!shown(c, "phones"))
		return 0;
	err = db_ask(c->q->db, c->q->a, "SELECT e164, ext, person_id FROM phone WHERE contact_id = ?1 ORDER BY position, id",
	        VALS(V(contact_id)), &r, &c->q->fault);
	while (!err && !(err = rows_next(&r, &c->q->fault))) {
		str ext = rows_str(&r, 1);
		if (rows_int(&r, 2) && rows_int(&r, 2) != person_id)
			continue;
		vcard_line(c->t, ext.n ? str_printf(c->q->a, "TEL;VALUE=uri:tel:%.*s;ext=%.*s", STR_ARG(rows_str(&r, 0)),
		                                 STR_ARG(ext))
		                       : str_printf(c->q->a, "TEL;VALUE=uri:tel:%.*s", STR_ARG(rows_str(&r, 0))));
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int put_card(struct cards *c, const struct report_row *row, int64_t person_id, str name, str position)
{
	struct text *t = c->t;
	struct arena *a = c->q->a;
	str city = vcard_escape(a, if_shown(c, "city", row->city)),
	    street = vcard_escape(a, if_shown(c, "address", row->address));
	int err;

	if (++c->made > CARDS_MAX)
		return fail(
		        &c->q->fault, EFBIG, "format", "too_many", "more than 20000 cards: take a smaller part of the rows");
	vcard_line(t, STR("BEGIN:VCARD"));
	vcard_line(t, STR("VERSION:4.0"));
	vcard_line(t, name.n ? STR("KIND:individual") : STR("KIND:org"));
	vcard_line(t, str_printf(a, "UID:urn:zvonar:contact-%lld-%lld", (long long)row->id, (long long)person_id));
	property(t, "FN", name.n ? name : row->company.n ? row->company : STR("—"));
	property(t, "ORG", if_shown(c, "company", row->company));
	property(t, "TITLE", position);
	err = put_phones(c, row->id, person_id);
	property(t, "EMAIL", if_shown(c, "email", row->email));
	property(t, "URL", if_shown(c, "site", row->site));
	if (city.n || street.n)
		vcard_line(t, str_printf(a, "ADR:;;%.*s;%.*s;;;", STR_ARG(street), STR_ARG(city)));
	property(t, "CATEGORIES", row->result);
	property(t, "NOTE", if_shown(c, "comment", row->comment));
	vcard_line(t, STR("END:VCARD"));
	return err;
}

static int put_contact(struct cards *c, const struct report_row *row)
{
	struct rows r;
	int64_t n = 0;
	int err;

	if (!shown(c, "persons"))
		return put_card(c, row, 0, (str){0}, (str){0});
	err = db_ask(c->q->db, c->q->a,
	        "SELECT id, name, position FROM person WHERE contact_id = ?1 ORDER BY decides DESC, id", VALS(V(row->id)),
	        &r, &c->q->fault);
	while (!err && !(err = rows_next(&r, &c->q->fault))) {
		n++;
		err = put_card(c, row, rows_int(&r, 0), rows_str(&r, 1), rows_str(&r, 2));
	}
	rows_done(&r);
	if (err == ENOENT)
		err = n ? 0 : put_card(c, row, 0, (str){0}, (str){0});
	return err;
}

int report_vcard(struct request *q, const struct report_sheet *sheet, struct query *query)
{
	struct cards c = {.q = q, .sheet = sheet, .t = q->out.t};
	struct report_row row;
	struct rows r;
	int err;

	query_add(query, " LIMIT ");
	query_val(query, V((int64_t)CARDS_MAX + 1));
	err = db_ask(q->db, q->a, QUERY(query), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		err = entity_from_row(&report_row_entity, &r, 0, &row, &q->fault);
		if (!err)
			err = put_contact(&c, &row);
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	q->http->type = "text/vcard; charset=utf-8";
	http_answer_header(q->http, "Content-Disposition", STR("attachment; filename=\"report.vcf\""));
	return 0;
}
