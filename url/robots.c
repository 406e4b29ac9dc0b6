/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robots.txt after RFC 9309. Reading keeps only what concerns one agent: the rules of its groups, normalised and
 * sorted so that the first that matches decides, and the Sitemap lines. Matching then is a walk over an array.
 *
 *  R1  rules are sorted by length, longest first, Allow before Disallow (§2.2.2), then by line.
 *  R2  patterns and paths are compared in one form of percent-encoding (robots_form.h).
 *  R3  text never holds more than TEXT_MAX_BYTES, by construction: a pattern stands there up to three times (put_patterns()).
 *  R4  one look-up looks at no more than about LOOK_UP_MAX_BYTES, whatever rules and path are: it runs in a loop's thread.
 *  R5  what stands behind a star may be met in the path or in the query, where escapes mean something else: each piece between two
 *      stars is looked for in the form of the part it would begin in (match_wild()).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "url/robots.h"
#include "url/robots_form.h"
#include "url/url.h"

/* A delay longer than this says "go away", which is what Disallow is for; politeness has its own ceiling. */
#define DELAY_MAX_US (INT64_C(7) * 24 * 3600 * 1000000)
/* The first bytes of pattern and path are compared as one number. */
#define HEAD_BYTES 8
#define SHORT_PIECE_BYTES 32
#define SHORT_PIECE_TRIES 4
/* An octet becomes %XX, and some patterns stand there up to three times (put_patterns()). */
#define TEXT_MAX_BYTES ((size_t)ROBOTS_MAX_BYTES * 9)
/*
 * What is left undecided after as much is disallowed. 2,000 rules with a star in each against a path of 1,000 bytes are half of it;
 * a file and a path made for it, 40,000 rules that almost match 16 KiB, are 150 times as much.
 */
#define LOOK_UP_MAX_BYTES ((size_t)4 * 1024 * 1024)
/* For as many bytes counts what a piece costs beside those it is looked for in. */
#define PIECE_COST_BYTES 16
/* More Sitemap lines than this are not kept: each is compared with those before it. (Real sites have over 1,000.) */
#define SITEMAPS_MAX 8192

struct rule {
	uint64_t head, head_mask; /* the pattern's bytes before its first wildcard, at most HEAD_BYTES */
	uint32_t off, len;        /* of the pattern in robots->text, normalised, without a final '$' */
	uint32_t plain_len;       /* of it before its first wildcard */
	uint32_t query_off, query_len; /* the rest, as it reads in a query (R5); may be the same text */
	uint32_t rank;            /* its length with the '$', as the RFC counts */
	unsigned line;
	bool allow, anchored;
};

struct rules {
	struct rule *items;
	size_t n, cap;
	int64_t delay_us; /* -1 = none */
	bool named;       /* a group is there, with rules or without */
};

struct robots {
	struct rules rules;
	struct buf text; /* patterns and sitemaps, one behind the other */
	struct sitemap {
		uint64_t hash;
		uint32_t off, len;
	} *sitemaps;
	size_t sitemap_count, sitemap_cap;
};

struct reader {
	struct robots *r;
	struct str agent, other; /* product tokens; other may be empty */
	struct rules mine, everybody; /* groups that name the agent; groups for '*' */
	unsigned line;
	bool for_mine, for_everybody;             /* the current group, for rules */
	bool delay_for_mine, delay_for_everybody; /* and for Crawl-delay */
	bool rules_begun, delay_begun;            /* the next User-agent begins another group */
	int err;
};

/* --- reading --- */

static void *
grown(void *items, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap == 0 ? 16 : *cap * 2;
	void *p = items;

	if (n < *cap)
		return items;
	p = realloc(items, want * size);
	if (p != NULL)
		*cap = want;
	return p;
}

static uint64_t
head_of(const char *p, size_t len, uint64_t *ret_mask)
{
	unsigned char bytes[HEAD_BYTES] = { 0 }, mask[HEAD_BYTES] = { 0 };
	uint64_t head;

	if (len > HEAD_BYTES)
		len = HEAD_BYTES;
	memcpy(bytes, p, len);
	memset(mask, 0xff, len);
	memcpy(&head, bytes, sizeof(head));
	memcpy(ret_mask, mask, sizeof(*ret_mask));
	return head;
}

static void
add_rule(struct reader *rd, struct rules *rules, const struct rule *rule)
{
	struct rule *items = grown(rules->items, rules->n, &rules->cap, sizeof(rules->items[0]));

	if (items == NULL) {
		rd->err = -ENOMEM;
		return;
	}
	rules->items = items;
	rules->items[rules->n++] = *rule;
}

