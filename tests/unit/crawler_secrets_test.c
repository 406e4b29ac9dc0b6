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

/* What a command line is, and what others see of it from then on: words in the form of config_play_split(). */
static void
check_argv(const char *is, const char *seen)
{
	char *line = strdup(is), *kept = strdup(is), *after = strdup(seen);
	char *argv[CONFIG_PLAY_ARGV], *was[CONFIG_PLAY_ARGV], *left[CONFIG_PLAY_ARGV], **own;
	int argc;

	assert_true(line != NULL && kept != NULL && after != NULL);
	argc = config_play_split(line, argv);
	assert_int_equal(config_play_split(kept, was), argc);
	assert_int_equal(config_play_split(after, left), argc);
	assert_int_equal(config_take_argv(argc, argv, &own), 0);
	for (int i = 0; i < argc; i++) {
		assert_string_equal(own[i], was[i]);
		assert_string_equal(argv[i], left[i]);
	}
	assert_null(own[argc]);
	/* Nor is any of it behind the end of what they see. */
	assert_null(memmem(line, strlen(is), "s3cret", 6));
	config_free_argv(own);
	free(line);
	free(kept);
	free(after);
}

static void
argv_is_taken(void **state)
{
	check_argv("lycosa|crawl|--header|X-Key: s3cret|--header=Y: s3cret|--header|@file|-esession.header=Z: s3cret|-l|3|--header=From: me",
		"lycosa|crawl|--header|*|--header=*|--header|@file|-esession.header=*|-l|3|--header=From: me");
	config_free_argv(NULL);
}

static void
argv_hides_logins(void **state)
{
	check_argv("lycosa|crawl|https://me:s3cret@h/a@b|me:s3cret@h|http://h/a@b|--sitemap|http://me:s3cret@h/s.xml|--from=me@h",
		"lycosa|crawl|https://*@h/a@b|*@h|http://h/a@b|--sitemap|http://*@h/s.xml|--from=me@h");
	check_argv("lycosa|--http-password|s3cret|--http-password=s3cret|-r|http:/me:s3cret@h/|http:\\\\me:s3cret@h/|http://me:s3/cret@h/",
		"lycosa|--http-password|*|--http-password=*|-r|http:/*@h/|http:\\\\*@h/|http://*@h/");
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
