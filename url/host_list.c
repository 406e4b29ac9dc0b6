/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registrable domains by libpsl. A file of its own, so that a program that does not ask (lycosa-worker, which may not
 * open files once it is jailed) does not read the list.
 */
#include "config.h"

#include <errno.h>
#include <libpsl.h>

#include "url/host.h"

/* DNS carries no longer name; with the dot at its end. */
#define HOST_MAX_BYTES 254

static psl_ctx_t *list; /* immutable after host_use_list() */

/* The newest of the list compiled into libpsl and the one of the system's package. */
__attribute__((constructor)) static void
list_load(void)
{
	list = psl_latest(NULL);
}

__attribute__((destructor)) static void
list_free(void)
{
	psl_free(list);
	list = NULL;
}

int
host_use_list(const char *path)
{
	psl_ctx_t *ctx = psl_load_file(path);

	if (ctx == NULL)
		return -ENOENT;
	psl_free(list);
	list = ctx;
	return 0;
}

struct str
host_registrable(struct str host)
{
	char name[HOST_MAX_BYTES + 1];
	const char *domain;
	size_t len = host.len;

	if (len > 0 && host.p[len - 1] == '.')
		len--;
	if (list == NULL || len == 0 || len >= sizeof(name) || host_is_address(host))
		return STR_NONE;
	memcpy(name, host.p, len);
	name[len] = '\0';
	domain = psl_registrable_domain(list, name);
	if (domain == NULL)
		return STR_NONE;
	return str_n(host.p + (domain - name), len - (size_t)(domain - name));
}

struct str
host_site(struct str host)
{
	struct str site = host_registrable(host);

	return site.len > 0 ? site : host;
}
