/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A finished job as what settings are tried on. From pages.jsonl come status, type, size, number of links, latency and by which page
 * each was found; from body/ and the WARC files the bodies, where they were kept. Politeness is that of the job's lycosa.conf; where
 * its hosts were public and it says no pause, they are paused for as they were then: by the median time between two requests.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/settings.h"
#include "crawler/tune_private.h"
#include "store/beneath.h"
#include "store/cdxj.h"
#include "store/warc_body.h"
#include "tune/replay.h"
#include "url/net.h"

#undef uthash_fatal
#define uthash_fatal(msg) check_failed(msg, __FILE__, __LINE__, __func__)

#define GAPS_MIN   20 /* fewer say nothing about a pause */
#define LOADED_MAX REPLAY_PAGES_MAX

/* Where the body of a page is. */
struct kept {
	char *url;
	char *saved;    /* file in the job directory; NULL: not */
	char *warc;     /* file in warc/; NULL: not */
	uint64_t offset;
	int64_t start_us, latency_us;
	bool is_public;
	UT_hash_handle hh;
};

struct job_pages {
	const char *dir;
	struct replay *replay;
	struct kept *kept, *by_url; /* by the page's number */
	uint64_t n_lines, n_left_out, n_bodies, n_made_up, n_seeds;
};

static void
job_pages_release(struct job_pages *j)
{
	HASH_CLEAR(hh, j->by_url);
	for (size_t i = 0; j->replay != NULL && i < replay_n(j->replay); i++) {
		free(j->kept[i].url);
		free(j->kept[i].saved);
		free(j->kept[i].warc);
	}
	free(j->kept);
	replay_free(j->replay);
}

/* --- pages.jsonl ------------------------------------------------------------------------------------------------------------- */

static struct str
string_of(json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR_NONE;
}

static int64_t
number_of(json_t *o, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(o, key));
}

/* "2026-11-23T08:24:00.123456Z". 0: it is none. */
static int64_t
time_of(struct str s)
{
	char text[40];
	struct tm tm = { 0 };
	int64_t micros = 0;
	const char *rest;

	if (s.len == 0 || s.len >= sizeof(text))
		return 0;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest == NULL)
		return 0;
	for (int i = 1; rest[0] == '.' && i <= 6 && ascii_is_digit((unsigned char)rest[i]); i++)
		micros = 10 * micros + (rest[i] - '0');
	return (int64_t)timegm(&tm) * CLOCK_US_PER_SEC + micros;
}

static unsigned
links_of(json_t *o)
{
	int64_t n = 0;
	const char *key;
	json_t *v;

	json_object_foreach(json_object_get(o, "links"), key, v)
		n += json_integer_value(v);
	return n < 0 || n > MODEL_LINKS_MAX ? MODEL_LINKS_MAX : (unsigned)n;
}

/* What would only make trials wait is told as a page that is not there; redirects, and what the site said of itself, stay. */
static unsigned
status_of(json_t *o)
{
	int64_t status = number_of(o, "status");

	return status < 200 || status == 429 || status >= 500 ? 404 : (unsigned)status;
}

static char *
copy_of(struct str s)
{
	return strndup(s.len > 0 ? s.p : "", s.len);
}

static int
add_kept(struct job_pages *j, json_t *o, int64_t latency_us)
{
	size_t i = replay_n(j->replay) - 1;
	struct kept *k = &j->kept[i];
	struct str saved = string_of(o, "saved"), url = string_of(o, "url");

	*k = (struct kept){ .url = copy_of(url), .start_us = time_of(string_of(o, "started_at")), .latency_us = latency_us,
		.is_public = net_of(string_of(o, "address")) == NET_PUBLIC };
	/* Files of a mirror were rewritten: what links to them is not what was sent. */
	if (str_starts(saved, STR("body/")))
		k->saved = copy_of(saved);
	if (k->url == NULL || (str_starts(saved, STR("body/")) && k->saved == NULL))
		return -ENOMEM;
	HASH_ADD_KEYPTR(hh, j->by_url, k->url, url.len, k);
	return 0;
}

