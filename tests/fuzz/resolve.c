/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * References of a page: the first byte chooses the base and the page's charset, the rest is a reference. What comes of it is a
 * URL that stands for itself; the short way agrees with the long one; and a reference the reader takes for a repeat of
 * another one (parse/worker/links.h) names the same resource.
 */
#include "config.h"

#include <errno.h>

#include "base/check.h"
#include "parse/worker/charset.h"
#include "parse/worker/links.h"
#include "tests/fuzz/fuzz.h"
#include "url/canon.h"
#include "url/url_parse.h"

static struct charset_encoders encoders;
static const struct hash_key key = { 5 };

static int
encode(void *arg, struct str s, struct buf *out)
{
	int r = charset_encode(&encoders, *(const enum charset *)arg, s, out);

	return r == -ENOTSUP || r == -EIO ? buf_add(out, s.p, s.len) : r;
}

static void
check_repeat(const struct url *base, struct str whole, const struct url *u)
{
	static struct links links;
	static struct url other;
	struct str bare = whole, fragment;

	if (!str_cut(whole, '#', &bare, &fragment) || whole.len == 0)
		return;
	links_reset(&links, &key, false, 10);
	links_add(&links, &(struct ref){ .raw = whole, .syntax = SYNTAX_URL });
	links_add(&links, &(struct ref){ .raw = bare, .syntax = SYNTAX_URL });
	CHECK(links.err == 0);
	if (links.n == 2)
		return;
	CHECK((url_parse(&other, bare, base) == 0 && url_is_http(&other)) == (u != NULL));
	if (u != NULL)
		CHECK(str_eq(url_identity(&other), url_identity(u)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str bases[] = { { "http://example.org/dir/page?q#f", 31 }, { "https://u:p@h.test:8443/", 24 },
		{ "http://[::1]/a/b/c/", 19 }, { "file:///C:/x/y", 14 }, { "data:text/html,x", 16 }, { "ws://h/", 7 },
		{ "http://h/a%2e/.b/..c", 20 } };
	static struct url base, u, tmp;
	struct url_query_encoder encoder = { encode, NULL };
	struct str s = str_n((const char *)data, size);
	enum charset cs;
	int r, fast;

	if (size == 0)
		return 0;
	cs = (enum charset)(data[0] / ARRAY_LEN(bases) % CHARSET_COUNT);
	encoder.arg = &cs;
	CHECK(url_parse(&base, bases[data[0] % ARRAY_LEN(bases)], NULL) == 0);
	s = str_n(s.p + 1, s.len - 1);
	r = url_parse(&u, s, &base);
	if (url_parse_fast(&tmp, s, &base, &fast)) {
		CHECK(fast == r && (r < 0 || str_eq(url_href(&tmp), url_href(&u))));
		CHECK(r < 0 || (tmp.pathname_start == u.pathname_start && tmp.search_start == u.search_start &&
			tmp.hash_start == u.hash_start && tmp.host_end == u.host_end && tmp.port == u.port));
	}
	check_repeat(&base, s, r == 0 && url_is_http(&u) ? &u : NULL);
	if (url_parse_charset(&u, s, &base, &encoder) < 0)
		return 0;
	CHECK(url_parse(&tmp, url_href(&u), NULL) == 0 && str_eq(url_href(&tmp), url_href(&u)));
	if (url_is_http(&u)) {
		url_canon(&u);
		CHECK(u.hash_start == URL_NO_OFFSET && !url_has_credentials(&u));
	}
	return 0;
}
