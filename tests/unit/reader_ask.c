/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/reader_ask.h"

const struct hash_key key = { 7 };
struct reader *readers[2];
struct reader_input in;
struct reader_page page;

int
reader_ask_setup(void **state)
{
	return reader_new(READER_SCAN, &readers[READER_SCAN]) < 0 || reader_new(READER_LIBXML2, &readers[READER_LIBXML2]) < 0;
}

int
reader_ask_teardown(void **state)
{
	reader_free(readers[0]);
	reader_free(readers[1]);
	return 0;
}

void
ask(enum reader_type type, struct str url, struct str content_type, struct str body)
{
	in = (struct reader_input){ .body = body, .url = url, .content_type = content_type, .want_all = true,
		.want_words = true, .want_visible = true, .max_links = 1000, .key = &key };
	assert_int_equal(reader_read(readers[type], &in, &page), 0);
}

const char *
links(void)
{
	static char text[8192];
	size_t n = 0;
	uint32_t i;

	text[0] = '\0';
	for (i = 0; i < page.n_links; i++) {
		const struct reader_link *l = &page.links[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %.*s>%.*s", i > 0 ? " | " : "",
			link_kind_name(l->kind), STR_ARG(l->value), STR_ARG(l->url));
		assert_true(n < sizeof(text));
	}
	return text;
}

void
assert_str(struct str s, const char *want)
{
	assert_int_equal(s.len, strlen(want));
	assert_memory_equal(s.p, want, s.len);
}