static int
add_page(struct job_pages *j, json_t *o)
{
	CLEANUP(buf_releasep) struct buf type = BUF_INIT(4096);
	int64_t latency_us = number_of(o, "total_us") - number_of(o, "connect_us");
	struct str charset = string_of(o, "charset");
	struct replay_fact f = {
		.url = string_of(o, "url"),
		.parent = string_of(o, "parent"),
		.location = string_of(o, "redirect_to"),
		.status = status_of(o),
		.body_bytes = number_of(o, "body_bytes") > 0 ? (uint64_t)number_of(o, "body_bytes") : 0,
		.links = links_of(o),
		.latency_us = latency_us > 0 ? latency_us : 0,
	};
	int r;

	buf_add_str(&type, string_of(o, "type"));
	if (charset.len > 0)
		buf_addf(&type, "; charset=%.*s", STR_ARG(charset));
	if (buf_err(&type) < 0 || f.body_bytes > REPLAY_BODY_MAX_BYTES)
		return 0;
	f.type = buf_str(&type);
	if (f.status != 200)
		f.body_bytes = 0;
	r = replay_add(j->replay, &f);
	if (r == 1) {
		j->n_seeds += f.parent.len == 0;
		r = add_kept(j, o, f.latency_us);
	} else if (r == 0) {
		j->n_left_out++;
	}
	return r;
}

