/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libxml2 reads: the first byte chooses between XML of some type and HTML, the rest is the body. It ends, within the
 * ceilings, with a page whose strings are UTF-8 and whose URLs are canonical.
 */
#include "config.h"

#include <errno.h>

#include "base/check.h"
#include "parse/worker/reader.h"
#include "tests/fuzz/fuzz.h"
#include "url/canon.h"

#define MAX_LINKS 100

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str types[] = { { "application/xhtml+xml", 21 }, { "image/svg+xml", 13 },
		{ "application/rss+xml; charset=iso-8859-1", 39 }, { "text/xml; charset=utf-8", 23 }, { "text/html", 9 },
		{ "text/html; charset=shift_jis", 28 } };
	static const struct hash_key key = { 1 };
	static struct reader *reader;
	static struct url u;
	struct reader_input in = { .url = STR("http://example.org/dir/page?q"), .want_all = true, .max_links = MAX_LINKS,
		.key = &key };
	struct reader_page page = { .links_cut = false };
	uint32_t i;
	int r;

	if (size == 0)
		return 0;
	if (reader == NULL)
		CHECK(reader_new(READER_LIBXML2, &reader) == 0);
	in.content_type = types[data[0] % ARRAY_LEN(types)];
	in.body = str_n((const char *)data + 1, size - 1);
	r = reader_read(reader, &in, &page);
	CHECK(r == 0 || r == -E2BIG || r == -EOVERFLOW || r == -ENOMEM);
	if (r == -ENOMEM || r == -EOVERFLOW || (r == -E2BIG && !page.links_cut))
		return 0;
	CHECK(page.n_links <= MAX_LINKS && page.title.len <= 1024 && utf8_valid(page.title.p, page.title.len));
	for (i = 0; i < page.n_links; i++) {
		const struct reader_link *l = &page.links[i];

		CHECK(utf8_valid(l->value.p, l->value.len) && l->start <= l->end && l->end <= in.body.len);
		if (l->url.len == 0)
			continue;
		CHECK(url_parse(&u, l->url, NULL) == 0 && url_is_http(&u));
		url_canon(&u);
		CHECK(str_eq(url_href(&u), l->url));
	}
	return 0;
}
