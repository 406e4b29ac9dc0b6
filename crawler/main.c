/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c: the command line's front door: reads the settings, calls the command.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/config.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "crawler/inspect_path.h"
#include "crawler/serve.h"
#include "crawler/settings.h"
#include "crawler/tune.h"
#include "crawler/why.h"
#include "url/login.h"
#include "url/url.h"
#include "parse/parse.h"

#define MAIN_TEXT_MAX_BYTES (1024 * 1024)

/* Results go to stdout; a full disk behind it is an error like any other. */
static int
main_print(const struct buf *out)
{
	if (fwrite(out->data, 1, out->len, stdout) < out->len || fflush(stdout) != 0) {
		log_error("stdout: %s", strerror(errno));
		return EXIT_FILE;
	}
	return EXIT_OK;
}

/* With -P of a job: the settings with which it would go on. */
static int
main_config(const struct config *c, int argc, char *const *argv)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(MAIN_TEXT_MAX_BYTES), path = BUF_INIT(MAIN_TEXT_MAX_BYTES);
	CLEANUP(freep) char *error = NULL;
	struct config_files files = { 0 };
	struct config *own = NULL;
	int code, r;

	if (c->n_args > 0) {
		login_put_hidden(&path, str_of(c->args[0]));
		log_error("config: there is nothing to do with `%.*s'; lycosa config takes options only", STR_ARG(buf_str(&path)));
		return EXIT_USAGE;
	}
	if (c->store.dir != NULL) {
		if (settings_trust_job(c->store.dir) != EXIT_OK)
			return EXIT_FILE;
		buf_addf(&path, "%s/lycosa.conf", c->store.dir);
		files.job = buf_cstr(&path);
		if (files.job == NULL)
			return EXIT_GENERIC;
	}
	/* Where a file names the directory, its first job may be yet to come. */
	if (files.job != NULL && access(files.job, F_OK) < 0 && strcmp(config_origin(c, "store.dir"), "command line") == 0) {
		log_error("%s: %s; -P DIR names the directory of a job", files.job, strerror(errno));
		return EXIT_FILE;
	}
	if (files.job != NULL && access(files.job, F_OK) == 0) {
		r = config_load(argc, argv, &files, &own, &error);
		if (r < 0) {
			log_error("%s", error != NULL ? error : strerror(-r));
			return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
		}
	}
	code = settings_check(own != NULL ? own : c);
	if (code == EXIT_OK && config_text(own != NULL ? own : c, true, &out) < 0)
		code = EXIT_GENERIC;
	config_free(own);
	return code == EXIT_OK ? main_print(&out) : code;
}

static int
main_help(const struct config *c)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(MAIN_TEXT_MAX_BYTES);
	int r;

	r = c->help_option != NULL ? help_option(str_of(c->help_option), &out) : help_text(c->help_about, c->help_all, &out);
	return r < 0 ? EXIT_GENERIC : main_print(&out);
}

static int
main_version(void)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(MAIN_TEXT_MAX_BYTES);

	buf_addf(&out, "lycosa %s\n", PACKAGE_VERSION);
	buf_add_str(&out, STR("with "));
	fetch_versions(&out);
	buf_addc(&out, '\n');
#ifdef LYCOSA_SANITIZERS
	buf_addf(&out, "built with sanitizers: %s\n", LYCOSA_SANITIZERS);
#endif
	buf_add_str(&out, STR("License GPL-3.0-or-later. There is no warranty.\n"));
	return main_print(&out);
}

/* What `inspect` knows: the questions of parse/worker/inspect.c, and `path`. */
static const char *const inspect_questions[] = { "url", "host", "registrable", "links", "tokens", "srcset", "css", "refresh", "charset",
	"robots", "sitemap", "date", "path" };

static int
main_inspect_what(const char *what)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(MAIN_TEXT_MAX_BYTES);

	for (size_t i = 0; i < ARRAY_LEN(inspect_questions); i++) {
		if (what != NULL && strcmp(what, inspect_questions[i]) == 0)
			return EXIT_OK;
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", inspect_questions[i]);
	}
	if (buf_cstr(&b) == NULL)
		return EXIT_GENERIC;
	if (what == NULL) {
		log_error("inspect what? %s", b.data);
	} else {
		CLEANUP(buf_releasep) struct buf shown = BUF_INIT(MAIN_TEXT_MAX_BYTES);

		buf_add_escaped(&shown, str_of(what));
		log_error("inspect knows no `%.*s'; it knows %s", STR_ARG(buf_str(&shown)), b.data);
	}
	return EXIT_USAGE;
}

/* What is no URL would leave links as they are, and robots.txt unasked, without a word. */
static int
main_inspect_url(const struct config *c)
{
	CLEANUP(buf_releasep) struct buf shown = BUF_INIT(MAIN_TEXT_MAX_BYTES);
	struct url url;
	int r;

	if (c->inspect.url == NULL)
		return EXIT_OK;
	if (!c->inspect.raw) {
		log_error("inspect: --url is for --raw; a request in JSON names its own URL");
		return EXIT_USAGE;
	}
	url_init(&url);
	r = url_parse(&url, str_of(c->inspect.url), NULL);
	url_release(&url);
	if (r == 0)
		return EXIT_OK;
	login_put_hidden(&shown, str_of(c->inspect.url));
	if (r == -ENOMEM || buf_err(&shown) < 0)
		return EXIT_GENERIC;
	log_error("inspect --url: `%.*s' is not a valid URL; write it as https://example.org/path", STR_ARG(buf_str(&shown)));
	return EXIT_USAGE;
}

