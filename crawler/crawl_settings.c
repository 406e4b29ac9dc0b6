/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of the job that a run belongs to: lycosa.conf in its directory, between the user's and the command line; and what is said of
 * those that are other ones now. A finished job is not begun again for them: what that means, and which command does it, is said.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"

#define JOB_PATH_MAX_BYTES     ((size_t)64 * 1024)
#define JOB_SETTINGS_MAX_BYTES ((size_t)1024 * 1024)

static void
job_path(const char *dir, const char *name, struct buf *out)
{
	buf_add_str(out, str_of(dir));
	buf_addc(out, '/');
	buf_add_str(out, str_of(name));
}

int
crawl_say_unset(const struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JOB_PATH_MAX_BYTES);

	buf_add_escaped(&dir, str_of(c->dir));
	log_error("%.*s/lycosa.conf is gone or empty, so nobody knows with which settings the job goes on: put it back, or write a new one with what "
		"the job was begun with (lycosa.conf(5))", STR_ARG(buf_str(&dir)));
	return EXIT_FILE;
}

int
crawl_read_job_config(struct crawl *c, int argc, char *const *argv)
{
	CLEANUP(buf_releasep) struct buf db = BUF_INIT(JOB_PATH_MAX_BYTES), conf = BUF_INIT(JOB_PATH_MAX_BYTES);
	CLEANUP(freep) char *error = NULL;
	struct config_files files = { 0 };
	struct stat st;
	int r;

	r = update_recover(c->dir, &error);
	if (r < 0) {
		log_error("%s", error != NULL ? error : crawl_strerror(r));
		return crawl_error_code(r, EXIT_FILE);
	}
	job_path(c->dir, "lycosa.db", &db);
	/* An update that was not finished has settings of its own. */
	job_path(c->dir, c->config->command != CONFIG_RESUME && crawl_names_job(c->config) && update_is_under_way(c->dir) ? UPDATE_NEXT "/lycosa.conf" : "lycosa.conf", &conf);
	files.job = buf_cstr(&conf);
	if (buf_cstr(&db) == NULL || files.job == NULL) {
		log_error("out of memory");
		return EXIT_GENERIC;
	}
	if (access(db.data, F_OK) < 0) {
		if (!crawl_names_job(c->config))
			return EXIT_OK;
		log_error("%s: %s; there is no job to go on with", db.data, strerror(errno));
		return EXIT_FILE;
	}
	c->lacks_settings = stat(files.job, &st) < 0 ? errno == ENOENT : st.st_size == 0;
	/* What it was begun with, a mirror say, would be left out. One that never began is another matter (crawl_gather_seeds()). */
	if (c->lacks_settings && crawl_names_job(c->config) && c->config->command != CONFIG_RESUME)
		return crawl_say_unset(c);
	r = config_load(argc, argv, &files, &c->own_config, &error);
	if (r < 0) {
		log_error("%s", error != NULL ? error : strerror(-r));
		return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
	}
	c->config = c->own_config;
	return EXIT_OK;
}

/* What differs from the settings of the job in dir; nothing where these cannot be read. */
static void
read_changes(const struct crawl *c, const char *dir, struct buf *changes)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(JOB_PATH_MAX_BYTES), before = BUF_INIT(JOB_SETTINGS_MAX_BYTES);

	job_path(dir, "lycosa.conf", &path);
	if (buf_cstr(&path) == NULL || config_read_text(path.data, &before) < 0 ||
		config_changes(buf_str(&before), buf_str(&c->config_text), changes) < 0)
		buf_reset(changes, SIZE_MAX);
}

/* That of the one that reaches farthest. */
static enum config_reach
reach_of(struct str changes)
{
	enum config_reach reach = CONFIG_REACH_NONE;
	struct str line;

	while (str_cut(changes, '\n', &line, &changes))
		if (config_change_reach(line) > reach)
			reach = config_change_reach(line);
	return reach;
}

