/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader_ask.h: for tests of the readers: both of them, a page that one of them reads, and what is in it. Include <cmocka.h> and what it
 * needs first. One thread.
 */
#ifndef TESTS_UNIT_READER_ASK_H
#define TESTS_UNIT_READER_ASK_H

#include "parse/worker/reader.h"

extern const struct hash_key key;
extern struct reader *readers[2]; /* by enum reader_type; made and freed by the group's fixture below */
extern struct reader_input in;    /* of the last ask(), */
extern struct reader_page page;   /* and what was found; valid until the next */

int reader_ask_setup(void **state);
int reader_ask_teardown(void **state);

/* Reads a page, with everything that a reader can tell. */
void ask(enum reader_type type, struct str url, struct str content_type, struct str body);
#define HTML(text) ask(READER_SCAN, STR("http://h.test/dir/page"), STR("text/html; charset=utf-8"), STR(text))
/* "kind value>url" of each link of the page, in order, with " | " between; valid until the next call. */
const char *links(void);
void assert_str(struct str s, const char *want);

#endif
