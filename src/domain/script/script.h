/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script.h - the script of a project as a versioned graph: stages, steps with their text, answers that lead on, merge fields.
 * A version is draft → proposed → approved → active → retired (or declined); its graph is fixed once it was proposed, one version of a
 * project is active, and only that one is dialled. Each call keeps the version it was made with. */
#ifndef DOMAIN_SCRIPT_SCRIPT_H
#define DOMAIN_SCRIPT_SCRIPT_H

#include "domain/project/project.h"

enum script_state { SCRIPT_DRAFT, SCRIPT_PROPOSED, SCRIPT_APPROVED, SCRIPT_DECLINED, SCRIPT_ACTIVE, SCRIPT_RETIRED };

struct script_version {
	int64_t id, version, project_id, number;
	int state;
	str graph, note;
	int64_t author_id, approved_by, approved_at, created_at;
};

extern const struct entity script_version_entity;
extern const struct resource script_resource;
extern const struct module script_module;

/* In a writing closure: a step of a version's life. To proposed: without a fault the linter calls an error (a proposed one stays so). Active: the
 * one before retires in the same transaction. EALREADY "wrong_state" when it does not stand where the step starts. note: why it was
 * declined, else absent. */
int script_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum script_state to, str note,
        struct script_version *ret, struct fault *f) MUST_USE;

/* The limits of a graph: what a person can oversee, and what a page can draw. */
enum { GRAPH_STAGES = 30, GRAPH_NODES = 500, GRAPH_ANSWERS = 20, GRAPH_ARTICLES = 10, GRAPH_TEXT = 8000 };

/* The step of that id: of kind JSON_ABSENT when there is none. */
struct json graph_node(struct json graph, str id);

/* Well-formed: members known, ids unique, every answer leads to a step that exists (or nowhere), start exists. EINVAL names the
 * place: "graph.nodes[3].answers[0].to". A draft may have dead ends; the linter speaks of those. */
int graph_check(struct arena *a, str graph, struct fault *f) MUST_USE;

/* What the linter says of a graph; error: the version cannot be proposed. */
struct lint {
	const char *code; /* one of lint_codes */
	bool error;
	str node; /* id of the step, or absent */
	str what; /* the words it is about, or absent */
};
extern const char *const lint_codes[]; /* NULL-ended */
/* What a graph may name: keys of the project's form fields, ids of its results, and of the articles its operators may read. */
struct lint_names {
	const str *keys;
	const int64_t *results, *articles;
	size_t n_keys, n_results, n_articles;
};
/* ret in the arena. The graph is well-formed. */
int graph_lint(struct arena *a, str graph, const struct lint_names *names, const struct lint **ret, size_t *ret_n,
        struct fault *f) MUST_USE;

/* The members "start" (the title of another first step, or null) and "steps" of an open object: what came, went and changed from old to new, words
 * inside marked (docs/adr/0033). old: {} when there was nothing. */
void script_diff(struct arena *a, struct json old, struct json new, struct json_out *w);

/* A talk's way through its script, for script_step: made on the worker from the path as the seat sent it, counted in the writing closure. */
struct walk {
	int64_t script_version_id, operator_id;
	struct walked *of;
	size_t n;
};
/* ret has script_version_id and operator_id. path: [[step, answer or null, ms], …], absent: none. EINVAL "path" for anything else. talk_ms: what the talk lasted; won: it came to a goal. Steps the
 * version does not have are left out. */
int walk_read(
        struct db *db, struct arena *a, str path, int64_t talk_ms, bool won, struct walk *ret, struct fault *f) MUST_USE;
/* take_out: it was counted, and is no longer what the talk came to. */
int walk_count(struct db *db, const struct walk *w, bool take_out, struct fault *f) MUST_USE;

/* What a script is begun from: the stages of a talk from greeting to farewell, a place for objections, and the branch of a conflict, in the words
 * of a project's language ("en", else Russian). */
str script_template(struct arena *a, str language);

#endif
