/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of HTTP. */
#include "config.h"

#include "base/check.h"
#include "tests/fuzz/fuzz.h"
#include "url/date.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t t = -1;

	if (date_parse(str_n((const char *)data, size), &t) == 0)
		CHECK(t >= 0 && t <= INT64_C(253402300800)); /* the leap second that ends the year 9999 */
	else
		CHECK(t == -1);
	return 0;
}