/* The pattern, or the end of one, in one form of percent-encoding; without a final '$'. */
static void
put_normalised(struct reader *rd, struct str pattern, bool in_query, uint32_t *ret_off, uint32_t *ret_len)
{
	struct buf *text = &rd->r->text;
	size_t off = text->len;

	robots_normalise(text, pattern, true, in_query);
	if (buf_err(text) != 0) {
		rd->err = buf_err(text);
		return;
	}
	*ret_off = (uint32_t)off;
	*ret_len = (uint32_t)(text->len - off) - str_ends(pattern, STR("$"));
}

static void
put_pattern(struct reader *rd, struct str pattern, struct rule *rule)
{
	const char *p, *star;

	put_normalised(rd, pattern, false, &rule->off, &rule->len);
	if (rd->err < 0)
		return;
	p = rd->r->text.data + rule->off;
	star = memchr(p, '*', rule->len);
	rule->anchored = str_ends(pattern, STR("$"));
	rule->rank = rule->len + rule->anchored;
	rule->plain_len = star != NULL ? (uint32_t)(star - p) : rule->len;
	rule->head = head_of(p, rule->plain_len, &rule->head_mask);
}

/* What is behind the first star of a pattern that was put, as it reads in a query (R5). Where it is the same it stands there once. */
static void
put_query(struct reader *rd, struct str pattern, struct rule *rule)
{
	const char *star = memchr(pattern.p, '*', pattern.len), *data;
	struct buf *text = &rd->r->text;

	if (rd->err < 0 || star == NULL)
		return;
	rule->query_off = rule->off + rule->plain_len;
	rule->query_len = rule->len - rule->plain_len;
	pattern = str_n(star, (size_t)(pattern.p + pattern.len - star));
	if (memchr(pattern.p, '%', pattern.len) == NULL)
		return;
	put_normalised(rd, pattern, true, &rule->query_off, &rule->query_len);
	data = text->data;
	if (rd->err == 0 && str_eq(str_n(data + rule->query_off, rule->query_len), str_n(data + rule->off + rule->plain_len, rule->len - rule->plain_len))) {
		text->len = rule->query_off;
		rule->query_off = rule->off + rule->plain_len;
	}
}

/* For the lists of all that the group is about. */
static void
put_rule(struct reader *rd, const struct rule *rule)
{
	if (rd->err == 0 && rd->for_mine)
		add_rule(rd, &rd->mine, rule);
	if (rd->err == 0 && rd->for_everybody)
		add_rule(rd, &rd->everybody, rule);
}

/*
 * A backslash in a path is a slash to browsers and to us (WHATWG URL §4.4, "path state"), so a pattern that has one means
 * both: the URL that such a link leads to, and the escaped one. rule: of the latter.
 */
static void
put_slashed(struct reader *rd, struct str pattern, struct rule rule)
{
	char slashed[URL_MAX_BYTES];
	bool in_query = false;
	size_t i;

	for (i = 0; i < pattern.len; i++) {
		in_query |= pattern.p[i] == '?';
		slashed[i] = (char)(pattern.p[i] == '\\' && !in_query ? '/' : pattern.p[i]);
	}
	put_pattern(rd, str_n(slashed, pattern.len), &rule);
	put_rule(rd, &rule);
}

static void
put_patterns(struct reader *rd, bool allow, struct str pattern)
{
	struct rule rule = { .line = rd->line, .allow = allow };

	put_pattern(rd, pattern, &rule);
	put_query(rd, pattern, &rule);
	put_rule(rd, &rule);
	if (pattern.len <= URL_MAX_BYTES && memchr(pattern.p, '\\', pattern.len) != NULL)
		put_slashed(rd, pattern, rule);
}

static void
read_rule(struct reader *rd, bool allow, struct str pattern)
{
	rd->rules_begun = rd->delay_begun = true;
	if (pattern.len > 0 && (rd->for_mine || rd->for_everybody))
		put_patterns(rd, allow, pattern);
}

struct str
robots_token(struct str s)
{
	size_t i = 0;

	while (i < s.len && (ascii_is_alpha((unsigned char)s.p[i]) || s.p[i] == '-' || s.p[i] == '_'))
		i++;
	return str_n(s.p, i);
}

