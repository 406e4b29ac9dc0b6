/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of an --hsts-file, or values of Strict-Transport-Security, into a set of hosts. Whatever the bytes: what is read of a line is
 * written as one that is read back the same, and a set that hears of the changes alone knows the same hosts.
 */
#include "config.h"

#include <stdlib.h>

#include "base/check.h"
#include "fetch/hstsset.h"
#include "tests/fuzz/fuzz.h"

#define NOW_S     INT64_C(1800000000)
#define OUT_BYTES ((size_t)1 << 24)

static void
check_line(const struct hsts_host *h)
{
	struct buf out = BUF_INIT(4096);
	struct hsts_host back;

	hsts_put_line(&out, h);
	CHECK(buf_err(&out) == 0 && memchr(out.data, '\n', out.len - 1) == NULL);
	CHECK(hsts_read_line(str_n(out.data, out.len - 1), &back) == 0);
	CHECK(str_eq(back.host, h->host) && back.subdomains == h->subdomains && back.since_s == h->since_s && back.until_s == h->until_s);
	buf_release(&out);
}

static void
take(struct hstsset *s, struct str line)
{
	struct hsts_host h;
	int64_t age_s;
	bool subdomains;

	if (hsts_read_line(line, &h) == 0) {
		check_line(&h);
		CHECK(hstsset_put(s, &h, false, NOW_S) == 0);
		return;
	}
	if (hsts_parse(line, &age_s, &subdomains) == 0)
		CHECK(age_s >= 0 && age_s <= HSTS_MAX_AGE_S);
	CHECK(hstsset_learn(s, STR("www.example.org"), line, NOW_S) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str line, rest = str_n((const char *)data, size);
	struct buf out = BUF_INIT(OUT_BYTES);
	struct hstsset *s, *copy;
	struct hsts_host h;

	CHECK(hstsset_new(&s) == 0 && hstsset_new(&copy) == 0);
	while (str_cut(rest, '\n', &line, &rest)) {
		take(s, line);
		buf_reset(&out, OUT_BYTES);
		if (!hstsset_changes(s, &out))
			continue;
		CHECK(buf_err(&out) == 0 && out.data[out.len - 1] == '\n');
		CHECK(hsts_read_line(str_n(out.data, out.len - 1), &h) == 0 && hstsset_put(copy, &h, true, NOW_S) == 0);
		CHECK(hstsset_covers(s, h.host, NOW_S) == hstsset_covers(copy, h.host, NOW_S));
	}
	CHECK(hstsset_covers(s, STR("a.www.example.org"), NOW_S) == hstsset_covers(copy, STR("a.www.example.org"), NOW_S));
	hstsset_free(s);
	hstsset_free(copy);
	buf_release(&out);
	return 0;
}
