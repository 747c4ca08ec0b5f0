/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax.c - spandsp's machine, and its reasons in plain words. */
#include "engine/fax/fax_priv.h"

#include <spandsp.h>
#include <unistd.h>

struct fax {
	fax_state_t *machine;
	int fd;
	bool sends;
	struct fax_progress progress;
};

/* T.30's reasons by what a person can do about them. The sentence is ours where ours is plainer. */
static const struct {
	int from, to;
	const char *code, *why; /* why NULL: spandsp's own */
	bool lasting;
} reasons[] = {
        {T30_ERR_CEDTONE, T30_ERR_T1_EXPIRED, "fax_no_machine", "no fax machine answered there", false},
        {T30_ERR_T3_EXPIRED, T30_ERR_HDLC_CARRIER, "fax_line", NULL, false},
        {T30_ERR_CANNOT_TRAIN, T30_ERR_CANNOT_TRAIN, "fax_line", "the line is too bad for a fax", false},
        {T30_ERR_OPER_INT_FAIL, T30_ERR_OPER_INT_FAIL, "fax_line", NULL, false},
        {T30_ERR_INCOMPATIBLE, T30_ERR_NOSIZESUPPORT, "fax_refused", "the far fax machine cannot take such a page", true},
        {T30_ERR_UNEXPECTED, T30_ERR_TX_BADPG, "fax_line", NULL, false},
        {T30_ERR_TX_ECMPHD, T30_ERR_TX_T5EXP, "fax_line", "the far fax machine broke off", false},
        {T30_ERR_FILEERROR, T30_ERR_BADTIFFHDR, "fax_document", "the document is none a fax machine takes", true},
        {T30_ERR_CALLDROPPED, T30_ERR_CALLDROPPED, "fax_cut", "the call ended before the fax did", false},
};

static void failed(struct fax_progress *p, int result)
{
	p->state = FAX_FAILED;
	p->code = "fax_line";
	p->why = t30_completion_code_to_str(result);
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (result >= reasons[i].from && result <= reasons[i].to) {
			p->code = reasons[i].code;
			p->lasting = reasons[i].lasting;
			if (reasons[i].why)
				p->why = reasons[i].why;
		}
}

static void look(struct fax *x)
{
	t30_state_t *t30 = fax_get_t30_state(x->machine);
	const char *ident = t30_get_rx_ident(t30);
	t30_stats_t s;

	t30_get_transfer_statistics(t30, &s);
	x->progress.pages = x->sends ? s.pages_tx : s.pages_rx;
	x->progress.of = x->sends && s.pages_in_file > 0 ? s.pages_in_file : 0;
	x->progress.bit_rate = s.bit_rate;
	for (size_t i = 0; i < FAX_IDENT - 1 && ident && ident[i]; i++)
		x->progress.ident[i] = (char)(ident[i] >= ' ' && ident[i] < 127 ? ident[i] : '?');
}

/* Both agreed: pages follow. */
static int agreed(t30_state_t *t30, void *arg, int result)
{
	struct fax *x = arg;

	(void)t30, (void)result;
	x->progress.state = FAX_PAGES;
	look(x);
	return T30_ERR_OK;
}

static int page_done(t30_state_t *t30, void *arg, int result)
{
	(void)t30, (void)result;
	look(arg);
	return T30_ERR_OK;
}

static void over(t30_state_t *t30, void *arg, int result)
{
	struct fax *x = arg;

	(void)t30;
	look(x);
	if (result == T30_ERR_OK)
		x->progress.state = FAX_DONE;
	else
		failed(&x->progress, result);
}

