/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lycosa ctl DIR COMMAND...': asks a run, or tells it something. What the commands do is in crawl_control.c.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/control.h"
#include "crawler/crawl.h"
#include "crawler/settings.h"

int
ctl_main(const struct config *config)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(CONTROL_ANSWER_MAX);
	struct control_request rq = { .json = config->report.json };
	const char *const status[] = { "status", NULL };
	int code = EXIT_GENERIC, r;

	if (config->n_args == 0) {
		log_error("ctl of which job? Its directory, and what to do: status, hosts, get, set, pause, resume, stop, exclude, unpark");
		return EXIT_USAGE;
	}
	if (settings_trust_job(config->args[0]) != EXIT_OK)
		return EXIT_FILE;
	rq.words = config->n_args > 1 ? config->args + 1 : status;
	rq.n_words = config->n_args > 1 ? config->n_args - 1 : 1;
	r = control_ask(config->args[0], &rq, &code, &text);
	if (r < 0 || code != EXIT_OK) {
		log_error("%.*s", STR_ARG(buf_str(&text)));
		return r == -ENOENT || r == -ENOTDIR ? EXIT_FILE : r < 0 ? EXIT_GENERIC : code;
	}
	if ((text.len > 0 && fwrite(text.data, 1, text.len, stdout) < text.len) || fflush(stdout) != 0) {
		log_error("stdout: %s", strerror(errno));
		return EXIT_FILE;
	}
	return EXIT_OK;
}
