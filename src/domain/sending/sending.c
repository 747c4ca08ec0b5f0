/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sending.c - the table of what went out, and its news. */
#include "domain/sending/sending.h"

#include "domain/role/role.h"

const char *const sending_kinds[] = {"letter", "sms", "fax", NULL};
const char *const sending_states[] = {
        "waiting", "sent", "delivered", "failed", "unknown", "calling", "transferring", "withdrawn", NULL};
const char *const sending_bases[] = {"service", "consent", "talk", NULL};

#define ENTITY struct sending
#define G GIVEN
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project", .flags = G),
        F_REF(contact_id, "contact", "To whom", .flags = G),
        F_REF(person_id, "person", "Which of its persons", .flags = G | NULLABLE),
        F_REF(call_id, "journal", "The call it belongs to", .flags = G | NULLABLE),
        F_REF(user_id, "user", "Who sent it", .flags = G | NULLABLE),
        F_WORD(kind, sending_kinds, "Letter, short message or fax", .flags = G),
        F_REF(template_id, "template", "By which template", .flags = G | NULLABLE),
        F_INT(template_number, 0, 0, "Which version of its words", .flags = G),
        F_STR(to_address, 0, 254, "Address or number it went to", .flags = G | SEARCHED),
        F_STR(subject, 0, 400, "Subject of a letter", .flags = G | NULLABLE | SEARCHED),
        F_STR(body, 0, 100000, "Its words as they were sent", .flags = G | UNLISTED | UNSORTED),
        F_BOOL(advertising, "It advertises", .flags = G),
        F_WORD(basis, sending_bases, "Why it might be sent", .flags = G),
        F_INT(parts, 0, 0, "Messages it took, or pages of a fax", .flags = G),
        F_INT(pages_done, 0, 0, "Pages the far machine has confirmed", .flags = G),
        F_STR(far_ident, 0, 40, "What the far fax machine calls itself", .flags = G | NULLABLE),
        F_INT(file_id, 0, 0, "The document that went with it", .flags = G | NULLABLE | UNLISTED),
        F_REF(letter_id, "letter", "The letter", .flags = G | NULLABLE),
        F_INT(sms_id, 0, 0, "The message", .flags = G | NULLABLE),
        F_INT(fax_id, 0, 0, "The fax", .flags = G | NULLABLE),
        F_WORD(state, sending_states,
                "What has become of it; unknown: perhaps it arrived, perhaps not; calling, transferring: a fax under way; "
                "withdrawn: a fax that a person took back",
                .flags = G),
        F_STR(error, 0, 1000, "Why it has not gone", .flags = G | NULLABLE | UNSORTED),
        F_TIME(at, "When it was sent from the card", .flags = G),
        F_TIME(state_at, "Since when it is in this state", .flags = G),
        F_STR(once_key, 0, 100, "Pressed twice is once", .flags = G | NULLABLE | UNLISTED | UNSORTED),
};
#undef ENTITY
const struct entity sending_entity = ENTITY_OF(sending, fields, "sending", "A letter, message or fax to a contact");

const struct resource sending_resource = {
        .entity = &sending_entity,
        .path = "/projects/{project_id}/sendings",
        .read = MAY_OPEN_CARD,
        .write = MAY_WRITE_CARD,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
};

static int told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "sending",
	                .verb = verb,
	                .row_id = id,
	                .project_id = project_id,
	                .right = MAY_OPEN_CARD,
	                .staff_only = true},
	        f);
}

int sending_add(struct db *db, struct arena *a, struct sending *s, struct fault *f)
{
	struct val id;
	int err = s->once_key.n
	                  ? db_one(db, a, "SELECT id FROM sending WHERE once_key = ?1", VALS(V(s->once_key)), &id, 1, f)
	                  : ENOENT;

	s->id = 0;
	if (err != ENOENT)
		return err;
	err = entity_insert(&sending_entity, db, a, s, f);
	return err ? err : told(db, a, s->id, s->project_id, "created", f);
}

int sending_note(struct db *db, struct arena *a, const struct sending_news *n, int64_t now, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "UPDATE sending SET state = ?4, error = ?5, state_at = ?6, far_ident = COALESCE(?7, far_ident), "
	        "pages_done = ?8 WHERE id = ?1 OR letter_id = ?2 OR sms_id = ?3 OR fax_id = ?9 RETURNING id, project_id",
	        VALS(val_ref(n->id), val_ref(n->letter_id), val_ref(n->sms_id), V(str_of(sending_states[n->state])),
	                V(n->error), V(now), V(n->far_ident), V(n->pages_done), val_ref(n->fax_id)),
	        v, COUNT(v), f);

	if (err)
		return err == ENOENT ? 0 : err;
	return told(db, a, val_int(v[0]), val_int(v[1]), "changed", f);
}

static const struct resource *const resources[] = {&sending_resource, NULL};
const struct module sending_module = {.name = "sending", .resources = resources};
