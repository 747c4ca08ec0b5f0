/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seller.c - our own companies. */
#include "domain/party/party.h"
#include "domain/role/role.h"

#define ENTITY struct seller
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 200, "Short name, as it stands in acts and invoices", .flags = REQUIRED | SEARCHED),
        PARTY_FIELDS(0),
        F_STR(accountant, 1, 200, "Chief accountant, who signs invoices", .flags = NULLABLE),
        F_WORD(vat, vat_words, "VAT within its prices, %; none: it pays none"),
        F_STR(vat_words, 1, 200, "Printed where it pays no VAT: «Без НДС (п. 2 ст. 346.11 НК РФ)»", .flags = NULLABLE),
        F_BOOL(archived, "Writes no more papers"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
const struct entity seller_entity = ENTITY_OF(seller, fields, "seller", "A company of ours that writes acts and invoices");

static void fill(struct request *q, void *new)
{
	((struct seller *)new)->created_at = q->now;
}

static int check(struct request *q, const void *old, void *new)
{
	(void)old;
	return new ? party_check(&((const struct seller *)new)->party, &q->fault) : 0;
}

static const struct resource seller_resource = {
        .entity = &seller_entity,
        .path = "/sellers",
        .read = MAY_BILL,
        .write = MAY_ISSUE,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .check = check,
        .fill = fill,
};
static const struct resource *const resources[] = {&seller_resource, NULL};
const struct module party_module = {.name = "party", .resources = resources};
