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

#include "tests/unit/crawler_config_play.h"

static char dir[] = "/tmp/lycosa-config-XXXXXX";
const struct config_files config_play_no_files = { "", "" };

const char *
config_play_file(const char *name, const char *text)
{
	static char paths[4][64];
	static unsigned next;
	char *path = paths[next++ % 4];
	FILE *f;

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	return path;
}

int
config_play_split(char *line, char **argv)
{
	int argc = 0;

	argv[argc++] = line;
	for (; *line != '\0'; line++)
		if (*line == '|') {
			*line = '\0';
			assert_true(argc < CONFIG_PLAY_ARGV - 1);
			argv[argc++] = line + 1;
		}
	argv[argc] = NULL;
	return argc;
}

struct config *
config_play_load(const char *line, const struct config_files *files)
{
	char *copy = strdup(line), *argv[CONFIG_PLAY_ARGV], *error = NULL;
	struct config *c = NULL;
	int r = config_load(config_play_split(copy, argv), argv, files, &c, &error);

	if (r < 0)
		print_message("%s: %s\n", line, error);
	assert_int_equal(r, 0);
	free(copy); /* nothing of argv may be needed any more */
	return c;
}

void
config_play_fails(const char *line, const struct config_files *files, const char *message)
{
	char *copy = strdup(line), *argv[CONFIG_PLAY_ARGV], *error = NULL;
	struct config *c = NULL;

	assert_int_equal(config_load(config_play_split(copy, argv), argv, files, &c, &error), -EINVAL);
	assert_null(c);
	assert_non_null(error);
	assert_string_equal(error, message);
	free(error);
	free(copy);
}

int
config_play_begin(void **state)
{
	return mkdtemp(dir) == NULL;
}

int
config_play_end(void **state)
{
	static const char *const files[] = { "sys.conf", "user.conf", "more.conf", "bad.conf",
		"long.conf", "back.conf" };
	char path[64];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		(void)unlink(path);
	}
	return rmdir(dir);
}
