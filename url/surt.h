/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * surt.h: the key by which web archives sort and find a URL (SURT, "Sort-friendly URI Reordering
 * Transform"): "https://www.Example.org:8080/A/?b=2&a=1" -> "org,example:8080)/a?a=1&b=2".
 *
 * No standard defines it; replay tools look a page up by the key they make of its address, so the
 * rules are those of the surt library that pywb and its kin use: scheme, credentials, fragment and
 * default port go; so does a leading "www." (or "www2."), whatever follows it; the host's labels are turned round, those
 * of an IPv4 address too; everything is in lower case; a slash at the end of the path goes unless
 * it is all of it; the parameters of the query are sorted by name, then value. Session ids stay.
 *
 * Two URLs may share a key: it finds candidates, the URL beside it decides. Pure; any thread.
 */
#ifndef URL_SURT_H
#define URL_SURT_H

#include "base/buf.h"
#include "url/url.h"

/* Appends the key of an http(s) URL to out; of any other, the URL itself. 0 or negative errno. */
MUST_CHECK int url_surt(const struct url *u, struct buf *out);

#endif
