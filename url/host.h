/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host.h: hosts: the host parser of WHATWG URL §3.5, registrable domains (Public Suffix List), address literals.
 *
 * Pure and any thread. The Public Suffix List (the newest of libpsl's own and the system's file) is read before main(),
 * in programs that use it.
 */
#ifndef URL_HOST_H
#define URL_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Parses input as the host of a special URL (domain to ASCII after UTS 46, IPv4, IPv6) and appends its serialisation.
 * 0, -EINVAL, or what buf fails with. */
MUST_CHECK int host_parse(struct str input, struct buf *out);
/* The same for URLs that are not special (opaque hosts and IPv6). */
MUST_CHECK int host_parse_opaque(struct str input, struct buf *out);

/* Registrable domain of a serialised host ("a.b.co.uk" -> "b.co.uk"): a view into host; STR_NONE for public suffixes
 * and addresses. Any thread. Walks the list: about a microsecond, so once per host, not per link. */
struct str host_registrable(struct str host);
/* The registrable domain if there is one, else the host itself: the key by which hosts share politeness and a loop. */
struct str host_site(struct str host);
/* "127.0.0.1", "[::1]". */
bool host_is_address(struct str host);
/* A serialised host for people: labels in "xn--" decoded where they are valid. 0, or what buf fails with. */
MUST_CHECK int host_to_unicode(struct str host, struct buf *out);
/* The list in a file (as publicsuffix.org publishes it) instead of the system's. Before any thread. 0, -ENOENT. */
MUST_CHECK int host_use_list(const char *path);
/* host is domain or ends in ".domain" (both serialised; a dot at host's end does not count). */
bool host_in_domain(struct str host, struct str domain);
/* "www.example.org" for "example.org" and the other way round, appended to out; false for addresses. */
bool host_www_twin(struct str host, struct buf *out);

#endif
