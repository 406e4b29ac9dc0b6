/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "crawler/config.h"
#include "crawler/options.h"

#define TEXT_MAX_BYTES (1024 * 1024)

static bool
contains(const struct buf *b, const char *text)
{
	return memmem(b->data, b->len, text, strlen(text)) != NULL;
}

/* No line is wider than a terminal, and every line of a wrapped text is indented. */
static void
check_width(const struct buf *b, size_t width)
{
	struct str line, rest = buf_str(b);

	while (str_cut(rest, '\n', &line, &rest)) {
		if (line.len > width)
			print_message("too wide: %.*s\n", STR_ARG(line));
		assert_true(line.len <= width);
	}
	assert_int_equal(rest.len, 0);
}

static void
help(void **state)
{
	struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	for (int about = 0; about < CONFIG_COMMAND_COUNT; about++) {
		buf_reset(&b, SIZE_MAX);
		assert_int_equal(help_text((enum config_command)about, false, &b), 0);
		check_width(&b, 80);
		buf_reset(&b, SIZE_MAX);
		assert_int_equal(help_text((enum config_command)about, true, &b), 0);
		check_width(&b, 80);
	}
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_text(CONFIG_CRAWL, true, &b), 0);
	for (size_t i = 0; i < n_options; i++)
		if (options[i].flag.commands & 1u << CONFIG_CRAWL)
			assert_true(contains(&b, options[i].flag.long_name != NULL
							 ? options[i].flag.long_name
							 : options[i].key));
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_text(CONFIG_INSPECT, true, &b), 0);
	assert_true(contains(&b, "--quiet"));
	assert_false(contains(&b, "--level"));
	buf_release(&b);
}

/* What stands in quotes is shown whole: a colon ends the short text only outside of them. */
static void
a_short_text_does_not_end_in_quotes(void **state)
{
	struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	(void)state;
	assert_int_equal(help_text(CONFIG_CRAWL, false, &b), 0);
	assert_true(contains(&b, "Send the line `Name: value' with requests"));
	buf_release(&b);
}

/* However it is spelt: an option, its letters, its key. */
static void
help_of_one_option(void **state)
{
	static const char *const names[] = { "-w", "w", "--wait", "wait", "polite.wait" };
	static const char text[] = "-w, --wait=TIME\n      Pause between";
	struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		buf_reset(&b, SIZE_MAX);
		assert_int_equal(help_option(str_of(names[i]), &b), 0);
		check_width(&b, 80);
		assert_memory_equal(b.data, text, strlen(text));
		assert_true(contains(&b, "Default: auto. Key: polite.wait."));
	}
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_option(STR("--no-robots"), &b), 0);
	assert_true(contains(&b, "--[no-]robots\n"));
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_option(STR("-nv"), &b), 0);
	assert_true(contains(&b, "-v, --verbose\n"));
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_option(STR("--color=never"), &b), 0);
	assert_true(contains(&b, "--color=auto|always|never\n"));
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_option(STR("-nw"), &b), -ENOENT); /* no switch */
	for (size_t i = 0; i < n_options; i++) {
		buf_reset(&b, SIZE_MAX);
		assert_int_equal(help_option(str_of(options[i].key), &b), 0);
		check_width(&b, 80);
	}
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(help_option(STR("--weight"), &b), -ENOENT);
	assert_int_equal(help_option(STR(""), &b), -ENOENT);
	buf_release(&b);
}

static void
read_conf(struct buf *out)
{
	const char *top = getenv("srcdir");
	char path[4096];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/conf/lycosa.conf", top != NULL ? top : ".");
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s cannot be read: run this test by make check", path);
	assert_int_equal(buf_reserve(out, TEXT_MAX_BYTES / 2), 0);
	n = fread(out->data, 1, TEXT_MAX_BYTES / 2, f);
	assert_int_equal(fclose(f), 0);
	out->len = n;
}

