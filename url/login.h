/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * login.h: the login in a text that a user has typed for a URL ("http://NAME:PASSWORD@host/"), whether or not it is one. Pure.
 *
 * It is found wherever url_parse() would find it ("http:/NAME@host", "http:\\NAME@host"), where there is no scheme ("NAME@host"),
 * and where the password has a '/', a '?' or a '#' that should have been encoded: what may be a secret is one.
 */
#ifndef URL_LOGIN_H
#define URL_LOGIN_H

#include "base/buf.h"

/* A view of text: what stands before the '@'. */
bool login_find(struct str text, struct str *ret_login);
/* May it be a URL at all? Other texts may have an '@' for other reasons. */
bool login_may_be_url(struct str text);
/* Is it rather a URL with a login than the name of a file? */
bool login_is_likely(struct str text);
/* Appended, fit for a message: escaped, and a star for the login, if one is likely. */
void login_put_hidden(struct buf *out, struct str text);

#endif
