/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "url/host.h"
#include "url/percent.h"
#include "url/regex_check.h"
#include "url/scope_rules.h"

#define RULE_SHOWN_BYTES 200

static size_t
list_len(const char *const *list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	return n;
}

/* Says what is wrong with a rule; -EINVAL, or -ENOMEM. */
static int
bad_rule(char **ret_error, const char *option, const char *rule, const char *why)
{
	struct buf text = BUF_INIT(4096);
	const char *cstr;

	buf_add_str(&text, str_of(option));
	buf_add_str(&text, STR(" \""));
	buf_add_typed(&text, str_n(rule, strnlen(rule, RULE_SHOWN_BYTES)));
	if (strnlen(rule, RULE_SHOWN_BYTES + 1) > RULE_SHOWN_BYTES)
		buf_add_str(&text, STR("..."));
	buf_add_str(&text, STR("\": "));
	buf_add_str(&text, str_of(why)); /* ours, or regerror()'s: of the C library */
	cstr = buf_cstr(&text);
	if (cstr != NULL)
		*ret_error = strdup(cstr);
	buf_release(&text);
	return *ret_error != NULL ? -EINVAL : -ENOMEM;
}

static void
list_release(struct rule_list *l)
{
	size_t i;

	for (i = 0; l->owned != NULL && i < l->n; i++)
		free(l->owned[i]);
	free(l->owned);
	free(l->items);
	*l = (struct rule_list){ NULL, 0, NULL };
}

/* Names and patterns, as they are. wget takes those that can match no name, and nothing is what they do there. */
static int
names_init(struct rule_list *l, const char *const *list, const char *option, const char *regex_option, char **ret_error)
{
	size_t n = list_len(list), i;
	char why[128];

	for (i = 0; i < n; i++) {
		if (strchr(list[i], '/') == NULL)
			continue;
		(void)snprintf(why, sizeof(why), "what it is held against is the file name, which has no /; %s is for the whole URL", regex_option);
		return bad_rule(ret_error, option, list[i], why);
	}

	if (n == 0)
		return 0;
	l->items = calloc(n, sizeof(l->items[0]));
	if (l->items == NULL)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		l->items[i] = str_of(list[i]);
	l->n = n;
	return 0;
}

/* Domains in the form hosts are compared in: "Müller.DE" and ".müller.de" as "xn--mller-kva.de". */
static int
domains_init(struct rule_list *l, const char *const *list, const char *option, char **ret_error)
{
	size_t n = list_len(list), i;

	if (n == 0)
		return 0;
	l->items = calloc(n, sizeof(l->items[0]));
	l->owned = calloc(n, sizeof(l->owned[0]));
	if (l->items == NULL || l->owned == NULL)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		struct str name = str_of(list[i]);
		struct buf host = BUF_INIT(URL_MAX_BYTES);
		int r;

		if (name.len > 0 && name.p[0] == '.')
			name = str_n(name.p + 1, name.len - 1);
		r = host_parse(name, &host);
		if (r < 0) {
			buf_release(&host);
			return r == -ENOMEM ? r : bad_rule(ret_error, option, list[i], "not a valid domain");
		}
		l->owned[i] = host.data; /* taken */
		l->items[i] = buf_str(&host);
		l->n = i + 1;
	}
	return 0;
}

static void
regexes_release(struct regex_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		regfree(&l->items[i]);
	free(l->items);
	*l = (struct regex_list){ NULL, 0 };
}

static int
regexes_init(struct regex_list *l, const char *const *list, const char *option, char **ret_error)
{
	size_t n = list_len(list), i;

	if (n == 0)
		return 0;
	l->items = calloc(n, sizeof(l->items[0]));
	if (l->items == NULL)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		char why[REGEX_CHECK_BYTES];
		int e;

		if (!regex_check(list[i], why))
			return bad_rule(ret_error, option, list[i], why);
		e = regcomp(&l->items[i], list[i], REG_EXTENDED);
		if (e != 0) {
			regerror(e, &l->items[i], why, sizeof(why));
			return e == REG_ESPACE ? -ENOMEM : bad_rule(ret_error, option, list[i], why);
		}
		l->n = i + 1;
	}
	return 0;
}

int
scope_rules_init(struct scope_rules *rules, const struct scope_config *config, char **ret_error)
{
	int r;

	r = domains_init(&rules->domains, config->domains, "--domains", ret_error);
	if (r == 0)
		r = domains_init(&rules->exclude_domains, config->exclude_domains, "--exclude-domains", ret_error);
	if (r == 0)
		r = names_init(&rules->accept, config->accept, "--accept", "--accept-regex", ret_error);
	if (r == 0)
		r = names_init(&rules->reject, config->reject, "--reject", "--reject-regex", ret_error);
	if (r == 0)
		r = regexes_init(&rules->accept_regex, config->accept_regex, "--accept-regex", ret_error);
	if (r == 0)
		r = regexes_init(&rules->reject_regex, config->reject_regex, "--reject-regex", ret_error);
	if (r < 0)
		scope_rules_release(rules);
	return r;
}

