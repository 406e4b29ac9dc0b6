/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A drawing that is to be in a page: what is taken in has no element and no attribute that would run or count for all of it, and is as it was
 * but for the prefix; what is not taken in leaves nothing.
 */
#include "config.h"

#include <errno.h>

#include "store/svguse.h"
#include "store/svgxml.h"
#include "tests/fuzz/fuzz.h"

#define BEFORE STR("before")

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(1 << 24), plain = BUF_INIT(1 << 24);
	struct str svg = str_n((const char *)data, size), got;
	int r;

	buf_add_str(&out, BEFORE);
	buf_add_str(&plain, BEFORE);
	r = svguse_add(svg, STR("lycosa7-"), SVGUSE_HTML, &out);
	CHECK(r == 0 || r == -EINVAL);
	CHECK(svguse_add(svg, STR(""), SVGUSE_HTML, &plain) == r);
	CHECK(str_starts(buf_str(&out), BEFORE) && (r == 0 || out.len == BEFORE.len));
	CHECK(plain.len <= out.len);
	if (r == 0) {
		got = buf_str(&out);
		CHECK(str_ends(got, STR("</svg>")));
		/* It says the same once more: nothing of it is read in another way than it was. */
		buf_reset(&plain, 1 << 24);
		CHECK(svguse_add(str_n(got.p + BEFORE.len, got.len - BEFORE.len), STR(""), SVGUSE_HTML, &plain) == 0);
	}
	/* One element of it; the first line is its id. */
	if (str_cut(svg, '\n', &got, &svg)) {
		buf_reset(&out, 1 << 24);
		r = svguse_pick(svg, got, STR("lycosa7-"), SVGUSE_HTML, &out);
		CHECK(r == 0 || (r == -EINVAL && out.len == 0));
		buf_reset(&plain, 1 << 24);
		CHECK(r < 0 || svguse_add(buf_str(&out), STR(""), SVGUSE_HTML, &plain) == 0);
		for (size_t i = 0; i < out.len; i++)
			CHECK((unsigned char)out.data[i] < 0x80);
		/* For a page of XML, what would end that page is not taken. */
		buf_reset(&plain, 1 << 24);
		CHECK(svguse_pick(svg, got, STR("lycosa7-"), SVGUSE_XHTML, &plain) == 0 ? r == 0 && svgxml_is_fine(buf_str(&plain)) : plain.len == 0);
	}
	buf_release(&out);
	buf_release(&plain);
	return 0;
}