/* 0, -EBADMSG: a line is none of ours. */
static int
read_pages(struct job_pages *j)
{
	CLEANUP(freep) char *path = NULL, *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;
	int r = 0;

	if (asprintf(&path, "%s/pages.jsonl", j->dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	f = fopen(path, "re");
	if (f == NULL)
		return -errno;
	while (r == 0 && (n = getline(&line, &cap, f)) > 0) {
		json_t *o = json_loadb(line, (size_t)n, JSON_REJECT_DUPLICATES, NULL);

		j->n_lines++;
		r = json_is_object(o) ? add_page(j, o) : -EBADMSG;
		json_decref(o);
		if (r == 0 && crawl_is_interrupted())
			r = -ECANCELED;
		if (replay_n(j->replay) == LOADED_MAX)
			break;
	}
	if (r == 0 && ferror(f))
		r = -EIO;
	(void)fclose(f);
	return r;
}

/* --- bodies ------------------------------------------------------------------------------------------------------------------- */

/* Which captures the index of the job knows; none is no failure. */
static int
read_index(struct job_pages *j)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(1024 * 1024 * 1024);
	CLEANUP(freep) char *path = NULL;
	struct cdxj_line l = { .memory = BUF_INIT(CDXJ_LINE_MAX_BYTES) };
	struct str line, rest;
	int r;

	if (asprintf(&path, "%s/warc/index.cdxj", j->dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = config_read_text(path, &text);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	rest = buf_str(&text);
	while (r == 0 && str_cut(rest, '\n', &line, &rest)) {
		struct kept *k;

		if (cdxj_read(line, &l) < 0 || l.offset == UINT64_MAX || str_eq(l.mime, STR("warc/revisit")) ||
			memchr(l.file_name.p, '/', l.file_name.len) != NULL)
			continue;
		HASH_FIND(hh, j->by_url, l.url.p, l.url.len, k);
		if (k == NULL || k->warc != NULL)
			continue;
		k->warc = copy_of(l.file_name);
		k->offset = l.offset;
		r = k->warc != NULL ? 0 : -ENOMEM;
	}
	buf_release(&l.memory);
	return r;
}

/* 1: it is in body; 0: it is not at hand; negative errno. */
static int
read_body(const struct job_pages *j, const struct kept *k, struct buf *body)
{
	CLEANUP(freep) char *path = NULL;
	CLEANUP(closep) int dir_fd = -1, fd = -1;
	struct stat st;
	int r;

	if (k->saved == NULL && k->warc == NULL)
		return 0;
	if (asprintf(&path, "%s%s", k->saved != NULL ? "" : "warc/", k->saved != NULL ? k->saved : k->warc) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	/* It is the job's word: nothing outside of its directory. */
	dir_fd = open(j->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = dir_fd < 0 ? -errno : beneath_open(dir_fd, str_of(path), &st);
	if (fd < 0)
		r = fd;
	else if (k->saved != NULL)
		r = file_read_all(fd, body);
	else
		r = warc_body(fd, k->offset, body);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		buf_reset(body, SIZE_MAX);
	return r == 0;
}

static int
load_bodies(struct job_pages *j)
{
	CLEANUP(buf_releasep) struct buf body = BUF_INIT(REPLAY_BODY_MAX_BYTES);
	int r = read_index(j);

	for (size_t i = 0; r >= 0 && i < replay_n(j->replay); i++) {
		if (crawl_is_interrupted())
			return -ECANCELED;
		buf_reset(&body, SIZE_MAX);
		r = read_body(j, &j->kept[i], &body);
		if (r < 0)
			break;
		j->n_bodies += r == 1;
		j->n_made_up += r == 0 && replay_body_bytes(j->replay, i) > 0;
		r = replay_body(j->replay, i, r == 1 ? buf_str(&body) : STR_NONE);
	}
	return r;
}

/* --- what hosts bore ------------------------------------------------------------------------------------------------------------ */

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t
median(int64_t *v, size_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

static struct str
host_of(const char *url)
{
	const char *begin = strstr(url, "//"), *end = begin != NULL ? strchr(begin + 2, '/') : NULL;

	return end != NULL ? str_n(begin, (size_t)(end - begin)) : STR_NONE;
}

static int
by_host_and_start(const void *a, const void *b)
{
	const struct kept *x = *(const struct kept *const *)a, *y = *(const struct kept *const *)b;
	struct str hx = host_of(x->url), hy = host_of(y->url);
	size_t n = hx.len < hy.len ? hx.len : hy.len;
	int r = n > 0 ? memcmp(hx.p, hy.p, n) : 0;

	if (r == 0)
		r = (hx.len > hy.len) - (hx.len < hy.len);
	return r != 0 ? r : (x->start_us > y->start_us) - (x->start_us < y->start_us);
}

/* The median latency, and the median time between two requests to a public host (0: too few). */
static int
measure_job(const struct job_pages *j, int64_t *ret_latency_us, int64_t *ret_gap_us)
{
	size_t n = replay_n(j->replay), n_gaps = 0;
	CLEANUP(freep) int64_t *v = calloc(n + 1, sizeof(*v));
	CLEANUP(freep) const struct kept **k = calloc(n + 1, sizeof(*k));

	if (v == NULL || k == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		v[i] = j->kept[i].latency_us;
		k[i] = &j->kept[i];
	}
	*ret_latency_us = median(v, n);
	qsort(k, n, sizeof(struct kept *), by_host_and_start); /* NOLINT(bugprone-sizeof-expression): pointers are sorted */
	for (size_t i = 1; i < n; i++)
		if (k[i]->is_public && str_eq(host_of(k[i]->url), host_of(k[i - 1]->url)))
			v[n_gaps++] = k[i]->start_us - k[i - 1]->start_us;
	*ret_gap_us = n_gaps >= GAPS_MIN ? median(v, n_gaps) : 0;
	return 0;
}

/* --- settings and seeds ----------------------------------------------------------------------------------------------------------- */

static int
replay_seeds(struct tune *t, const struct job_pages *j)
{
	CLEANUP(buf_releasep) struct buf seeds = BUF_INIT(TUNE_TEXT_MAX_BYTES);

	for (size_t i = 0; i < replay_n(j->replay); i++) {
		if (j->n_seeds > 0 && !replay_is_seed(j->replay, i))
			continue;
		replay_put_url(j->replay, i, &seeds);
		buf_addc(&seeds, '\n');
		if (j->n_seeds == 0)
			break;
	}
	tune_path(t, "seeds", t->seeds_memory);
	t->seeds_path = t->seeds_memory;
	return buf_err(&seeds) < 0 ? buf_err(&seeds) : tune_write_file(t->seeds_path, buf_str(&seeds));
}

/* The user's settings with the job's; hosts are addresses now, so of the scope only that and --page-requisites remain. */
static int
replay_settings(struct tune *t, const struct job_pages *j, int64_t gap_us)
{
	static const char *const without[] = { "input", "scope", "session", "tune", NULL };
	CLEANUP(freep) char *path = NULL, *error = NULL;
	char lycosa[] = "lycosa", command[] = "config", none[] = "--no-config";
	struct config *c = NULL;
	struct config_files files = { .system = "", .user = "" };
	char *const argv[] = { lycosa, command, none, NULL };
	int r;

	if (asprintf(&path, "%s/lycosa.conf", j->dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	files.job = path;
	r = config_load(3, argv, &files, &c, &error);
	if (r < 0) {
		log_error("%s", error != NULL ? error : strerror(-r));
		return r;
	}
	r = tune_take_settings(t, c, without);
	if (r == 0 && c->polite.wait == CONFIG_AUTO_TIME && gap_us > 0)
		buf_addf(&t->settings, "polite.wait = %" PRId64 "us\n", gap_us);
	buf_addf(&t->settings, "scope.page_requisites = %s\nscope.domains = ", c->scope.page_requisites ? "on" : "off");
	config_free(c);
	for (unsigned i = 0; i < replay_hosts(j->replay); i++) {
		char address[ORIGIN_ADDRESS_SIZE];

		origin_address(i, address);
		buf_addf(&t->settings, "%s%s", i > 0 ? "," : "", address);
	}
	buf_addc(&t->settings, '\n');
	return r < 0 ? r : buf_err(&t->settings);
}

/* --- the source ------------------------------------------------------------------------------------------------------------------ */

static void
say_what(const struct job_pages *j, int64_t latency_us, int64_t gap_us)
{
	log_info("%s: %zu page%s of %u host%s, median latency %.1f ms", j->dir, replay_n(j->replay), replay_n(j->replay) == 1 ? "" : "s",
		replay_hosts(j->replay), replay_hosts(j->replay) == 1 ? "" : "s", (double)latency_us / 1e3);
	if (j->n_made_up > 0)
		log_info("%" PRIu64 " bod%s not kept (--save=body or --warc keep them): made up, as large and with as many links", j->n_made_up,
			j->n_made_up == 1 ? "y was" : "ies were");
	if (gap_us > 0)
		log_info("hosts are asked as often as they were then: once in %.0f ms", (double)gap_us / 1e3);
	if (j->n_left_out > 0)
		log_debug("%" PRIu64 " lines of pages.jsonl are left out", j->n_left_out);
}

static int
replay_start(struct tune *t, struct job_pages *j)
{
	CLEANUP(freep) unsigned *limits = calloc(replay_hosts(j->replay), sizeof(unsigned));
	struct origin_config oc = { .answer = replay_answer, .arg = j->replay, .limits = limits };
	struct model m = { .latency_us = -1 };
	int64_t latency_us = 0, gap_us = 0;
	unsigned given = 0;
	int r = limits != NULL ? measure_job(j, &latency_us, &gap_us) : -ENOMEM;

	if (r == 0 && t->config->tune.model != NULL) {
		if (!tune_model_spec(t->config->tune.model, &m, &given))
			return -EINVAL;
		if ((given & ~(unsigned)(TUNE_GIVEN_LATENCY | TUNE_GIVEN_LIMIT)) != 0) {
			log_error("--model: with --from, sizes, hosts and links are those of the job; only latency and limit may be given");
			return -EINVAL;
		}
		if (given & TUNE_GIVEN_LATENCY) {
			latency_us = m.latency_us;
			replay_set_latency(j->replay, latency_us);
		}
	}
	for (unsigned i = 0; r == 0 && i < replay_hosts(j->replay); i++)
		limits[i] = m.limit;
	t->n_hosts = replay_hosts(j->replay);
	if (r == 0)
		r = origin_listen(t->n_hosts, &t->origin);
	if (r == 0) {
		replay_set_port(j->replay, origin_port(t->origin));
		r = load_bodies(j);
	}
	if (r == 0)
		r = replay_settings(t, j, gap_us);
	if (r == 0)
		r = replay_seeds(t, j);
	if (r < 0)
		return r;
	say_what(j, latency_us, gap_us);
	tune_set_times(t, latency_us);
	return origin_start(t->origin, &oc);
}

static int
interrupted(struct tune *t)
{
	t->interrupted = true;
	log_info("interrupted: nothing was written");
	return EXIT_INTERRUPTED;
}

int
tune_load_replay(struct tune *t)
{
	CLEANUP(job_pages_release) struct job_pages j = { .dir = t->config->tune.from };
	int r;

	if (settings_trust_job(j.dir) != EXIT_OK)
		return EXIT_FILE;
	r = replay_new(t->dir, &j.replay);
	j.kept = calloc(LOADED_MAX, sizeof(*j.kept));
	if (r == 0)
		r = j.kept != NULL ? read_pages(&j) : -ENOMEM;
	if (r == -ECANCELED)
		return interrupted(t);
	if (r < 0) {
		log_error(r == -ENOENT ? "%s: no job is there (%s)" : "%s/pages.jsonl: %s", j.dir,
			r == -ENOENT ? "no pages.jsonl" : r == -EBADMSG ? "a line that is not lycosa's" : strerror(-r));
		return r == -ENOMEM ? EXIT_GENERIC : EXIT_FILE;
	}
	if (replay_n(j.replay) == 0) {
		log_error("%s: the job is empty: no page was fetched, so there is nothing to try settings on", j.dir);
		return EXIT_FILE;
	}
	if (replay_n(j.replay) < TUNE_URLS_MIN)
		return tune_too_few(replay_n(j.replay));
	r = replay_start(t, &j);
	if (r == -ECANCELED)
		return interrupted(t);
	if (r < 0 && r != -EINVAL)
		log_error("%s cannot be served again: %s", j.dir, r == -EFBIG ? "its bodies are more than 2 GB" : strerror(-r));
	return r == 0 ? EXIT_OK : r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
}
