/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.h - public links to a report: made by a person for whoever gets them, with a term, with a password or without, once or as often as one likes,
 * with personal data or bare. The secret is shown once and kept as a hash; opening is domain/user's (POST /links/open), as for a letter's link. */
#ifndef DOMAIN_REPORT_SHARE_H
#define DOMAIN_REPORT_SHARE_H

#include "kit/route/route.h"

extern const struct resource report_link_resource, link_opening_resource;
struct share_body {
	str name;
	int64_t days;
	bool bare;
	str password;
	int64_t opens_max;
};
struct shared {
	int64_t id;
	str secret;
	int64_t expires_at;
};
extern const struct shape share_body_shape, shared_shape;
int share_make(struct request *q);   /* POST /projects/{id}/report/links */
int share_revoke(struct request *q); /* POST /report_links/{id}/revoke */

#endif
