/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row.c - cells of a record put where the plan says. */
#include "domain/import/row.h"
#include "base/utf8.h"
#include "engine/zone/zone.h"

const char *const row_status_words[ROW_STATUSES + 1] = {"accepted", "duplicate", "rejected", "skipped", NULL};

static const struct {
	const char *code, *english, *russian; /* english NULL: phone_reason_text */
} reasons[] = {
        {ROW_NO_PHONE, "no telephone number stands in the row", "в строке нет телефона"},
        {"cell_too_long", "a cell is longer than 1 MB", "ячейка длиннее 1 МБ"},
        {"record_too_long", "the row is longer than 4 MB", "строка длиннее 4 МБ"},
        {"too_many_cells", "the row has more cells than any table", "в строке слишком много ячеек"},
        {"encoding", "some bytes of the row are no text in the encoding of the file",
                "часть строки не читается в кодировке файла"},
        {"quote_open", "a quote is never closed", "кавычка не закрыта"},
        {PHONE_NO_DIGITS, NULL, "в ячейке нет номера"},
        {PHONE_SHORT, NULL, "в номере мало цифр: возможно, нет кода города"},
        {PHONE_LONG, NULL, "в номере слишком много цифр"},
        {PHONE_NO_CODE, NULL, "номеров с таким кодом не бывает"},
        {PHONE_IS_SPECIAL, NULL, "экстренный или служебный номер"},
        {PHONE_ROUNDED, NULL, "таблица округлила номер, последние цифры потеряны"},
        {PHONE_COUNTRY, NULL, "неизвестный код страны"},
        {PHONE_FAX, NULL, "это факс"},
};

const char *row_reason_said(const char *code, bool russian)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (str_eq(str_of(code), str_of(reasons[i].code)))
			return russian              ? reasons[i].russian
			       : reasons[i].english ? reasons[i].english
			                            : phone_reason_text(code);
	return code;
}

const char *row_reason_text(const char *code)
{
	return row_reason_said(code, false);
}

/* One line, single blanks, at most max characters: as names are. Usually the cell itself. */
static str tidy(struct arena *a, str cell, size_t max)
{
	struct text t = {.a = a};
	bool clean = true, blank = true;
	str s = csv_unguarded(str_trim(cell));
	size_t characters = 0, i = 0;

	for (i = 0; i < s.n && clean; i++)
		clean = (unsigned char)s.p[i] > ' ' ? (unsigned char)s.p[i] != 0xC2 && s.p[i] != 0x7F
		                                    : s.p[i] == ' ' && s.p[i + 1] != ' ';
	if (clean && s.n <= max)
		return s;
	for (i = 0; i < s.n && characters < max;) {
		uint32_t c = utf8_next(s, &i);
		bool space = c <= ' ' || c == 0xA0 || c == 0x7F;
		if (!space)
			utf8_add(&t, c);
		else if (!blank)
			text_add_char(&t, ' ');
		characters += !space || !blank;
		blank = space;
	}
	return str_trim(text_str(&t));
}

static void set(str *field, str value, struct arena *a, const char *glue, size_t max)
{
	if (!value.n || str_eq(*field, value))
		return;
	*field = field->n ? tidy(a, str_printf(a, "%.*s%s%.*s", STR_ARG(*field), glue, STR_ARG(value)), max) : value;
}

struct taking {
	const struct plan *p;
	struct arena *a;
	struct import_row *row;
	int person;           /* of phones to come; -1: none yet */
	str position, email;  /* came before the person */
	size_t phones_before; /* of the last phone column */
	str names[3];         /* last, first, middle */
	bool any_phone_cell, any_email;
};

static void add_person(struct taking *t, str name, bool decides)
{
	struct import_row *r = t->row;

	if (!name.n || r->n_persons == ROW_PERSONS)
		return;
	t->person = (int)r->n_persons;
	r->persons[r->n_persons++] = (struct row_person){.name = name, .decides = decides, .position = t->position};
	t->position = (str){0};
}

/* One name a line or between semicolons. */
static void add_persons(struct taking *t, str cell, bool decides)
{
	str rest = str_trim(cell), part;
	size_t from = 0;

	for (size_t i = 0; i <= rest.n; i++)
		if (i == rest.n || rest.p[i] == ';' || rest.p[i] == '\n') {
			part = tidy(t->a, str_sub(rest, from, i), 200);
			add_person(t, part, decides);
			from = i + 1;
		}
}

