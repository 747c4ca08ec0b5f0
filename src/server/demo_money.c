/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo_money.c - the demonstration's money: requisites of both sides (made up, with right check digits), a tariff by the dialogue, and an act
 * of the first week that was issued. */
#include "base/clock.h"
#include "server/demo_priv.h"

enum { PRICE_KOP = 9550 };
#define OURS \
	"\"name\":\"ООО «Звонарь»\",\"full_name\":\"Общество с ограниченной ответственностью «Звонарь»\",\"inn\":\"7709000003\"," \
	"\"kpp\":\"770901001\",\"ogrn\":\"1237700000009\",\"address\":\"105064, г. Москва, ул. Земляной Вал, д. 9\",\"bank\":\"ПАО " \
	"Сбербанк, г. Москва\",\"bik\":\"044525225\",\"account\":\"40702810500000001234\",\"corr_account\":\"30101810400000000225\"," \
	"\"signer\":\"Орлов Д. С.\",\"signer_post\":\"Генеральный директор\""
#define THEIRS \
	"\"name\":\"Масла Поволжья\",\"full_name\":\"Общество с ограниченной ответственностью «Масла Поволжья»\",\"inn\":\"1657000009\"," \
	"\"kpp\":\"165701001\",\"ogrn\":\"1211600000006\",\"address\":\"420066, г. Казань, пр. Ямашева, д. 17\",\"signer\":\"Лапин С. " \
	"П.\",\"signer_post\":\"Директор\""
#define PARTIES \
	"{\"seller\":{" OURS "},\"customer\":{" THEIRS \
	"},\"more\":{\"contract\":\"Договор № 12\",\"project\":\"Моторное масло для автосервисов\"}}"

static str day_text(struct demo *d, int64_t days)
{
	struct date date = date_of_days(days);

	return str_printf(d->a, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static int add_sides(struct demo *d, int64_t *ret_seller, struct fault *f)
{
	struct val id;
	int err = db_one(d->db, d->a,
	        "INSERT INTO seller (name, full_name, inn, kpp, ogrn, address, bank, bik, account, corr_account, signer, signer_post, "
	        "vat, created_at) VALUES ('ООО «Звонарь»', 'Общество с ограниченной ответственностью «Звонарь»', '7709000003', "
	        "'770901001', '1237700000009', '105064, г. Москва, ул. Земляной Вал, д. 9', 'ПАО Сбербанк, г. Москва', '044525225', "
	        "'40702810500000001234', '30101810400000000225', 'Орлов Д. С.', 'Генеральный директор', '22', ?1) RETURNING id",
	        VALS(V(d->now)), &id, 1, f);

	if (!err)
		err = db_run(d->db,
		        "UPDATE customer SET full_name = 'Общество с ограниченной ответственностью «Масла Поволжья»', inn = '1657000009', "
		        "kpp = '165701001', ogrn = '1211600000006', address = '420066, г. Казань, пр. Ямашева, д. 17', signer = 'Лапин "
		        "С. П.', signer_post = 'Директор', contract = 'Договор № 12' WHERE id = ?1",
		        VALS(V(d->customer_id)), NULL, f);
	if (!err)
		*ret_seller = val_int(id);
	return err;
}

/* The week from so many days ago, in the project's zone: Moscow. */
static int add_act(struct demo *d, int64_t seller, int64_t tariff, int64_t first, struct fault *f)
{
	int64_t from_at = first * CLOCK_DAY - 3 * (int64_t)CLOCK_HOUR, to_at = from_at + 7 * (int64_t)CLOCK_DAY, sum;
	struct date issued = date_of_days(first + 7);
	struct val n, id;
	int err = db_one(d->db, d->a,
	        "SELECT COUNT(*) FROM call WHERE project_id = ?1 AND is_dialogue = 1 AND dialled_at IS NOT NULL AND asked_at >= ?2 "
	        "AND asked_at < ?3",
	        VALS(V(d->project_id), V(from_at), V(to_at)), &n, 1, f);

	sum = err ? 0 : val_int(n) * PRICE_KOP;
	if (!err)
		err = db_one(d->db, d->a,
		        "INSERT INTO act (project_id, customer_id, seller_id, state, number, year, issued_on, from_day, to_day, sum_kop, vat, "
		        "vat_kop, parties, issued_by, issued_at, author_id, created_at) VALUES (?1, ?2, ?3, 'issued', 1, ?4, ?5, ?6, ?7, ?8, "
		        "'22', ?9, ?10, ?11, ?12, ?11, ?12) RETURNING id",
		        VALS(V(d->project_id), V(d->customer_id), V(seller), V((int64_t)issued.year),
		                V(day_text(d, first + 7)), V(day_text(d, first)), V(day_text(d, first + 6)), V(sum),
		                V((sum * 22 + 61) / 122), V(STR(PARTIES)), V(d->people[1]), V(d->now)),
		        &id, 1, f);
	if (!err)
		err = db_run(d->db,
		        "INSERT INTO act_line (act_id, position, tariff_id, unit, from_day, to_day, name, quantity_m, price_kop, sum_kop, "
		        "calls, journal) VALUES (?1, 1, ?2, 'dialogue', ?3, ?4, 'Диалоги', ?5, ?6, ?7, ?8, ?9)",
		        VALS(id, V(tariff), V(day_text(d, first)), V(day_text(d, first + 6)), V(val_int(n) * 1000),
		                V((int64_t)PRICE_KOP), V(sum), n,
		                V(str_printf(d->a, "project_id=%lld&asked_at>=%lld&asked_at<=%lld&is_dialogue=1",
		                        (long long)d->project_id, (long long)from_at, (long long)to_at - 1))),
		        NULL, f);
	return err ? err
	           : db_run(d->db, "INSERT INTO running_number (kind, seller_id, year, last) VALUES ('act', ?1, ?2, 1)",
	                     VALS(V(seller), V((int64_t)issued.year)), NULL, f);
}

int demo_money(struct demo *d, struct fault *f)
{
	int64_t first = d->now / CLOCK_DAY - 14, seller = 0;
	struct val tariff;
	int err = add_sides(d, &seller, f);

	if (!err)
		err = db_one(d->db, d->a,
		        "INSERT INTO tariff (project_id, unit, price_kop, minimum_kop, from_day, author_id, created_at) VALUES (?1, "
		        "'dialogue', ?2, 0, ?3, ?4, ?5) RETURNING id",
		        VALS(V(d->project_id), V((int64_t)PRICE_KOP), V(day_text(d, first)), V(d->people[1]), V(d->now)),
		        &tariff, 1, f);
	return err ? err : add_act(d, seller, val_int(tariff), first, f);
}
