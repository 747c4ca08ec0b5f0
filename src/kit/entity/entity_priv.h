/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entity_priv.h - what the files of this folder share about one field. */
#ifndef KIT_ENTITY_ENTITY_PRIV_H
#define KIT_ENTITY_ENTITY_PRIV_H

#include "kit/entity/entity.h"

/* v fits type and bounds: 0, or EINVAL with the field named. PHONE and EMAIL are checked when they are stored. */
int field_check(const struct field *f, struct val v, struct fault *fault) MUST_USE;
/* Put v in its place as the database gives it, unchecked but for its type; null gives the zero value. */
int field_take(const struct field *f, void *row, struct val v, struct fault *fault) MUST_USE;
/* The value a text means for this field; bounds are not checked. */
int field_cell(const struct field *f, str cell, struct arena *a, struct val *ret, struct fault *fault) MUST_USE;
/* The value as a JSON value. */
void field_put_json(const struct field *f, struct val v, struct json_out *w);
bool val_same(struct val a, struct val b);
static inline bool field_is_text(const struct field *f)
{
	return f->type == FIELD_STR || f->type == FIELD_DATE || f->type == FIELD_PHONE || f->type == FIELD_EMAIL;
}

#endif
