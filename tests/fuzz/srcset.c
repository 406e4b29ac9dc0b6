/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Image candidates: spans come in order, lie in the value, hold no white space, and neither begin nor end in a comma. */
#include "config.h"

#include "base/check.h"
#include "parse/worker/srcset.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str value = str_n((const char *)data, size);
	struct srcset it = srcset_begin(value);
	const char *last = value.p;
	struct srcset_candidate c;
	size_t i;

	while (srcset_next(&it, &c)) {
		CHECK(c.url.len > 0 && c.url.p >= last && c.url.p + c.url.len <= value.p + value.len);
		CHECK(c.url.p[0] != ',' && c.url.p[c.url.len - 1] != ',');
		for (i = 0; i < c.url.len; i++)
			CHECK(!ascii_is_space((unsigned char)c.url.p[i]));
		CHECK(!c.has_width || c.width > 0);
		CHECK(!c.has_density || c.density >= 0);
		CHECK(!c.has_height || c.has_width);
		CHECK(it.p > last);
		last = c.url.p + c.url.len;
	}
	return 0;
}
