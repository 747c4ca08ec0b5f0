/* SPDX-License-Identifier: GPL-3.0-or-later */
/* customer.c - the fields of a customer and its rules. */
#include "domain/customer/customer.h"

#include "domain/role/role.h"
#include "engine/zone/zone.h"

#define ENTITY struct customer
static const struct field customer_fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 200, "Name of the company, as in its contract", .flags = REQUIRED | SEARCHED),
        F_STR(inn, 10, 12, "Taxpayer number: 10 digits of a company, 12 of a person", .flags = NULLABLE | SEARCHED),
        F_STR(person, 1, 200, "Whom we talk to there", .flags = NULLABLE | SEARCHED),
        F_EMAIL(email, "Where letters go", .flags = NULLABLE | SEARCHED),
        F_PHONE(phone, "Telephone of that person", .flags = NULLABLE | SEARCHED),
        F_STR(site, 1, 200, "Web site", .flags = NULLABLE),
        F_STR(timezone, 1, 64, "IANA time zone of the company: Europe/Moscow"),
        F_STR(note, 0, 4000, "What colleagues should know", .flags = NULLABLE | STAFF_ONLY | UNSORTED),
        F_BOOL(archived, "No longer worked with: hidden from choices"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY

const struct entity customer_entity = ENTITY_OF(customer, customer_fields, "customer", "A company that pays for dialogues");

/* The control digits of an INN (order of the Federal Tax Service ММВ-7-6/435, annex): weighted sums modulo 11, then 10. */
static bool inn_valid(str inn)
{
	static const int weights[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
	int checks = inn.n == 12 ? 2 : 1;

	for (size_t i = 0; i < inn.n; i++)
		if (inn.p[i] < '0' || inn.p[i] > '9')
			return false;
	for (int c = 0; c < checks; c++) {
		size_t digits = inn.n - (size_t)(checks - c), skip = COUNT(weights) - digits;
		int sum = 0;
		for (size_t i = 0; i < digits; i++)
			sum += weights[skip + i] * (inn.p[i] - '0');
		if (sum % 11 % 10 != inn.p[digits] - '0')
			return false;
	}
	return true;
}

static void customer_fill(struct request *q, void *new)
{
	struct customer *c = new;

	c->created_at = q->now;
	c->timezone = STR("Europe/Moscow");
}

static int customer_check(struct request *q, const void *old, void *new)
{
	const struct customer *c = new;

	(void)old;
	if (!c)
		return 0;
	if (c->inn.n && (c->inn.n == 11 || !inn_valid(c->inn)))
		return fail(&q->fault, EINVAL, "inn", "inn", "this is not a taxpayer number: a digit is wrong or missing");
	if (!zone_valid(c->timezone))
		return fail(&q->fault, EINVAL, "timezone", "timezone", "there is no such time zone");
	return 0;
}

static const struct resource customer_resource = {
        .entity = &customer_entity,
        .path = "/customers",
        .read = MAY_SEE_CUSTOMERS,
        .write = MAY_CHANGE_CUSTOMERS,
        .scope = SCOPE_CUSTOMER,
        .scope_column = "id",
        .sort = "name",
        .check = customer_check,
        .fill = customer_fill,
};

static const struct resource *const resources[] = {&customer_resource, NULL};

const struct module customer_module = {.name = "customer", .resources = resources};