void
scope_rules_release(struct scope_rules *rules)
{
	list_release(&rules->domains);
	list_release(&rules->exclude_domains);
	list_release(&rules->accept);
	list_release(&rules->reject);
	regexes_release(&rules->accept_regex);
	regexes_release(&rules->reject_regex);
}

struct str
scope_rules_which_domain(const struct rule_list *l, struct str host)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (host_in_domain(host, l->items[i]))
			return l->items[i];
	return STR_NONE;
}

bool
scope_rules_domain(const struct scope_rules *rules, struct str host)
{
	return rules->domains.n == 0 || scope_rules_which_domain(&rules->domains, host).p != NULL;
}

bool
scope_rules_excluded(const struct scope_rules *rules, struct str host)
{
	return scope_rules_which_domain(&rules->exclude_domains, host).p != NULL;
}

/* The last component of path. */
static struct str
name_of(struct str path)
{
	size_t i = path.len;

	while (i > 0 && path.p[i - 1] != '/')
		i--;
	return str_n(path.p + i, path.len - i);
}

static bool
is_pattern(struct str rule)
{
	size_t i;

	for (i = 0; i < rule.len; i++)
		if (rule.p[i] == '*' || rule.p[i] == '?' || rule.p[i] == '[')
			return true;
	return false;
}

static struct str
in_names(const struct rule_list *l, struct str name)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		struct str rule = l->items[i];

		if (is_pattern(rule) ? str_glob(rule, name) : str_ends(name, rule))
			return rule;
	}
	return STR_NONE;
}

/* Both as it stands in the URL and as the user would write it, without percent-encoding. */
struct str
scope_rules_which_name(const struct rule_list *l, struct str path)
{
	char bytes[URL_MAX_BYTES];
	struct buf plain = buf_over(bytes, sizeof(bytes), sizeof(bytes));
	struct str name, rule;

	if (l->n == 0)
		return STR_NONE;
	name = name_of(path);
	if (name.len == 0)
		name = STR("index.html"); /* as which wget would keep it */
	rule = in_names(l, name);
	if (rule.p != NULL || memchr(name.p, '%', name.len) == NULL)
		return rule;
	percent_decode(&plain, name);
	return in_names(l, buf_str(&plain));
}

bool
scope_rules_name(const struct scope_rules *rules, struct str path)
{
	if (rules->accept.n > 0 && scope_rules_which_name(&rules->accept, path).p == NULL)
		return false;
	return rules->reject.n == 0 || scope_rules_which_name(&rules->reject, path).p == NULL;
}

/* Which of them; l->n when none. */
static size_t
regexes_match(const struct regex_list *l, struct str href)
{
	char cstr[URL_MAX_BYTES + 1];
	size_t i;

	CHECK(href.len <= URL_MAX_BYTES);
	memcpy(cstr, href.p, href.len);
	cstr[href.len] = '\0';
	for (i = 0; i < l->n; i++)
		if (regexec(&l->items[i], cstr, 0, NULL, 0) == 0)
			break;
	return i;
}

struct str
scope_rules_which_regex(const struct regex_list *l, const char *const *texts, struct str href)
{
	size_t i = l->n > 0 ? regexes_match(l, href) : 0;

	return i < l->n ? str_of(texts[i]) : STR_NONE;
}

bool
scope_rules_regex(const struct scope_rules *rules, struct str href)
{
	const struct regex_list *accept = &rules->accept_regex, *reject = &rules->reject_regex;

	if (accept->n > 0 && regexes_match(accept, href) == accept->n)
		return false;
	return reject->n == 0 || regexes_match(reject, href) == reject->n;
}

bool
scope_name_is_directory(struct str path)
{
	return name_of(path).len == 0;
}

bool
scope_name_is_html(struct str path)
{
	static const struct str suffixes[] = {
		{ "html", 4 }, { "htm", 3 }, { "xhtml", 5 }, { "shtml", 5 },
	};
	struct str name = name_of(path);
	size_t dot = name.len, i;

	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	if (dot == 0)
		return true;
	for (i = 0; i < ARRAY_LEN(suffixes); i++)
		if (str_ieq(str_n(name.p + dot, name.len - dot), suffixes[i]))
			return true;
	return false;
}
