/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover_db.c - the form in its two tables, and the people around it. */
#include "domain/handover/handover_priv.h"

int handover_get(struct db *db, struct arena *a, int64_t id, struct handover *ret, struct fault *f)
{
	return entity_get(&handover_entity, db, a, id, ret, f);
}

/* What the form says, laid over a row of either table: the fields both know by the same name. */
static int lay(const struct shape *to, void *row, const struct handover *h, struct arena *a, struct fault *f)
{
	const struct shape *form = &handover_entity.shape;
	int err = 0;

	for (const struct field *x = form->fields; x < form->fields + form->n && !err; x++) {
		const struct field *same = x->flags & GIVEN ? NULL : shape_field(to, str_of(x->name));
		if (same)
			err = field_store(same, row, field_load(x, h), a, f);
	}
	return err;
}

int handover_project(struct db *db, struct arena *a, const struct handover *h, struct project *ret_was, struct project *ret,
        struct fault *f)
{
	int err = entity_get(&project_entity, db, a, h->id, ret_was, f);

	if (err)
		return err;
	*ret = *ret_was;
	return lay(&project_entity.shape, ret, h, a, f);
}

int handover_update(struct request *q, struct db *db, struct arena *a, const void *old, void *new, struct fault *f)
{
	const struct handover *was = old;
	struct handover *h = new, own_was, own;
	struct project p_was, p;
	int err = entity_get(&handover_own, db, a, h->id, &own_was, f);

	own = own_was;
	if (!err)
		err = lay(&handover_own.shape, &own, h, a, f);
	if (!err)
		err = handover_project(db, a, h, &p_was, &p, f);
	if (!err && own_was.version + p_was.version != was->version)
		err = ESTALE;
	if (!err)
		err = entity_change(&handover_own, db, a, &own_was, &own, f);
	if (!err)
		err = entity_change(&project_entity, db, a, &p_was, &p, f);
	if (!err && p.version != p_was.version)
		err = request_changed(q, db, &project_resource, "changed", &p_was, &p, f);
	h->version = own.version + p.version;
	return err;
}

int handover_people(struct db *db, struct arena *a, const struct handover *h, struct handover_people *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, "SELECT c.name, s.email FROM customer c LEFT JOIN \"user\" s ON s.id = ?2 WHERE c.id = ?1",
	        VALS(V(h->customer_id), V(h->sales_id)), v, COUNT(v), f);

	if (!err)
		*ret = (struct handover_people){val_str(v[0]), val_str(v[1])};
	return err;
}
