/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/resource.h>

#include "base/clock.h"
#include "base/machine.h"
#include "crawler/human.h"
#include "crawler/summary.h"

/* Less than both is no run to say of what would make it faster. */
#define ADVICE_URLS 10
#define ADVICE_US   CLOCK_US_PER_SEC

enum blame
summary_bottleneck(const struct summary *s, double *ret_share)
{
	const int64_t *us = s->sum.blame_us;
	int64_t network_us = us[BLAME_ANSWERS] + us[BLAME_CONNECTIONS], total_us = network_us, worst_us = network_us;
	enum blame worst = us[BLAME_CONNECTIONS] > us[BLAME_ANSWERS] ? BLAME_CONNECTIONS : BLAME_ANSWERS;
	int i;

	for (i = BLAME_CONNECTIONS + 1; i < BLAME_PAUSED; i++) {
		total_us += us[i];
		if (us[i] > worst_us) {
			worst_us = us[i];
			worst = (enum blame)i;
		}
	}
	*ret_share = total_us > 0 ? (double)worst_us / (double)total_us : 0;
	return worst;
}

static void
summary_label(struct buf *out, const char *label)
{
	buf_addf(out, "  %-11s", label);
}

/* Of a URL that was not asked for because its host could not be: that is no choice of ours. */
static bool
is_lost(enum outcome o)
{
	return outcome_class(o) == OUTCOME_CLASS_NET || outcome_class(o) == OUTCOME_CLASS_TLS;
}

/* Links that lead nowhere: where the answer is to which, and from where. */
static void
summary_broken(const struct summary *s, struct buf *out)
{
	uint64_t n = s->sum.by_outcome[OUTCOME_SOFT_404] + s->sum.skipped_by[OUTCOME_HOST_DEAD];

	for (unsigned i = 400; i < METRICS_STATUS_COUNT; i++)
		n += s->sum.by_status[i];
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		if (is_lost((enum outcome)i))
			n += s->sum.by_outcome[i] + s->sum.skipped_by[i];
	if (n == 0)
		return;
	summary_label(out, "broken");
	human_things(out, n, "URL");
	buf_add_str(out, STR(": `lycosa report --only=broken "));
	buf_add_escaped(out, str_of(s->dir));
	buf_addf(out, "' says which, and on which page\n");
}

static void
summary_counts(const struct summary *s, struct buf *out)
{
	bool first = true;
	unsigned i;

	for (i = 1; i < METRICS_STATUS_COUNT; i++) {
		if (s->sum.by_status[i] == 0)
			continue;
		if (first)
			summary_label(out, "status");
		buf_addf(out, "%s%u: ", first ? "" : "  ", i);
		human_count(out, s->sum.by_status[i]);
		first = false;
	}
	if (!first)
		buf_addc(out, '\n');
	for (i = 0; i < OUTCOME_COUNT; i++) {
		if (s->sum.by_outcome[i] == 0 || (outcome_class((enum outcome)i) == OUTCOME_CLASS_OK && !outcome_is_block((enum outcome)i)))
			continue;
		summary_label(out, "failed");
		human_count(out, s->sum.by_outcome[i]);
		buf_addf(out, " %s (%s)\n", outcome_text((enum outcome)i), outcome_name((enum outcome)i));
	}
	for (i = 0; i < OUTCOME_COUNT; i++) {
		if (s->sum.skipped_by[i] == 0)
			continue;
		summary_label(out, is_lost((enum outcome)i) ? "failed" : "skipped");
		human_count(out, s->sum.skipped_by[i]);
		buf_addf(out, " %s (%s)\n", outcome_text((enum outcome)i), outcome_name((enum outcome)i));
	}
	if (s->frontier.untold > 0) {
		summary_label(out, "skipped");
		human_count(out, s->frontier.untold);
		buf_add_str(out, STR(" times more, not listed: there was no room to know by whether it was the first time (--memory)\n"));
	}
	summary_broken(s, out);
	if (s->sum.by_outcome[OUTCOME_SOFT_404] > 0) {
		summary_label(out, "not there");
		human_things(out, s->sum.by_outcome[OUTCOME_SOFT_404], "page");
		buf_addf(out, " %s to any name (soft_404); `lycosa report' lists them\n",
			s->sum.by_outcome[OUTCOME_SOFT_404] == 1 ? "is what its host answers" : "are what their hosts answer");
	}
	if (s->sum.probes > 0) {
		summary_label(out, "asked");
		human_things(out, s->sum.probes, "host");
		buf_add_str(out, STR(" for a name that cannot be there, to know what is answered to any (--no-soft-404 does without)\n"));
	}
	if (s->sum.copies + s->sum.aliases > 0) {
		summary_label(out, "duplicates");
		human_things(out, s->sum.copies, "page");
		buf_addf(out, " %s the body of an earlier one, ", s->sum.copies == 1 ? "has" : "have");
		human_count(out, s->sum.aliases);
		buf_addf(out, " %s another as the canonical one; `lycosa report' lists them\n", s->sum.aliases == 1 ? "names" : "name");
	}
	if (s->frontier.left > 0 || atomic_load(&s->run->rest_unread)) {
		summary_label(out, "left");
		human_things(out, s->frontier.left, "URL");
		buf_add_str(out, s->frontier.left == 1 ? STR(" was still queued") : STR(" were still queued"));
		if (atomic_load(&s->run->rest_unread))
			buf_add_str(out, STR(", and those not yet read from the database"));
		/* A job's directory may be an update's. */
		if (s->config->command == CONFIG_UPDATE || s->config->command == CONFIG_VERIFY) {
			buf_add_str(out, STR("; the same command goes on with them\n"));
		} else {
			buf_add_str(out, STR("; `lycosa resume "));
			buf_add_escaped(out, str_of(s->dir));
			buf_add_str(out, STR("' goes on with them\n"));
		}
	}
}

