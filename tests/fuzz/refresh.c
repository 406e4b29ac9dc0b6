/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What <meta> says: refresh, robots, lists of words. */
#include "config.h"

#include "base/check.h"
#include "parse/worker/meta.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = str_n((const char *)data, size), url, word, rest = s;
	bool noindex = false, nofollow = false;
	uint32_t seconds;

	if (meta_refresh(s, &seconds, &url) && url.p != NULL)
		CHECK(url.p >= s.p && url.p + url.len <= s.p + s.len);
	meta_robots(s, STR("mine"), &noindex, &nofollow);
	while (meta_next_word(&rest, &word))
		CHECK(word.len > 0 && meta_has_word(s, word));
	CHECK(rest.len == 0);
	return 0;
}
