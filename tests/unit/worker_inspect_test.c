/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `lycosa inspect` answers where the published vectors do not ask: a row is one request and what must be in the answer. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parse/worker/inspect.h"

struct row {
	const char *request, *part; /* part: of the answer's line, as it is written */
};

static int
memory_file(const char *text)
{
	int fd = memfd_create("requests", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
ask(const char *what, const struct row *row)
{
	int in = memory_file(row->request), out = memory_file("");
	char answer[4096];
	ssize_t n;

	assert_int_equal(inspect_run(what, in, out), 0);
	n = pread(out, answer, sizeof(answer) - 1, 0);
	assert_true(n > 0);
	answer[n] = '\0';
	if (strstr(answer, row->part) == NULL)
		fail_msg("inspect %s: %s\n\tanswers %s\tnot %s", what, row->request, answer, row->part);
	close(in);
	close(out);
}

#define ASK(what, rows)                                        \
	do {                                                   \
		size_t i_;                                     \
                                                               \
		for (i_ = 0; i_ < ARRAY_LEN(rows); i_++)       \
			ask(what, &(rows)[i_]);                \
	} while (0)

/* html5lib's form: characters are one token, whatever the tokenizer dropped between them. */
static void
characters_between_tokens_are_one(void **state)
{
	static const struct row rows[] = {
		{ "{\"input\": \"one</>two\"}", "[[\"Character\",\"onetwo\"]]" },
		{ "{\"input\": \"a</>b<i>c</></>\"}", "[[\"Character\",\"ab\"],[\"StartTag\",\"i\",{}],[\"Character\",\"c\"]]" },
		{ "{\"input\": \"x]]>y\", \"state\": \"CDATA section state\"}", "[[\"Character\",\"xy\"]]" },
		{ "{\"input\": \"&amp]]>&amp\", \"state\": \"CDATA section state\"}", "[[\"Character\",\"&amp&\"]]" },
		{ "{\"input\": \"</>\"}", "[]" },
	};

	ASK("tokens", rows);
}

static void
first_of_equal_attributes_counts(void **state)
{
	static const struct row rows[] = {
		{ "{\"input\": \"<a c=3 b=1 B=2 a C=4 b>\"}", "[[\"StartTag\",\"a\",{\"a\":\"\",\"b\":\"1\",\"c\":\"3\"}]]" },
		{ "{\"input\": \"<a ab=1 a=2 abc=3 AB=4 />\"}",
			"[[\"StartTag\",\"a\",{\"a\":\"2\",\"ab\":\"1\",\"abc\":\"3\"},true]]" },
	};

	ASK("tokens", rows);
}

/* The URL of a refresh is what URL parsing leaves of it: no controls around it, no TAB and line ends in it. */
static void
refresh_has_no_controls_around_it(void **state)
{
	static const struct row rows[] = {
		{ "{\"content\": \"2;\\u000bgo\\u0001\"}", "{\"seconds\":2,\"url\":\"go\"}" },
		{ "{\"content\": \"2; url='\\u001f a\\tb '\"}", "{\"seconds\":2,\"url\":\"ab\"}" },
	};

	ASK("refresh", rows);
}

/* CSS Cascade 5 §2: what is no valid rule does not end the time of @import. */
static void
invalid_namespace_does_not_end_imports(void **state)
{
	static const struct row rows[] = {
		{ "{\"css\": \"@namespace:s url(n); @import 'y';\"}", "\"value\":\"y\"" },
		{ "{\"css\": \"@namespace s url(n); @import 'no';\"}", "\"urls\":[]" },
		{ "{\"css\": \"@namespace 'n'; @import 'no';\"}", "\"urls\":[]" },
	};

	ASK("css", rows);
}

/* CSS Nesting §4.1: @media and its like take declarations where what is around them does: in a style rule. */
static void
declarations_count_where_they_may_stand(void **state)
{
	static const struct row rows[] = {
		{ "{\"css\": \"@media print{k:url(no)}\"}", "\"urls\":[]" },
		{ "{\"css\": \"@layer l{@supports (a:b){k:url(no);l:url(no)}}\"}", "\"urls\":[]" },
		{ "{\"css\": \"@media print{k:url(no);p{k:url(y)}}\"}", "\"urls\":[{\"kind\":\"url\",\"value\":\"y\"" },
		{ "{\"css\": \"p{@media print{k:url(y)}}\"}", "\"value\":\"y\"" },
		{ "{\"css\": \"p{@media print{@layer l{q{}k:url(y\"}", "\"value\":\"y\"" },
		{ "{\"css\": \"@media print{@font-face{src:url(y)}k:url(no)}\"}", "\"value\":\"y\",\"start\":32,\"end\":33}]" },
	};

	ASK("css", rows);
}

/* A block whose prelude can be no selector is dropped with it; what follows is not. */
static void
impossible_selectors_drop_their_block(void **state)
{
	static const struct row rows[] = {
		{ "{\"css\": \"2p{k:url(no)} .3col{k:url(no)} p (a){k:url(no)} f(a){k:url(no)} q{k:url(y)}\"}",
			"\"urls\":[{\"kind\":\"url\",\"value\":\"y\"" },
		{ "{\"css\": \"p{k:f(1) 2 q{l:url(no)}}\"}", "\"urls\":[]" },
		{ "{\"css\": \"p:not(.q):nth-child(2n+1)>h1[a='1']::part(x)+#r2{k:url(y)}\"}", "\"value\":\"y\"" },
		{ "{\"css\": \"p{&:is(h1) q{k:url(y)}}\"}", "\"value\":\"y\"" },
		{ "{\"css\": \"@keyframes a{k:url(no);from{} 33.3%,50%{k:url(y)}}\"}", "[{\"kind\":\"url\",\"value\":\"y\"" },
		{ "{\"css\": \"@-webkit-keyframes a{50%{k:url(y)}} 50%{k:url(no)}\"}", "\"start\":31,\"end\":32}]" },
	};

	ASK("css", rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_between_tokens_are_one),
		cmocka_unit_test(first_of_equal_attributes_counts),
		cmocka_unit_test(invalid_namespace_does_not_end_imports),
		cmocka_unit_test(declarations_count_where_they_may_stand),
		cmocka_unit_test(impossible_selectors_drop_their_block),
		cmocka_unit_test(refresh_has_no_controls_around_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
