/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scope_rules.h: inside url/ only: the user's lists of a scope, made ready to be matched. Immutable after init.
 */
#ifndef URL_SCOPE_RULES_H
#define URL_SCOPE_RULES_H

#include <regex.h>

#include "url/scope.h"

struct rule_list {
	struct str *items; /* views of the config's strings, or of owned ones */
	size_t n;
	char **owned; /* domains in their serialised form; NULL for names */
};

struct regex_list {
	regex_t *items;
	size_t n;
};

struct scope_rules {
	struct rule_list domains, exclude_domains, accept, reject;
	struct regex_list accept_regex, reject_regex;
};

/* 0, -ENOMEM, or -EINVAL with *ret_error. On failure nothing is left to release. */
MUST_CHECK int scope_rules_init(struct scope_rules *rules, const struct scope_config *config, char **ret_error);
/* Also fine on a zeroed struct. */
void scope_rules_release(struct scope_rules *rules);

/* Within --domains, or there are none. */
bool scope_rules_domain(const struct scope_rules *rules, struct str host);
bool scope_rules_excluded(const struct scope_rules *rules, struct str host);
/* -A and -R, on the last component of path. */
bool scope_rules_name(const struct scope_rules *rules, struct str path);
bool scope_rules_regex(const struct scope_rules *rules, struct str href);

/*
 * The same, for those who want to know which item it was: the first that matches host, the last component of path, or href;
 * STR_NONE when none does.
 */
struct str scope_rules_which_domain(const struct rule_list *l, struct str host);
struct str scope_rules_which_name(const struct rule_list *l, struct str path);
/* texts: the expressions as the user gave them. */
struct str scope_rules_which_regex(const struct regex_list *l, const char *const *texts, struct str href);

/* Ends in '/'. */
bool scope_name_is_directory(struct str path);
/* A name that wget would read for its links: a directory, no suffix, .htm, .html, .xhtml, .shtml. */
bool scope_name_is_html(struct str path);

#endif