static void add_number(struct taking *t, const struct phone *p, int person)
{
	struct import_row *r = t->row;

	for (size_t i = 0; i < r->n_phones; i++)
		if (str_eq(r->phones[i].e164, p->e164)) {
			if (!r->phones[i].ext.n)
				r->phones[i].ext = p->ext;
			return;
		}
	if (r->n_phones < ROW_PHONES)
		r->phones[r->n_phones++] = (struct row_phone){p->e164, p->ext, person};
}

static void take_phones(struct taking *t, str cell, bool mobile)
{
	struct phone found[PHONES_PER_CELL];
	struct import_row *r = t->row;
	size_t n = phone_cell(csv_unguarded(cell), t->p->country, t->a, found, COUNT(found)), good = 0;
	const char *why = NULL;

	if (n == 0)
		return;
	t->any_phone_cell = true;
	t->phones_before = r->n_phones;
	for (size_t i = 0; i < n; i++) {
		if (!found[i].reason && !found[i].fax) {
			add_number(t, &found[i], mobile ? t->person : -1);
			good++;
		} else if (!found[i].reason) {
			set(&r->fax, found[i].e164, t->a, ", ", 100);
		}
		if (!why)
			why = found[i].reason ? found[i].reason : found[i].fax ? PHONE_FAX : NULL;
	}
	if (!good && r->n_rejects < ROW_REJECTS)
		r->rejects[r->n_rejects++] = why;
	for (size_t i = 0; good && i < n; i++)
		if (found[i].reason && r->n_unread < ROW_REJECTS)
			r->unread[r->n_unread++] = found[i].raw;
}

static void take_ext(struct taking *t, str cell)
{
	struct import_row *r = t->row;
	char digits[9];
	size_t n = 0;

	for (size_t i = 0; i < cell.n && n < 8; i++)
		if (cell.p[i] >= '0' && cell.p[i] <= '9')
			digits[n++] = cell.p[i];
	if (n && r->n_phones > t->phones_before && !r->phones[r->n_phones - 1].ext.n)
		r->phones[r->n_phones - 1].ext = str_copy(t->a, (str){digits, n});
}

static void take_email(struct taking *t, str cell)
{
	struct import_row *r = t->row;

	cell = tidy(t->a, cell, 254);
	if (!cell.n)
		return;
	if (!t->any_email || t->person < 0)
		set(&r->email, cell, t->a, ", ", 254);
	else
		set(&r->persons[t->person].email, cell, t->a, ", ", 254);
	t->any_email = true;
}

static void take_note(struct taking *t, str title, str cell)
{
	cell = tidy(t->a, cell, 2000);
	if (cell.n)
		set(&t->row->note, title.n ? str_printf(t->a, "%.*s: %.*s", STR_ARG(title), STR_ARG(cell)) : cell, t->a,
		        "; ", 4000);
}

static void take_position(struct taking *t, str cell)
{
	cell = tidy(t->a, cell, 200);
	if (t->person >= 0 && !t->row->persons[t->person].position.n)
		t->row->persons[t->person].position = cell;
	else if (cell.n)
		t->position = cell;
}

static void take_cell(struct taking *t, size_t column, str cell)
{
	struct import_row *r = t->row;
	struct arena *a = t->a;

	switch (t->p->fields[column]) {
	case COLUMN_NONE:
	case COLUMN_FIELDS: break;
	case COLUMN_COMPANY: set(&r->company, tidy(a, cell, 300), a, ", ", 300); break;
	case COLUMN_PHONE: take_phones(t, cell, false); break;
	case COLUMN_MOBILE: take_phones(t, cell, true); break;
	case COLUMN_EXT: take_ext(t, cell); break;
	case COLUMN_FAX: set(&r->fax, tidy(a, cell, 100), a, ", ", 100); break;
	case COLUMN_PERSON: add_persons(t, cell, false); break;
	case COLUMN_DECIDER: add_persons(t, cell, true); break;
	case COLUMN_LAST_NAME: t->names[0] = tidy(a, cell, 100); break;
	case COLUMN_FIRST_NAME: t->names[1] = tidy(a, cell, 100); break;
	case COLUMN_MIDDLE_NAME: t->names[2] = tidy(a, cell, 100); break;
	case COLUMN_POSITION: take_position(t, cell); break;
	case COLUMN_EMAIL: take_email(t, cell); break;
	case COLUMN_SITE: set(&r->site, tidy(a, cell, 300), a, ", ", 300); break;
	case COLUMN_CITY: set(&r->city, tidy(a, cell, 200), a, ", ", 200); break;
	case COLUMN_ADDRESS: set(&r->address, tidy(a, cell, 500), a, "; ", 500); break;
	case COLUMN_INDUSTRY: set(&r->industry, tidy(a, cell, 300), a, ", ", 300); break;
	case COLUMN_ACTIVITY: set(&r->activity, tidy(a, cell, 1000), a, ", ", 1000); break;
	case COLUMN_TIMEZONE:
		if (zone_valid(str_trim(cell)))
			r->timezone = str_trim(cell);
		break;
	case COLUMN_NOTE: take_note(t, t->p->titles[column], cell); break;
	}
}

