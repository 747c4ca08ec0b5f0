/* SPDX-License-Identifier: GPL-3.0-or-later */
/* role.c - the matrix of rights and the reach of each role. */
#include "domain/role/role.h"

/* Reach rules: @ is the column, :user and :customer the ids of who asks. */
#define OWN_PROJECTS \
	"@ IN (SELECT id FROM project WHERE pm_id = :user UNION SELECT project_id FROM member WHERE user_id = :user)"
#define SOLD_PROJECTS OWN_PROJECTS " OR @ IN (SELECT id FROM handover WHERE sales_id = :user)"
#define CUSTOMERS_OF_OWN_PROJECTS \
	"@ IN (SELECT customer_id FROM project WHERE pm_id = :user UNION SELECT p.customer_id FROM project p " \
	"JOIN member m ON m.project_id = p.id WHERE m.user_id = :user)"
#define CUSTOMERS_PROJECTS "@ IN (SELECT id FROM project WHERE customer_id = :customer)"
#define SELF "@ = :user"

#define SEE_ALL \
	(MAY_SEE_PROJECTS | MAY_SEE_REPORT | MAY_SEE_PERSONAL | MAY_DISCUSS | MAY_SEE_CALLS | MAY_LISTEN | MAY_SEE_BASE | \
	        MAY_SEE_CUSTOMERS | MAY_SEE_USERS | MAY_SEE_FLOOR | MAY_WATCH | MAY_EXPORT | MAY_USE_API | MAY_OPEN_CARD | \
	        MAY_SEE_STATISTICS)
#define SEAT (MAY_SIT | MAY_OPEN_CARD | MAY_WRITE_CARD)
#define LEAD_PROJECTS \
	(SEE_ALL | MAY_SHARE_REPORT | MAY_HAND_OVER | MAY_DECIDE | MAY_SUPERVISE | MAY_WRITE_CARD | MAY_RUN_PROJECT | \
	        MAY_MARK_REPORT | MAY_CHANGE_BASE | MAY_WRITE_SCRIPT | MAY_SEND_LETTERS | MAY_SEE_MONEY | MAY_BILL | \
	        MAY_USE_MAIL | MAY_CORRECT | MAY_SEND_EVENTS)

const struct role roles[] = {
        {"operator", SEAT | MAY_SEE_PROJECTS | MAY_SEE_STATISTICS, {NULL, OWN_PROJECTS, CUSTOMERS_OF_OWN_PROJECTS, SELF},
                false, "Calls contacts by the script and saves results"},
        {"supervisor", SEE_ALL | SEAT | MAY_SUPERVISE | MAY_CORRECT, {NULL, OWN_PROJECTS, CUSTOMERS_OF_OWN_PROJECTS, NULL},
                false, "Watches the floor and the quality of talks"},
        {"project_manager", LEAD_PROJECTS | SEAT, {NULL, OWN_PROJECTS, CUSTOMERS_OF_OWN_PROJECTS, NULL}, false,
                "Leads projects: script, base, reports to the customer"},
        {"project_director", LEAD_PROJECTS | MAY_ASSIGN_PM | MAY_CHANGE_CUSTOMERS | MAY_SEE_AUDIT | MAY_SET_PRICE,
                {NULL, NULL, NULL, NULL}, false, "Decides who leads which project"},
        {"sales_manager",
                MAY_SEE_CUSTOMERS | MAY_CHANGE_CUSTOMERS | MAY_SEE_PROJECTS | MAY_HAND_OVER | MAY_SEE_USERS | MAY_USE_API |
                        MAY_USE_MAIL | SEAT,
                {NULL, SOLD_PROJECTS, NULL, SELF}, false, "Sells the centre's services, hands projects over"},
        {"head_of_sales", SEE_ALL | MAY_HAND_OVER | MAY_CHANGE_CUSTOMERS | MAY_SEE_MONEY | MAY_USE_MAIL,
                {NULL, NULL, NULL, NULL}, false, "Leads sales, approves exceptions"},
        {"director",
                LEAD_PROJECTS | MAY_ASSIGN_PM | MAY_CHANGE_CUSTOMERS | MAY_SEE_AUDIT | MAY_CHANGE_USERS | MAY_CHANGE_RULES |
                        MAY_SET_PRICE | MAY_ISSUE | MAY_APPROVE_PRICE,
                {NULL, NULL, NULL, NULL}, false, "Signs, decides exceptions, sees money"},
        {"accountant",
                MAY_SEE_CUSTOMERS | MAY_CHANGE_CUSTOMERS | MAY_SEE_PROJECTS | MAY_SEE_CALLS | MAY_SEE_USERS | MAY_EXPORT |
                        MAY_SEE_MONEY | MAY_BILL | MAY_SET_PRICE | MAY_ISSUE | MAY_SEE_STATISTICS | MAY_USE_MAIL,
                {NULL, NULL, NULL, SELF}, false, "Invoices, payments, acts"},
        {"customer",
                MAY_SEE_PROJECTS | MAY_SEE_REPORT | MAY_SEE_PERSONAL | MAY_DISCUSS | MAY_JUDGE_LEADS | MAY_SHARE_REPORT |
                        MAY_MARK_REPORT | MAY_LISTEN | MAY_EXPORT | MAY_DECIDE | MAY_SEE_MONEY | MAY_SEE_COLLEAGUES |
                        MAY_READ_LETTERS | MAY_SEE_STATISTICS,
                {"1 = 0", CUSTOMERS_PROJECTS, "@ = :customer", SELF}, true,
                "A manager of the customer: his own projects only"},
        {"employee", MAY_SEE_USERS, {NULL, "1 = 0", "1 = 0", SELF}, false, "Files and executes internal requests"},
        {"admin",
                (RIGHT(23) - 1) | MAY_SEE_PERSONAL | MAY_DISCUSS | MAY_SHARE_REPORT | MAY_HAND_OVER | MAY_ASSIGN_PM |
                        MAY_DECIDE | MAY_CHANGE_RULES | MAY_WATCH | MAY_SEE_STATISTICS | MAY_USE_MAIL | MAY_SEND_EVENTS,
                {NULL, NULL, NULL, NULL}, false, "Users, trunks, numbers, settings"},
};
const size_t roles_count = COUNT(roles);