/* The copy in the tree is the one this options.def makes. If not: make update-conf. */
static void
conf_is_current(void **state)
{
	struct buf made = BUF_INIT(TEXT_MAX_BYTES), kept = BUF_INIT(TEXT_MAX_BYTES);

	assert_int_equal(help_conf(&made), 0);
	read_conf(&kept);
	if (!str_eq(buf_str(&made), buf_str(&kept)))
		fail_msg("conf/lycosa.conf is not current: run make update-conf");
	buf_release(&made);
	buf_release(&kept);
}

/* Every default in it, uncommented, is a value its own reader takes and that changes nothing. */
/* "#password =" */
static bool
is_secret(struct str line)
{
	struct str name, value;

	return str_cut(str_n(line.p + 1, line.len - 1), '=', &name, &value) && option_by_key(str_trim(name)) != NULL &&
		option_by_key(str_trim(name))->type == OPTION_SECRET;
}

static void
conf_says_the_defaults(void **state)
{
	struct buf made = BUF_INIT(TEXT_MAX_BYTES), text = BUF_INIT(TEXT_MAX_BYTES),
		   plain = BUF_INIT(TEXT_MAX_BYTES), read = BUF_INIT(TEXT_MAX_BYTES);
	char path[] = "/tmp/lycosa-help-XXXXXX", *error = NULL,
	     *argv[] = { (char *)"lycosa", (char *)"crawl", NULL };
	struct config_files files = { path, "" };
	struct str line, rest;
	struct config *c;
	int fd = mkstemp(path);

	assert_int_equal(help_conf(&made), 0);
	rest = buf_str(&made);
	while (str_cut(rest, '\n', &line, &rest)) {
		/* An empty secret is one, not the default. */
		if (line.len > 1 && line.p[0] == '#' && line.p[1] != ' ' && !is_secret(line))
			line = str_n(line.p + 1, line.len - 1);
		buf_add_str(&text, line);
		buf_addc(&text, '\n');
	}
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.data, text.len), text.len);
	assert_int_equal(close(fd), 0);

	if (config_load(2, argv, &files, &c, &error) < 0)
		fail_msg("%s", error);
	assert_int_equal(config_text(c, false, &read), 0);
	assert_string_not_equal(config_origin(c, "run.color"), "default");
	config_free(c);
	files.system = "";
	assert_int_equal(config_load(2, argv, &files, &c, &error), 0);
	assert_int_equal(config_text(c, false, &plain), 0);
	config_free(c);
	assert_true(str_eq(buf_str(&plain), buf_str(&read)));
	assert_int_equal(unlink(path), 0);
	buf_release(&made);
	buf_release(&text);
	buf_release(&plain);
	buf_release(&read);
}

static void
man(void **state)
{
	struct buf b = BUF_INIT(TEXT_MAX_BYTES);
	struct str line, rest;

	assert_int_equal(help_man_options(&b), 0);
	assert_true(contains(&b, "\\fB\\-l\\fR, \\fB\\-\\-level\\fR=\\fIN\\fR\n"));
	assert_int_equal(help_man_keys(&b), 0);
	/* What is too long for a line of a narrow terminal. */
	assert_true(contains(&b, "latency=80ms,\\:size=30k,\\:hosts=50"));
	rest = buf_str(&b);
	while (str_cut(rest, '\n', &line, &rest)) {
		assert_true(line.len > 0);
		if (line.p[0] == '.')
			assert_true(str_starts(line, STR(".TP")) || str_starts(line, STR(".SS ")));
		assert_int_not_equal(line.p[0], '\'');
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help),
		cmocka_unit_test(a_short_text_does_not_end_in_quotes),
		cmocka_unit_test(help_of_one_option),
		cmocka_unit_test(conf_is_current),
		cmocka_unit_test(conf_says_the_defaults),
		cmocka_unit_test(man),
	};

	return cmocka_run_group_tests_name("crawler_help", tests, NULL, NULL);
}
