/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be wrong with settings beyond what options.def says of each: texts and lists that have a form of their own. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/options.h"
#include "crawler/seeds.h"
#include "crawler/session.h"
#include "crawler/settings.h"
#include "parse/parse.h"
#include "store/store.h"
#include "store/trust.h"
#include "url/lastmod.h"

#define SETTINGS_TEXT_MAX_BYTES ((size_t)64 * 1024)
#define SETTINGS_SEED_MAX_BYTES ((size_t)1024 * 1024)

/* On the command line everybody finds an option. */
void
settings_put_place(struct buf *out, const struct config *cf, const char *key, const char *item)
{
	const char *origin = config_item_origin(cf, key, item);

	CHECK(origin != NULL); /* no such key */
	if (strchr(origin, ':') == NULL)
		return;
	buf_add_escaped(out, str_of(origin));
	buf_add_str(out, STR(": "));
}

void
settings_error(const struct config *cf, const char *key, const char *item, const char *fmt, ...)
{
	CLEANUP(buf_releasep) struct buf place = BUF_INIT(SETTINGS_TEXT_MAX_BYTES);
	const struct option *o = option_by_key(str_of(key));
	CLEANUP(freep) char *text = NULL;
	va_list ap;

	settings_put_place(&place, cf, key, item);
	buf_add_str(&place, str_of(key));
	if (o->flag.long_name != NULL)
		buf_addf(&place, " (--%s)", o->flag.long_name);
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	log_error("%.*s: %s", STR_ARG(buf_str(&place)), text != NULL ? text : "is not valid");
}

/* --- the scope ------------------------------------------------------------------------------------------------- */

static int
try_scope(const struct scope_config *sc, char **ret_error)
{
	struct scope *scope = NULL;
	int r = scope_new(sc, &scope, ret_error);

	if (r == 0)
		scope_free(scope);
	return r;
}

/* The rule that is wrong is known by being so alone. */
static bool
is_bad_item(const struct config *cf, const char *key, const char *const *list, const char *const **field, const struct scope_config *sc,
	struct buf *out)
{
	for (; list != NULL && *list != NULL; list++) {
		const char *const alone[] = { *list, NULL };
		CLEANUP(freep) char *error = NULL;
		int r;

		*field = alone;
		r = try_scope(sc, &error);
		*field = NULL;
		if (r != -EINVAL)
			continue;
		settings_put_place(out, cf, key, *list);
		buf_add_str(out, error != NULL ? str_of(error) : STR("is not valid"));
		return true;
	}
	return false;
}

bool
settings_bad_rule(const struct config *cf, struct buf *out)
{
	struct scope_config sc = settings_scope(cf), one = { .max_level = SCOPE_NO_LEVEL };

	return is_bad_item(cf, "scope.domains", sc.domains, &one.domains, &one, out) ||
		is_bad_item(cf, "scope.exclude_domains", sc.exclude_domains, &one.exclude_domains, &one, out) ||
		is_bad_item(cf, "scope.accept", sc.accept, &one.accept, &one, out) ||
		is_bad_item(cf, "scope.reject", sc.reject, &one.reject, &one, out) ||
		is_bad_item(cf, "scope.accept_regex", sc.accept_regex, &one.accept_regex, &one, out) ||
		is_bad_item(cf, "scope.reject_regex", sc.reject_regex, &one.reject_regex, &one, out);
}

static int
check_scope(const struct config *cf)
{
	CLEANUP(buf_releasep) struct buf why = BUF_INIT(SETTINGS_TEXT_MAX_BYTES);
	struct scope_config sc = settings_scope(cf);
	CLEANUP(freep) char *error = NULL;
	int r = try_scope(&sc, &error);

	if (r == 0)
		return EXIT_OK;
	if (r != -EINVAL) {
		log_error("scope: %s", strerror(-r));
		return EXIT_GENERIC;
	}
	if (settings_bad_rule(cf, &why))
		log_error("%.*s", STR_ARG(buf_str(&why)));
	else
		log_error("%s", error);
	return EXIT_USAGE;
}

static int
check_sitemaps(const struct config *cf)
{
	const char *const *list = cf->input.sitemap;
	int code = EXIT_OK;

	for (; code == EXIT_OK && list != NULL && *list != NULL; list++) {
		CLEANUP(freep) char *error = NULL;
		struct seeds seeds;
		int r;

		seeds_init(&seeds, SETTINGS_SEED_MAX_BYTES);
		r = seeds_check(&seeds, str_of(*list), &error);
		if (r == 0 && url_has_credentials(&seeds.url)) {
			settings_error(cf, "input.sitemap", *list, "a login does not belong into the URL; use --login");
			code = EXIT_USAGE;
		}
		seeds_release(&seeds);
		if (r < 0) {
			settings_error(cf, "input.sitemap", *list, "%s", error != NULL ? error : strerror(-r));
			code = r == -ENOMEM ? EXIT_GENERIC : EXIT_USAGE;
		}
	}
	return code;
}

