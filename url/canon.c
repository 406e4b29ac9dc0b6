/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/canon.h"

static void
drop_fragment(struct url *u)
{
	if (u->hash_start != URL_NO_OFFSET) {
		u->href_len = u->hash_start;
		u->hash_start = URL_NO_OFFSET;
	}
}

static void
drop_credentials(struct url *u)
{
	uint32_t to = u->protocol_end + 2;
	uint32_t from = u->host_start + 1; /* behind the '@' */
	uint32_t gone = from - to;

	if (!url_has_credentials(u))
		return;
	memmove(u->href + to, u->href + from, u->href_len - from);
	u->href_len -= gone;
	u->username_end = to;
	u->host_start = to;
	u->host_end -= gone;
	u->pathname_start -= gone;
	if (u->search_start != URL_NO_OFFSET)
		u->search_start -= gone;
}

void
url_canon(struct url *u)
{
	CHECK(url_is_http(u));
	drop_fragment(u);
	drop_credentials(u);
}