static int machine_new(struct fax **ret, bool sends, int fd, const char *ident, struct fault *f)
{
	struct fax *x = calloc(1, sizeof(*x));
	t30_state_t *t30;

	if (x)
		*x = (struct fax){.machine = fax_init(NULL, sends), .fd = fd, .sends = sends};
	if (!x || !x->machine) {
		free(x);
		close(fd);
		return fail(f, ENOMEM, NULL, "fax_document", "there is no memory for a fax");
	}
	fax_set_transmit_on_idle(x->machine, true);
	t30 = fax_get_t30_state(x->machine);
	t30_set_tx_ident(t30, ident);
	t30_set_ecm_capability(t30, true);
	t30_set_supported_compressions(
	        t30, T30_SUPPORT_T4_1D_COMPRESSION | T30_SUPPORT_T4_2D_COMPRESSION | T30_SUPPORT_T6_COMPRESSION);
	t30_set_supported_modems(t30, T30_SUPPORT_V27TER | T30_SUPPORT_V29 | T30_SUPPORT_V17);
	t30_set_supported_resolutions(
	        t30, T30_SUPPORT_STANDARD_RESOLUTION | T30_SUPPORT_FINE_RESOLUTION | T30_SUPPORT_SUPERFINE_RESOLUTION);
	t30_set_phase_b_handler(t30, agreed, x);
	t30_set_phase_d_handler(t30, page_done, x);
	t30_set_phase_e_handler(t30, over, x);
	*ret = x;
	return 0;
}

/* spandsp opens by a name: the file without one is reached by its descriptor. */
static void name_of(int fd, char ret[40])
{
	snprintf(ret, 40, "/proc/self/fd/%d", fd);
}

int fax_send(struct fax **ret, str tiff, const char *ident, struct fault *f)
{
	int fd = memory_file(tiff, f), err;
	char name[40];

	if (fd < 0)
		return EIO;
	if (!str_starts(tiff, STR("II*")) && !str_starts(tiff, STR("MM"))) {
		close(fd);
		return fail(f, EINVAL, NULL, "fax_document", "the document is none a fax machine takes");
	}
	err = machine_new(ret, true, fd, ident, f);
	name_of(fd, name);
	if (!err)
		t30_set_tx_file(fax_get_t30_state((*ret)->machine), name, -1, -1);
	return err;
}

int fax_receive(struct fax **ret, const char *ident, struct fault *f)
{
	int fd = memory_file((str){0}, f), err;
	char name[40];

	if (fd < 0)
		return EIO;
	err = machine_new(ret, false, fd, ident, f);
	name_of(fd, name);
	if (!err)
		t30_set_rx_file(fax_get_t30_state((*ret)->machine), name, -1);
	return err;
}

void fax_end(struct fax *x)
{
	if (!x)
		return;
	fax_free(x->machine);
	close(x->fd);
	free(x);
}

static bool ended(const struct fax *x)
{
	return x->progress.state == FAX_DONE || x->progress.state == FAX_FAILED;
}

void fax_hear(struct fax *x, const int16_t pcm[FAX_FRAME])
{
	int16_t own[FAX_FRAME];

	memcpy(own, pcm, sizeof(own)); /* spandsp may change what it looks at */
	if (!ended(x))
		fax_rx(x->machine, own, FAX_FRAME);
}

void fax_say(struct fax *x, int16_t pcm[FAX_FRAME])
{
	int n = ended(x) ? 0 : fax_tx(x->machine, pcm, FAX_FRAME);

	memset(pcm + n, 0, (size_t)(FAX_FRAME - n) * sizeof(*pcm));
}

void fax_cut(struct fax *x)
{
	if (!ended(x))
		t30_terminate(fax_get_t30_state(x->machine));
	if (x->sends && x->progress.of && x->progress.pages >= x->progress.of)
		x->progress.state =
		        FAX_DONE; /* the far machine has confirmed the last page, and did not wait for our goodbye */
	else if (!ended(x))
		failed(&x->progress, T30_ERR_CALLDROPPED);
}

const struct fax_progress *fax_progress(const struct fax *x)
{
	return &x->progress;
}

int fax_received(struct fax *x, struct arena *a, str *ret_tiff, struct fault *f)
{
	return memory_read(x->fd, a, ret_tiff, f);
}
