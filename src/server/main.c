/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - the command line. */
#include "base/log.h"

int main(void)
{
	log_info("main", "nothing here yet");
	return 0;
}
