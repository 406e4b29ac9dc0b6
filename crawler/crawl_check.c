/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be wrong with the settings of a crawl beyond what options.def says: found before anything is made on disk. */
#include "config.h"

#include <string.h>

#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "url/lastmod.h"

/* Names are keys of pages.jsonl, and programs that read it want them plain. */
static bool
is_name(const char *rule)
{
	size_t n;

	for (n = 0; rule[n] != '\0' && rule[n] != '='; n++)
		if (!ascii_is_alnum((unsigned char)rule[n]) && strchr("_-.", rule[n]) == NULL)
			return false;
	return n > 0 && n <= STORE_EXTRACT_NAME_MAX && rule[n] == '=';
}

static int
check_extract(struct crawl *c)
{
	const char *const *rules = c->config->parse.extract;
	unsigned bad;

	for (unsigned i = 0; rules != NULL && rules[i] != NULL; i++) {
		if (is_name(rules[i]))
			continue;
		log_error("--extract: NAME=XPATH is wanted, with a NAME of at most %d letters, digits, '_', '-' and '.': %s",
			STORE_EXTRACT_NAME_MAX, rules[i]);
		return EXIT_USAGE;
	}
	if (rules == NULL || parse_extract_check(rules, &bad) == 0)
		return EXIT_OK;
	log_error("--extract: this is no XPath 1.0 expression, or one too many: %s", rules[bad]);
	return EXIT_USAGE;
}

static int
read_since(struct crawl *c)
{
	const struct config *cf = c->config;
	int64_t s = 0;

	if (cf->scope.since != NULL && (lastmod_parse(str_of(cf->scope.since), &s) < 0 || s < 0 || s > UINT32_MAX)) {
		log_error("scope.since (--since): '%s' is no date; write 2026-11-25, or 2026-11-25T08:30Z", cf->scope.since);
		return EXIT_USAGE;
	}
	c->since_s = (uint32_t)s;
	return EXIT_OK;
}

static int
read_statuses(struct crawl *c)
{
	const char *const *list = c->config->polite.retry_on_http_error;
	uint64_t status;

	for (; list != NULL && *list != NULL; list++) {
		if (str_to_u64(str_of(*list), 599, &status) < 0 || status < 400) {
			log_error("polite.retry_on_http_error (--retry-on-http-error): `%s' is not a status from 400 to 599", *list);
			return EXIT_USAGE;
		}
		c->retry_status[status / 64] |= UINT64_C(1) << status % 64;
	}
	return EXIT_OK;
}

static int
check_wacz(struct crawl *c)
{
	if (!c->config->warc.wacz || c->config->warc.compression != CONFIG_WARC_COMPRESSION_ZSTD)
		return EXIT_OK;
	log_error("--wacz: no reader of WACZ knows zstd; leave --warc-compression out, or say gzip or none");
	return EXIT_USAGE;
}

/* How the files of a mirror are named. */
static int
read_names(struct crawl *c)
{
	static const struct {
		const char *word;
		unsigned flag;
	} known[] = {
		{ "unix", STORE_NAMES_UNIX },
		{ "windows", 0 }, /* these two hold anyway */
		{ "nocontrol", 0 },
		{ "ascii", STORE_NAMES_ASCII },
		{ "lowercase", STORE_NAMES_LOWERCASE },
		{ "uppercase", STORE_NAMES_UPPERCASE },
	};
	const char *const *list = c->config->mirror.restrict_file_names, *page = c->config->mirror.default_page;
	size_t i;

	for (; list != NULL && *list != NULL; list++) {
		for (i = 0; i < ARRAY_LEN(known) && strcmp(known[i].word, *list) != 0; i++)
			;
		if (i == ARRAY_LEN(known)) {
			log_error("mirror.restrict_file_names (--restrict-file-names): `%s' is none of unix, windows, ascii, lowercase, uppercase, nocontrol",
				*list);
			return EXIT_USAGE;
		}
		c->restrict_names |= known[i].flag;
	}
	if (page != NULL && !store_is_default_page(page)) {
		log_error("mirror.default_page (--default-page): `%s' is not small letters, digits, '-' and '_', and maybe an extension", page);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int
check_sandbox(struct crawl *c)
{
	const struct config *cf = c->config;

	if (cf->parse.workers != 0 || cf->parse.sandbox != CONFIG_PARSE_SANDBOX_STRICT)
		return EXIT_OK;
	log_error("parse.sandbox=strict needs a parser process to jail: parse.workers=0 reads pages in the crawler itself");
	return EXIT_USAGE;
}

int
crawl_check(struct crawl *c)
{
	int (*const checks[])(struct crawl *) = { check_sandbox, check_extract, check_wacz, read_since, read_statuses, read_names };
	int code = EXIT_OK;
	size_t i;

	for (i = 0; code == EXIT_OK && i < ARRAY_LEN(checks); i++)
		code = checks[i](c);
	return code == EXIT_OK ? session_settings_read(c->config, &c->session) : code;
}
