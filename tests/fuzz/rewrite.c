/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rewriting: any page, any spans, as a reader that was taken over may send them. The first byte says how many, and how wide, each has four: its
 * start, 2; its length; how it is written. What comes back lies in the output and holds what was put in; without spans the page
 * is the page.
 */
#include "config.h"

#include "store/rewrite.h"
#include "tests/fuzz/fuzz.h"

#define LINKS_MAX 8
#define LINK_BYTES 4

static size_t
take_links(const uint8_t *data, size_t size, struct rewrite_link links[LINKS_MAX])
{
	size_t n = (data[0] & 0x3f) % (LINKS_MAX + 1), i;

	if (size < 1 + n * LINK_BYTES)
		n = 0;
	for (i = 0; i < n; i++) {
		const uint8_t *p = data + 1 + i * LINK_BYTES;

		links[i] = (struct rewrite_link){
			.start = (uint32_t)(p[0] | p[1] << 8),
			.syntax = (enum rewrite_syntax)(p[3] % 3),
			.absolute = (p[3] & 0x10) != 0,
			.to = (p[3] & 0x20) != 0 ? STR_NONE : (p[3] & 0x10) != 0 ? STR("http://h/@") : STR("../@"),
		};
		links[i].end = links[i].start + p[2];
		if ((p[3] & 0xc0) == 0xc0)
			links[i] = (struct rewrite_link){ .start = links[i].start, .end = links[i].start, .insert = true, .to = STR("<@>") };
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rewrite_link links[LINKS_MAX];
	struct buf out = BUF_INIT(1 << 24);
	struct str page;
	size_t n, i;

	if (size == 0)
		return 0;
	n = take_links(data, size, links);
	page = str_n((const char *)data + 1 + n * LINK_BYTES, size - 1 - n * LINK_BYTES);
	CHECK(rewrite_links(page, (enum rewrite_width)(data[0] >> 6) % 3, links, n, &out) == 0);
	for (i = 0; data[0] >> 6 == REWRITE_BYTES && i < n; i++) {
		if (links[i].start == links[i].end)
			continue;
		CHECK(links[i].end <= out.len);
		CHECK(str_eq(str_n(out.data + links[i].start, links[i].end - links[i].start), links[i].to));
	}
	CHECK(n > 0 || str_eq(buf_str(&out), page) || rewrite_has_worker(page) || out.len > page.len);
	buf_release(&out);
	return 0;
}
