/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.c - the options, once: parsing and help come from this table. */
#include "server/config.h"

#include "base/parse.h"

#include <unistd.h>

enum kind { TEXT, FLAG, NUMBER, LIST };

#define AT(m) offsetof(struct config, m)
/* commands: which take it, blanks between; a two-word command has "-" for its blank. */
static const struct option {
	const char *name, *value;
	enum kind kind;
	size_t at;
	const char *commands, *doc;
} options[] = {
        {"--data", "DIR", TEXT, AT(data), "serve migrate user-add import backup restore copy check demo",
                "database, files, recordings and keys are here; made when missing (data)"},
        {"--db", "URL", TEXT, AT(db), "serve migrate user-add import backup restore copy check demo",
                "postgresql://… or sqlite:FILE instead of DIR/zvonar.db"},
        {"--listen", "HOST:PORT", TEXT, AT(listen), "serve", "where browsers come (127.0.0.1:8080)"},
        {"--tls", "CERT,KEY|auto", TEXT, AT(tls), "serve",
                "serve HTTPS; auto makes a certificate of its own at the first run"},
        {"--sip", "HOST:PORT", TEXT, AT(sip), "serve", "where SIP listens, or off (0.0.0.0:5060)"},
        {"--rtp", "LOW-HIGH", TEXT, AT(rtp), "serve", "UDP ports of audio (16384-32767)"},
        {"--loops", "N", NUMBER, AT(loops), "serve",
                "threads that carry the sound of calls (one for each core the program may use)"},
        {"--role", "app|tel", TEXT, AT(role), "serve",
                "run one of the two processes only: app (web, database, dialling) or tel (telephone); without it both"},
        {"--tel", "SOCKET", TEXT, AT(tel), "serve",
                "the socket of a telephone process run apart; none is started here. With --role tel: where it listens"},
        {"--cluster", "HOST:PORT", TEXT, AT(cluster), "serve",
                "take tel nodes here, over TLS; they need a copy of DIR/keys/cluster, which is made at the first run"},
        {"--app", "HOST:PORT", LIST, AT(apps), "serve",
                "of a tel node: an app node to connect to; once for each, at most 8"},
        {"--public-ip", "IP", TEXT, AT(public_ip), "serve", "the address browsers and trunks send audio to"},
        {"--public-url", "URL", TEXT, AT(public_url), "serve", "how people reach the server, for links in letters"},
        {"--web", "DIR", TEXT, AT(web), "serve", "the built front end (web/dist beside the program)"},
        {"--role", "ROLE", TEXT, AT(role), "user-add", "operator, project_manager, admin …"},
        {"--login", "LOGIN", TEXT, AT(login), "user-add", "what one logs in with"},
        {"--name", "NAME", TEXT, AT(name), "user-add", "how colleagues see it"},
        {"--name", "NAME", TEXT, AT(name), "serve", "what this node is called among others (the host's name)"},
        {"--email", "ADDRESS", TEXT, AT(email), "user-add", "where letters go"},
        {"--password-file", "FILE", TEXT, AT(password_file), "user-add",
                "read the password from its first line, - for stdin"},
        {"--base", "ID", NUMBER, AT(base), "import", "the base to put the contacts into"},
        {"--dry-run", NULL, FLAG, AT(dry_run), "import", "say what would happen, change nothing"},
        {"--json", NULL, FLAG, AT(json), "import check letter-check", "print one JSON object"},
        {"--json", NULL, FLAG, AT(json), "letter-read", "print one JSON object a line, for each letter"},
        {"--signature", "FILE", TEXT, AT(signature), "letter-check",
                "the house's signature: letters must end with it; {name} and the like stand for what differs"},
        {"--encoding", "NAME", TEXT, AT(encoding), "import",
                "of the file: utf-8, utf-16le, utf-16be, windows-1251, koi8-r, cp866"},
        {"--delimiter", "CHAR", TEXT, AT(delimiter), "import", "of the file: , ; | or tab"},
        {"--sheet", "NAME", TEXT, AT(sheet), "import", "of the workbook; the first visible one"},
        {"--header-row", "N", TEXT, AT(header_row), "import", "the row with the titles; 0: there is none"},
        {"--country", "CODE", TEXT, AT(country), "import", "of numbers without a country code (RU)"},
        {"--map", "N=FIELD,…", TEXT, AT(map), "import",
                "what columns mean, the first is 0: company, phone, mobile, ext, fax, person, position, email …"},
        {"--repair", NULL, FLAG, AT(repair), "check", "count the roll-ups anew"},
        {"--earlier", "FILE", TEXT, AT(earlier), "verify", "a pack got before: the new one must go on from it"},
        {"--head", "SIZE:ROOT", TEXT, AT(head), "verify", "a head an evening letter printed: the pack must contain it"},
        {"--to", "URL", TEXT, AT(to), "copy", "the empty database to copy into"},
        {"--routes", NULL, FLAG, AT(routes), "openapi", "print method and path of each route instead"},
};

