/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robots.txt: the first line is the path asked for, the rest the file. Whatever it says: /robots.txt itself is allowed, the
 * deciding line is one of the file's, and asking twice gives the same answer.
 */
#include "config.h"

#include <string.h>

#include "base/check.h"
#include "tests/fuzz/fuzz.h"
#include "url/robots.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = str_n((const char *)data, size), path = STR("/"), text;
	unsigned line, again, lines = 1, i;
	struct robots *r;
	size_t k;
	bool yes;

	if (!str_cut(s, '\n', &path, &text))
		text = s;
	if (path.len == 0 || path.p[0] != '/')
		path = STR("/a?b");
	for (k = 0; k < text.len; k++)
		lines += text.p[k] == '\n' || text.p[k] == '\r';
	if (robots_parse(text, STR("lycosa"), &r) < 0)
		return 0;
	yes = robots_allowed(r, path, &line);
	CHECK(robots_allowed(r, path, &again) == yes && again == line);
	CHECK(line <= lines);
	CHECK(yes || line > 0);
	CHECK(robots_allowed(r, STR("/robots.txt"), NULL));
	CHECK(robots_crawl_delay_us(r) >= -1);
	for (i = 0; i < 100000 && robots_sitemap(r, i).p != NULL; i++)
		CHECK(robots_sitemap(r, i).len <= size);
	CHECK(robots_bytes(r) > 0);
	robots_free(r);
	return 0;
}
