/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a page gets what its <use> refers to: any page, any span, as a reader that was taken over may say it. The first byte says how wide the page
 * is and what it is, four are the span. What is put in stands in the page, in an attribute with nothing that would end that, and all else is as it was.
 */
#include "config.h"

#include "store/uses.h"
#include "tests/fuzz/fuzz.h"

#define HEAD_BYTES 5
#define PART       STR("<svg a=\"b\">\n'&'</svg>")

static void
put_in(struct uses *u, struct str page, const struct uses_spot *spot)
{
	struct buf text = BUF_INIT(1 << 24), out = BUF_INIT(1 << 24);
	size_t unit = u->width == REWRITE_BYTES ? 1 : 2, bytes;
	struct rewrite_link link;
	unsigned i = 0;

	CHECK(uses_find(u, spot, 7) == -1 && uses_add(u, spot, 7, PART, 1000) == 0 && uses_find(u, spot, 7) == 0 && uses_add(u, spot, 8, PART, 3) == 1);
	CHECK(uses_bytes(u, 0) >= PART.len && uses_bytes(u, 1) == 0 && uses_n(u) == 2);
	CHECK(uses_next(u, &i, &link, &text) && link.insert && link.start == spot->at && text.len * unit == uses_bytes(u, 0));
	link.to = buf_str(&text);
	CHECK(!uses_next(u, &i, &link, &out));
	for (size_t k = 0; spot->is_srcdoc && k < text.len; k++)
		CHECK(text.data[k] != '\0' && strchr("<>\"' \n", text.data[k]) == NULL);
	bytes = text.len * unit;
	CHECK(rewrite_links_only(page, u->width, &link, 1, &out) == 0 && out.len == page.len + bytes);
	CHECK(memcmp(out.data, page.p, spot->at) == 0 && memcmp(out.data + spot->at + bytes, page.p + spot->at, page.len - spot->at) == 0);
	buf_release(&text);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rewrite_link link;
	struct uses_spot spot;
	struct uses u;
	struct str page, id;

	if (size < HEAD_BYTES)
		return 0;
	page = str_n((const char *)data + HEAD_BYTES, size - HEAD_BYTES);
	link = (struct rewrite_link){ .start = (uint32_t)(data[1] | data[2] << 8), .end = (uint32_t)(data[3] | data[4] << 8), .of_use = true,
		.of_xml = (data[0] & 4) != 0, .in_srcdoc = (data[0] & 8) != 0 };
	uses_init(&u, 1 << 24);
	CHECK(uses_begin(&u, page, (enum rewrite_width)((data[0] & 3) % 3)) == 0);
	id = uses_id(&u, &link);
	for (size_t i = 0; i < id.len; i++)
		CHECK(ascii_is_alnum((unsigned char)id.p[i]) || strchr("-_.:", id.p[i]) != NULL);
	if (uses_spot(&u, &link, &spot)) {
		CHECK(spot.at <= page.len && (u.width == REWRITE_BYTES || spot.at % 2 == 0));
		CHECK(spot.is_srcdoc == link.in_srcdoc && (link.of_xml || spot.page == SVGUSE_HTML));
		CHECK(spot.page == SVGUSE_HTML || page.p[spot.at + (u.width == REWRITE_UTF16BE)] == '<');
		put_in(&u, page, &spot);
	}
	uses_release(&u);
	return 0;
}
