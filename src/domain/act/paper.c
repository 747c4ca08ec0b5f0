/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper.c - acts and invoices on paper, in the form accountants in Russia are used to, and the requisites that go into them. */
#include "domain/act/act_priv.h"

#include "engine/pdf/pdf.h"

#define NBSP "\u00a0"

#define ENTITY struct side
static const struct field side_fields[] = {
        F_STR(name, 0, 200, "Short name"),
        PARTY_FIELDS(0),
};
#undef ENTITY
static const struct shape side_shape = SHAPE_OF(side, side_fields, "A side of an act or invoice");
#define ENTITY struct papers
static const struct field more_fields[] = {
        F_STR(contract, 0, 200, "The customer's contract", .flags = NULLABLE),
        F_STR(accountant, 0, 200, "Our chief accountant", .flags = NULLABLE),
        F_STR(vat_words, 0, 200, "Printed where there is no VAT", .flags = NULLABLE),
        F_STR(project, 0, 200, "Name of the project"),
};
#undef ENTITY
static const struct shape more_shape = SHAPE_OF(papers, more_fields, "What else is printed");

int papers_gather(
        struct db *db, struct arena *a, int64_t seller_id, const struct project *p, struct papers *ret, struct fault *f)
{
	struct seller s;
	struct customer c;
	int err = entity_get(&seller_entity, db, a, seller_id, &s, f);

	if (!err)
		err = entity_get(&customer_entity, db, a, p->customer_id, &c, f);
	if (!err)
		*ret = (struct papers){.seller = {s.name, s.party},
		        .customer = {c.name, c.party},
		        .contract = c.contract,
		        .accountant = s.accountant,
		        .vat_words = s.vat_words,
		        .project = p->name};
	return err;
}

str papers_print(struct arena *a, const struct papers *p)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	json_key(&w, "seller");
	shape_to_json(&side_shape, &p->seller, NULL, false, &w);
	json_key(&w, "customer");
	shape_to_json(&side_shape, &p->customer, NULL, false, &w);
	json_key(&w, "more");
	shape_to_json(&more_shape, p, NULL, false, &w);
	json_close(&w, '}');
	return text_str(&t);
}

int papers_read(struct arena *a, str json, struct papers *ret, struct fault *f)
{
	struct papers p = {0};
	struct json doc;
	uint64_t seen;
	int err = json_parse(a, json, &doc, f);

	if (!err)
		err = shape_from_json(&side_shape, json_get(doc, "seller"), a, NULL, false, &p.seller, &seen, f);
	if (!err)
		err = shape_from_json(&side_shape, json_get(doc, "customer"), a, NULL, false, &p.customer, &seen, f);
	if (!err)
		err = shape_from_json(&more_shape, json_get(doc, "more"), a, NULL, false, &p, &seen, f);
	if (!err)
		*ret = p;
	return err;
}

/* Pieces -------------------------------------------------------------------------------------------------------------------- */

static str official(const struct side *s)
{
	return s->party.full_name.n ? s->party.full_name : s->name;
}

static void also(struct text *t, const char *name, str value)
{
	if (!value.n)
		return;
	text_lit(t, ", ");
	text_add(t, str_of(name));
	text_add(t, value);
}

/* «ООО «Ромашка», ИНН …, КПП …, address» */
static str described(struct arena *a, const struct side *s)
{
	struct text t = {.a = a};

	text_add(&t, official(s));
	also(&t, "ИНН" NBSP, s->party.inn);
	also(&t, "КПП" NBSP, s->party.kpp);
	also(&t, "ОГРН" NBSP, s->party.ogrn);
	also(&t, "", s->party.address);
	return text_str(&t);
}

static str bank_of(struct arena *a, const struct party *p)
{
	struct text t = {.a = a};

	if (!p->account.n)
		return (str){0};
	text_lit(&t, "р/с" NBSP);
	text_add(&t, p->account);
	also(&t, "", p->bank);
	also(&t, "БИК" NBSP, p->bik);
	also(&t, "к/с" NBSP, p->corr_account);
	return text_str(&t);
}

static void sides(struct pdf *p, struct arena *a, const struct papers *w, const char *we, const char *they)
{
	pdf_fact(p, str_of(we), described(a, &w->seller));
	pdf_fact(p, STR("Банк"), bank_of(a, &w->seller.party));
	pdf_fact(p, str_of(they), described(a, &w->customer));
	if (w->customer.party.account.n)
		pdf_fact(p, STR("Банк"), bank_of(a, &w->customer.party));
	if (w->contract.n)
		pdf_fact(p, STR("Основание"), w->contract);
	pdf_fact(p, STR("Проект"), w->project);
}

enum { COLUMNS = 6, NAME = 1, VALUE = 5 };

static void table_open(struct pdf *p)
{
	static const struct pdf_column columns[COLUMNS] = {
	        {STR("№"), 0.5, PDF_RIGHT},
	        {STR("Услуга"), 5, PDF_LEFT},
	        {STR("Кол-во"), 1.1, PDF_RIGHT},
	        {STR("Ед."), 0.9, PDF_LEFT},
	        {STR("Цена, ₽"), 1.4, PDF_RIGHT},
	        {STR("Сумма, ₽"), 1.6, PDF_RIGHT},
	};

	pdf_table(p, columns, COLUMNS);
}

static void sum_row(struct pdf *p, str name, str value)
{
	str cells[COLUMNS] = {[NAME] = name, [VALUE] = value};

	pdf_sum(p, cells);
}

