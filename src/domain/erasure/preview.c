/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview.c - what an erasure would take, what stays and by which reason, and what it does not reach: shown before, since it cannot be undone. */
#include "domain/contact/contact.h"
#include "domain/erasure/erasure_priv.h"

#define CALLS "(SELECT id FROM call WHERE contact_id = ?1)"
#define NUMBERS "(SELECT e164 FROM phone WHERE contact_id = ?1)"
#define ADDRESSES \
	"(SELECT lower(email) AS address FROM contact WHERE id = ?1 AND email IS NOT NULL UNION SELECT lower(email) FROM person WHERE " \
	"contact_id = ?1 AND email IS NOT NULL)"

/* Words the front end explains («erasure.goes:persons»). count: how many there are; NULL: nobody can count them here. */
static const struct {
	const char *list, *what, *count;
} all[] = {
        {"goes", "card",
                "SELECT COUNT(*) FROM contact WHERE id = ?1 AND (company IS NOT NULL OR address IS NOT NULL OR site IS NOT NULL OR email IS NOT NULL OR fax IS NOT NULL OR note IS NOT NULL)"},
        {"goes", "persons", "SELECT COUNT(*) FROM person WHERE contact_id = ?1"},
        {"goes", "phones", "SELECT COUNT(*) FROM phone WHERE contact_id = ?1"},
        {"goes", "calls", "SELECT COUNT(*) FROM call WHERE contact_id = ?1 AND (number <> '' OR comment IS NOT NULL)"},
        {"goes", "recordings", "SELECT COUNT(*) FROM recording WHERE file_id IS NOT NULL AND call_id IN " CALLS},
        {"goes", "recording_marks",
                "SELECT COUNT(*) FROM recording_mark WHERE recording_id IN (SELECT id FROM recording WHERE call_id IN " CALLS
                ")"},
        {"goes", "answers", "SELECT COUNT(*) FROM answer WHERE contact_id = ?1"},
        {"goes", "marks", "SELECT COUNT(*) FROM mark WHERE contact_id = ?1"},
        {"goes", "comments", "SELECT COUNT(*) FROM report_comment WHERE contact_id = ?1"},
        {"goes", "sendings", "SELECT COUNT(*) FROM sending WHERE contact_id = ?1 AND body <> ''"},
        {"goes", "imports", "SELECT COUNT(*) FROM import WHERE file_id IS NOT NULL AND id IN (" ERASURE_IMPORTS ")"},
        {"stays", "calls", "SELECT COUNT(*) FROM call WHERE contact_id = ?1"},
        {"stays", "place", "SELECT COUNT(*) FROM contact WHERE id = ?1 AND (city IS NOT NULL OR industry IS NOT NULL)"},
        {"stays", "log", "SELECT COUNT(*) FROM ledger_leaf WHERE call_id <> 0 AND call_id IN " CALLS},
        {"stays", "corrections", "SELECT COUNT(*) FROM correction WHERE contact_id = ?1"},
        {"stays", "do_not_call", "SELECT COUNT(*) FROM do_not_call WHERE e164 IN " NUMBERS},
        {"stays", "consents", "SELECT COUNT(*) FROM consent WHERE e164 IN " NUMBERS},
        {"elsewhere", "mail",
                "SELECT COUNT(*) FROM mail_letter m WHERE EXISTS (SELECT 1 FROM " ADDRESSES
                " x WHERE lower(m.from_address) = x.address OR lower(m.to_list) LIKE '%' || x.address || '%' OR lower(m.cc_list) LIKE '%' "
                "|| x.address || '%')"},
        {"elsewhere", "sent", NULL},
        {"elsewhere", "backups", NULL},
};

const char erasure_preview_schema[] =
        "{\"type\":\"object\",\"required\":[\"rows\",\"blocked\"],\"properties\":{\"blocked\":{\"type\":[\"string\",\"null\"]},\"rows\":{"
        "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"list\",\"what\",\"n\"],\"properties\":{\"list\":{\"type\":"
        "\"string\",\"enum\":[\"goes\",\"stays\",\"elsewhere\"]},\"what\":{\"type\":\"string\"},\"n\":{\"type\":[\"integer\",\"null\"]}}}}}}";

static int put_one(struct request *q, size_t i)
{
	struct json_out *w = &q->out;
	struct val n = {0};
	int err = all[i].count ? db_one(q->db, q->a, all[i].count, VALS(V(q->id[0])), &n, 1, &q->fault) : 0;

	if (err || (all[i].count && !val_int(n)))
		return err;
	json_open(w, '{');
	json_member_text(w, "list", str_of(all[i].list));
	json_member_text(w, "what", str_of(all[i].what));
	json_key(w, "n");
	if (all[i].count)
		json_add_int(w, val_int(n));
	else
		json_add_null(w);
	json_close(w, '}');
	return 0;
}

int erasure_preview(struct request *q)
{
	struct fault why = {0};
	struct contact c;
	int err = resource_find(&contact_resource, q, q->id[0], &c), blocked;

	if (err)
		return err;
	blocked = erasure_at_rest(q->db, q->a, c.id, &why);
	if (blocked && blocked != EALREADY) {
		q->fault = why;
		return blocked;
	}
	json_open(&q->out, '{');
	json_member_text(&q->out, "blocked", blocked ? str_of(why.code) : (str){0});
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; i < COUNT(all) && !err; i++)
		err = put_one(q, i);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err;
}
