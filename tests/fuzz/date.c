/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of HTTP. */
#include "config.h"

#include "base/check.h"
#include "tests/fuzz/fuzz.h"
#include "url/date.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = str_n((const char *)data, size);
	int64_t t = -1, any = -1;

	if (date_parse_any(s, &any) == 0)
		CHECK(any >= INT64_C(-11644473600) && any <= INT64_C(253402300800)); /* 1601; the leap second that ends the year 9999 */
	else
		CHECK(any == -1);
	if (date_parse(s, &t) == 0)
		CHECK(t >= 0 && t == any);
	else
		CHECK(t == -1 && any < 0);
	return 0;
}
