/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logins.h: the logins that URLs had in them ("https://NAME:PASSWORD@host/"), each for the URL's origin and for nobody else.
 *
 * A zeroed one is empty; logins_add() for each; logins_fetch() once the homes are known; logins_release(), which wipes them.
 * Main thread.
 */
#ifndef CRAWLER_LOGINS_H
#define CRAWLER_LOGINS_H

#include "fetch/fetch.h"
#include "url/url.h"

struct login_item;

struct logins {
	struct login_item *items;
	size_t n;
	struct fetch_home_login *views; /* logins_fetch() */
};

/*
 * u has credentials; percent-encoded bytes are taken for what they stand for. 0; -EEXIST: there is another login for this origin;
 * -EINVAL: it has control characters; -ENOMEM.
 */
MUST_CHECK int logins_add(struct logins *l, const struct url *u);
/* As fetch_session has them: views of l, up to logins_release(). One that is for none of home's is told of, and left out. 0 or -ENOMEM. */
MUST_CHECK int logins_fetch(struct logins *l, const struct homes *home);
void logins_release(struct logins *l);

#endif
