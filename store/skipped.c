/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * skipped.c: skipped.jsonl, one line for each URL that was met and not asked for, with the reason.
 *
 * Refusals that hold whatever the way are written at once: the frontier reports each such URL once.
 * Those that hold for one way only (too deep, nofollow, ...: class WAY) are provisional, because
 * the URL may still be met by a better way. They wait in the spool, skipped.spool:
 *
 *	spool := { struct spool_head, url, parent }*    in host byte order
 *
 * The lines of the spool do not belong to the file that a resume goes on with: it is cut back to
 * those that hold, and at its close the spool says once more.
 *
 * At the close the spool is read twice: once to find for each URL its best refusal (the shallowest;
 * then the lower reason, then the lower parent: so that the file does not depend on the order in
 * which pages came), once to write those that still_skipped() says were never fetched. Before that its
 * refusals are counted: the table of the first reading has room for as many fingerprints, SPOOL_TABLE_URLS
 * at most; a spool with more is read in several passes, each for a share of the fingerprints, so that memory
 * stays bounded (J6). What of it is damaged, and all behind that, is passed over: only lines for URLs that
 * were not fetched are at stake.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "store/linefile.h"
#include "store/sink.h"

#define SKIPPED_NAME      "skipped.jsonl"
#define SPOOL_NAME        "skipped.spool"
#define SPOOL_FLUSH_BYTES (256 * 1024)
#define SPOOL_TABLE_URLS  (1024 * 1024) /* a power of two */

struct spool_head {
	uint32_t url_len, parent_len, depth;
	uint16_t kind, reason;
};

/* One URL of the pass: its fingerprint and where its best refusal stands. */
struct spool_slot {
	uint64_t fp; /* 0 = free */
	uint64_t off;
};

struct skipped {
	struct sink_context *ctx;
	struct linefile file;
	int spool_fd;
	struct buf spool;     /* not yet in the file */
	uint64_t spool_bytes; /* in the file */
	uint64_t spool_synced;
};

/* A refusal as it lies in the mapped spool. */
struct spooled {
	struct store_skip skip;
	uint64_t off, next;
};

static int
write_line(struct skipped *s, const struct store_skip *k)
{
	struct buf *b = linefile_begin(&s->file);

	json_begin(b);
	json_key(b, "url");
	json_str(b, k->url);
	json_key(b, "parent");
	if (k->parent.len > 0)
		json_str(b, k->parent);
	else
		json_nil(b);
	json_key(b, "depth");
	json_u64(b, k->depth);
	json_key(b, "kind");
	json_str(b, str_of(link_kind_name(k->kind)));
	json_key(b, "reason");
	json_str(b, str_of(outcome_name(k->reason)));
	json_key(b, "text");
	json_str(b, str_of(outcome_text(k->reason)));
	json_end(b);
	return linefile_end(&s->file);
}

static int
spool_flush(struct skipped *s)
{
	size_t done;
	int r = file_write_all(s->spool_fd, s->spool.data, s->spool.len, &done);

	s->spool_bytes += done;
	buf_reset(&s->spool, SIZE_MAX);
	return r;
}

static int
spool_add(struct skipped *s, const struct store_skip *k)
{
	struct spool_head h = {
		.url_len = (uint32_t)k->url.len,
		.parent_len = (uint32_t)k->parent.len,
		.depth = k->depth,
		.kind = (uint16_t)k->kind,
		.reason = (uint16_t)k->reason,
	};

	buf_add(&s->spool, &h, sizeof(h));
	buf_add_str(&s->spool, k->url);
	buf_add_str(&s->spool, k->parent);
	if (buf_err(&s->spool) < 0)
		return s->spool.err;
	return s->spool.len >= SPOOL_FLUSH_BYTES ? spool_flush(s) : 0;
}

static int
skipped_skip(void *state, const struct store_skip *k)
{
	struct skipped *s = state;
	int r = sink_is_end(k) ? write_line(s, k) : spool_add(s, k);

	return r < 0 ? sink_fail(s->ctx, SKIPPED_NAME, r) : 0;
}

