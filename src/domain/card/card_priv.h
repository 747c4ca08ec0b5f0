/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_priv.h - between the files of the folder. */
#ifndef DOMAIN_CARD_CARD_PRIV_H
#define DOMAIN_CARD_CARD_PRIV_H

#include "domain/card/card.h"
#include "domain/gate/gate.h"
#include "domain/guard/guard.h"
#include "domain/sending/sending.h"
#include "domain/setting/setting.h"
#include "domain/template/template.h"

struct card_body {
	int64_t template_id;
	int kind;
	str subject, body; /* preview: of a template that is not saved; send: the words after the person has changed them */
	int64_t person_id, call_id;
	str to;
	bool agreed; /* the contact asked for it in this talk */
	str key;
};
extern const struct shape preview_body_shape, send_body_shape;

/* Everything about one that is being made. */
struct outgoing {
	struct request *q;
	const struct card_body *in;
	struct contact contact;
	struct template template;
	struct template_filled words;
	struct settings settings;
	struct gate_project project;
	enum sending_kind kind;
	bool talked; /* in.call_id is a talk with this contact */
	str number;  /* that the gate is asked about; absent: none is known */
	str to;      /* as it is sent */
	struct gate_answer answer;
	enum sending_basis basis;
};
/* Contact, template, filled words. EINVAL names the field. */
int outgoing_load(struct request *q, struct outgoing *ret) MUST_USE;
/* Where it may go: "to" of the body, or the card's first address for its kind; absent when the card has none. EINVAL when it is no address. */
int outgoing_address(struct outgoing *o) MUST_USE;
/* Asks the gate: sets answer and basis. A fax is a call too: its hours count. */
int outgoing_gate(struct outgoing *o) MUST_USE;
/* What the guard says of a letter of these words. */
struct guard_verdict outgoing_guard(struct outgoing *o, str subject, str body);
/* What goes on paper: of a letter its offer, of a fax its own words and then its offer; *ret_n 0: nothing does. EINVAL "template_gap". */
enum { PAPERS = 2 };
int outgoing_papers(struct outgoing *o, struct template_filled ret[PAPERS], size_t *ret_n, struct fault *f) MUST_USE;
/* As a PDF; *ret absent when nothing does. */
int outgoing_paper(struct outgoing *o, str *ret, struct fault *f) MUST_USE;
/* As a fax machine takes it. */
int outgoing_fax(struct outgoing *o, str *ret_tiff, int64_t *ret_pages, struct fault *f) MUST_USE;

int card_preview(struct request *q);
int card_send(struct request *q);
int card_pdf(struct request *q);

#endif