/* Most of `inspect` is the parsers' code on the user's input, in the parsers' jail: so it is the worker program itself. */
static int
main_inspect(const struct config *c)
{
	char name[] = "lycosa-worker", word[] = "inspect", raw[] = "inspect-raw", *const env[] = { NULL };
	char *argv[5] = { name, c->inspect.raw ? raw : word, NULL, NULL, NULL };
	CLEANUP(freep) char *what = NULL, *url = NULL;
	int fd = -1, r;

	r = main_inspect_what(c->n_args == 0 || c->n_args > 2 ? NULL : c->args[0]);
	if (r == EXIT_OK)
		r = main_inspect_url(c);
	if (r != EXIT_OK)
		return r;
	if (c->n_args == 2 && strcmp(c->args[1], "-") != 0 && freopen(c->args[1], "r", stdin) == NULL) {
		log_error("%s: %s", c->args[1], strerror(errno));
		return EXIT_FILE;
	}
	if (strcmp(c->args[0], "path") == 0) {
		r = inspect_path(c->inspect.raw);
		if (r < 0 && r != -EBADMSG)
			log_error("inspect path: %s", strerror(-r));
		return r == -EBADMSG ? EXIT_GENERIC : r < 0 ? EXIT_FILE : EXIT_OK;
	}
	what = strdup(c->args[0]);
	url = c->inspect.url != NULL ? strdup(c->inspect.url) : NULL;
	if (what == NULL || (c->inspect.url != NULL && url == NULL))
		return EXIT_GENERIC;
	argv[2] = what;
	argv[3] = c->inspect.raw ? url : NULL;
	r = parse_worker_open(NULL, &fd);
	if (r == 0) {
		(void)fexecve(fd, argv, env);
		r = -errno;
		(void)close(fd);
	}
	log_error("lycosa-worker could not be started: %s", strerror(-r));
	return EXIT_GENERIC;
}

/* https://no-color.org/: set and not empty, whatever its value. */
static bool
main_wants_color(const struct config *c)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (c->run.color != CONFIG_RUN_COLOR_AUTO)
		return c->run.color == CONFIG_RUN_COLOR_ALWAYS;
	return (no_color == NULL || *no_color == '\0') && isatty(STDERR_FILENO) && term != NULL &&
		strcmp(term, "dumb") != 0;
}

/*
 * Whoever started us with a closed standard descriptor (2>&-) shall not find what is meant for it in the first file that is opened:
 * what takes its place can be neither read from nor written to.
 */
static int
main_fill_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return -errno;
	return 0;
}

/* What the libraries would tidy up in memory that is gone in a moment is not worth its time; what was printed is. */
static int
main_end(int code)
{
#ifndef LYCOSA_SANITIZERS /* which look for leaks in exit(3) */
	(void)fflush(NULL);
	_exit(code);
#endif
	return code;
}

int
main(int argc, char **argv)
{
	CLEANUP(freep) char *error = NULL;
	struct config *c = NULL;
	char **own = NULL;
	int code = EXIT_GENERIC, r;

	r = main_fill_standard();
	if (r == 0)
		r = config_take_argv(argc, argv, &own);
	if (r < 0) {
		log_error("%s", strerror(-r));
		return EXIT_GENERIC;
	}
	r = config_load(argc, own, NULL, &c, &error);
	if (r < 0) {
		log_error("%s", error != NULL ? error : strerror(-r));
		config_free_argv(own);
		return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
	}
	log_set_level(c->run.quiet ? LOG_LEVEL_ERROR : c->run.verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	log_set_color(main_wants_color(c));
	for (size_t i = 0; i < c->n_unread; i++)
		log_warning("%s", c->unread[i]);
	switch (c->command) {
	case CONFIG_CRAWL:
	case CONFIG_MIRROR:
	case CONFIG_ARCHIVE:
	case CONFIG_RESUME:
		code = crawl_main(c, argc, own);
		break;
	case CONFIG_UPDATE:
		code = update_main(c, argc, own);
		break;
	case CONFIG_VERIFY:
		code = verify_main(c, argc, own);
		break;
	case CONFIG_GET:
		code = get_main(c);
		break;
	case CONFIG_SERVE:
		code = serve_main(c);
		break;
	case CONFIG_REPORT:
		code = report_main(c);
		break;
	case CONFIG_CONFIG:
		code = main_config(c, argc, own);
		break;
	case CONFIG_INSPECT:
		code = main_inspect(c);
		break;
	case CONFIG_TUNE:
		code = tune_main(c);
		break;
	case CONFIG_WHY:
		code = why_main(c);
		break;
	case CONFIG_CTL:
		code = ctl_main(c);
		break;
	case CONFIG_TOP:
		code = top_main(c);
		break;
	case CONFIG_HELP:
		code = main_help(c);
		break;
	case CONFIG_VERSION:
		code = main_version();
		break;
	case CONFIG_COMMAND_COUNT:
		break;
	}
	config_free(c);
	config_free_argv(own);
	return main_end(code);
}
