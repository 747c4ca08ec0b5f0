/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alone.c - runs the tel process without app, for tests that speak its protocol themselves; sound on three threads, however few calls there are.
 * usage: tel-alone SOCKET RECORDINGS [SIP HOST:PORT or off] [RTP LOW-HIGH] [PUBLIC IP]; TEL_SOUNDS and TEL_SPOKEN name folders */
#include "base/parse.h"
#include "exchange/exchange.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
	struct tel_settings s = {.link.socket_path = argc > 1 ? argv[1] : "",
	        .record_dir = argc > 2 ? argv[2] : "",
	        .sip = argc > 3 ? argv[3] : "off",
	        .loops = 3,
	        .crowded = 1};
	str range = str_of(argc > 4 ? argv[4] : "20000-29999"), low;
	int64_t from = 0, to = 0;

	if (argc < 3 || !str_cut(&range, '-', &low) || !parse_int(low, 0, 65535, &from) ||
	        !parse_int(range, 0, 65535, &to)) {
		fprintf(stderr, "usage: tel-alone SOCKET RECORDINGS [SIP] [LOW-HIGH] [PUBLIC IP]\n");
		return 2;
	}
	s.rtp_low = (int)from;
	s.rtp_high = (int)to;
	s.public_ip = argc > 5 ? argv[5] : NULL;
	s.sound_dir = getenv("TEL_SOUNDS");
	s.spoken_dir = getenv("TEL_SPOKEN");
	return tel_main(&s);
}
