/* SPDX-License-Identifier: GPL-3.0-or-later */
/* role.h - the roles of a call centre and what each may do: the matrix of rights on one page.
 * A right is named by what a person does; routes and resources name the right, never the role. */
#ifndef DOMAIN_ROLE_ROLE_H
#define DOMAIN_ROLE_ROLE_H

#include "kit/access/access.h"

#define RIGHT(n) ((uint64_t)1 << (n))
#define MAY_SIT RIGHT(0)          /* take the seat: ready, pause, dial, save results */
#define MAY_SEE_PROJECTS RIGHT(1) /* projects in reach */
#define MAY_RUN_PROJECT RIGHT(2)  /* make and change projects, run and stop them, approve script and base */
#define MAY_SEE_REPORT RIGHT(3)   /* live report and recordings of projects in reach */
#define MAY_MARK_REPORT RIGHT(4)  /* the customer's own columns: status, owner, comment */
#define MAY_SEE_CALLS RIGHT(5)    /* the journal of calls */
#define MAY_LISTEN RIGHT(6)       /* play recordings */
#define MAY_CHANGE_BASE RIGHT(7)  /* bases, contacts, imports, do-not-call lists */
#define MAY_SEE_BASE RIGHT(8)     /* contacts with their phones */
#define MAY_WRITE_SCRIPT RIGHT(9) /* draft and propose script versions */
#define MAY_SEE_CUSTOMERS RIGHT(10)
#define MAY_CHANGE_CUSTOMERS RIGHT(11)
#define MAY_SEE_USERS RIGHT(12)    /* names of colleagues */
#define MAY_CHANGE_USERS RIGHT(13) /* invite, change role, disable, log out */
#define MAY_SET_UP RIGHT(14)       /* trunks, settings, jobs */
#define MAY_SEE_AUDIT RIGHT(15)
#define MAY_SEE_COLLEAGUES RIGHT(50) /* of a customer: the people of his own company */
#define MAY_READ_LETTERS RIGHT(51)   /* of a customer: what we wrote to him about his projects */
#define MAY_SEND_LETTERS RIGHT(16)   /* evening letter by hand, its delivery state */
#define MAY_SEE_FLOOR RIGHT(17)      /* operators' states and hours */
#define MAY_EXPORT RIGHT(18)         /* CSV and XLSX of what one sees */
#define MAY_USE_API RIGHT(19)        /* make API tokens of one's own */
#define MAY_OPEN_CARD RIGHT(20)      /* the card of one contact: persons, phones, history */
#define MAY_WRITE_CARD \
	RIGHT(21)             /* add and correct persons and phones on it: who hears of them in a talk, who keeps the base */
#define MAY_CORRECT RIGHT(25) /* correct a saved result: quality, who leads the project */
#define MAY_CHANGE_RULES RIGHT(28) /* rules of the law, and exceptions from them for a project */

#define MAY_WATCH RIGHT(27) /* figures of queues and first names with their states: what a board on the wall shows */

#define MAY_DECIDE \
	RIGHT(26) /* approve, decline or question a change: the customer; where he does not, who leads the project */
#define MAY_HAND_OVER RIGHT(30)     /* begin a project for a customer and fill its hand-over: never a person from outside */
#define MAY_ASSIGN_PM RIGHT(31)     /* say who leads a project that was handed over */
#define MAY_SEND_EVENTS RIGHT(32)   /* webhooks: have events sent to other programs */
#define MAY_SEE_MONEY RIGHT(40)     /* acts and invoices in reach; from outside: those that were issued */
#define MAY_BILL RIGHT(41)          /* see tariffs, draft acts */
#define MAY_SET_PRICE RIGHT(44)     /* tariffs */
#define MAY_ISSUE RIGHT(42)         /* our companies; issue, sign and cancel acts, write invoices, mark them paid */
#define MAY_APPROVE_PRICE RIGHT(43) /* sign for a discount and for pay by the lead */

#define MAY_SEE_STATISTICS RIGHT(29) /* figures of projects in reach; who sees neither reports nor the journal: his own */
#define MAY_USE_MAIL RIGHT(45)       /* read and write the letters of mailboxes in reach */

#define MAY_SEE_PERSONAL \
	RIGHT(54) /* names, numbers, free texts in the report: everybody who sees it, but who comes by a link made without them */
#define MAY_DISCUSS RIGHT(55)      /* comments under the rows of the report, and who else looks at it: people, never links */
#define MAY_JUDGE_LEADS RIGHT(56)  /* accept and reject leads: the customer */
#define MAY_SHARE_REPORT RIGHT(57) /* public links to the report */

#define MAY_SUPERVISE RIGHT(22) /* be in another's talk: listen, whisper, join, take over */

/* All roles, in the order of product.md, and what else access must know. Given to access_rules_set at start. */
extern const struct role roles[];
extern const size_t roles_count;
extern const struct access_rules role_rules;
/* Names for F_WORD fields, NULL-ended, in the same order. */
extern const char *const role_names[];

#endif