/* The command's own word in the list of an option. */
static bool takes(const struct option *o, const char *command)
{
	str rest = str_of(o->commands), word;

	while (str_cut(&rest, ' ', &word)) {
		size_t i = 0;
		while (i < word.n && command[i] && (word.p[i] == command[i] || (word.p[i] == '-' && command[i] == ' ')))
			i++;
		if (i == word.n && !command[i])
			return true;
	}
	return false;
}

static const struct option *find(const char *command, const char *name)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (!strcmp(options[i].name, name) && takes(&options[i], command))
			return &options[i];
	return NULL;
}

void config_options_help(const char *command)
{
	char left[64];

	for (size_t i = 0; i < COUNT(options); i++) {
		const struct option *o = &options[i];
		if (!takes(o, command))
			continue;
		snprintf(left, sizeof(left), "%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("      %-24s %s\n", left, o->doc);
	}
}

void config_roff(const char *z)
{
	for (; *z; z++) {
		if (*z == '-' || *z == '\\')
			putchar('\\');
		putchar(*z);
	}
	putchar('\n');
}

void config_options_man(const char *command)
{
	char left[64];

	for (size_t i = 0; i < COUNT(options); i++) {
		const struct option *o = &options[i];
		if (!takes(o, command))
			continue;
		snprintf(left, sizeof(left), "%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf(".TP\n.B ");
		config_roff(left);
		config_roff(o->doc);
	}
}

static int set(const struct option *o, struct config *c, const char *value, struct fault *f)
{
	char *at = (char *)c + o->at;

	switch (o->kind) {
	case FLAG: *(bool *)at = true; return 0;
	case NUMBER:
		if (parse_int(str_of(value), 1, INT64_MAX, (int64_t *)at))
			return 0;
		return fail(f, EINVAL, o->name, "usage", "%s takes a whole number", o->name);
	case LIST:
		for (size_t i = 0; i < CONFIG_LIST; i++)
			if (!((const char **)at)[i]) {
				((const char **)at)[i] = value;
				return 0;
			}
		return fail(f, EINVAL, o->name, "usage", "%s stands more than %d times", o->name, CONFIG_LIST);
	case TEXT:
		if (*(const char **)at)
			return fail(f, EINVAL, o->name, "usage", "%s stands twice", o->name);
		*(const char **)at = value;
		return 0;
	}
	return EINVAL;
}

int config_read(const char *command, int argc, char **argv, struct config *ret, struct fault *f)
{
	struct config c = {.args = argv + 1};
	int err = 0;

	for (int i = 1; !err && i < argc; i++) {
		const struct option *o = find(command, argv[i]);
		if (!strcmp(argv[i], "--help")) {
			printf("zvonar %s\n", command);
			config_options_help(command);
			exit(0);
		}
		if (!o && argv[i][0] == '-' && argv[i][1])
			err = fail(f, EINVAL, argv[i], "usage", "zvonar %s knows no option %s: see zvonar --help", command,
			        argv[i]);
		else if (!o)
			argv[1 + c.n_args++] = argv[i];
		else if (o->kind != FLAG && i + 1 == argc)
			err = fail(f, EINVAL, o->name, "usage", "%s needs %s", o->name, o->value);
		else
			err = set(o, &c, o->kind == FLAG ? NULL : argv[++i], f);
	}
	if (!c.data)
		c.data = "data";
	if (!err)
		*ret = c;
	return err;
}

const char *config_path(const struct config *c, struct arena *a, const char *name)
{
	return str_z(a, str_printf(a, "%s/%s", c->data, name));
}

const char *config_db_url(const struct config *c, struct arena *a)
{
	return c->db ? c->db : str_z(a, str_printf(a, "sqlite:%s/zvonar.db", c->data));
}

const char *config_web(const struct config *c, struct arena *a)
{
	char program[512];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (c->web)
		return c->web;
	while (n > 0 && program[n - 1] != '/')
		n--;
	return str_z(a, str_printf(a, "%.*s../web/dist", n > 0 ? (int)n : 0, program));
}

int config_sorry(const struct fault *f)
{
	fprintf(stderr, "zvonar: %s\n", f->what[0] ? f->what : "failed; the log above says why");
	return !strcmp(f->code, "usage") ? 2 : 1;
}