/* The sum, the VAT in it, and both in words. */
static void totals(struct pdf *p, struct arena *a, int64_t sum_kop, int vat, int64_t vat_kop, str no_vat)
{
	str words = no_vat.n ? no_vat : STR("Без НДС"), sum = money_print(a, sum_kop);

	sum_row(p, STR("Итого"), sum);
	if (vat == VAT_NONE)
		sum_row(p, words, STR("—"));
	else
		sum_row(p, str_printf(a, "В том числе НДС %d" NBSP "%%", vat_percent((enum vat)vat)),
		        money_print(a, vat_kop));
	pdf_table_end(p);
	pdf_text(p, str_printf(a, "Всего на сумму %.*s" NBSP "₽", STR_ARG(sum)));
	pdf_text(p, money_words(a, sum_kop));
}

static struct pdf_about about_paper(const struct papers *w, str title, int64_t at)
{
	return (struct pdf_about){.title = title, .author = official(&w->seller), .foot = title, .made_at = at};
}

/* «Генеральный директор ООО «Ромашка»» */
static str who_signs(struct arena *a, const struct side *s, const char *else_post)
{
	return str_printf(a, "%.*s\n%.*s", STR_ARG(s->party.signer_post.n ? s->party.signer_post : str_of(else_post)),
	        STR_ARG(s->name));
}

/* The act ------------------------------------------------------------------------------------------------------------------- */

static void act_lines(struct pdf *p, struct arena *a, const struct bill *b)
{
	table_open(p);
	for (size_t i = 0; i < b->n; i++) {
		const struct act_line *l = &b->lines[i];
		str cells[COLUMNS] = {str_printf(a, "%zu", i + 1), l->name, quantity_print(a, l->quantity_m),
		        str_of(line_measure(l->unit)), money_print(a, l->price_kop), money_print(a, l->sum_kop)};
		pdf_row(p, cells);
	}
}

int act_paper(
        struct arena *a, const struct act *act, const struct bill *b, const struct papers *w, str *ret, struct fault *f)
{
	bool draft = act->state == ACT_DRAFT;
	str title = draft ? STR("Акт (черновик)")
	                  : str_printf(a, "Акт №" NBSP "%lld от %.*s", (long long)act->number,
	                            STR_ARG(day_words(a, act->issued_on)));
	struct pdf_about about = about_paper(w, title, act->issued_at);
	struct pdf *p;
	int err = pdf_new(&p, a, &about, f);

	if (err)
		return err;
	pdf_heading(p, 1, title);
	pdf_text(p, str_printf(a, "об оказании услуг за %s–%s", day_print(a, act->from_day).p, day_print(a, act->to_day).p));
	sides(p, a, w, "Исполнитель", "Заказчик");
	act_lines(p, a, b);
	totals(p, a, b->sum_kop, act->vat, draft ? vat_within(b->sum_kop, (enum vat)act->vat) : act->vat_kop, w->vat_words);
	if (draft)
		pdf_note(p, STR("Черновик: номера у него нет, суммы считаются по журналу звонков на сегодня."));
	else
		pdf_text(p,
		        STR("Услуги оказаны полностью и в срок. Заказчик не имеет претензий по объёму, качеству и срокам оказания "
		            "услуг."));
	pdf_signatures(p, (str[]){who_signs(a, &w->seller, "Исполнитель"), who_signs(a, &w->customer, "Заказчик")},
	        (str[]){w->seller.party.signer, w->customer.party.signer});
	return pdf_finish(p, ret, f);
}

/* The invoice --------------------------------------------------------------------------------------------------------------- */

/* What a payment order is filled in from. */
static void payee(struct pdf *p, const struct side *s)
{
	pdf_fact(p, STR("Получатель"), official(s));
	pdf_fact(p, STR("ИНН"), s->party.inn);
	if (s->party.kpp.n)
		pdf_fact(p, STR("КПП"), s->party.kpp);
	pdf_fact(p, STR("Расчётный счёт"), s->party.account);
	pdf_fact(p, STR("Банк"), s->party.bank);
	pdf_fact(p, STR("БИК"), s->party.bik);
	pdf_fact(p, STR("Корр. счёт"), s->party.corr_account);
}

int invoice_paper(struct arena *a, const struct invoice *i, const struct papers *w, str *ret, struct fault *f)
{
	str title = str_printf(
	        a, "Счёт на оплату №" NBSP "%lld от %.*s", (long long)i->number, STR_ARG(day_words(a, i->issued_on)));
	struct pdf_about about = about_paper(w, title, i->created_at);
	str sum = money_print(a, i->sum_kop), row[COLUMNS] = {STR("1"), i->what, STR("1"), STR("усл."), sum, sum};
	struct pdf *p;
	int err = pdf_new(&p, a, &about, f);

	if (err)
		return err;
	payee(p, &w->seller);
	pdf_heading(p, 1, title);
	pdf_fact(p, STR("Поставщик"), described(a, &w->seller));
	pdf_fact(p, STR("Покупатель"), described(a, &w->customer));
	if (w->contract.n)
		pdf_fact(p, STR("Основание"), w->contract);
	table_open(p);
	pdf_row(p, row);
	totals(p, a, i->sum_kop, i->vat, i->vat_kop, w->vat_words);
	pdf_text(p, str_printf(a, "Оплатить не позднее %.*s", STR_ARG(day_words(a, i->due_on))));
	pdf_signatures(p, (str[]){who_signs(a, &w->seller, "Руководитель"), STR("Главный бухгалтер")},
	        (str[]){w->seller.party.signer, w->accountant});
	return pdf_finish(p, ret, f);
}
