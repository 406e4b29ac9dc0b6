/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords and other secrets: not in the job's file, nor where other users of the machine see a command line. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crawler/options.h"
#include "tests/unit/crawler_config_play.h"

static void
check_text(const struct config *c, const char *there, const char *not_there)
{
	struct buf text = BUF_INIT(1 << 20);

	assert_int_equal(config_text(c, false, &text), 0);
	assert_non_null(buf_cstr(&text));
	assert_non_null(strstr(text.data, there));
	assert_null(strstr(text.data, not_there));
	buf_release(&text);
}

/* What a job's file says of a secret is that there was one. */
static void
secrets(void **state)
{
	struct config *c = config_play_load("lycosa|crawl|x|--header|X-Key: s3cret|--header|From: me", &config_play_no_files);
	struct config_files files = { "", "" };

	assert_string_equal(c->session.header[0], "X-Key: s3cret");
	assert_null(config_missing_secret(c, false));
	check_text(c, "\nheader = (secret)\n", "s3cret");
	config_free(c);

	c = config_play_load("lycosa|crawl|x|--header|From: me|--header|@/a/file", &config_play_no_files);
	check_text(c, "\nheader = From: me\nheader = @/a/file\n", "(secret)");
	config_free(c);

	files.job = config_play_file("more.conf", "[session]\nheader = (secret)\n");
	c = config_play_load("lycosa|resume|x", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.header");
	config_free(c);
	c = config_play_load("lycosa|resume|x|--header|A: b", &files);
	assert_null(config_missing_secret(c, false));
	config_free(c);
	c = config_play_load("lycosa|resume|x|--header=", &files);
	assert_null(config_missing_secret(c, false));
	assert_null(c->session.header);
	config_free(c);
	files.user = config_play_file("user.conf", "[session]\nheader = X-Key: mine\n");
	c = config_play_load("lycosa|resume|x", &files);
	assert_null(config_missing_secret(c, false));
	assert_string_equal(c->session.header[0], "X-Key: mine");
	config_free(c);

	/* Nor are the files with them a job's to name. What it says beside stays with the user's own, or all of it is to be given again. */
	files.job = config_play_file("more.conf", "[session]\nheader = @/etc/passwd\nheader = From: me\nbearer = @/etc/passwd\ncertificate = /etc/passwd\n"
		"save_cookies = /etc/passwd\nhsts_file = /etc/passwd\nload_cookies = /etc/passwd\n");
	c = config_play_load("lycosa|resume|x|--certificate=|--bearer=@mine", &files);
	assert_null(config_missing_secret(c, false));
	assert_string_equal(c->session.header[0], "X-Key: mine");
	assert_null(c->session.header[1]);
	assert_string_equal(c->session.bearer, "@mine");
	assert_null(c->session.certificate);
	assert_null(c->session.save_cookies);
	assert_null(c->session.hsts_file);
	assert_null(c->session.load_cookies);
	config_free(c);
	c = config_play_load("lycosa|resume|x|--certificate=", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.bearer");
	config_free(c);
	c = config_play_load("lycosa|resume|x|--bearer=", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.certificate");
	config_free(c);
	files.user = "";
	files.job = config_play_file("more.conf", "[session]\nheader = From: me\nheader = @/etc/passwd\n");
	c = config_play_load("lycosa|resume|x", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.header");
	config_free(c);

	files.user = config_play_file("bad.conf", "[session]\nheader = \"X-Key: s3cret\n");
	{
		char line[] = "lycosa|crawl|x", *argv[CONFIG_PLAY_ARGV], *error = NULL;

		assert_int_equal(config_load(config_play_split(line, argv), argv, &files, &c, &error), -EINVAL);
		assert_null(strstr(error, "s3cret"));
		free(error);
	}
}

static void
argv_is_taken(void **state)
{
	char line[] = "lycosa|crawl|--header|X-Key: s3cret|--header=Y: s3cret|--header|@file|-esession.header=Z: s3cret|-l|3|--header=From: me";
	char *argv[CONFIG_PLAY_ARGV], **own;
	int argc = config_play_split(line, argv);

	assert_int_equal(config_take_argv(argc, argv, &own), 0);
	assert_string_equal(own[3], "X-Key: s3cret");
	assert_string_equal(own[4], "--header=Y: s3cret");
	assert_string_equal(own[7], "-esession.header=Z: s3cret");
	assert_null(own[argc]);
	assert_string_equal(argv[3], "*");
	assert_string_equal(argv[4], "--header=*");
	assert_string_equal(argv[6], "@file");
	assert_string_equal(argv[7], "-esession.header=*");
	assert_string_equal(argv[9], "3");
	assert_string_equal(argv[10], "--header=From: me");
	for (size_t i = 0; i < sizeof(line) - 6; i++)
		assert_int_not_equal(memcmp(line + i, "s3cret", 6), 0);
	config_free_argv(own);
	config_free_argv(NULL);
}

static void
argv_hides_logins(void **state)
{
	char line[] = "lycosa|crawl|https://me:s3cret@h/a@b|me:s3cret@h|http://h/a@b|--sitemap|http://me:s3cret@h/s.xml|"
		"--http-password|s3cret|--http-password=s3cret|-r|http:/me:s3cret@h/|http:\\\\me:s3cret@h/|http://me:s3/cret@h/|--from=me@h";
	char *argv[CONFIG_PLAY_ARGV], **own;
	int argc = config_play_split(line, argv);

	assert_int_equal(config_take_argv(argc, argv, &own), 0);
	assert_string_equal(own[2], "https://me:s3cret@h/a@b");
	assert_string_equal(argv[2], "https://*@h/a@b");
	assert_string_equal(argv[3], "*@h");
	assert_string_equal(argv[4], "http://h/a@b");
	assert_string_equal(argv[6], "http://*@h/s.xml");
	assert_string_equal(argv[8], "*");
	assert_string_equal(argv[9], "--http-password=*");
	assert_string_equal(argv[11], "http:/*@h/");
	assert_string_equal(argv[12], "http:\\\\*@h/");
	assert_string_equal(argv[13], "http://*@h/");
	assert_string_equal(argv[14], "--from=me@h");
	for (size_t i = 0; i < sizeof(line) - 6; i++)
		assert_int_not_equal(memcmp(line + i, "s3cret", 6), 0);
	config_free_argv(own);
}

/* A job has to know that there was one: who goes on is asked for it. */
static void
logins_are_settings(void **state)
{
	struct config *c = config_play_load("lycosa|crawl|http:/me:s3cret@h/|http://h/a@b|me@h|--login=https://you:x@i/", &config_play_no_files);
	struct buf text = BUF_INIT(1024 * 1024);

	assert_string_equal(c->session.login[0], "https://you:x@i/");
	assert_string_equal(c->session.login[1], "http:/me:s3cret@h/");
	assert_null(c->session.login[2]);
	assert_int_equal(config_text(c, false, &text), 0);
	assert_null(memmem(text.data, text.len, "s3cret", 6));
	assert_non_null(memmem(text.data, text.len, "login = (secret)", 16));
	buf_release(&text);
	config_free(c);
	c = config_play_load("lycosa|get|http://me:x@h", &config_play_no_files);
	assert_null(c->session.login);
	config_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets),
		cmocka_unit_test(argv_is_taken),
		cmocka_unit_test(argv_hides_logins),
		cmocka_unit_test(logins_are_settings),
	};

	return cmocka_run_group_tests_name("crawler_secrets", tests, config_play_begin, config_play_end);
}