/* The refusal at off; false at the end, and where there is none: the disk may have changed it. */
static bool
spool_next(const char *map, uint64_t bytes, uint64_t off, struct spooled *ret)
{
	struct spool_head h;

	if (bytes - off < sizeof(h))
		return false;
	memcpy(&h, map + off, sizeof(h));
	if ((uint64_t)h.url_len + h.parent_len > bytes - off - sizeof(h) || h.kind >= LINK_KIND_COUNT || h.reason >= OUTCOME_COUNT)
		return false;
	ret->off = off;
	ret->next = off + sizeof(h) + h.url_len + h.parent_len;
	ret->skip = (struct store_skip){
		.url = str_n(map + off + sizeof(h), h.url_len),
		.parent = str_n(map + off + sizeof(h) + h.url_len, h.parent_len),
		.depth = h.depth,
		.kind = (enum link_kind)h.kind,
		.reason = (enum outcome)h.reason,
	};
	return true;
}

static bool
is_better(const struct store_skip *a, const struct store_skip *b)
{
	int c;

	if (a->depth != b->depth)
		return a->depth < b->depth;
	if (a->reason != b->reason)
		return a->reason < b->reason;
	c = memcmp(a->parent.p, b->parent.p,
		a->parent.len < b->parent.len ? a->parent.len : b->parent.len);
	return c != 0 ? c < 0 : a->parent.len < b->parent.len;
}

/*
 * One share of the spool; shares are cut by the upper half of the fingerprint, the table is indexed
 * by the lower.
 */
struct spool_pass {
	const char *map;
	uint64_t bytes;
	struct hash_key key;
	uint64_t share, n_shares;
	struct spool_slot *table;
	size_t n_slots; /* a power of two */
};

static struct spool_slot *
slot_of(const struct spool_pass *p, uint64_t fp)
{
	size_t i = fp & (p->n_slots - 1);

	while (p->table[i].fp != 0 && p->table[i].fp != fp)
		i = (i + 1) & (p->n_slots - 1);
	return &p->table[i];
}

static bool
in_share(const struct spool_pass *p, uint64_t fp)
{
	return (fp >> 32) % p->n_shares == p->share;
}

static void
pass_find_best(struct spool_pass *p)
{
	struct spooled k, best;
	uint64_t off = 0, n = 0;

	if (p->share > 0)
		memset(p->table, 0, p->n_slots * sizeof(*p->table));
	for (; spool_next(p->map, p->bytes, off, &k); off = k.next) {
		uint64_t fp = hash_fingerprint(&p->key, k.skip.url.p, k.skip.url.len);
		struct spool_slot *slot;

		if (!in_share(p, fp))
			continue;
		slot = slot_of(p, fp);
		if (slot->fp == 0) {
			/* A keyed hash cuts the shares: each is its part within some thousandths. */
			n++;
			CHECK(n <= p->n_slots / 4 * 3);
			*slot = (struct spool_slot){ fp, off };
		} else if (spool_next(p->map, p->bytes, slot->off, &best) &&
			   is_better(&k.skip, &best.skip)) {
			slot->off = off;
		}
	}
}

static int
pass_write(struct skipped *s, const struct spool_pass *p)
{
	const struct store_config *config = s->ctx->config;
	struct spooled k;
	uint64_t off = 0;
	int r = 0;

	for (; r == 0 && spool_next(p->map, p->bytes, off, &k); off = k.next) {
		uint64_t fp = hash_fingerprint(&p->key, k.skip.url.p, k.skip.url.len);

		if (!in_share(p, fp) || slot_of(p, fp)->off != off)
			continue;
		if (config->still_skipped == NULL ||
			config->still_skipped(config->still_arg, k.skip.url))
			r = write_line(s, &k.skip);
	}
	return r;
}

/* How many refusals there are; the spool ends behind the last one that is whole. */
static uint64_t
count_spooled(const struct skipped *s, struct spool_pass *p)
{
	struct spooled k;
	uint64_t off = 0, n = 0;

	for (; spool_next(p->map, p->bytes, off, &k); off = k.next)
		n++;
	if (off < p->bytes)
		log_warning("%s/" SPOOL_NAME " is damaged: what stands behind byte %" PRIu64 " is not in " SKIPPED_NAME, s->ctx->dir.path, off);
	p->bytes = off;
	return n;
}

