/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * netrc.h: the logins of a ~/.netrc.
 *
 *	machine NAME login USER password SECRET      words between white space, over as many lines as one likes
 *	"with \"quotes\""                            \n, \r, \t, and any other character behind a backslash as it is
 *	# to the end of the line                     where a keyword may stand; within a value it is a character
 *	macdef NAME ... an empty line                passed over, as is `account'
 *	default ...                                  passed over: a login for everybody is no secret
 *
 * Pure; any thread.
 */
#ifndef FETCH_NETRC_H
#define FETCH_NETRC_H

#include "base/str.h"

/* 0 to go on, or negative errno. The strings are gone afterwards. */
typedef int (*netrc_fn)(void *arg, const char *machine, const char *login, const char *password);
/*
 * Calls fn for each machine that has both login and password, in order. What stands behind a quote that does not end is not
 * read. 0, -ENOMEM, or what fn returned.
 */
MUST_CHECK int netrc_read(struct str text, netrc_fn fn, void *arg);

#endif
