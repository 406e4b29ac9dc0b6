/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lycosa verify`: each fault a line on stdout, a sum on stderr, exit status 10 if there is any. With --repair an update of what is
 * damaged (store/update.h), and another look.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/human.h"
#include "crawler/settings.h"
#include "store/verify.h"

#define VERIFY_NOTHING "nothing in it can be verified: there is no WARC, WACZ or CDXJ file, and no job that keeps bodies or texts (--save) " \
	"or a mirror; what pages.jsonl and lycosa.db say is not looked at"

/* Of what is to be fetched again: 128 million URLs. */
#define VERIFY_KEYS_MAX_BYTES ((size_t)1 << 30)

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

/* Says all that is wrong. Returns the exit code. */
static int
look(const struct config *config, struct verify *v)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < config->n_args; i++) {
		CLEANUP(freep) char *error = NULL;
		int r;

		if (settings_trust_job(config->args[i]) != EXIT_OK) {
			code = EXIT_FILE;
			continue;
		}
		r = verify_path(v, config->args[i], &error);
		if (r < 0 && error != NULL) {
			log_error("%s", error);
			code = EXIT_FILE;
		} else if (r < 0) {
			log_error("%s: %s", config->args[i],
				r == -EOPNOTSUPP ? "built without libzstd" :
				r == -EBUSY      ? "the job is running: wait for it" :
				r == -ENODATA    ? VERIFY_NOTHING : strerror(-r));
			code = EXIT_FILE;
		}
	}
	if (fflush(stdout) != 0) {
		log_error("stdout: %s", strerror(errno));
		code = EXIT_FILE;
	}
	if (v->uncommitted_bytes > 0) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(64);

		human_bytes(&b, v->uncommitted_bytes);
		log_info("%.*s of WARC files came after the last commit, and were not looked at: `lycosa resume' fetches again what they hold",
			STR_ARG(buf_str(&b)));
	}
	log_info("%" PRIu64 " file%s, %" PRIu64 " record%s, %" PRIu64 " index line%s: %s", v->files, plural(v->files), v->records,
		plural(v->records), v->lines, plural(v->lines), v->faults > 0 || code != EXIT_OK ? "see above" : "nothing is wrong");
	return code != EXIT_OK ? code : v->faults > 0 ? EXIT_CHECK_FAILED : EXIT_OK;
}

/* --- repair ------------------------------------------------------------------------------------------------------ */

static int
note_damaged(void *arg, int64_t key)
{
	return buf_add(arg, &key, sizeof(key));
}

/* What is wrong is known. The exit code of the crawl that fetched it, or of another look at what is there then. */
static int
repair(const struct config *config, int argc, char *const *argv, const struct buf *keys)
{
	struct crawl_report report = { .repair = (const int64_t *)(const void *)keys->data, .n_repair = keys->len / sizeof(int64_t) };
	struct verify again = { .fault = on_fault };
	int code;

	if (report.n_repair == 0) {
		log_info("none of that can be fetched again: only bodies, texts and files of a mirror can");
		return EXIT_CHECK_FAILED;
	}
	code = crawl_measure(config, argc, argv, &report);
	switch (code) {
	case EXIT_GENERIC:
	case EXIT_USAGE:
	case EXIT_FILE:
	case EXIT_INTERRUPTED:
	case EXIT_BUDGET:
	case EXIT_DISK_FULL:
		return code;
	default: /* the rest tells of answers; what came of them is there to be seen */
		return look(config, &again);
	}
}

int
verify_main(const struct config *config, int argc, char *const *argv)
{
	CLEANUP(buf_releasep) struct buf keys = BUF_INIT(VERIFY_KEYS_MAX_BYTES);
	struct verify v = { .fault = on_fault, .arg = &keys };
	int code;

	if (config->n_args == 0) {
		log_error("verify what? name WARC files, CDXJ indexes or directories");
		return EXIT_USAGE;
	}
	if (config->verify.repair && config->n_args != 1) {
		log_error("repair which job? One directory; try: lycosa verify --repair example.org");
		return EXIT_USAGE;
	}
	if (config->verify.repair)
		v.damaged = note_damaged;
	code = look(config, &v);
	return code == EXIT_CHECK_FAILED && config->verify.repair ? repair(config, argc, argv, &keys) : code;
}
