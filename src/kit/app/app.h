/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app.h - what the app process is made of, for the jobs and threads that serve no request. Made by server/app.c, owned there;
 * its members are set before the modules start and never change while they run. */
#ifndef KIT_APP_APP_H
#define KIT_APP_APP_H

#include "engine/db/store.h"
#include "engine/http/http.h"
#include "kit/event/event.h"
#include "kit/job/job.h"

struct router;
struct app_settings {
	const char *data_dir;   /* database, files, recordings, keys */
	const char *public_url; /* "https://host:port" as people reach it, for links in letters; no slash at the end */
	const char *listen, *db_url;
	const char *web_dir; /* built front end */
	const char *
	        tel_socket; /* path of the unix socket the tel process listens on; connect, and again when it breaks; NULL: none here */
	const char *cluster;              /* "HOST:PORT" where tel nodes connect; NULL: none does */
	const uint8_t *cluster_key;       /* of 32 bytes, which they hold too */
	const char *node_name, *node_uid; /* of this installation: as people call it, and as the database knows it */
	bool tls;
};

struct app {
	struct app_settings settings;
	struct store *store;
	struct http_server *http;
	struct event_hub *hub;
	struct job_runner *jobs;
	const struct router *router; /* kit/route */
	const uint8_t *pepper; /* 32 bytes, DATA/keys/pepper: password hashes and link signatures, never in the database */
};

#endif
