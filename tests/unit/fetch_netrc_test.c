/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "fetch/netrc.h"

static int
note(void *arg, const char *machine, const char *login, const char *password)
{
	struct buf *b = arg;

	buf_addf(b, "%s|%s|%s;", machine, login, password);
	return strcmp(machine, "stop") == 0 ? -EINTR : 0;
}

static void
check(struct str text, int r, const char *expected)
{
	struct buf b = BUF_INIT(4096);

	assert_int_equal(netrc_read(text, note, &b), r);
	assert_string_equal(buf_cstr(&b), expected);
	buf_release(&b);
}

static void
logins(void **state)
{
	static const struct {
		const char *text, *logins;
	} rows[] = {
		{ "", "" },
		{ "machine a login b password c", "a|b|c;" },
		{ "machine\ta\n\tlogin b\n\tpassword c\nmachine d login e password f\n", "a|b|c;d|e|f;" },
		{ "machine a password c login b", "a|b|c;" },
		{ "machine a login b account x password c", "a|b|c;" },
		/* Not a whole login. */
		{ "machine a login b", "" },
		{ "machine a password c", "" },
		{ "machine a login b password", "" },
		{ "login b password c", "" },
		{ "machine a login b machine c password d", "" },
		{ "machine a login b machine c login d password e", "c|d|e;" },
		/* An empty password is one. */
		{ "machine a login b password \"\"", "a|b|;" },
		{ "default login b password c", "" },
		{ "machine a login b password c default login d password e", "a|b|c;" },
		/* Quotes. */
		{ "machine a login \"b c\" password \"d\\\"e\\\\f\\tg\"", "a|b c|d\"e\\f\tg;" },
		{ "machine a login b password c\"d\\e", "a|b|c\"d\\e;" },
		{ "machine a login b password \"never ends\nmachine d login e password f", "" },
		{ "machine d login e password f\nmachine a login b password \"never", "d|e|f;" },
		/* Comments, only where no value is due. */
		{ "# machine x login y password z\nmachine a # b\n login b # c\n password #c", "a|b|#c;" },
		{ "machine a login #b password c#d", "a|#b|c#d;" },
		{ "machine a login b password c#", "a|b|c#;" },
		/* Macros. */
		{ "machine a login b password c\nmacdef init\nmachine x login y password z\n\nmachine d login e password f", "a|b|c;d|e|f;" },
		{ "macdef init\nmachine x login y password z", "" },
		{ "machine a login b macdef init\nx\n\npassword c", "" },
		{ "macdef", "" },
		/* Words that are none of ours. */
		{ "machine a port 80 login b password c", "a|b|c;" },
		{ "machine a login b password machine", "a|b|machine;" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(str_of(rows[i].text), 0, rows[i].logins);
	check(STR("machine a login b password c machine stop login x password y machine d login e password f"), -EINTR, "a|b|c;stop|x|y;");
}

/* Every prefix of one with everything in it: nothing beyond its end is looked at. */
static void
prefixes(void **state)
{
	static const char text[] = "machine a login \"b\\\"\" password c # x\nmacdef m\nx\n\ndefault login q password \"r\\";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = malloc(len + (len == 0));
		struct buf b = BUF_INIT(4096);

		memcpy(copy, text, len);
		assert_int_equal(netrc_read(str_n(copy, len), note, &b), 0);
		buf_release(&b);
		free(copy);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(logins), cmocka_unit_test(prefixes) };

	return cmocka_run_group_tests_name("fetch_netrc", tests, NULL, NULL);
}