static int
spool_passes(struct skipped *s, struct spool_pass *p)
{
	uint64_t n = count_spooled(s, p);
	int r;

	p->n_shares = 1 + n / SPOOL_TABLE_URLS;
	for (p->n_slots = 16; p->n_slots < 2 * SPOOL_TABLE_URLS && p->n_slots < 2 * n; p->n_slots *= 2)
		;
	p->table = calloc(p->n_slots, sizeof(*p->table));
	if (p->table == NULL)
		return -ENOMEM;
	for (p->share = 0; p->share < p->n_shares; p->share++) {
		pass_find_best(p);
		r = pass_write(s, p);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
spool_finish(struct skipped *s)
{
	struct spool_pass p = { 0 };
	void *map;
	int r = spool_flush(s);

	if (r < 0 || s->spool_bytes == 0)
		return r;
	r = hash_key_random(&p.key);
	if (r < 0)
		return r;
	map = mmap(NULL, s->spool_bytes, PROT_READ, MAP_PRIVATE, s->spool_fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	p.map = map;
	p.bytes = s->spool_bytes;
	r = spool_passes(s, &p);
	free(p.table);
	(void)munmap(map, s->spool_bytes);
	return r;
}

static int
skipped_flush(void *state)
{
	struct skipped *s = state;
	int r = linefile_flush(&s->file);

	return r < 0 ? sink_fail(s->ctx, SKIPPED_NAME, r) : 0;
}

static int
spool_sync(struct skipped *s)
{
	int r = spool_flush(s);

	if (r < 0 || s->spool_synced == s->spool_bytes)
		return r;
	if (fdatasync(s->spool_fd) < 0)
		return -errno;
	s->spool_synced = s->spool_bytes;
	return sink_mark(s->ctx, SPOOL_NAME, s->spool_bytes, 0);
}

static int
skipped_sync(void *state)
{
	struct skipped *s = state;
	uint64_t before = s->file.synced_bytes;
	int r = linefile_sync(&s->file);

	if (r == 0 && s->file.synced_bytes != before)
		r = sink_mark(s->ctx, SKIPPED_NAME, s->file.synced_bytes, 0);
	if (r < 0)
		return sink_fail(s->ctx, SKIPPED_NAME, r);
	r = spool_sync(s);
	return r < 0 ? sink_fail(s->ctx, SPOOL_NAME, r) : 0;
}

static int
spool_open(struct skipped *s)
{
	uint64_t bytes, sum, there;
	int r = sink_marked(s->ctx, SPOOL_NAME, &bytes, &sum);

	if (r < 0)
		return r;
	there = bytes;
	r = dir_open_cut(&s->ctx->dir, SPOOL_NAME, O_RDWR | O_APPEND, &there);
	if (r < 0)
		return r;
	s->spool_fd = r;
	if (there == bytes) {
		s->spool_bytes = s->spool_synced = bytes;
		return 0;
	}
	/* Part of it was lost: where it ends, nobody knows. Only lines for URLs not fetched are at stake. */
	return ftruncate(s->spool_fd, 0) < 0 ? -errno : 0;
}

static void
skipped_free(struct skipped *s)
{
	closep(&s->spool_fd);
	buf_release(&s->spool);
	free(s);
}

static int
skipped_open(struct sink_context *ctx, void **ret_state)
{
	struct skipped *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->ctx = ctx;
	buf_init(&s->spool, SPOOL_FLUSH_BYTES + LINEFILE_LINE_MAX);
	s->spool_fd = -1;
	r = spool_open(s);
	if (r == 0)
		r = sink_open_lines(ctx, SKIPPED_NAME, &s->file);
	if (r < 0) {
		skipped_free(s);
		return r;
	}
	*ret_state = s;
	return 0;
}

static int
skipped_close(void *state, bool failed)
{
	struct skipped *s = state;
	int r = failed ? 0 : spool_finish(s), r2;

	if (r == 0 && !failed)
		r = linefile_sync(&s->file);
	r2 = linefile_close(&s->file);
	if (r == 0)
		r = r2;
	if (r < 0)
		(void)sink_fail(s->ctx, SKIPPED_NAME, r);
	skipped_free(s);
	return r;
}

static bool
skipped_wanted(const struct store_config *config)
{
	return true;
}

const struct sink_ops sink_skipped = {
	.name = SKIPPED_NAME,
	.wanted = skipped_wanted,
	.open = skipped_open,
	.skip = skipped_skip,
	.flush = skipped_flush,
	.sync = skipped_sync,
	.close = skipped_close,
};
