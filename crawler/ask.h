/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.h: asks the user for a secret: on the terminal, which does not show it, or by a program. Main thread, before any other.
 */
#ifndef CRAWLER_ASK_H
#define CRAWLER_ASK_H

#include "base/buf.h"

/*
 * Shows the prompt on /dev/tty and reads a line from it into out, without its end; out must have room. 0, -ENXIO (there is no
 * terminal), -ECANCELED (it was closed), other negative errno. A signal ends the program as ever, with the terminal as it was.
 */
MUST_CHECK int ask_secret(const char *prompt, struct buf *out);

/*
 * The same of a program, as ssh has SSH_ASKPASS: it is looked for in PATH and run with the prompt as its argument; what it writes up to
 * the end of a line is the answer. -ECANCELED: it did not end with 0; else what posix_spawnp(3) fails with.
 */
MUST_CHECK int ask_program(const char *program, const char *prompt, struct buf *out);

#endif