static void
read_agent(struct reader *rd, struct str value)
{
	/* "*<br>" too: files written as pages are about everybody. */
	bool everybody = value.len > 0 && value.p[0] == '*' &&
		(value.len == 1 || ascii_is_space((unsigned char)value.p[1]) || value.p[1] == '<');
	struct str token = robots_token(value);
	bool mine = token.len > 0 && (str_ieq(token, rd->agent) || str_ieq(token, rd->other));

	if (rd->rules_begun)
		rd->for_mine = rd->for_everybody = rd->rules_begun = false;
	/* Crawl-delay is no rule of the RFC and parts no group, but what follows it is not meant by it. */
	if (rd->delay_begun)
		rd->delay_for_mine = rd->delay_for_everybody = rd->delay_begun = false;
	rd->for_mine |= mine;
	rd->for_everybody |= everybody;
	rd->delay_for_mine |= mine;
	rd->delay_for_everybody |= everybody;
	rd->mine.named |= mine;
	rd->everybody.named |= everybody;
}

/* "2", "0.5", and what stands behind it ignored: microseconds, -1 if there is no number. */
static int64_t
read_seconds(struct str s, size_t *ret_used)
{
	int64_t us = 0, unit = 100000;
	size_t i = 0;
	bool any = false;

	for (; i < s.len && ascii_is_digit((unsigned char)s.p[i]); i++, any = true)
		us = us > DELAY_MAX_US ? us : us * 10 + (s.p[i] - '0') * INT64_C(1000000);
	if (i < s.len && s.p[i] == '.')
		for (i++; i < s.len && ascii_is_digit((unsigned char)s.p[i]); i++, any = true, unit /= 10)
			us += (s.p[i] - '0') * unit;
	*ret_used = i;
	if (!any)
		return -1;
	return us < DELAY_MAX_US ? us : DELAY_MAX_US;
}

static void
put_delay(struct reader *rd, int64_t us)
{
	/* Several of them: the most careful one. */
	if (rd->delay_for_mine && us > rd->mine.delay_us)
		rd->mine.delay_us = us;
	if (rd->delay_for_everybody && us > rd->everybody.delay_us)
		rd->everybody.delay_us = us;
	rd->delay_begun = true;
}

static void
read_crawl_delay(struct reader *rd, struct str value)
{
	size_t used;

	put_delay(rd, read_seconds(value, &used));
}

/* "1/5", "1/10m": so many pages in so much time (s, m, h; a time of day behind it is ignored). */
static void
read_request_rate(struct reader *rd, struct str value)
{
	struct str pages, time;
	uint64_t n;
	int64_t us;
	size_t used;

	if (!str_cut(value, '/', &pages, &time) || str_to_u64(str_trim(pages), UINT32_MAX, &n) < 0 || n == 0)
		return;
	time = str_trim(time);
	us = read_seconds(time, &used);
	if (us < 0)
		return;
	if (used < time.len && (time.p[used] | 0x20) == 'm')
		us *= 60;
	else if (used < time.len && (time.p[used] | 0x20) == 'h')
		us *= 3600;
	us /= (int64_t)n;
	put_delay(rd, us < DELAY_MAX_US ? us : DELAY_MAX_US);
}

