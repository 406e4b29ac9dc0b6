/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/check.h"
#include "url/lastmod.h"

struct date_case {
	const char *text;
	int64_t s; /* as date -u -d ... +%s says */
};

static void
test_dates(void **state)
{
	static const struct date_case cases[] = {
		{ "1970-01-01", 0 },
		{ "2026", 1767225600 },
		{ "2026-11", 1793491200 },
		{ " 2026-11-25\n", 1795564800 },
		{ "2026-11-25T08:30Z", 1795595400 },
		{ "2026-11-25T08:30:12Z", 1795595412 },
		{ "2026-11-25T08:30:12.987654321Z", 1795595412 },
		{ "2026-11-25 08:30:12+01:00", 1795591812 },
		{ "2026-11-25T08:30:12-0530", 1795615212 },
		{ "2024-02-29", 1709164800 },
		{ "2000-02-29T23:59:60Z", 951868800 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "0001-01-01", -62135596800 },
		{ "9999-12-31", 253402214400 },
		{ "Wed, 25 Nov 2026 08:30:12 GMT", 1795595412 },
		{ "25 Nov 2026 08:30 +0100", 1795591800 },
		{ "Wednesday, 25-November-26 08:30:12 UTC", 1795595412 },
		{ "Sun, 06 Nov 94 08:49:37 EST", 784129777 },
		{ "6 nov 1994", 784080000 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t s = INT64_MIN;

		if (lastmod_parse(str_of(cases[i].text), &s) < 0 || s != cases[i].s)
			fail_msg("%s: %lld, not %lld", cases[i].text, (long long)s, (long long)cases[i].s);
	}
}

static void
test_no_dates(void **state)
{
	static const char *const texts[] = { "", " ", "yesterday", "26-11-25", "2026-", "2026-13-01", "2026-02-29", "2100-02-29", "2026-00-10",
		"2026-01-00", "2026-01-32", "2026-11-25T", "2026-11-25T24:00Z", "2026-11-25T08:60Z", "2026-11-25T08:30:61Z",
		"2026-11-25T08:30Zx", "2026-11-25x", "20261125", "2026-11-25T08:30+24:00", "Wed, 32 Nov 2026 08:30:12 GMT",
		"25 Foo 2026", "25 Nov 2026 08:30 XYZ", "25 Nov 2", "99999-01-01" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		int64_t s = 7;

		if (lastmod_parse(str_of(texts[i]), &s) == 0 || s != 7)
			fail_msg("'%s' is taken for %lld", texts[i], (long long)s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_no_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