static bool blank_row(const struct source_row *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_trim(r->cells[i]).n)
			return false;
	return true;
}

/* The titles once more, as sheets glued together have them. */
static bool titles_again(const struct plan *p, const struct source_row *r)
{
	size_t same = 0, filled = 0;

	if (!p->header_row)
		return false;
	for (size_t i = 0; i < r->n; i++) {
		str cell = str_trim(r->cells[i]);
		filled += cell.n > 0;
		same += cell.n && i < p->n && str_eq(cell, p->titles[i]);
	}
	return same && same * 2 > filled && (same > 1 || filled == 1);
}

/* A lone text in front of the company's column: a heading between the rows. */
static bool heading(const struct plan *p, const struct source_row *r)
{
	size_t filled = 0, at = 0;

	for (size_t i = 0; i < r->n; i++)
		if (str_trim(r->cells[i]).n) {
			filled++;
			at = i;
		}
	return filled == 1 && at < p->n && p->fields[at] == COLUMN_NONE;
}

void row_take(const struct plan *p, const struct source_row *r, struct arena *a, struct import_row *ret)
{
	struct taking t = {.p = p, .a = a, .row = ret, .person = -1};

	memset(ret, 0, offsetof(struct import_row, persons));
	ret->n_persons = ret->n_phones = ret->n_rejects = ret->n_unread = 0;
	ret->duplicate_of = ret->contact_id = 0;
	ret->record = r->number;
	ret->status = ROW_SKIPPED;
	if (r->number < p->first_row || (!r->bad && (blank_row(r) || titles_again(p, r))))
		return;
	for (size_t i = 0; i < r->n && i < p->n; i++)
		if (r->cells[i].n)
			take_cell(&t, i, r->cells[i]);
	if (t.names[0].n || t.names[1].n)
		add_person(&t,
		        tidy(a,
		                str_printf(
		                        a, "%.*s %.*s %.*s", STR_ARG(t.names[0]), STR_ARG(t.names[1]), STR_ARG(t.names[2])),
		                200),
		        false);
	if (!r->bad && !ret->n_phones && (guess_is_total(r->cells, r->n, a) || heading(p, r)))
		return;
	if (!ret->timezone.n && ret->city.n)
		ret->timezone = str_of(city_zone(ret->city));
	ret->status = ret->n_phones && !r->bad ? ROW_ACCEPTED : ROW_REJECTED;
	if (r->bad) {
		ret->n_phones = 0;
		ret->rejects[0] = r->bad;
		ret->n_rejects = 1;
	} else if (!ret->n_phones && !ret->n_rejects) {
		ret->rejects[ret->n_rejects++] = ROW_NO_PHONE;
	}
}

void row_put(const struct import_row *row, struct json_out *w)
{
	json_open(w, '{');
	json_key(w, "record");
	json_add_int(w, row->record);
	json_key(w, "status");
	json_add_text(w, str_of(row_status_words[row->status]));
	json_key(w, "company");
	json_add_text(w, row->status != ROW_SKIPPED && row->company.n ? row->company : (str){0});
	json_key(w, "phones");
	json_open(w, '[');
	for (size_t i = 0; row->status != ROW_SKIPPED && i < row->n_phones; i++) {
		json_open(w, '{');
		json_key(w, "e164");
		json_add_text(w, row->phones[i].e164);
		json_key(w, "ext");
		json_add_text(w, row->phones[i].ext);
		json_close(w, '}');
	}
	json_close(w, ']');
	json_key(w, "rejects");
	json_open(w, '[');
	for (size_t i = 0; row->status != ROW_SKIPPED && i < row->n_rejects; i++)
		json_add_text(w, str_of(row->rejects[i]));
	json_close(w, ']');
	json_key(w, "duplicate_of");
	if (row->duplicate_of)
		json_add_int(w, row->duplicate_of);
	else
		json_add_null(w);
	if (row->contact_id) {
		json_key(w, "contact_id");
		json_add_int(w, row->contact_id);
	}
	if (row->n_unread) {
		json_key(w, "unread");
		json_open(w, '[');
		for (size_t i = 0; i < row->n_unread; i++)
			json_add_text(w, row->unread[i]);
		json_close(w, ']');
	}
	json_close(w, '}');
}