/* FNV-1a: only to tell most sitemaps apart quickly; what it takes for equal is compared. */
static uint64_t
sitemap_hash(struct str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static void
read_sitemap(struct reader *rd, struct str value)
{
	struct robots *r = rd->r;
	struct sitemap *items;
	uint64_t hash = sitemap_hash(value);
	size_t i;

	if (value.len == 0 || value.len > URL_MAX_BYTES || r->sitemap_count == SITEMAPS_MAX)
		return;
	for (i = 0; i < r->sitemap_count; i++)
		if (r->sitemaps[i].hash == hash && str_eq(robots_sitemap(r, (unsigned)i), value))
			return;
	items = grown(r->sitemaps, r->sitemap_count, &r->sitemap_cap, sizeof(r->sitemaps[0]));
	if (items != NULL)
		r->sitemaps = items;
	rd->err = items == NULL ? -ENOMEM : buf_add_str(&r->text, value);
	if (rd->err < 0)
		return;
	r->sitemaps[r->sitemap_count++] =
		(struct sitemap){ hash, (uint32_t)(r->text.len - value.len), (uint32_t)value.len };
}

/* "key: value # comment". */
static void
read_line(struct reader *rd, struct str line)
{
	struct str key, value, comment;

	str_cut(line, '#', &line, &comment);
	if (!str_cut(line, ':', &key, &value))
		return;
	key = str_trim(key);
	value = str_trim(value);
	if (str_ieq(key, STR("user-agent")))
		read_agent(rd, value);
	else if (str_ieq(key, STR("allow")))
		read_rule(rd, true, value);
	else if (str_ieq(key, STR("disallow")))
		read_rule(rd, false, value);
	else if (str_ieq(key, STR("sitemap")) || str_ieq(key, STR("sitemaps")) || str_ieq(key, STR("site-map")))
		read_sitemap(rd, value);
	else if (str_ieq(key, STR("crawl-delay")))
		read_crawl_delay(rd, value);
	else if (str_ieq(key, STR("request-rate")))
		read_request_rate(rd, value);
}

/* Lines end in CR, LF or CRLF (§2.2, "EOL"). */
static void
read_lines(struct reader *rd, struct str text)
{
	size_t start = 0, i;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		start = 3;
	for (i = start; i <= text.len && rd->err == 0; i++) {
		if (i < text.len && text.p[i] != '\n' && text.p[i] != '\r')
			continue;
		rd->line++;
		read_line(rd, str_n(text.p + start, i - start));
		if (i + 1 < text.len && text.p[i] == '\r' && text.p[i + 1] == '\n')
			i++;
		start = i + 1;
	}
}

static int
compare_rules(const void *pa, const void *pb)
{
	const struct rule *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (a->allow != b->allow)
		return a->allow ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

int
robots_parse(struct str text, struct str agent, struct robots **ret_robots)
{
	return robots_parse_as(text, agent, STR(""), ret_robots);
}

int
robots_parse_as(struct str text, struct str agent, struct str other, struct robots **ret_robots)
{
	struct robots *r = calloc(1, sizeof(*r));
	struct reader rd = { .r = r, .agent = robots_token(agent), .other = robots_token(other) };

	if (r == NULL)
		return -ENOMEM;
	buf_init(&r->text, TEXT_MAX_BYTES);
	rd.mine.delay_us = rd.everybody.delay_us = -1;
	if (text.len > ROBOTS_MAX_BYTES)
		text.len = ROBOTS_MAX_BYTES;
	read_lines(&rd, text);

	if (rd.mine.named) {
		r->rules = rd.mine;
		free(rd.everybody.items);
	} else {
		r->rules = rd.everybody;
		free(rd.mine.items);
	}
	if (rd.err != 0) {
		robots_free(r);
		CHECK(rd.err == -ENOMEM); /* R3 */
		return rd.err;
	}
	if (r->rules.n > 1)
		qsort(r->rules.items, r->rules.n, sizeof(r->rules.items[0]), compare_rules);
	*ret_robots = r;
	return 0;
}

void
robots_free(struct robots *r)
{
	if (r == NULL)
		return;
	free(r->rules.items);
	free(r->sitemaps);
	buf_release(&r->text);
	free(r);
}

/* --- matching --- */

/*
 * Where piece stands first in s. memmem() is linear, but its preparation costs more than looking for the short pieces
 * that patterns are made of, where few places look like them.
 */
static const char *
find_piece(struct str s, struct str piece)
{
	/* Paths are full of slashes: the byte behind one tells more. */
	size_t skip = piece.len > 1 && piece.p[0] == '/' ? 1 : 0;
	const char *p, *end;
	unsigned tries;

	if (piece.len > s.len)
		return NULL;
	if (piece.len > SHORT_PIECE_BYTES)
		return memmem(s.p, s.len, piece.p, piece.len);
	p = s.p + skip;
	end = p + (s.len - piece.len) + 1;
	for (tries = 0; tries < SHORT_PIECE_TRIES; tries++) {
		p = memchr(p, piece.p[skip], (size_t)(end - p));
		if (p == NULL)
			return NULL;
		if (memcmp(p - skip, piece.p, piece.len) == 0)
			return p - skip;
		if (++p == end)
			return NULL;
	}
	p -= skip;
	return memmem(p, (size_t)(s.p + s.len - p), piece.p, piece.len);
}

/*
 * pattern, which begins with '*', against all of s or a beginning of it: each piece between two '*' is taken where it
 * stands first, the last one of an anchored pattern at the end. query: the same as it reads behind the '?' of s (R5): there it is looked
 * for where the piece does not begin before, for what begins in the path ends before what begins in the query. Linear time, whatever a
 * site writes; false, too, where work passes LOOK_UP_MAX_BYTES.
 */
static bool
match_wild(struct str pattern, struct str query, bool anchored, struct str s, size_t *work)
{
	const char *mark = query.p != pattern.p ? memchr(s.p, '?', s.len) : NULL, *end = s.p + s.len;
	struct str piece, rest = str_n(pattern.p + 1, pattern.len - 1);
	struct str in_query = STR_NONE, query_rest = str_n(query.p + 1, query.len - 1);
	const char *behind = end;
	bool more = true;

	while (more) {
		const char *found;
		size_t used;

		piece = rest;
		more = str_cut(rest, '*', &piece, &rest);
		if (mark != NULL) {
			in_query = query_rest;
			(void)str_cut(query_rest, '*', &in_query, &query_rest);
			behind = s.p > mark ? s.p : mark + 1;
		}
		*work += PIECE_COST_BYTES;
		if (*work > LOOK_UP_MAX_BYTES)
			return false;
		if (!more && anchored)
			return (str_ends(s, piece) && (mark == NULL || end - piece.len <= mark)) ||
				(mark != NULL && str_ends(str_n(behind, (size_t)(end - behind)), in_query));
		if (piece.len == 0)
			continue;
		found = find_piece(s, piece);
		used = found != NULL ? (size_t)(found - s.p) + piece.len : s.len;
		*work += used;
		if (mark != NULL && (found == NULL || found > mark)) {
			found = find_piece(str_n(behind, (size_t)(end - behind)), in_query);
			used = found != NULL ? (size_t)(found - s.p) + in_query.len : s.len;
			*work += used;
		}
		if (found == NULL)
			return false;
		s = str_n(s.p + used, s.len - used);
	}
	return true;
}

/* The heads of both have been found to agree. */
static bool
match_rule(const struct robots *r, const struct rule *rule, struct str path, size_t *work)
{
	const char *pattern = r->text.data + rule->off;

	if (path.len < rule->plain_len)
		return false;
	if (rule->plain_len > HEAD_BYTES && memcmp(path.p, pattern, rule->plain_len) != 0)
		return false;
	if (rule->plain_len == rule->len)
		return !rule->anchored || path.len == rule->len;
	return match_wild(str_n(pattern + rule->plain_len, rule->len - rule->plain_len),
		str_n(r->text.data + rule->query_off, rule->query_len), rule->anchored,
		str_n(path.p + rule->plain_len, path.len - rule->plain_len), work);
}

static bool
allowed_normal(const struct robots *r, struct str path, unsigned *ret_line)
{
	uint64_t ignored, head = head_of(path.p, path.len, &ignored);
	size_t i, work = 0;

	for (i = 0; i < r->rules.n; i++) {
		const struct rule *rule = &r->rules.items[i];

		if ((rule->head ^ head) & rule->head_mask)
			continue;
		if (match_rule(r, rule, path, &work)) {
			*ret_line = rule->line;
			return rule->allow;
		}
		if (UNLIKELY(work > LOOK_UP_MAX_BYTES)) {
			*ret_line = rule->line;
			return false;
		}
	}
	return true;
}

/* Of its own for its large frame. */
__attribute__((noinline)) static bool
allowed_normalised(const struct robots *r, struct str path, unsigned *ret_line)
{
	char bytes[URL_MAX_BYTES * 3];
	struct buf normal = buf_over(bytes, sizeof(bytes), sizeof(bytes));

	if (path.len > URL_MAX_BYTES)
		path.len = URL_MAX_BYTES;
	robots_normalise(&normal, path, false, false);
	return allowed_normal(r, buf_str(&normal), ret_line);
}

bool
robots_allowed(const struct robots *r, struct str path_query, unsigned *ret_line)
{
	unsigned ignored = 0, *line = ret_line != NULL ? ret_line : &ignored;

	*line = 0;
	if (r->rules.n == 0 || str_eq(path_query, STR("/robots.txt")))
		return true;
	return robots_is_normal(path_query) ? allowed_normal(r, path_query, line) :
		allowed_normalised(r, path_query, line);
}

int64_t
robots_crawl_delay_us(const struct robots *r)
{
	return r->rules.delay_us;
}

struct str
robots_sitemap(const struct robots *r, unsigned i)
{
	if (i >= r->sitemap_count)
		return STR_NONE;
	return str_n(r->text.data + r->sitemaps[i].off, r->sitemaps[i].len);
}

uint64_t
robots_bytes(const struct robots *r)
{
	return sizeof(*r) + r->rules.cap * sizeof(r->rules.items[0]) + r->text.cap +
		r->sitemap_cap * sizeof(r->sitemaps[0]);
}