int
settings_since(const struct config *cf, uint32_t *ret_s)
{
	int64_t s = 0;

	if (cf->scope.since != NULL && (lastmod_parse(str_of(cf->scope.since), &s) < 0 || s < 0 || s > UINT32_MAX)) {
		settings_error(cf, "scope.since", NULL, "'%s' is no date; write 2026-11-25, or 2026-11-25T08:30Z", cf->scope.since);
		return EXIT_USAGE;
	}
	*ret_s = (uint32_t)s;
	return EXIT_OK;
}

/* --- the network ----------------------------------------------------------------------------------------------- */

static bool
is_port(struct str s)
{
	uint64_t port;

	return str_to_u64(s, 65535, &port) == 0 && port > 0;
}

static bool
is_address(int family, struct str s)
{
	struct in6_addr room;
	char text[INET6_ADDRSTRLEN + IF_NAMESIZE] = "";
	char *zone;

	if (s.len == 0 || s.len >= sizeof(text) || memchr(s.p, '\0', s.len) != NULL)
		return false;
	memcpy(text, s.p, s.len);
	zone = family == AF_INET6 ? strchr(text, '%') : NULL;
	if (zone != NULL && zone[1] != '\0')
		*zone = '\0';
	return inet_pton(family, text, &room) == 1;
}

/* 192.0.2.1, 192.0.2.1:53, 2001:db8::1, [2001:db8::1], [2001:db8::1]:53. */
static bool
is_name_server(struct str s)
{
	struct str host, port;

	if (s.len > 0 && s.p[0] == '[') {
		if (!str_cut(str_n(s.p + 1, s.len - 1), ']', &host, &port) || !is_address(AF_INET6, host))
			return false;
		return port.len == 0 || (port.p[0] == ':' && is_port(str_n(port.p + 1, port.len - 1)));
	}
	if (is_address(AF_INET6, s) || is_address(AF_INET, s))
		return true;
	return str_cut(s, ':', &host, &port) && is_address(AF_INET, host) && is_port(port);
}

int
settings_check_name_servers(const struct config *cf)
{
	const char *const *list = cf->fetch.dns_servers;

	for (; list != NULL && *list != NULL; list++)
		if (!is_name_server(str_of(*list))) {
			settings_error(cf, "fetch.dns_servers", *list, "`%s' is not ADDRESS or ADDRESS:PORT, with a numeric address "
				"(of IPv6 in brackets where a port follows)", *list);
			return EXIT_USAGE;
		}
	return EXIT_OK;
}

int
settings_statuses(const struct config *cf, uint64_t ret_set[FRONTIER_STATUSES / 64])
{
	const char *const *list = cf->polite.retry_on_http_error;
	uint64_t status;

	for (; list != NULL && *list != NULL; list++) {
		if (str_to_u64(str_of(*list), 599, &status) < 0 || status < 400) {
			settings_error(cf, "polite.retry_on_http_error", *list, "`%s' is not a status from 400 to 599", *list);
			return EXIT_USAGE;
		}
		ret_set[status / 64] |= UINT64_C(1) << status % 64;
	}
	return EXIT_OK;
}

static int
check_statuses(const struct config *cf)
{
	uint64_t set[FRONTIER_STATUSES / 64] = { 0 };

	return settings_statuses(cf, set);
}

static int
check_since(const struct config *cf)
{
	uint32_t s;

	return settings_since(cf, &s);
}

/* --- pages and files ------------------------------------------------------------------------------------------- */

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

/* "h1", "h1.title", "h1::text": a selector of CSS; to XPath, if it is valid at all, what may only be the root of the page. */
static bool
is_selector(const char *xpath)
{
	return ascii_is_alpha((unsigned char)xpath[0]) && strcspn(xpath, "/()[]@*|$ \t\"'=<>+") == strlen(xpath);
}

/* Of those that are valid; the root's own name is what it says. */
static void
hint_selectors(const char *const *rules)
{
	for (; rules != NULL && *rules != NULL; rules++) {
		const char *xpath = strchr(*rules, '=') + 1;

		if (is_selector(xpath) && strcmp(xpath, "html") != 0 && strcmp(xpath, "rss") != 0 && strcmp(xpath, "feed") != 0)
			log_warning("--extract: `%s' finds the root of a page only; //%s finds it anywhere", xpath, xpath);
	}
}

