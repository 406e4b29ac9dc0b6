/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a crawl that are no plain values: found wrong before anything is made on disk. */
#include "config.h"

#include <string.h>

#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/options.h"
#include "crawler/settings.h"

static bool
is_on(const struct config *cf, struct str key)
{
	const struct option *o = option_by_key(key);

	CHECK(o != NULL && o->type == OPTION_BOOL);
	return *(const bool *)((const char *)cf + o->offset);
}

static bool
is_any_on(const struct config *cf, const char *keys)
{
	struct str key, rest = str_of(keys);

	while (str_cut(rest, ' ', &key, &rest))
		if (is_on(cf, key))
			return true;
	return is_on(cf, rest);
}

/*
 * What was typed for nothing. A switch that was turned off has what it asks for; and a file may hold settings for more than one command, as
 * that of a job may hold those of another day.
 */
static int
check_belongings(const struct config *cf)
{
	for (const struct option *o = options; o < options + n_options; o++) {
		if (strcmp(config_origin(cf, o->key), "command line") != 0 || (o->type == OPTION_BOOL && !is_on(cf, str_of(o->key))))
			continue;
		for (const struct option_belonging *b = option_belongings; b < option_belongings + n_option_belongings; b++) {
			if (!option_belongs(o, b) || is_any_on(cf, b->to))
				continue;
			log_error("option `--%s'%s%s%s %s", o->flag.long_name != NULL ? o->flag.long_name : o->key,
				o->flag.short_name != NULL ? " (-" : "", o->flag.short_name != NULL ? o->flag.short_name : "",
				o->flag.short_name != NULL ? ")" : "", b->text);
			return EXIT_USAGE;
		}
	}
	return EXIT_OK;
}

int
crawl_check(struct crawl *c)
{
	int code = settings_check(c->config);

	if (code == EXIT_OK)
		code = check_belongings(c->config);
	if (code == EXIT_OK)
		code = settings_since(c->config, &c->since_s);
	if (code == EXIT_OK)
		code = settings_statuses(c->config, c->retry_status);
	if (code == EXIT_OK)
		code = settings_names(c->config, &c->restrict_names);
	return code == EXIT_OK ? session_settings_read(c->config, &c->session) : code;
}