/* Who opens a letter's link: looks at one project's report, changes nothing. */
static const struct role link_role = {"link", MAY_SEE_PROJECTS | MAY_SEE_REPORT | MAY_SEE_PERSONAL | MAY_LISTEN,
        {"1 = 0", CUSTOMERS_PROJECTS, "@ = :customer", "1 = 0"}, true, "A signed link of a letter: one project's report"};

/* The same without what tells of persons: no names, numbers, free texts, recordings. */
static const struct role bare_role = {"link", MAY_SEE_PROJECTS | MAY_SEE_REPORT,
        {"1 = 0", CUSTOMERS_PROJECTS, "@ = :customer", "1 = 0"}, true, "A public link without personal data"};

/* A board on the wall: figures and first names of its own projects, by a link that does not expire. */
static const struct role wall_role = {"wall", MAY_WATCH,
        {"1 = 0", "@ IN (SELECT project_id FROM wall_project WHERE wall_id = :user)", "1 = 0", "1 = 0"}, true,
        "A board on the wall: queues, first names and their states"};

const struct access_rules role_rules = {
        .roles = roles,
        .n = COUNT(roles),
        .link = &link_role,
        .bare = &bare_role,
        .wall = &wall_role,
        .narrowed = MAY_SEE_PROJECTS | MAY_RUN_PROJECT | MAY_SEE_REPORT | MAY_SEE_PERSONAL | MAY_DISCUSS | MAY_JUDGE_LEADS |
                    MAY_SHARE_REPORT | MAY_MARK_REPORT | MAY_SEE_CALLS | MAY_LISTEN | MAY_CHANGE_BASE | MAY_SEE_BASE |
                    MAY_WRITE_SCRIPT | MAY_SEND_LETTERS | MAY_EXPORT | MAY_OPEN_CARD | MAY_WRITE_CARD | MAY_DECIDE |
                    MAY_SEE_MONEY | MAY_READ_LETTERS | MAY_SEE_STATISTICS | MAY_CORRECT,
        .exports = MAY_EXPORT,
};

const char *const role_names[] = {"operator", "supervisor", "project_manager", "project_director", "sales_manager",
        "head_of_sales", "director", "accountant", "customer", "employee", "admin", NULL};
