/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter.c - letters of mailboxes as people see them: text at once, HTML, files and the raw letter when asked for. Whatever came from outside is given to
 * be saved, never to be shown by the browser itself; HTML passed the server's wall when the letter was read. */
#include "base/utf8.h"
#include "domain/mailbox/mailbox_priv.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

const char *const mail_states[] = {"", "waiting", "sent", "failed", "bounced", "kept", NULL};

#define PEOPLE_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"address\"],\"properties\":{\"name\":{\"type\":\"string\"}," \
	"\"address\":{\"type\":\"string\"}}}}"
#define FILES_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"type\",\"bytes\",\"cid\",\"part\"],\"properties\":{" \
	"\"name\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},\"bytes\":{\"type\":\"integer\"},\"cid\":{\"type\":\"string\"}," \
	"\"part\":{\"type\":\"integer\"}}}}"

#define ENTITY struct mail_letter_row
static const struct field fields[] = {
        F_ID(),
        F_REF(mailbox_id, "mailbox", "The mailbox", .flags = GIVEN),
        F_REF(thread_id, "mail_thread", "Its thread", .flags = GIVEN),
        F_REF(parent_id, "mail_letter", "The letter it answers", .flags = GIVEN | NULLABLE),
        F_WORD(way, mail_ways, "in: it came; out: it is ours", .flags = GIVEN),
        F_STR(message_id, 0, 1000, "Its Message-ID, without brackets", .flags = GIVEN | NULLABLE | UNSORTED),
        F_STR(from_name, 0, 400, "Who wrote it", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(from_address, 0, 320, "His address; empty when there is none that could be read", .flags = GIVEN | SEARCHED),
        F_JSON(to_list, PEOPLE_SCHEMA, "To whom", .flags = GIVEN | UNSORTED),
        F_JSON(cc_list, PEOPLE_SCHEMA, "Copies to", .flags = GIVEN | UNSORTED),
        F_STR(reply_to, 0, 320, "Where an answer goes, when not to who wrote it", .flags = GIVEN | NULLABLE),
        F_STR(subject, 0, 2000, "Subject", .flags = GIVEN | SEARCHED),
        F_STR(body_text, 0, 1048576, "Its text; in lists the first 20 000 characters", .flags = GIVEN | UNSORTED),
        F_INT(history_at, 0, INT64_MAX, "Where the quoted history begins in it, in characters", .flags = GIVEN),
        F_JSON(files, FILES_SCHEMA, "Files that hang on it; in lists empty when there are more than 50",
                .flags = GIVEN | UNSORTED),
        F_INT(files_n, 0, INT64_MAX, "How many", .flags = GIVEN),
        F_WORD(nature, mail_nature_names, "personal; automatic: a machine answers; bounce: a letter was not delivered",
                .flags = GIVEN),
        F_STR(trouble, 0, 40, "Why it is not whole: broken, too_long, not_fetched", .flags = GIVEN | NULLABLE),
        F_INT(html_bytes, 0, INT64_MAX, "Size of its HTML; 0: it has none", .flags = GIVEN),
        F_TIME(at, "When it was written", .flags = GIVEN),
        F_TIME(came_at, "When it came here", .flags = GIVEN),
        F_INT(bytes, 0, INT64_MAX, "Size of the raw letter", .flags = GIVEN),
        F_REF(customer_id, "customer", "The customer whose person wrote it, or to whom it was written",
                .flags = GIVEN | NULLABLE),
        F_REF(user_id, "user", "Who of us wrote it", .flags = GIVEN | NULLABLE),
        F_WORD(state, mail_states,
                "Of ours: waiting, sent, failed, bounced (a server gave it back), kept (a copy is in the folder of sent letters)",
                .flags = GIVEN | NULLABLE),
        F_STR(error, 0, 1000, "What the mail server said", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(sent_at, "When the mail server took it", .flags = GIVEN | NULLABLE),
        F_STR(reason, 0, 500, "Why it was sent in spite of remarks", .flags = GIVEN | NULLABLE | UNSORTED),
};
#undef ENTITY
/* The engine has a struct of that name already. */
#define MAIL_LETTER(of, says) \
	{ \
		.shape = {.name = "mail_letter", \
		        .doc = says, \
		        .fields = fields, \
		        .n = COUNT(fields), \
		        .size = sizeof(struct mail_letter_row)}, \
		.table = of \
	}
const struct entity mail_letter_entity = MAIL_LETTER("mail_letter", "A letter of a mailbox");
static const struct entity listed = MAIL_LETTER("mail_letter_listed", "A letter of a mailbox, for lists");

/* By its thread; asked letter by letter, since a box has many threads. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where, " AND EXISTS (SELECT 1 FROM mail_thread t WHERE t.id = thread_id");
	mailbox_reach(q, where, "t.mailbox_id");
	query_add(where, " AND (t.project_id IS NULL OR t.mailbox_id IN (SELECT id FROM mailbox WHERE user_id = ");
	query_val(where, V(q->who->user_id));
	query_add(where, ") OR (t.project_id IS NOT NULL");
	access_scope(where, q->who, SCOPE_PROJECT, "t.project_id");
	query_add(where, ")))");
}

const struct resource mail_letter_resource = {
        .entity = &mail_letter_entity,
        .list = &listed,
        .path = "/mail-letters",
        .read = MAY_USE_MAIL,
        .write = MAY_USE_MAIL,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "-at",
        .reach = reach,
};

/* Recipients ------------------------------------------------------------------------------------------------------------------ */

struct mail_delivery {
	int64_t id, letter_id;
	str address;
	int state;
	str error;
	int64_t sent_at;
};
static const char *const delivery_states[] = {"waiting", "sent", "failed", "bounced", NULL};
#define ENTITY struct mail_delivery
static const struct field delivery_fields[] = {
        F_ID(),
        F_REF(letter_id, "mail_letter", "Which letter", .flags = GIVEN),
        F_STR(address, 1, 320, "Whom it goes to", .flags = GIVEN),
        F_WORD(state, delivery_states, "sent: the server took it; failed: it did not; bounced: it came back",
                .flags = GIVEN),
        F_STR(error, 0, 1000, "What the server said", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(sent_at, "When the server took it", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity mail_delivery_entity =
        ENTITY_OF(mail_delivery, delivery_fields, "mail_delivery", "How a letter of a mailbox went to one recipient");

static void delivery_reach(const struct request *q, struct query *where)
{
	query_add(where, " AND letter_id IN (SELECT id FROM mail_letter WHERE 1 = 1");
	reach(q, where);
	query_add(where, ")");
}

const struct resource mail_delivery_resource = {
        .entity = &mail_delivery_entity,
        .path = "/mail-letters/{letter_id}/deliveries",
        .read = MAY_USE_MAIL,
        .write = MAY_USE_MAIL,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "id",
        .reach = delivery_reach,
};

/* Raw ------------------------------------------------------------------------------------------------------------------------- */

static int range(const char *path, int64_t at, int64_t bytes, struct arena *a, str *ret, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *p = arena_alloc(a, (size_t)bytes + 1);
	int64_t n = 0;
	ssize_t got = 1;

	while (fd >= 0 && n < bytes && got > 0) {
		got = pread(fd, p + n, (size_t)(bytes - n), at + n);
		n += got > 0 ? got : 0;
	}
	if (fd >= 0)
		close(fd);
	if (n < bytes)
		return fail_logged(f, EIO, "mailbox", "disk", "the letter's file cannot be read");
	*ret = (str){p, (size_t)bytes};
	return 0;
}

int mail_letter_raw(struct db *db, struct arena *a, int64_t id, str *ret, struct fault *f)
{
	struct file file;
	struct val v[3];
	int err = db_one(db, a, "SELECT file_id, file_at, bytes FROM mail_letter WHERE id = ?1 AND file_id IS NOT NULL",
	        VALS(V(id)), v, 3, f);

	if (err == ENOENT)
		return fail(f, ENOENT, NULL, "not_found", "the raw letter is not kept");
	if (!err)
		err = file_get(db, a, val_int(v[0]), &file, f);
	return err ? err : range(file_path(a, &file), val_int(v[1]), val_int(v[2]), a, ret, f);
}

/* RFC 8187: what is not a letter, a digit or one of "._-" by its bytes. */
static str attachment(struct arena *a, str name)
{
	struct text t = {.a = a};

	text_lit(&t, "attachment; filename*=UTF-8''");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c && strchr("._-", c));

		if (plain)
			text_add_char(&t, (char)c);
		else
			text_addf(&t, "%%%02X", c);
	}
	return text_str(&t);
}

static void give_file(struct request *q, str bytes, str name)
{
	q->http->type = "application/octet-stream";
	http_answer_header(q->http, "Content-Disposition", attachment(q->a, name));
	text_add(&q->http->out, bytes);
}

int mail_letter_give_raw(struct request *q)
{
	struct mail_letter_row l;
	str raw;
	int err = resource_find(&mail_letter_resource, q, q->id[0], &l);

	if (!err)
		err = mail_letter_raw(q->db, q->a, l.id, &raw, &q->fault);
	if (!err)
		give_file(q, raw, str_printf(q->a, "%lld.eml", (long long)l.id));
	return err;
}

static str file_name(struct arena *a, str files, int64_t part)
{
	struct fault f = {0};
	struct json v;

	if (json_parse(a, files, &v, &f))
		return STR("file");
	for (size_t i = 0; i < json_count(v); i++)
		if (json_get_int(json_at(v, i), "part", -1) == part)
			return json_get_text(json_at(v, i), "name");
	return (str){0};
}

/* One child at a time takes files out of letters. */
int mail_letter_file(struct request *q)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	struct mail_letter_row l;
	struct mail_reader *r;
	str raw, bytes, name;
	int err = resource_find(&mail_letter_resource, q, q->id[0], &l);

	if (err)
		return err;
	name = file_name(q->a, l.files, q->id[1]);
	if (!name.p)
		return ENOENT;
	err = mail_letter_raw(q->db, q->a, l.id, &raw, &q->fault);
	if (!err)
		err = mail_reader_new(&r, &q->fault);
	if (err)
		return err;
	pthread_mutex_lock(&one);
	err = mail_part(r, q->a, raw, q->id[1] - 1, &bytes, &q->fault);
	mail_reader_free(r);
	pthread_mutex_unlock(&one);
	if (!err)
		give_file(q, bytes, name.n ? name : STR("file"));
	return err;
}

/* HTML ------------------------------------------------------------------------------------------------------------------------ */

struct mail_html {
	str html;
};
#define ENTITY struct mail_html
static const struct field html_fields[] = {
        F_STR(html, 0, 1048576, "Cleaned by an allow-list; for a sandboxed frame only", .flags = NULLABLE)};
#undef ENTITY
const struct shape mail_html_shape = SHAPE_OF(mail_html, html_fields, "A letter as HTML");

int mail_letter_html(struct request *q)
{
	struct mail_letter_row l;
	struct mail_html out;
	struct val v;
	int err = resource_find(&mail_letter_resource, q, q->id[0], &l);

	if (!err)
		err = db_one(
		        q->db, q->a, "SELECT body_html FROM mail_letter WHERE id = ?1", VALS(V(l.id)), &v, 1, &q->fault);
	if (err)
		return err;
	out.html = val_str(v);
	request_give(q, &mail_html_shape, &out);
	return 0;
}
