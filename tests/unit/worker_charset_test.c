/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoders and encoders against the Encoding Standard: where they are told apart from others' of the same names, and what is in error. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "parse/worker/charset.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

struct row {
	const char *charset, *bytes, *text;
};

static enum charset
named(const char *label)
{
	enum charset cs;

	assert_true(charset_by_label(str_of(label), &cs));
	return cs;
}

/* From memory of exactly its length, so that ASan and valgrind see what is read behind it. */
static void
expect_text(const struct row *row)
{
	struct buf out = BUF_INIT(1 << 20);
	size_t len = strlen(row->bytes);
	char *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, row->bytes, len);
	assert_int_equal(charset_decode(named(row->charset), str_n(copy, len), &out), 0);
	if (!str_eq(buf_str(&out), str_of(row->text)))
		fail_msg("%s: \"%.*s\" instead of \"%s\"", row->charset, STR_ARG(buf_str(&out)), row->text);
	free(copy);
	buf_release(&out);
}

static void
expect_bytes(struct charset_encoders *e, const struct row *row)
{
	struct buf out = BUF_INIT(1 << 20);

	assert_int_equal(charset_encode(e, named(row->charset), str_of(row->text), &out), 0);
	if (!str_eq(buf_str(&out), str_of(row->bytes)))
		fail_msg("%s of \"%s\": %zu bytes, \"%.*s\"", row->charset, row->text, out.len, STR_ARG(buf_str(&out)));
	buf_release(&out);
}

