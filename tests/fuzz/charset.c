/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Charsets: the first byte chooses one, the rest of the first line is a Content-Type, then come bytes. Guessing ends, decoding
 * gives UTF-8, and what was decoded can be encoded again.
 */
#include "config.h"

#include <errno.h>

#include "base/check.h"
#include "parse/worker/charset.h"
#include "parse/worker/entities.h"
#include "tests/fuzz/fuzz.h"

#define MAX_BYTES (1 << 24)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct charset_encoders encoders;
	struct str s = str_n((const char *)data, size), type, body;
	struct buf text = BUF_INIT(MAX_BYTES), bytes = BUF_INIT(MAX_BYTES);
	struct charset_guess guess;
	enum charset cs;
	int r;

	if (size == 0 || !str_cut(str_n(s.p + 1, s.len - 1), '\n', &type, &body))
		return 0;
	guess = charset_sniff(body, type);
	CHECK((unsigned)guess.charset < CHARSET_COUNT && guess.bom_bytes <= body.len);
	guess = charset_sniff_css(body, type, CHARSET_UTF_8);
	CHECK(guess.bom_bytes <= body.len);
	guess = charset_sniff_xml(body, type);
	CHECK(guess.bom_bytes <= body.len);
	cs = (enum charset)(data[0] % CHARSET_COUNT);
	r = charset_decode(cs, body, &text);
	CHECK(r == 0 || r == -ENOTSUP);
	CHECK(utf8_valid(text.data, text.len));
	r = charset_encode(&encoders, cs, buf_str(&text), &bytes);
	CHECK(r == 0 || r == -ENOTSUP || r == -EMSGSIZE);
	buf_reset(&text, SIZE_MAX);
	CHECK(entity_decode(body, ENTITY_REFS | ENTITY_ATTR | ENTITY_NUL, &text) == 0 && text.len <= body.len * 3);
	buf_release(&text);
	buf_release(&bytes);
	return 0;
}