/* What bounds the requests at once depends on the engine. */
static void
advise_connections(const struct summary *s, struct buf *out)
{
	switch (s->config->fetch.engine) {
	case CONFIG_FETCH_ENGINE_EVENTS:
		buf_addf(out, "raise fetch.connections (--connections), now %u", s->connections);
		break;
	case CONFIG_FETCH_ENGINE_THREADS:
		buf_addf(out, "raise fetch.threads (--threads), now %u", s->config->fetch.threads);
		break;
	case CONFIG_FETCH_ENGINE_SERIAL:
		buf_add_str(out, STR("one request at a time is what fetch.engine=serial means; events has many"));
		break;
	}
}

static void
summary_advice(const struct summary *s, struct buf *out)
{
	double share;
	enum blame worst = summary_bottleneck(s, &share);

	if (share <= 0)
		return; /* nothing was waited for, nothing done */
	if (s->sum.records < ADVICE_URLS && s->elapsed_us < ADVICE_US)
		return; /* starting and ending is most of it */
	summary_label(out, "bottleneck");
	switch (worst) {
	case BLAME_ANSWERS:
		buf_addf(out, "network (%.0f %% of the time): waiting for answers, with nothing else to ask for; "
			"more seeds or hosts at once would fill the time", share * 100);
		break;
	case BLAME_CONNECTIONS:
		buf_addf(out, "network (%.0f %% of the time): ", share * 100);
		advise_connections(s, out);
		break;
	case BLAME_CPU:
		buf_addf(out, "network: the event loops' own CPU (%.0f %% of the time): ", share * 100);
		if (s->workers == 0)
			buf_add_str(out, STR("raise parse.workers, now 0: the loops read the pages"));
		else if (s->frontier.hosts == 1)
			buf_add_str(out, STR("one host belongs to one loop, so this is as fast as it gets"));
		else
			buf_addf(out, "raise fetch.loops, now %u", s->run->n_loops);
		break;
	case BLAME_PROCESSORS:
		buf_addf(out, "processors (%.0f %% of the time): the event loops have work to do, and other programs or the parsers have the "
			"processors: run fewer at a time", share * 100);
		if (s->workers > 1)
			buf_addf(out, ", or lower parse.workers, now %u", s->workers);
		break;
	case BLAME_POLITENESS:
		buf_addf(out, "politeness (%.0f %% of the time): hosts wait for their window or pause; "
			"polite.per_host (--per-host) and polite.wait (-w) set both, where the server is yours",
			share * 100);
		break;
	case BLAME_BACKOFF:
		buf_addf(out, "network (%.0f %% of the time): what failed waits to be tried again, or its host asked for time; "
			"polite.tries (--tries), polite.retry_wait (--waitretry) and polite.dead_after (--dead-after) say how long", share * 100);
		break;
	case BLAME_PARSERS:
		buf_addf(out, "parsers (%.0f %% of the time): raise parse.workers, now %u%s", share * 100, s->workers,
			s->config->parse.html == CONFIG_PARSE_HTML_LIBXML2 ? ", or read with parse.html=scan" : "");
		break;
	case BLAME_WRITER:
		buf_addf(out, "writer (%.0f %% of the time): store.dir on a faster disk%s", share * 100,
			s->config->store.save != CONFIG_STORE_SAVE_NONE ? ", or store.save=none" : "");
		break;
	case BLAME_ROOM:
		buf_addf(out, "room on the disk (%.0f %% of the time): less than store.min_free (--min-free)", share * 100);
		break;
	case BLAME_PAUSED:
	case BLAME_COUNT:
		break;
	}
	buf_addc(out, '\n');
}

