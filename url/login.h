/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * login.h: the login in a text that a user has typed for a URL ("http://NAME:PASSWORD@host/"), whether or not it is one. Pure.
 *
 * It is found wherever url_parse() would find it ("http:/NAME@host", "http:\\NAME@host"), where there is no scheme ("NAME@host"),
 * and where the password has a '/', a '?' or a '#' that should have been encoded: what may be a secret is one.
 */
#ifndef URL_LOGIN_H
#define URL_LOGIN_H

#include "base/str.h"

/* A view of text: what stands before the '@'. */
bool login_find(struct str text, struct str *ret_login);

#endif