/* What the transport and the bytes say: `body` where the field says nothing that is known, or has none. */
static void
sniffed(void **state)
{
	static const struct {
		const char *content_type, *body, *charset;
	} rows[] = {
		{ "text/html; charset=koi8-r", "<meta charset=euc-jp>", "KOI8-R" },
		{ "text/html; charset=\" koi8-r \"", "<meta charset=euc-jp>", "KOI8-R" },
		{ "text/html; charset=koi8-r,text/html", "<meta charset=euc-jp>", "KOI8-R" },
		{ "text/html, text/html; charset=koi8-r", "<meta charset=euc-jp>", "KOI8-R" },
		{ "text/html; charset=\"\"; charset=koi8-r", "<meta charset=euc-jp>", "EUC-JP" },
		{ "text/html; charset=; charset=koi8-r", "<meta charset=euc-jp>", "KOI8-R" },
		{ "text/html; charset='koi8-r'", "<meta charset=euc-jp>", "EUC-JP" },
		{ "; charset=koi8-r", "<meta charset=euc-jp>", "EUC-JP" },
		{ "html; charset=koi8-r", "<meta charset=euc-jp>", "EUC-JP" },
		{ "", "<?xml version=\"1.0\" encoding=\"koi8-r\"?>", "KOI8-R" },
		{ "", "<?xml version=\"1.0\" encoding=\" koi8-r\"?>", "windows-1252" },
		{ "", "<?xml version=\"1.0\" encoding=\"koi8-r \"?>", "windows-1252" },
		{ "", "<meta charset=\" koi8-r \">", "KOI8-R" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct charset_guess g = charset_sniff(str_of(rows[i].body), str_of(rows[i].content_type));

		assert_string_equal(charset_name(g.charset), rows[i].charset);
	}
}

static void
single_bytes(void **state)
{
	static const struct row rows[] = {
		{ "ibm866", "\x1a\x1c\x7f\x80", "\x1a\x1c\x7f\u0410" },
		{ "koi8-u", "\xae\xbe", "\u045e\u040e" },
		{ "windows-874", "\xa1\xdb\xfc\xff", "\u0e01" BAD BAD BAD },
		{ "windows-1253", "\xaa\xd2\xe1", BAD BAD "\u03b1" },
		{ "windows-1255", "\xca\xe0", "\u05ba\u05d0" },
		{ "macintosh", "\xdb\xf0", "\u20ac\uf8ff" },
		{ "iso-8859-8-i", "\xe0\xa1", "\u05d0" BAD },
		{ "iso-8859-16", "\xa4\xaa", "\u20ac\u0218" },
		{ "windows-1252", "\x80\x81\xff", "\u20ac\xc2\x81\u00ff" },
		{ "x-user-defined", "\x7f\x80\xff", "\x7f\uf780\uf7ff" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_text(&rows[i]);
}

/* Longer than what is done in one go, and each character as if it stood alone. */
static void
long_single_bytes(void **state)
{
	struct buf in = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
	enum charset cs = named("windows-1251");

	for (unsigned i = 0; i < 13001; i++)
		buf_addc(&in, (char)(i * 7 % 256));
	for (size_t i = 0; i < in.len; i++)
		assert_int_equal(charset_decode(cs, str_n(in.data + i, 1), &want), 0);
	assert_int_equal(charset_decode(cs, buf_str(&in), &out), 0);
	assert_true(str_eq(buf_str(&out), buf_str(&want)) && utf8_valid(out.data, out.len));
	buf_release(&in);
	buf_release(&out);
	buf_release(&want);
}

static void
chinese(void **state)
{
	static const struct row rows[] = {
		{ "gbk", "\x80", "\u20ac" },
		{ "gb18030", "\x80\xff", "\u20ac" BAD },
		{ "gb18030", "\xb0\xa1\xa6\xd9\xfe\x59", "\u554a\ufe10\u9fb4" },
		{ "gbk", "\x81\x30\x84\x36", "\u00a5" },
		/* The ends of the ranges, the pointer that is in none, and what is behind them. */
		{ "gb18030", "\x81\x30\x81\x30", "\xc2\x80" },
		{ "gb18030", "\x81\x35\xf4\x37", "\ue7c7" },
		{ "gb18030", "\x84\x31\xa4\x39", "\uffff" },
		{ "gb18030", "\x84\x31\xa5\x30", BAD },
		{ "gb18030", "\x90\x30\x81\x30\xe3\x32\x9a\x35", "\U00010000\U0010ffff" },
		{ "gb18030", "\xe3\x32\x9a\x36", BAD },
		/* Bytes that cannot follow: ASCII means itself, and so does what a four-byte sequence breaks off behind. */
		{ "gb18030", "\x81\"\x81\x80\x81\xff", BAD "\"\u4e90" BAD },
		{ "gb18030", "\x81\x30z", BAD "0z" },
		{ "gb18030", "\x81\x30\x81z", BAD "0\u4e83" },
		{ "gb18030", "\x81\x30\x81 ", BAD "0" BAD " " },
		{ "gb18030", "a\x81", "a" BAD },
		{ "gb18030", "\x81\x30", BAD },
		{ "gb18030", "\x81\x30\x81", BAD },
		{ "big5", "\xa1\x40\xa4\x51", "\u3000\u5341" },
		{ "big5", "\x87\x40\x88\x62\x88\x64\x88\xa3\x88\xa5", "\u43f0\u00ca\u0304\u00ca\u030c\u00ea\u0304\u00ea\u030c" },
		{ "big5", "\x81\x41\x81\x81\x80\xff", BAD "A" BAD BAD BAD },
		{ "big5", "\xfe<\xfe", BAD "<" BAD },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_text(&rows[i]);
}

static void
japanese_and_korean(void **state)
{
	static const struct row rows[] = {
		{ "euc-jp", "\xa4\xa2\x8e\xb1\x8f\xa2\xaf", "\u3042\uff71\u02d8" },
		{ "euc-jp", "\x80\xa0\xff", BAD BAD BAD },
		{ "euc-jp", "\x8f\xa1z\x8f\xa1\x8e\x8e\xe0", BAD "z" BAD BAD },
		/* The other index counts for one character only. */
		{ "euc-jp", "\x8f\xa2\x80\xa4\xa2", BAD "\u3042" },
		{ "euc-jp", "\x8f\xa2", BAD },
		{ "euc-jp", "\xa4", BAD },
		{ "shift_jis", "\x82\xa0\xb1\x80\x1a\x7f", "\u3042\uff71\xc2\x80\x1a\x7f" },
		{ "shift_jis", "\x81\x5f\x81\x60\x87\x90\xfa\x4a", "\uff3c\uff5e\u2252\u2160" },
		{ "shift_jis", "\xf0\x40\xf9\xfc", "\ue000\ue757" },
		{ "shift_jis", "\x81\"\xa0\xfd\x81\x7f\x81\xfd\x85z", BAD "\"" BAD BAD BAD "\x7f" BAD BAD "z" },
		{ "shift_jis", "\x82", BAD },
		{ "euc-kr", "\xb0\xa1\x81\x41\xc6\x52", "\uac00\uac02\ud7a3" },
		{ "euc-kr", "\x80\xff\xc9\xa1\xc8\x41\x81\x40", BAD BAD BAD BAD "A" BAD "@" },
		{ "euc-kr", "\xb0", BAD },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_text(&rows[i]);
}

#define ESC "\x1b"

static void
iso_2022_jp(void **state)
{
	static const struct row rows[] = {
		{ "iso-2022-jp", "a" ESC "$B$\"" ESC "(Bz", "a\u3042z" },
		{ "iso-2022-jp", ESC "$@$\"", "\u3042" },
		{ "iso-2022-jp", ESC "(J\\~a" ESC "(B\\~", "\u00a5\u203ea\\~" },
		{ "iso-2022-jp", ESC "(I1\x60", "\uff71" BAD },
		{ "iso-2022-jp", "\x0e\x0f\x80", BAD BAD BAD },
		/* Two escapes with nothing between. */
		{ "iso-2022-jp", ESC "$B" ESC "(Ba", BAD "a" },
		{ "iso-2022-jp", ESC "$Ba", BAD },
		{ "iso-2022-jp", ESC "$B$" ESC "(Ba", BAD "a" },
		/* No escape: the two bytes are what they would be without. */
		{ "iso-2022-jp", ESC "$A", BAD "$A" },
		{ "iso-2022-jp", ESC "xy" ESC, BAD "xy" BAD },
		{ "iso-2022-jp", ESC "(", BAD "(" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_text(&rows[i]);
}

static void
expect_utf16(const char *label, const char *bytes, size_t len, const char *text)
{
	struct buf out = BUF_INIT(1000);

	assert_int_equal(charset_decode(named(label), str_n(bytes, len), &out), 0);
	assert_true(str_eq(buf_str(&out), str_of(text)));
	buf_release(&out);
}

static void
utf16(void **state)
{
	expect_utf16("utf-16be", "\x00z\x30\x42\xd8\x00\xdc\x00", 8, "z\u3042\U00010000");
	expect_utf16("utf-16le", "z\x00\x42\x30\x00\xd8\x00\xdc", 8, "z\u3042\U00010000");
	expect_utf16("utf-16be", "\xd8\x00\x00z\xdc\x00", 6, BAD "z" BAD);
	expect_utf16("utf-16be", "\xd8\x00\xd8\x00\xdc\x01", 6, BAD "\U00010001");
	/* What it ends within is one error. */
	expect_utf16("utf-16be", "\x00z\x30", 3, "z" BAD);
	expect_utf16("utf-16be", "\xd8\x00", 2, BAD);
	expect_utf16("utf-16be", "\xd8\x00\xdc", 3, BAD);
	expect_utf16("utf-16le", "", 0, "");
}

static void
encoders(void **state)
{
	static const struct row rows[] = {
		/* What cannot be seen is not left out. */
		{ "windows-1251", "\xad&#65039;", "\u00ad\ufe0f" },
		{ "windows-1253", "&#170;", "\u00aa" },
		{ "x-user-defined", "\x80&#233;", "\uf780\u00e9" },
		{ "gbk", "\x80\xa8\xbf&#58853;&#128169;\xa6\xd9\xa6\xd9", "\u20ac\u01f9\ue5e5\U0001f4a9\ufe10\ue78d" },
		{ "gb18030", "\xa2\xe3\x94\x39\xda\x33\xfe\x59\x81\x35\xf4\x37", "\u20ac\U0001f4a9\u9fb4\ue7c7" },
		{ "gb18030", "\xe3\x32\x9a\x35&#58853;", "\U0010ffff\ue5e5" },
		/* Not the Hong Kong supplement, and of some the last one. */
		{ "big5", "\xa1\x40&#202;&#17392;", "\u3000\u00ca\u43f0" },
		{ "big5", "\xf9\xf9\xa4\x51\xa4\xca", "\u2550\u5341\u5345" },
		{ "euc-jp", "\xa4\xa2\x8e\xb1\\~\xa1\xdd&#728;", "\u3042\uff71\u00a5\u203e\u2212\u02d8" },
		{ "shift_jis", "\x82\xa0\xb1\\~\x81\x7c\x80\x81\xe0", "\u3042\uff71\u00a5\u203e\u2212\xc2\x80\u2252" },
		{ "shift_jis", "&#57344;", "\ue000" },
		{ "euc-kr", "\xb0\xa1\x81\x41&#128;", "\uac00\uac02\xc2\x80" },
		{ "iso-2022-jp", "a" ESC "$B$\"" ESC "(Bz", "a\u3042z" },
		{ "iso-2022-jp", ESC "(J\\a" ESC "(B\\", "\u00a5a\\" },
		{ "iso-2022-jp", ESC "$B%\"" ESC "(B", "\uff71" },
		{ "iso-2022-jp", ESC "$B$\"" ESC "(B&#233;", "\u3042\u00e9" },
		{ "iso-2022-jp", "&#65533;", ESC },
		{ "utf-8", "\u00e9", "\u00e9" },
		{ "utf-16le", "\u00e9", "\u00e9" },
		{ "replacement", "\u00e9", "\u00e9" },
	};
	struct charset_encoders e;

	charset_encoders_init(&e);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_bytes(&e, &rows[i]);
	charset_encoders_release(&e);
}

/* What an encoder writes without a reference, its decoder reads again, but for what the standard maps to something else. */
static void
there_and_back(void **state)
{
	static const char *const labels[] = { "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "shift_jis", "iso-2022-jp", "koi8-u", "windows-1258" };
	struct buf bytes = BUF_INIT(100), text = BUF_INIT(100);
	struct charset_encoders e;
	size_t i;

	charset_encoders_init(&e);
	for (i = 0; i < ARRAY_LEN(labels); i++) {
		enum charset cs = named(labels[i]);
		unsigned n = 0;

		for (uint32_t cp = 1; cp < 0x30000; cp++) {
			char one[4];
			size_t len;
			bool other = cp == 0x0e || cp == 0x0f || cp == 0x1b || cp == 0x2212 || cp == 0xa5 || cp == 0x203e ||
				(cp >= 0xe78d && cp <= 0xe796) || (cp >= 0xe81e && cp <= 0xe864) ||
				(cs == CHARSET_ISO_2022_JP && cp >= 0xff61 && cp <= 0xff9f);

			if ((cp >= 0xd800 && cp <= 0xdfff) || other)
				continue;
			len = utf8_put(one, cp);
			buf_reset(&bytes, SIZE_MAX);
			buf_reset(&text, SIZE_MAX);
			assert_int_equal(charset_encode(&e, cs, str_n(one, len), &bytes), 0);
			if (cp >= 0x80 && str_starts(buf_str(&bytes), STR("&#")))
				continue;
			assert_int_equal(charset_decode(cs, buf_str(&bytes), &text), 0);
			if (!str_eq(buf_str(&text), str_n(one, len)))
				fail_msg("%s: U+%04X is not read again", labels[i], (unsigned)cp);
			n++;
		}
		assert_true(n >= 200);
	}
	charset_encoders_release(&e);
	buf_release(&bytes);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sniffed),
		cmocka_unit_test(single_bytes),
		cmocka_unit_test(long_single_bytes),
		cmocka_unit_test(chinese),
		cmocka_unit_test(japanese_and_korean),
		cmocka_unit_test(iso_2022_jp),
		cmocka_unit_test(utf16),
		cmocka_unit_test(encoders),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
