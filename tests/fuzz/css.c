/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSS: the first byte says whether it is a style attribute. Spans come in order and lie in the text; values are short. */
#include "config.h"

#include "base/check.h"
#include "parse/worker/css.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n((const char *)data, size);
	struct buf value = BUF_INIT(1 << 24);
	struct css css;
	size_t i, last = 0;

	if (size == 0)
		return 0;
	text = str_n(text.p + 1, text.len - 1);
	css_init(&css);
	CHECK(css_read(&css, text, (data[0] & 1) != 0) == 0);
	for (i = 0; i < css_count(&css); i++) {
		const struct css_url *u = &css_urls(&css)[i];

		CHECK(u->start >= last && (size_t)u->start + u->len <= text.len);
		last = u->start + u->len;
		buf_reset(&value, SIZE_MAX);
		CHECK(css_unescape(str_n(text.p + u->start, u->len), &value) == 0);
		CHECK(u->escaped || str_eq(buf_str(&value), str_n(text.p + u->start, u->len)));
		CHECK(value.len <= (size_t)u->len * 3);
		CHECK(css_kind_name(u->kind) != NULL);
	}
	css_release(&css);
	buf_release(&value);
	return 0;
}
