/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URLs: the input up to the first newline is a base, the rest is resolved against it; without a newline it stands alone.
 * What came of it keeps its promises: offsets in order and in range, printable ASCII, parsing and canonicalising it
 * again changes nothing, and the short way (url_fast.c) agrees with the long one.
 */
#include "config.h"

#include <string.h>

#include "base/check.h"
#include "tests/fuzz/fuzz.h"
#include "url/canon.h"
#include "url/host.h"
#include "url/url.h"
#include "url/url_parse.h"

static void
check_parts(const struct url *u)
{
	uint32_t end = u->href_len, i;

	CHECK(u->href_len > 0 && u->href_len <= URL_MAX_BYTES);
	for (i = 0; i < u->href_len; i++)
		CHECK(u->href[i] > ' ' || (u->opaque_path && u->href[i] == ' '));
	if (u->hash_start != URL_NO_OFFSET) {
		CHECK(u->hash_start < end && u->href[u->hash_start] == '#');
		end = u->hash_start;
	}
	if (u->search_start != URL_NO_OFFSET) {
		CHECK(u->search_start < end && u->href[u->search_start] == '?');
		end = u->search_start;
	}
	CHECK(u->protocol_end > 0 && u->href[u->protocol_end - 1] == ':');
	CHECK(u->protocol_end <= u->username_end && u->username_end <= u->host_start);
	CHECK(u->host_start <= u->host_end && u->host_end <= u->pathname_start && u->pathname_start <= end);
	CHECK(u->port == URL_NO_PORT || u->port <= 65535);
	if (url_is_http(u)) {
		CHECK(url_hostname(u).len > 0);
		CHECK(url_pathname(u).len > 0 && url_pathname(u).p[0] == '/');
		(void)host_site(url_hostname(u));
	}
}

static void
check_stable(const struct url *u, struct url *tmp)
{
	CHECK(url_parse(tmp, url_href(u), NULL) == 0);
	CHECK(str_eq(url_href(tmp), url_href(u)));
	CHECK(tmp->host_end == u->host_end && tmp->pathname_start == u->pathname_start && tmp->port == u->port);
	if (!url_is_http(u))
		return;
	url_canon(tmp);
	check_parts(tmp);
	CHECK(str_eq(url_href(tmp), url_identity(tmp)));
	CHECK(!url_has_credentials(tmp));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct url base, u, tmp;
	struct str s = str_n((const char *)data, size), first, rest;
	const struct url *on = NULL;
	int r, fast;

	if (str_cut(s, '\n', &first, &rest)) {
		s = rest;
		if (url_parse(&base, first, NULL) == 0)
			on = &base;
	}
	r = url_parse(&u, s, on);
	if (url_parse_fast(&tmp, s, on, &fast)) {
		CHECK(fast == r);
		CHECK(r < 0 || str_eq(url_href(&tmp), url_href(&u)));
	}
	if (r < 0) {
		CHECK(u.href_len == 0);
		return 0;
	}
	check_parts(&u);
	check_stable(&u, &tmp);
	return 0;
}