/* Their names are hashes: who looks for a page's file goes by its record. In a mirror that names the page's file there, not its body. */
static void
summary_saved(const struct summary *s, struct buf *out)
{
	static const struct {
		enum config_store_save save;
		const char *label, *dir, *field;
	} kinds[] = {
		{ CONFIG_STORE_SAVE_BODY, "bodies", "body", "saved" },
		{ CONFIG_STORE_SAVE_TEXT, "text", "text", "text" },
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (s->config->store.save != kinds[i].save && s->config->store.save != CONFIG_STORE_SAVE_BOTH)
			continue;
		if (s->config->store.mirror && kinds[i].save == CONFIG_STORE_SAVE_BODY)
			continue;
		summary_label(out, kinds[i].label);
		buf_add_escaped(out, str_of(s->dir));
		buf_addf(out, "/%s/, each file named by `%s' of its page in pages.jsonl\n", kinds[i].dir, kinds[i].field);
	}
}

static void
summary_single(const struct summary *s, struct buf *out)
{
	const struct store_single *single = s->single;

	summary_label(out, "single");
	if (single->name == NULL) {
		buf_add_str(out, STR("none: the page was not had, is no page, or is larger than --single-file-max\n"));
		return;
	}
	buf_add_escaped(out, str_of(s->dir));
	buf_addf(out, "/%s, ", single->name);
	human_bytes(out, single->bytes);
	buf_add_str(out, STR("; of what it shows, "));
	human_count(out, single->n_inside);
	buf_add_str(out, single->n_inside == 1 ? STR(" is in it") : STR(" are in it"));
	if (single->n_missing > 0) {
		buf_add_str(out, STR(", "));
		human_count(out, single->n_missing);
		buf_add_str(out, STR(" could not be had"));
	}
	if (single->n_left_out > 0) {
		buf_add_str(out, STR(", "));
		human_count(out, single->n_left_out);
		buf_add_str(out, STR(" did not fit (--single-file-max)"));
	}
	buf_addc(out, '\n');
}

void
summary_write(const struct summary *s, struct buf *out)
{
	struct rusage children;
	int64_t us = s->elapsed_us;
	uint64_t peak_bytes = machine_peak_bytes();

	buf_addf(out, "lycosa: %s", s->why);
	if (s->budget != NULL)
		buf_addf(out, " (%s)", s->budget);
	buf_add_str(out, STR(" after "));
	human_time(out, us);
	buf_add_str(out, STR(": "));
	human_things(out, s->sum.records, "URL");
	buf_add_str(out, STR(" ("));
	human_rate(out, s->sum.records, us);
	buf_add_str(out, STR("/s), "));
	human_things(out, s->sum.pages, "page");
	buf_add_str(out, STR(" read, "));
	human_bytes(out, s->sum.wire_bytes);
	buf_add_str(out, STR(" received, "));
	human_bytes(out, s->sum.body_bytes);
	buf_add_str(out, STR(" decoded\n"));
	summary_counts(s, out);
	if (!s->config->polite.robots) {
		summary_label(out, "robots.txt");
		buf_add_str(out, STR("not obeyed (--robots=off)\n"));
	}
	if (s->parse.deaths > 0) {
		summary_label(out, "parsers");
		human_count(out, s->parse.deaths);
		buf_addf(out, " died and %s replaced; each cost at most one page's links\n", s->parse.deaths == 1 ? "was" : "were");
	}
	if (s->sum.links_cut > 0) {
		summary_label(out, "links");
		human_count(out, s->sum.links_cut);
		buf_addf(out, " %s more than are taken of one (--max-links, or by the length of their URLs): `links_cut' in pages.jsonl\n",
			s->sum.links_cut == 1 ? "page or sitemap had" : "pages or sitemaps had");
	}
	summary_advice(s, out);
	if (peak_bytes > 0 && getrusage(RUSAGE_CHILDREN, &children) == 0) {
		summary_label(out, "memory");
		buf_add_str(out, STR("peak "));
		human_bytes(out, peak_bytes);
		if (s->workers > 0) {
			buf_add_str(out, STR(", and at most "));
			human_bytes(out, (uint64_t)children.ru_maxrss * 1024);
			buf_add_str(out, STR(" in a parser"));
		}
		buf_addc(out, '\n');
	}
	if (s->single != NULL)
		summary_single(s, out);
	if (s->entry != NULL && s->entry->path[0] != '\0') {
		summary_label(out, "mirror");
		buf_add_escaped(out, str_of(s->dir));
		buf_addc(out, '/');
		buf_add_escaped(out, str_of(s->entry->path));
		buf_addc(out, '\n');
	}
	if (s->warc) {
		summary_label(out, "archive");
		buf_add_escaped(out, str_of(s->dir));
		buf_addf(out, "/warc/%s\n", s->config->warc.wacz ? ", in a WACZ file" : "");
	}
	summary_saved(s, out);
	summary_label(out, "results");
	buf_add_escaped(out, str_of(s->dir));
	buf_add_str(out, STR("/pages.jsonl\n"));
}
