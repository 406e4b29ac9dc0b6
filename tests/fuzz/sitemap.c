/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sitemaps and feeds, packed or not. Whatever the bytes: each entry has an address without white space around it, of a kind
 * that sitemaps have; asked to stop, the reading stops; and what is packed lists what it lists unpacked.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/check.h"
#include "parse/worker/sitemap.h"
#include "tests/fuzz/fuzz.h"
#include "url/url.h"

struct seen {
	uint64_t n, hash, stop_at;
};

static int
see(void *arg, const struct sitemap_entry *e)
{
	struct seen *seen = arg;
	size_t i;

	CHECK(seen->stop_at == 0 || seen->n < seen->stop_at);
	CHECK(e->url.len > 0 && e->url.len <= URL_MAX_BYTES);
	CHECK((unsigned char)e->url.p[0] > ' ' && (unsigned char)e->url.p[e->url.len - 1] > ' ');
	CHECK(e->kind == LINK_PAGE || e->kind == LINK_SITEMAP || e->kind == LINK_REQUISITE || e->kind == LINK_FRAME ||
		e->kind == LINK_ALTERNATE);
	for (i = 0; i < e->url.len; i++)
		seen->hash = seen->hash * 31 + (unsigned char)e->url.p[i];
	seen->hash = seen->hash * 31 + e->lastmod_s;
	return ++seen->n == seen->stop_at ? -E2BIG : 0;
}

static struct seen
read_all(struct str body, uint64_t stop_at)
{
	struct seen seen = { .stop_at = stop_at };
	struct sitemap_result result;
	int r = sitemap_read(body, STR(""), see, &seen, &result);

	CHECK(stop_at != 0 && seen.n == stop_at ? r == -E2BIG : r == 0);
	return seen;
}

static struct str
packed(struct str s, char *out, size_t cap)
{
	z_stream z = { 0 };

	CHECK(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)s.p;
	z.avail_in = (uInt)s.len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)cap;
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	s = str_n(out, cap - z.avail_out);
	CHECK(deflateEnd(&z) == Z_OK);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = str_n((const char *)data, size);
	struct seen plain, again;
	char *out;

	plain = read_all(body, 0);
	if (plain.n > 1)
		(void)read_all(body, plain.n / 2);
	if (str_starts(body, STR("\x1f\x8b")) || size > 1 << 16)
		return 0;
	out = malloc(size + 1024);
	CHECK(out != NULL);
	again = read_all(packed(body, out, size + 1024), 0);
	CHECK(again.n == plain.n && again.hash == plain.hash);
	free(out);
	return 0;
}
