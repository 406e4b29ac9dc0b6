/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * optgen: a program of the build: writes what is made from options.def.
 *
 *	optgen conf               conf/lycosa.conf
 *	optgen fill TEMPLATE      TEMPLATE with its lines @OPTIONS@, @KEYS@ and @COMPLETION@ replaced by the lists
 *	                          of help.c and completion.c, and @VERSION@, @SYSCONFDIR@ and @EXAMPLEDIR@ by what they are
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/config.h"

#define OPTGEN_MAX_BYTES (16 * 1024 * 1024)

/* The line with the first occurrence of name replaced. */
static void
put_filled(struct buf *out, const char *line)
{
	static const struct {
		const char *name, *value;
	} values[] = { { "@VERSION@", PACKAGE_VERSION }, { "@SYSCONFDIR@", SYSCONFDIR }, { "@EXAMPLEDIR@", EXAMPLEDIR } };

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const char *at = strstr(line, values[i].name);

		if (at == NULL)
			continue;
		buf_add(out, line, (size_t)(at - line));
		buf_add_str(out, str_of(values[i].value));
		put_filled(out, at + strlen(values[i].name)); /* as deep as a line has names */
		return;
	}
	buf_add_str(out, str_of(line));
}

static int
fill(const char *path, struct buf *out)
{
	char line[4096];
	FILE *f = fopen(path, "re");
	int r = 0;

	if (f == NULL)
		return -errno;
	while (r == 0 && fgets(line, sizeof(line), f) != NULL) {
		if (strcmp(line, "@OPTIONS@\n") == 0)
			r = help_man_options(out);
		else if (strcmp(line, "@KEYS@\n") == 0)
			r = help_man_keys(out);
		else if (strcmp(line, "@COMPLETION@\n") == 0)
			r = help_completion(out);
		else
			put_filled(out, line);
	}
	if (ferror(f))
		r = -EIO;
	(void)fclose(f);
	return r < 0 ? r : buf_err(out);
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(OPTGEN_MAX_BYTES);
	int r = -EINVAL;

	if (argc == 2 && strcmp(argv[1], "conf") == 0)
		r = help_conf(&out);
	else if (argc == 3 && strcmp(argv[1], "fill") == 0)
		r = fill(argv[2], &out);
	if (r == 0 && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
		r = -EIO;
	if (r < 0)
		(void)fprintf(stderr, "optgen: %s\n", strerror(-r));
	return r < 0;
}
