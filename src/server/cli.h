/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h - the commands of the program: each one a function main.c dispatches to. argv[0] is the command's last word; the return
 * is the exit code: 0 done, 1 failed (one line on stderr says why), 2 used wrongly. Options are read by config.h. */
#ifndef SERVER_CLI_H
#define SERVER_CLI_H

int cli_serve(int argc, char **argv);   /* supervisor.c */
int cli_migrate(int argc, char **argv); /* cli_data.c, as the next four */
int cli_backup(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_copy(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_user_add(int argc, char **argv);     /* cli_user.c */
int cli_import(int argc, char **argv);       /* cli_import.c */
int cli_verify(int argc, char **argv);       /* cli_verify.c */
int cli_demo(int argc, char **argv);         /* cli_demo.c */
int cli_letter_check(int argc, char **argv); /* cli_letter.c, as the next */
int cli_letter_read(int argc, char **argv);
int cli_openapi(int argc, char **argv); /* openapi.c */

#endif