/* They would be one key of an object twice. */
static bool
has_name_of_others(const char *const *rules, unsigned n)
{
	size_t len = strcspn(rules[n], "=") + 1;

	for (unsigned i = 0; i < n; i++)
		if (strncmp(rules[i], rules[n], len) == 0)
			return true;
	return false;
}

static int
check_extract(const struct config *cf)
{
	const char *const *rules = cf->parse.extract;
	unsigned bad;
	int r;

	for (unsigned i = 0; rules != NULL && rules[i] != NULL; i++) {
		if (is_name(rules[i]))
			continue;
		settings_error(cf, "parse.extract", rules[i],
			"NAME=XPATH is wanted, with a NAME of at most %d letters, digits, '_', '-' and '.': %s", STORE_EXTRACT_NAME_MAX, rules[i]);
		return EXIT_USAGE;
	}
	for (unsigned i = 0; rules != NULL && rules[i] != NULL; i++) {
		if (!has_name_of_others(rules, i))
			continue;
		settings_error(cf, "parse.extract", rules[i], "another has this name already; A|B is one expression for what two find: %s", rules[i]);
		return EXIT_USAGE;
	}
	r = rules != NULL ? parse_extract_check(rules, &bad) : 0;
	if (r == 0) {
		hint_selectors(rules);
		return EXIT_OK;
	}
	if (r != -EINVAL) {
		log_error("parse.extract: %s", parse_strerror(r));
		return EXIT_GENERIC;
	}
	settings_error(cf, "parse.extract", rules[bad], "this is no XPath 1.0 expression, or one with a function or prefix that does not exist, or one too many%s: %s",
		is_selector(strchr(rules[bad], '=') + 1) ? " (XPath for what CSS calls h1 is //h1)" : "", rules[bad]);
	return EXIT_USAGE;
}

static int
check_wacz(const struct config *cf)
{
	if (!cf->warc.wacz || cf->warc.compression != CONFIG_WARC_COMPRESSION_ZSTD)
		return EXIT_OK;
	settings_error(cf, "warc.wacz", NULL, "no reader of WACZ knows zstd; leave --warc-compression out, or say gzip or none");
	return EXIT_USAGE;
}

int
settings_names(const struct config *cf, unsigned *ret_names)
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
	const char *const *list = cf->mirror.restrict_file_names, *page = cf->mirror.default_page;
	unsigned names = 0;
	size_t i;

	for (; list != NULL && *list != NULL; list++) {
		for (i = 0; i < ARRAY_LEN(known) && strcmp(known[i].word, *list) != 0; i++)
			;
		if (i == ARRAY_LEN(known)) {
			settings_error(cf, "mirror.restrict_file_names", *list,
				"`%s' is none of unix, windows, ascii, lowercase, uppercase, nocontrol", *list);
			return EXIT_USAGE;
		}
		names |= known[i].flag;
	}
	if (page != NULL && !store_is_default_page(page)) {
		settings_error(cf, "mirror.default_page", NULL, "`%s' is not small letters, digits, '-' and '_', and maybe an extension", page);
		return EXIT_USAGE;
	}
	*ret_names = names;
	return EXIT_OK;
}

static int
check_names(const struct config *cf)
{
	unsigned names;

	return settings_names(cf, &names);
}

static int
check_sandbox(const struct config *cf)
{
	if (cf->parse.workers != 0 || cf->parse.sandbox != CONFIG_PARSE_SANDBOX_STRICT)
		return EXIT_OK;
	settings_error(cf, "parse.sandbox", NULL,
		"`strict' needs a parser process to jail: parse.workers=0 reads pages in the crawler itself");
	return EXIT_USAGE;
}

int
settings_trust_job(const char *dir)
{
	CLEANUP(freep) char *error = NULL;
	int r = trust_job(dir, &error);

	if (r < 0)
		log_error("%s", error != NULL ? error : strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}

int
settings_check(const struct config *cf)
{
	int (*const checks[])(const struct config *) = { check_scope, check_sitemaps, check_since, check_statuses, settings_check_fetch,
		check_sandbox, check_extract, check_wacz, check_names, session_check_headers };
	int code = EXIT_OK;
	size_t i;

	for (i = 0; code == EXIT_OK && i < ARRAY_LEN(checks); i++)
		code = checks[i](cf);
	return code;
}
