/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a crawl that are no plain values: found wrong before anything is made on disk. */
#include "config.h"

#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/settings.h"

int
crawl_check(struct crawl *c)
{
	int code = settings_check(c->config);

	if (code == EXIT_OK)
		code = settings_since(c->config, &c->since_s);
	if (code == EXIT_OK)
		code = settings_statuses(c->config, c->retry_status);
	if (code == EXIT_OK)
		code = settings_names(c->config, &c->restrict_names);
	return code == EXIT_OK ? session_settings_read(c->config, &c->session) : code;
}
