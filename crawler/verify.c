/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lycosa verify`: each fault a line on stdout, a sum on stderr, exit status 10 if there is any.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "crawler/crawl.h"
#include "store/verify.h"

static void
on_fault(void *arg, struct str path, uint64_t offset, struct str text)
{
	(void)arg;
	(void)printf("%.*s: byte %" PRIu64 ": %.*s\n", STR_ARG(path), offset, STR_ARG(text));
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

int
verify_main(const struct config *config)
{
	struct verify v = { .fault = on_fault };
	int code = EXIT_OK;

	if (config->n_args == 0) {
		log_error("verify what? name WARC files, CDXJ indexes or directories");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < config->n_args; i++) {
		int r = verify_path(&v, config->args[i]);

		if (r < 0) {
			log_error("%s: %s", config->args[i],
				r == -EOPNOTSUPP ? "built without libzstd" :
				r == -EBUSY      ? "the job is running: wait for it" : strerror(-r));
			code = EXIT_FILE;
		}
	}
	if (fflush(stdout) != 0) {
		log_error("stdout: %s", strerror(errno));
		code = EXIT_FILE;
	}
	log_info("%" PRIu64 " file%s, %" PRIu64 " record%s, %" PRIu64 " index line%s: %s", v.files, plural(v.files), v.records,
		plural(v.records), v.lines, plural(v.lines), v.faults > 0 || code != EXIT_OK ? "see above" : "nothing is wrong");
	return code != EXIT_OK ? code : v.faults > 0 ? EXIT_CHECK_FAILED : EXIT_OK;
}
