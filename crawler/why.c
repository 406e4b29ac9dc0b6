/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/seeds.h"
#include "crawler/settings.h"
#include "crawler/why.h"
#include "frontier/frontier.h"
#include "url/canon.h"
#include "url/homes.h"

#define WHY_TEXT_MAX_BYTES  (1024 * 1024)
#define WHY_SEEDS_MAX_BYTES (64 * 1024 * 1024)
#define WHY_LINE_SHOWN      200
#define WHY_LOOKUPS_MAX     16

struct why {
	const struct config *config;
	struct url url;
	struct seeds seeds;
	struct scope *scope;
	struct scope_way way;  /* by which it is, or was, met */
	struct buf parent;     /* the page it was found on, in the job */
	struct url page;       /* scratch: what may have led to it */
	bool by_user;          /* in the job it is a seed, which may be anywhere */
	bool met, was_fetched; /* in the job */
	bool seeds_cut;        /* not all of their hosts were looked up */
	enum outcome verdict;  /* the first rule that says no */
	struct buf out;
};

/* --- what is printed ----------------------------------------------------------------------------------------- */

/* "  --reject            no   *.zip"; text: from anywhere, may be STR_NONE. */
static void
why_put(struct why *w, const char *rule, const char *verdict, struct str text)
{
	buf_addf(&w->out, "  %-18s %-4s ", rule, verdict);
	if (text.p != NULL)
		buf_add_typed(&w->out, text.len > WHY_LINE_SHOWN ? str_n(text.p, WHY_LINE_SHOWN) : text);
	while (w->out.len > 0 && w->out.data[w->out.len - 1] == ' ')
		w->out.len--;
	buf_addc(&w->out, '\n');
}

static void
why_decide(struct why *w, enum outcome outcome)
{
	if (w->verdict == OUTCOME_OK)
		w->verdict = outcome;
}

/* --- the job ------------------------------------------------------------------------------------------------- */

static struct str
member(const json_t *line, const char *name)
{
	const json_t *v = json_object_get(line, name);

	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR_NONE;
}

static enum link_kind
kind_named(struct str name)
{
	unsigned k;

	for (k = 0; k < LINK_KIND_COUNT; k++)
		if (str_eq(name, str_of(link_kind_name((enum link_kind)k))))
			return (enum link_kind)k;
	return LINK_PAGE;
}

/* A line of pages.jsonl or skipped.jsonl that is about the URL. */
static void
job_see(struct why *w, const json_t *line, bool fetched)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(WHY_TEXT_MAX_BYTES);
	struct str parent = member(line, "parent"), to = member(line, "redirect_to");
	json_int_t status = json_integer_value(json_object_get(line, "status"));

	w->met = true;
	w->was_fetched |= fetched;
	w->way.depth = (uint32_t)json_integer_value(json_object_get(line, "depth"));
	w->way.kind = kind_named(member(line, "kind"));
	w->way.is_seed = parent.p == NULL && w->way.depth == 0;
	w->by_user = w->way.is_seed && json_integer_value(json_object_get(line, "redirects")) == 0;
	buf_reset(&w->parent, SIZE_MAX);
	buf_add_str(&w->parent, parent);
	buf_add_str(&text, member(line, fetched ? "outcome" : "reason"));
	if (fetched && status > 0)
		buf_addf(&text, ", status %d", (int)status);
	if (to.p != NULL)
		buf_addf(&text, ", to %.*s", STR_ARG(to));
	why_put(w, "in the job", fetched ? "yes" : "no", buf_str(&text));
	buf_reset(&text, SIZE_MAX);
	buf_addf(&text, "%s, level %u, ", link_kind_name(w->way.kind), (unsigned)w->way.depth);
	if (parent.p != NULL)
		buf_addf(&text, "found on %.*s", STR_ARG(parent));
	else
		buf_add_str(&text, STR("a seed"));
	why_put(w, "met as", "", buf_str(&text));
}