enum config_reach
crawl_changes(const struct crawl *c, const char *dir)
{
	CLEANUP(buf_releasep) struct buf changes = BUF_INIT(JOB_SETTINGS_MAX_BYTES);

	read_changes(c, dir, &changes);
	return reach_of(buf_str(&changes));
}

static void
say_changes(struct crawl *c, const char *dir)
{
	CLEANUP(buf_releasep) struct buf changes = BUF_INIT(JOB_SETTINGS_MAX_BYTES);
	struct str line, rest;
	bool scope = false, due = false;

	read_changes(c, dir, &changes);
	rest = buf_str(&changes);
	while (str_cut(rest, '\n', &line, &rest)) {
		log_info("changed: %.*s", STR_ARG(line));
		scope = scope || config_change_reach(line) == CONFIG_REACH_READ;
		due = due || str_starts(line, STR("update.max_age")) || str_starts(line, STR("update.adaptive"));
	}
	if (scope && c->update != NULL && !update_goes_on(c->update))
		log_info("so all pages are read again, those too that have not changed");
	else if (scope)
		log_info("the new settings hold for what is still to be fetched; links that pages already read had refused stay refused");
	if (due && c->update != NULL && update_goes_on(c->update))
		log_info("what is due was settled when the update began; --discard throws it away, to begin anew");
}

static void
say_update(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JOB_PATH_MAX_BYTES);

	buf_add_escaped(&dir, str_of(c->update_from));
	if (update_goes_on(c->update))
		log_info("going on with the update of %.*s: %llu URL%s done", STR_ARG(buf_str(&dir)), (unsigned long long)c->job.records,
			c->job.records == 1 ? " is" : "s are");
	else
		log_info("updating %.*s", STR_ARG(buf_str(&dir)));
}

/* What a finished job is asked for besides. Nothing was changed: neither it nor its settings. */
static int
say_finished(struct crawl *c, struct str dir)
{
	const struct config *cf = c->config;
	CLEANUP(buf_releasep) struct buf changes = BUF_INIT(JOB_SETTINGS_MAX_BYTES);
	const char *option = cf->command == CONFIG_MIRROR ? " --mirror" : cf->command == CONFIG_ARCHIVE ? " --warc" : "";
	struct str line, rest;

	read_changes(c, c->dir, &changes);
	rest = buf_str(&changes);
	if (reach_of(rest) == CONFIG_REACH_NONE) {
		log_info("the job in %.*s is finished: %llu URL%s, nothing is left to do. `lycosa update %.*s' "
			"looks what has changed%s; to crawl anew choose another directory with -P, or remove this one", STR_ARG(dir),
			(unsigned long long)c->job.records, c->job.records == 1 ? " has come to its end" : "s have come to their end", STR_ARG(dir),
			c->job.exit_status != EXIT_OK ? ", and asks again for what could not be had" : "");
		return EXIT_OK;
	}
	while (str_cut(rest, '\n', &line, &rest))
		if (config_change_reach(line) != CONFIG_REACH_NONE)
			log_info("asked for: %.*s", STR_ARG(line));
	log_error("the job in %.*s is finished, and was so with other settings: nothing was done. `lycosa update%s %.*s' with the same options fetches its "
		"pages for that; -P with another directory begins another job", STR_ARG(dir), option, STR_ARG(dir));
	return EXIT_USAGE;
}

/* What is said when a job goes on, or has nothing to go on with. */
int
crawl_say_resumed(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JOB_PATH_MAX_BYTES);

	if (c->update != NULL) {
		say_update(c);
		if (!c->finished_before)
			say_changes(c, update_goes_on(c->update) ? c->dir : c->update_from);
		return EXIT_OK;
	}
	buf_add_escaped(&dir, str_of(c->dir));
	if (c->finished_before)
		return say_finished(c, buf_str(&dir));
	if (!c->job.is_new) {
		log_info("going on with the job in %.*s: %llu URL%s done", STR_ARG(buf_str(&dir)),
			(unsigned long long)c->job.records, c->job.records == 1 ? " is" : "s are");
		say_changes(c, c->dir);
	}
	return EXIT_OK;
}
