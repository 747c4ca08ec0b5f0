/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.h - the command line: one const table of commands and one of options, from which come parsing, --help and the man page.
 * A command of your own: a row in commands[] (main.c) and, for options nobody has yet, rows in options[] (config.c). */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "base/arena.h"
#include "base/fault.h"

enum { CONFIG_LIST = 8 };

/* What was said on the command line; NULL, false or 0 where nothing was, but for data. Text points into argv. */
struct config {
	const char *data;   /* --data DIR: database, files, recordings, keys */
	const char *db;     /* --db URL */
	const char *listen; /* --listen HOST:PORT */
	const char *tls;    /* --tls CERT,KEY or auto */
	const char *sip, *rtp, *public_ip;
	int64_t loops;                     /* 0: as many as cores */
	const char *tel;                   /* --tel SOCKET: a telephone process run apart */
	const char *cluster;               /* --cluster HOST:PORT: where tel nodes connect */
	const char *apps[CONFIG_LIST + 1]; /* --app HOST:PORT, each; ended by NULL */
	const char *public_url;            /* --public-url: as people reach the server, for links in letters */
	const char *web;                   /* --web DIR: the built front end */
	const char *to;                    /* --to URL */
	const char *role, *login, *name, *email, *password_file;
	const char *earlier, *head; /* verify: a pack got before, a head of a letter */
	bool json, dry_run, routes, repair;
	int64_t base;
	const char *encoding, *delimiter, *sheet, *header_row, *country, *map; /* import: instead of the guess */
	char **args;                                                           /* what is no option; within argv */
	size_t n_args;
	const char *signature; /* letter check: --signature FILE */
};
/* Options of the command named argv[0] ("serve", "user add"), checked against its row: unknown, repeated or incomplete ones are
 * EINVAL. On "--help" prints the help of the command and exits. */
int config_read(const char *command, int argc, char **argv, struct config *ret, struct fault *f) MUST_USE;
/* The database meant: --db, or sqlite:DATA/zvonar.db. In the arena. */
const char *config_db_url(const struct config *c, struct arena *a);
/* A path below --data. In the arena. */
const char *config_path(const struct config *c, struct arena *a, const char *name);
/* The node's name (--name, or the host's) and its own id, made at the first run and kept below --data, which no two running nodes share.
 * In the arena. */
int node_id(const struct config *c, struct arena *a, const char **ret_name, const char **ret_uid, struct fault *f) MUST_USE;
/* --web, or web/dist beside the folder of the running program. In the arena. */
const char *config_web(const struct config *c, struct arena *a);
/* One line "zvonar: what" on stderr, for a command that ends; returns its exit code. */
int config_sorry(const struct fault *f);
/* The options of a command: a line each for --help, a paragraph each for the man page. */
void config_options_help(const char *command);
void config_options_man(const char *command);
/* z as text of a man page: hyphens and backslashes as they are. */
void config_roff(const char *z);

#endif