static bool
is_seed_line(const json_t *line)
{
	return json_is_null(json_object_get(line, "parent")) && json_integer_value(json_object_get(line, "depth")) == 0 &&
		json_integer_value(json_object_get(line, "redirects")) == 0;
}

/* Only lines that may be about the URL, or a seed, are read as JSON. */
static int
job_line(struct why *w, struct str line, struct str about, bool fetched, char **ret_error)
{
	static const char seed[] = "\"parent\":null,\"depth\":0";
	bool is_it = str_starts(line, about);
	json_t *json;
	int r = 0;

	if (!is_it && (w->config->n_args > 1 || memmem(line.p, line.len, seed, sizeof(seed) - 1) == NULL))
		return 0;
	json = json_loadb(line.p, line.len, 0, NULL);
	if (is_it)
		job_see(w, json, fetched);
	if (w->config->n_args == 1 && is_seed_line(json))
		r = seeds_add(&w->seeds, member(json, "url"), ret_error);
	json_decref(json);
	return r;
}

static int
job_file(struct why *w, const char *name, bool fetched)
{
	CLEANUP(freep) char *path = NULL, *line = NULL, *error = NULL;
	CLEANUP(buf_releasep) struct buf about = BUF_INIT(WHY_TEXT_MAX_BYTES);
	size_t cap = 0;
	ssize_t n;
	FILE *f;
	int r = 0;

	json_begin(&about);
	json_key(&about, "url");
	json_str(&about, url_href(&w->url));
	if (asprintf(&path, "%s/%s", w->config->store.dir, name) < 0)
		path = NULL;
	f = path != NULL ? fopen(path, "re") : NULL;
	if (f == NULL) {
		log_error("%s: %s; -P DIR names the directory of a job", path != NULL ? path : name, strerror(errno));
		return EXIT_FILE;
	}
	while (r == 0 && (n = getline(&line, &cap, f)) > 0)
		r = job_line(w, str_n(line, (size_t)n), buf_str(&about), fetched, &error);
	if (r == 0 && ferror(f))
		r = -EIO;
	(void)fclose(f);
	if (r < 0)
		log_error("%s: %s", path, error != NULL ? error : strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}

static int
why_job(struct why *w)
{
	int code = settings_trust_job(w->config->store.dir);

	if (code == EXIT_OK)
		code = job_file(w, "pages.jsonl", true);
	if (code == EXIT_OK)
		code = job_file(w, "skipped.jsonl", false);
	if (code == EXIT_OK && !w->met && frontier_is_probe(&w->url))
		why_put(w, "in the job", "no", STR("a host is asked for such a name once, to know what it answers to any (--no-soft-404)"));
	else if (code == EXIT_OK && !w->met)
		why_put(w, "in the job", "no", STR("never met: no page that was read links to it, or its host is outside the scope"));
	return code;
}

/* --- the scope ----------------------------------------------------------------------------------------------- */

static int
why_scope(struct why *w)
{
	struct scope_config sc = settings_scope(w->config);
	CLEANUP(freep) char *error = NULL;
	struct scope_step steps[SCOPE_STEPS_MAX];
	struct str text;
	size_t pos = 0;
	unsigned i, n;
	int r = scope_new(&sc, &w->scope, &error);

	while (r == 0 && seeds_next(&w->seeds, &pos, &text)) {
		r = url_parse(&w->seeds.url, text, NULL);
		if (r == 0)
			r = scope_add_seed(w->scope, &w->seeds.url);
	}
	if (r < 0) {
		log_error("%s", error != NULL ? error : strerror(-r));
		return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
	}
	n = scope_explain(w->scope, &w->url, &w->way, steps);
	for (i = 0; i < n; i++) {
		why_put(w, steps[i].rule, steps[i].outcome == OUTCOME_OK ? "yes" : "no", steps[i].with);
		why_decide(w, steps[i].outcome);
	}
	return EXIT_OK;
}

/* --- the address --------------------------------------------------------------------------------------------- */

/* A seed on the URL's own host is where that is. */
static bool
why_leads_itself(struct why *w)
{
	struct str text;
	size_t pos = 0;

	while (seeds_next(&w->seeds, &pos, &text))
		if (url_parse(&w->page, text, NULL) == 0 && str_eq(url_hostname(&w->page), url_hostname(&w->url)))
			return true;
	return false;
}

/* Hosts are asked for one after the other: each once, and not all of a long list. */
MUST_CHECK static int
why_lead_from_seeds(struct why *w, struct homes *seen, const struct why_address *to, struct why_address *ret_from)
{
	struct str text;
	size_t pos = 0;
	int code = EXIT_OK;

	while (code == EXIT_OK && seeds_next(&w->seeds, &pos, &text)) {
		struct url *u = &w->seeds.url;

		if (url_parse(u, text, NULL) < 0 || !url_is_http(u) || homes_find(seen, u, NULL) != HOMES_STRANGER)
			continue;
		if (homes_count(seen) == WHY_LOOKUPS_MAX) {
			w->seeds_cut = true;
			break;
		}
		code = url_copy(&w->page, u) < 0 || homes_add(seen, u) < 0 ? EXIT_GENERIC : why_find_address(w->config, &w->page, ret_from);
		if (ret_from->outcome == OUTCOME_OK && net_may_lead(ret_from->net, to->net))
			break;
	}
	return code;
}

/*
 * From where a page may lead to it: the page it was found on in the job, else each of the seeds. In w->page the one that may, or the
 * last that may not.
 */
MUST_CHECK static int
why_lead(struct why *w, const struct why_address *to, struct why_address *ret_from)
{
	struct homes *seen = NULL;
	int code;

	if (w->parent.len > 0)
		return url_parse(&w->page, buf_str(&w->parent), NULL) == 0 && url_is_http(&w->page) ?
			why_find_address(w->config, &w->page, ret_from) : EXIT_OK;
	if (why_leads_itself(w)) {
		*ret_from = *to;
		return EXIT_OK;
	}
	code = homes_new(&seen) < 0 ? EXIT_GENERIC : why_lead_from_seeds(w, seen, to, ret_from);
	homes_free(seen);
	return code;
}

/* Without *ret_near the crawl would not even ask for robots.txt. */
MUST_CHECK static int
why_address(struct why *w, bool *ret_near)
{
	CLEANUP(buf_releasep) struct buf said = BUF_INIT(WHY_TEXT_MAX_BYTES);
	struct why_address to = { .outcome = OUTCOME_DNS_FAILED }, from = to;
	enum outcome o;
	int code = why_find_address(w->config, &w->url, &to);

	o = to.outcome;
	if (code == EXIT_OK && o == OUTCOME_OK && to.net != NET_PUBLIC && !w->by_user && !w->config->scope.allow_private) {
		code = why_lead(w, &to, &from);
		if (from.outcome != OUTCOME_OK || !net_may_lead(from.net, to.net))
			o = OUTCOME_PRIVATE_ADDRESS;
	}
	if (code != EXIT_OK)
		return code;
	if (to.outcome != OUTCOME_OK)
		buf_add_str(&said, str_of(outcome_text(to.outcome)));
	else
		buf_addf(&said, "%s, %s", to.address[0] != '\0' ? to.address : "a proxy looks it up", net_name(to.net));
	if (o == OUTCOME_PRIVATE_ADDRESS)
		buf_addf(&said, "; what leads there, %.*s, %s%s (--allow-private)", STR_ARG(url_href(&w->page)),
			from.outcome == OUTCOME_OK ? "is " : "is nowhere", from.outcome == OUTCOME_OK ? net_name(from.net) : "");
	if (o == OUTCOME_PRIVATE_ADDRESS && w->seeds_cut)
		buf_addf(&said, "; the seeds' other hosts, after the first %d, were not looked up", WHY_LOOKUPS_MAX);
	why_put(w, "address", o == OUTCOME_OK ? "yes" : "no", buf_str(&said));
	if (o != OUTCOME_OK)
		why_decide(w, o);
	*ret_near = o == OUTCOME_OK;
	return EXIT_OK;
}

/* --- robots.txt ---------------------------------------------------------------------------------------------- */

/* The n-th line, from 1, by the line ends of RFC 9309: CR, LF, CRLF. */
static struct str
line_of(struct str text, unsigned n)
{
	size_t start = 0, i;

	for (i = 0; i <= text.len; i++) {
		if (i < text.len && text.p[i] != '\n' && text.p[i] != '\r')
			continue;
		if (--n == 0)
			return str_trim(str_n(text.p + start, i - start));
		if (i + 1 < text.len && text.p[i] == '\r' && text.p[i + 1] == '\n')
			i++;
		start = i + 1;
	}
	return STR("");
}

static int
why_robots_text(struct why *w, struct str text)
{
	CLEANUP(buf_releasep) struct buf said = BUF_INIT(WHY_TEXT_MAX_BYTES);
	struct str id = url_identity(&w->url);
	struct robots *robots;
	unsigned line;
	bool allowed;

	if (robots_parse_as(text, STR("lycosa"), str_of(w->config->fetch.user_agent != NULL ? w->config->fetch.user_agent : ""), &robots) < 0)
		return EXIT_GENERIC;
	allowed = robots_allowed(robots, str_n(id.p + w->url.pathname_start, id.len - w->url.pathname_start), &line);
	if (line > 0)
		buf_addf(&said, "line %u: %.*s", line, STR_ARG(line_of(text, line)));
	else
		buf_add_str(&said, STR("no line of it matches"));
	why_put(w, "robots.txt", allowed ? "yes" : "no", buf_str(&said));
	if (!allowed)
		why_decide(w, OUTCOME_ROBOTS_DENY);
	if (robots_crawl_delay_us(robots) > 0) {
		buf_reset(&said, SIZE_MAX);
		buf_addf(&said, "it asks for %.1f s between requests", (double)robots_crawl_delay_us(robots) / 1e6);
		why_put(w, "", "", buf_str(&said));
	}
	robots_free(robots);
	return EXIT_OK;
}

static int
why_robots(struct why *w)
{
	struct why_robots answer = { .text = BUF_INIT(ROBOTS_MAX_BYTES) };
	CLEANUP(buf_releasep) struct buf said = BUF_INIT(WHY_TEXT_MAX_BYTES);
	int code;

	if (!w->config->polite.robots) {
		why_put(w, "robots.txt", "yes", STR("not asked (--robots=off)"));
		return EXIT_OK;
	}
	code = why_fetch_robots(w->config, &w->url, &answer);
	if (code == EXIT_OK && answer.what == FRONTIER_ROBOTS_TEXT) {
		code = why_robots_text(w, buf_str(&answer.text));
	} else if (code == EXIT_OK && answer.what == FRONTIER_ROBOTS_ALLOW_ALL) {
		buf_addf(&said, "there is none (status %u)", answer.status);
		why_put(w, "robots.txt", "yes", buf_str(&said));
	} else if (code == EXIT_OK) {
		buf_addf(&said, "it cannot be read: %s", answer.error);
		why_put(w, "robots.txt", "no", buf_str(&said));
		why_decide(w, OUTCOME_ROBOTS_UNKNOWN);
	}
	buf_release(&answer.text);
	return code;
}

/* --- the command --------------------------------------------------------------------------------------------- */

/* The URL, and the seeds on the command line. */
static int
why_read(struct why *w)
{
	CLEANUP(freep) char *error = NULL;
	struct seeds one;
	struct str text;
	size_t i, pos = 0;
	int r;

	if (w->config->n_args == 0) {
		log_error("why what? try: lycosa why https://example.org/page, or with a job: lycosa why -P DIR https://example.org/page");
		return EXIT_USAGE;
	}
	seeds_init(&one, URL_MAX_BYTES * 2);
	r = seeds_add(&one, str_of(w->config->args[0]), &error);
	if (r == 0 && seeds_next(&one, &pos, &text))
		r = url_parse(&w->url, text, NULL);
	seeds_release(&one);
	for (i = 1; r == 0 && i < w->config->n_args; i++)
		r = seeds_add(&w->seeds, str_of(w->config->args[i]), &error);
	if (r < 0)
		log_error("%s", error != NULL ? error : strerror(-r));
	return r < 0 ? EXIT_USAGE : EXIT_OK;
}

/* Links to it are asked for in the form that the policies make of them. */
static void
why_canon(struct why *w)
{
	CLEANUP(buf_releasep) struct buf before = BUF_INIT(URL_MAX_BYTES);

	if (!url_is_http(&w->url))
		return;
	buf_add_str(&before, url_href(&w->url));
	canon_use(settings_canon(w->config));
	url_canon(&w->url);
	if (!str_eq(buf_str(&before), url_href(&w->url)))
		why_put(w, "asked for as", "", url_href(&w->url));
}

static int
why_ask(struct why *w)
{
	int code = why_read(w);
	bool is_near = false;

	if (code != EXIT_OK)
		return code;
	buf_add_escaped(&w->out, url_href(&w->url));
	buf_addc(&w->out, '\n');
	why_canon(w);
	w->way = (struct scope_way){ .kind = LINK_PAGE, .depth = 1 };
	if (w->config->store.dir != NULL)
		code = why_job(w);
	/* Without any: as if it were linked to from its own host. */
	if (code == EXIT_OK && w->seeds.n == 0 && seeds_add(&w->seeds, url_href(&w->url), NULL) < 0)
		code = EXIT_GENERIC;
	if (code == EXIT_OK)
		code = why_scope(w);
	if (code == EXIT_OK && url_is_http(&w->url))
		code = why_address(w, &is_near);
	if (code == EXIT_OK && is_near)
		code = why_robots(w);
	else if (code == EXIT_OK && url_is_http(&w->url))
		why_put(w, "robots.txt", "", STR("not asked for there"));
	return code;
}

int
why_main(const struct config *config)
{
	struct why w = { .config = config, .out = BUF_INIT(WHY_TEXT_MAX_BYTES), .parent = BUF_INIT(URL_MAX_BYTES) };
	int code;

	url_init(&w.url);
	url_init(&w.page);
	seeds_init(&w.seeds, WHY_SEEDS_MAX_BYTES);
	code = settings_check(config);
	if (code == EXIT_OK)
		code = why_ask(&w);
	if (code == EXIT_OK) {
		bool yes = w.was_fetched || (w.verdict == OUTCOME_OK && config->store.dir == NULL);

		buf_addf(&w.out, "%s", w.was_fetched ? "was fetched" : yes ? "would be fetched" :
			config->store.dir != NULL ? "was not fetched" : "would not be fetched");
		if (w.verdict != OUTCOME_OK)
			buf_addf(&w.out, "%s: %s (%s)", w.was_fetched ? "; today it would not be" : "", outcome_text(w.verdict),
				outcome_name(w.verdict));
		buf_addc(&w.out, '\n');
		if (fwrite(w.out.data, 1, w.out.len, stdout) < w.out.len || fflush(stdout) != 0) {
			log_error("stdout: %s", strerror(errno));
			code = EXIT_FILE;
		} else if (!yes) {
			code = EXIT_WHY_NOT;
		}
	}
	scope_free(w.scope);
	seeds_release(&w.seeds);
	url_release(&w.url);
	url_release(&w.page);
	buf_release(&w.parent);
	buf_release(&w.out);
	return code;
}
