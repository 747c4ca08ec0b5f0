/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - the command line: one row per command. */
#include "server/cli.h"
#include "server/config.h"

#include <sodium.h>
#include <sys/stat.h>

#define VERSION "0.1.0"

static const struct command {
	const char *name, *args, *doc;
	int (*run)(int argc, char **argv);
} commands[] = {
        {"serve", "[OPTION …]", "run the call centre", cli_serve},
        {"migrate", "[OPTION …]", "bring the database to the schema of this program", cli_migrate},
        {"backup", "FILE [OPTION …]", "write database, files, recordings and keys into one tar; the server may run",
                cli_backup},
        {"restore", "FILE [OPTION …]", "make the data folder from a backup; it must be new or empty", cli_restore},
        {"copy", "--to URL [OPTION …]", "copy the database into an empty one of either engine", cli_copy},
        {"check", "[OPTION …]", "check the database, its files and its roll-ups", cli_check},
        {"verify", "FILE [OPTION …]",
                "check a project's verifiable log, from the pack of its report; needs nothing but the file", cli_verify},
        {"demo", "[OPTION …]", "fill an empty database with a demonstration project and print its logins", cli_demo},
        {"user add", "--login LOGIN --name NAME --role ROLE [OPTION …]",
                "add a person who may log in; prints a link to choose a password unless one is given", cli_user_add},
        {"import", "--base ID FILE [OPTION …]", "put the contacts of a CSV or XLSX file into a base; --dry-run only looks",
                cli_import},
        {"letter check", "[OPTION …] DRAFT.json",
                "read a letter that is to be sent as the house's rules demand; - for standard input", cli_letter_check},
        {"letter read", "[OPTION …] FILE.eml …", "read letters that came and say which thread each belongs to",
                cli_letter_read},
        {"openapi", "[OPTION …]", "print the description of the API", cli_openapi},
};

static int help(void)
{
	printf("zvonar - a call centre in one program\n\nusage: zvonar COMMAND [OPTION …]\n\n");
	for (size_t i = 0; i < COUNT(commands); i++) {
		printf("  %s %s\n      %s\n", commands[i].name, commands[i].args, commands[i].doc);
		config_options_help(commands[i].name);
	}
	printf("  --version, --help, --man\n");
	return 0;
}

/* docs/zvonar.1: the same tables as --help, as a man page. */
static int man(void)
{
	printf(".TH ZVONAR 1\n.SH NAME\nzvonar \\- a call centre in one program\n.SH SYNOPSIS\n.B zvonar\n.I COMMAND\n"
	       "[\\fIOPTION\\fR ...]\n.SH DESCRIPTION\nOne program with its database beside it. \\fBzvonar serve\\fR starts three "
	       "processes, app (web, database, dialling), tel (telephone) and sign (heads of the verifiable log), and starts again what dies.\nIt ends on SIGTERM "
	       "and reads its certificate again on SIGHUP.\n");
	for (size_t i = 0; i < COUNT(commands); i++) {
		printf(".SH ");
		config_roff(commands[i].name);
		printf(".B zvonar %s\n", commands[i].name);
		config_roff(commands[i].args);
		printf(".PP\n");
		config_roff(commands[i].doc);
		config_options_man(commands[i].name);
	}
	printf(".SH EXIT STATUS\n0 done, 1 failed (standard error says why), 2 used wrongly.\n");
	return 0;
}

/* How many words of argv the name of a command takes, 0 when it is another: "user add" takes two. */
static int words_of(const char *name, int argc, char **argv)
{
	str rest = str_of(name), word;
	int n = 0;

	while (str_cut(&rest, ' ', &word)) {
		if (n == argc || !str_eq(word, str_of(argv[n])))
			return 0;
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	umask(0077);
	if (sodium_init() < 0)
		return 1;
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
		return help();
	if (!strcmp(argv[1], "--man"))
		return man();
	if (!strcmp(argv[1], "--version"))
		return puts("zvonar " VERSION) < 0;
	for (size_t i = 0; i < COUNT(commands); i++) {
		int n = words_of(commands[i].name, argc - 1, argv + 1);
		if (n)
			return commands[i].run(argc - n, argv + n);
	}
	fprintf(stderr, "zvonar: no such command: %s; see zvonar --help\n", argv[1]);
	return 2;
}
