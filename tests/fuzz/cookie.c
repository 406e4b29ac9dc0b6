/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Set-Cookie fields and lines of cookies.txt, into a jar. Whatever the bytes: the jar stays in order, what goes out as a field has no
 * line end and is not longer than it may be, and what is written of a cookie is read back as that cookie.
 */
#include "config.h"

#include <stdlib.h>

#include "base/check.h"
#include "fetch/jar.h"
#include "tests/fuzz/fuzz.h"

#define NOW_S INT64_C(1800000000)

static void
check_line(const struct cookie *c)
{
	struct buf line = BUF_INIT(16384), room = BUF_INIT(COOKIE_ROOM_BYTES);
	struct cookie back;

	cookie_put_line(c, &line);
	CHECK(buf_err(&line) == 0 && memchr(line.data, '\n', line.len - 1) == NULL);
	CHECK(cookie_read_line(buf_str(&line), &room, &back) == 0);
	CHECK(str_eq(back.name, c->name) && str_eq(back.value, c->value) && str_eq(back.domain, c->domain) && str_eq(back.path, c->path));
	CHECK(back.host_only == c->host_only && back.secure == c->secure && back.http_only == c->http_only && back.expires_s == c->expires_s);
	buf_release(&line);
	buf_release(&room);
}

static void
take(struct jar *j, const struct url *u, struct str line)
{
	struct buf room = BUF_INIT(COOKIE_ROOM_BYTES);
	struct cookie c;

	if (cookie_read_line(line, &room, &c) == 0) {
		check_line(&c);
		CHECK(jar_put(j, &c, false, NOW_S) == 0);
	}
	buf_reset(&room, SIZE_MAX);
	if (cookie_parse(line, u, NOW_S, &room, &c) == 0)
		check_line(&c);
	CHECK(jar_set(j, u, line, NOW_S) == 0);
	jar_check(j);
	buf_release(&room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const urls[] = { "http://w.a.test/x/y", "https://a.test/", "http://127.0.0.1:81/", "https://me.github.io/x" };
	struct buf out = BUF_INIT(1 << 24);
	struct str line, rest = str_n((const char *)data, size);
	struct jar *j;
	struct url u;
	unsigned i = 0;

	url_init(&u);
	CHECK(jar_new(&j) == 0);
	while (str_cut(rest, '\n', &line, &rest)) {
		CHECK(url_parse(&u, str_of(urls[i++ % ARRAY_LEN(urls)]), NULL) == 0);
		take(j, &u, line);
	}
	for (i = 0; i < ARRAY_LEN(urls); i++) {
		CHECK(url_parse(&u, str_of(urls[i]), NULL) == 0);
		buf_reset(&out, SIZE_MAX);
		jar_header(j, &u, NOW_S, &out);
		CHECK(buf_err(&out) == 0 && out.len <= JAR_HEADER_BYTES);
		for (size_t k = 0; k < out.len; k++)
			CHECK((unsigned char)out.data[k] >= 0x20 && out.data[k] != 0x7f);
	}
	jar_check(j);
	buf_release(&out);
	jar_free(j);
	url_release(&u);
	return 0;
}
