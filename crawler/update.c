/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lycosa update`: a crawl in DIR/update that knows what is there already (store/update.h), and what comes of it.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/human.h"

#define UPDATE_TEXT_MAX_BYTES ((size_t)256 * 1024)

static int
say_failure(const char *dir, const char *error, int r)
{
	CLEANUP(buf_releasep) struct buf shown = BUF_INIT(UPDATE_TEXT_MAX_BYTES);

	buf_add_escaped(&shown, str_of(dir));
	if (error != NULL)
		log_error("%s", error);
	else
		log_error("%.*s: %s", STR_ARG(buf_str(&shown)), crawl_strerror(r));
	return crawl_error_code(r, EXIT_FILE);
}

static struct update_rules
rules_of(const struct crawl *c)
{
	const struct config *cf = c->config;

	return (struct update_rules){
		.max_age_us = cf->update.max_age == CONFIG_AUTO_TIME ? -1 : cf->update.max_age,
		.adaptive = cf->update.adaptive,
		.purge = cf->update.purge,
		.always = cf->warc.enable,
		.anew = crawl_changes(c, c->dir) == CONFIG_REACH_READ,
		.max_failed = cf->update.max_failed,
		.generations = cf->update.generations == CONFIG_INF ? UINT_MAX : cf->update.generations,
		.config_text = c->config_text.data,
		.only = c->report != NULL ? c->report->repair : NULL,
		.n_only = c->report != NULL ? c->report->n_repair : 0,
	};
}

int
crawl_begin_update(struct crawl *c)
{
	CLEANUP(freep) char *error = NULL;
	struct update_rules rules = rules_of(c);
	int r;

	if (c->config->command != CONFIG_UPDATE && c->config->command != CONFIG_VERIFY)
		return EXIT_OK;
	if (c->config->warc.wacz) {
		log_error("a WACZ file is written once and cannot be brought up to date; crawl anew, with --warc-dedup and the index of this job");
		return EXIT_USAGE;
	}
	r = update_begin(c->dir, &rules, &c->update, &error);
	if (r < 0)
		return say_failure(c->dir, error, r);
	if (rules.only != NULL && !update_is_repair(c->update)) {
		log_error("an update is not finished; go on with it (lycosa update), or throw it away (lycosa update --discard)");
		update_close(TAKE(c->update)); /* it is not ours to end */
		return EXIT_USAGE;
	}
	c->update_from = TAKE(c->dir);
	c->dir = strdup(update_dir(c->update));
	if (c->dir != NULL)
		return EXIT_OK;
	update_close(TAKE(c->update));
	return EXIT_GENERIC;
}

static void
put_count(struct buf *out, uint64_t n, const char *what)
{
	if (n == 0)
		return;
	buf_add_str(out, out->len > 0 ? STR(", ") : STR(""));
	human_count(out, n);
	buf_addf(out, " %s", what);
}

static void
put_counts(struct buf *out, const struct update_result *res)
{
	put_count(out, res->n[CHANGE_NEW], "new");
	put_count(out, res->n[CHANGE_CHANGED], "changed");
	put_count(out, res->n[CHANGE_MOVED], "moved");
	put_count(out, res->n[CHANGE_GONE], "gone");
	put_count(out, res->n[CHANGE_FAILED], "could not be had and stay as they were");
	put_count(out, res->n[CHANGE_UNCHANGED], "unchanged");
	put_count(out, res->n[CHANGE_NOT_DUE], "not due");
	if (out->len == 0)
		buf_add_str(out, STR("there was nothing, and nothing has come"));
}

static void
say_result(struct crawl *c, const struct update_result *res)
{
	CLEANUP(buf_releasep) struct buf counts = BUF_INIT(UPDATE_TEXT_MAX_BYTES), dir = BUF_INIT(UPDATE_TEXT_MAX_BYTES);

	put_counts(&counts, res);
	buf_add_escaped(&dir, str_of(c->update_from));
	switch (res->end) {
	case UPDATE_UNFINISHED:
		log_info("the update is not finished: %.*s; no file has changed. The same command goes on with it",
			STR_ARG(buf_str(&counts)));
		break;
	case UPDATE_MADE:
		log_info("%s: %.*s; see %.*s/changes.jsonl. As it was: %.*s/generations/%s",
			update_is_repair(c->update) ? "repaired" : "updated", STR_ARG(buf_str(&counts)),
			STR_ARG(buf_str(&dir)), STR_ARG(buf_str(&dir)), res->stamp);
		break;
	case UPDATE_UNCHANGED:
		log_info("nothing has changed: %.*s; no file has changed either", STR_ARG(buf_str(&counts)));
		break;
	case UPDATE_ROLLED_BACK:
		log_error("too much could not be had (--max-failed=%u): %.*s; rolled back, no file has changed. See %.*s/changes.jsonl",
			c->config->update.max_failed, STR_ARG(buf_str(&counts)), STR_ARG(buf_str(&dir)));
		break;
	}
}

/* What is gone is what the update was asked for: no error. */
static int
exit_code(const struct update_result *res, int code)
{
	if (res->end == UPDATE_ROLLED_BACK)
		return code == EXIT_BLOCKED ? EXIT_BLOCKED : EXIT_CHECK_FAILED;
	return code == EXIT_SERVER && res->n[CHANGE_FAILED] == 0 ? EXIT_OK : code;
}

int
crawl_end_update(struct crawl *c, int code)
{
	struct update_result res;
	int r;

	if (c->update == NULL)
		return code;
	r = update_end(c->update, &res);
	if (r < 0)
		return say_failure(c->update_from, NULL, r);
	say_result(c, &res);
	return exit_code(&res, code);
}

/* --- without a crawl ------------------------------------------------------------------------------------------- */

static int
restore(const struct config *config)
{
	CLEANUP(freep) char *error = NULL;
	int r = update_restore(config->args[0], config->update.restore, &error);

	if (r < 0)
		return say_failure(config->args[0], error, r);
	log_info("the generation of %s is the newest now", config->update.restore);
	return EXIT_OK;
}

static int
discard(const struct config *config)
{
	CLEANUP(freep) char *error = NULL;
	int r = update_forget(config->args[0], &error);

	if (r < 0)
		return say_failure(config->args[0], error, r);
	log_info(r > 0 ? "the update that was not finished is thrown away" : "there is no update that was not finished");
	return EXIT_OK;
}

int
update_main(const struct config *config, int argc, char *const *argv)
{
	if (config->n_args != 1) {
		if (config->update.restore != NULL)
			log_error("--restore: of which job? The name of a directory in generations/, then that of the job; try: lycosa update --restore=TIME example.org");
		else
			log_error("update which job? One directory; try: lycosa update example.org");
		return EXIT_USAGE;
	}
	if (config->update.restore != NULL)
		return restore(config);
	if (config->update.discard)
		return discard(config);
	return crawl_main(config, argc, argv);
}
