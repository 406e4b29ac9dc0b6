/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_loose.c: what the loops hand to the writer beside jobs. Any thread, under loose_lock; the writer takes all of it in one turn. */
#include "config.h"

#include <errno.h>

#include "store/store_private.h"

#define STORE_LOOSE_MAX_BYTES (256u * 1024 * 1024)
#define STORE_LOOSE_KEEP_BYTES (4u * 1024 * 1024)
#define STORE_BEHIND_BYTES    (8u * 1024 * 1024)

void
store_loose_init(struct loose *l)
{
	for (size_t i = 0; i < LOOSE_COUNT; i++)
		buf_init(&l->bufs[i], STORE_LOOSE_MAX_BYTES);
}

void
store_loose_release(struct loose *l)
{
	for (size_t i = 0; i < LOOSE_COUNT; i++)
		buf_release(&l->bufs[i]);
}

void
store_loose_reset(struct loose *l)
{
	for (size_t i = 0; i < LOOSE_COUNT; i++)
		buf_reset(&l->bufs[i], STORE_LOOSE_KEEP_BYTES);
}

/*
 * Without --log-rejected, hosts that are not of this crawl are not worth a line, nor what no crawl can
 * be of (mailto:, javascript:, data:). And what was only dropped because the run ends, or for want of
 * memory, is still pending.
 */
static bool
is_listed(const struct store *s, const struct store_skip *k)
{
	enum outcome_class class = outcome_class(k->reason);

	if (class == OUTCOME_CLASS_RUN || class == OUTCOME_CLASS_MACHINE)
		return false;
	return s->config.log_rejected || k->dropped ||
	       (k->reason != OUTCOME_OUT_OF_SCOPE_HOST && k->reason != OUTCOME_EXCLUDED_DOMAIN &&
		       k->reason != OUTCOME_SCHEME);
}

static void
pack_skip(struct buf *b, const struct store_skip *k)
{
	struct skip_head h = {
		.url_len = (uint32_t)k->url.len,
		.parent_len = (uint32_t)k->parent.len,
		.chain_len = (uint32_t)k->chain.len,
		.depth = k->depth,
		.kind = (uint16_t)k->kind,
		.reason = (uint16_t)k->reason,
		.is_seed = k->is_seed,
		.dropped = k->dropped,
	};

	CHECK(k->url.len <= UINT32_MAX / 4 && k->parent.len <= UINT32_MAX / 4 && k->chain.len <= UINT32_MAX / 4);
	if (buf_reserve(b, sizeof(h) + k->url.len + k->parent.len + k->chain.len) < 0)
		return;
	buf_add(b, &h, sizeof(h));
	buf_add_str(b, k->url);
	buf_add_str(b, k->parent);
	buf_add_str(b, k->chain);
}

int
store_skip(struct store *s, const struct store_skip *skips, size_t n)
{
	struct buf *packed = &s->loose.bufs[LOOSE_SKIPS];
	size_t i = 0;
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	/* Most pages' refusals are of this kind: no lock for them. */
	while (i < n && !is_listed(s, &skips[i]))
		i++;
	if (i == n)
		return 0;
	(void)pthread_mutex_lock(&s->loose_lock);
	for (; i < n; i++)
		if (is_listed(s, &skips[i]))
			pack_skip(packed, &skips[i]);
	r = buf_err(packed);
	packed->err = 0; /* those that fitted are whole; the writer makes room */
	atomic_store_explicit(&s->skips_bytes, packed->len, memory_order_relaxed);
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r < 0 ? -ENOMEM : 0;
}

bool
store_is_behind(const struct store *s)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return atomic_load_explicit(&s->skips_bytes, memory_order_relaxed) > STORE_BEHIND_BYTES;
}

bool
store_is_committing(const struct store *s)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return atomic_load_explicit(&s->is_committing, memory_order_relaxed);
}

int
store_found(struct store *s, struct str found, struct str fps)
{
	struct buf *to = &s->loose.bufs[LOOSE_FOUND], *fps_to = &s->loose.bufs[LOOSE_FPS];
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	(void)pthread_mutex_lock(&s->loose_lock);
	r = buf_reserve(to, found.len) < 0 || buf_reserve(fps_to, fps.len) < 0 ? -ENOMEM : 0;
	if (r == 0) {
		buf_add_str(to, found);
		buf_add_str(fps_to, fps);
	}
	to->err = fps_to->err = 0;
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r;
}

/* Two pieces, one behind the other: what does not fit is not there in part. */
static int
add_loose(struct store *s, enum loose_kind kind, struct str what, struct str more)
{
	struct buf *to = &s->loose.bufs[kind];
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(what.len <= UINT32_MAX / 4 && more.len <= UINT32_MAX / 4);
	(void)pthread_mutex_lock(&s->loose_lock);
	r = buf_reserve(to, what.len + more.len);
	if (r == 0) {
		buf_add_str(to, what);
		buf_add_str(to, more);
	}
	to->err = 0;
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r < 0 ? -ENOMEM : 0;
}

int
store_traps(struct store *s, unsigned loop, struct str packed)
{
	struct traps_head h = { .loop = loop, .len = (uint32_t)packed.len };

	return add_loose(s, LOOSE_TRAPS, str_n((const char *)&h, sizeof(h)), packed);
}

int
store_pause(struct store *s, struct str origin, int64_t due_wall_us)
{
	struct pause_head h = { .due_wall_us = due_wall_us, .origin_len = (uint32_t)origin.len };

	return add_loose(s, LOOSE_PAUSES, str_n((const char *)&h, sizeof(h)), origin);
}

int
store_retry(struct store *s, const struct store_retry *retry)
{
	return add_loose(s, LOOSE_RETRIES, str_n((const char *)retry, sizeof(*retry)), STR(""));
}

int
store_cookies(struct store *s, struct str lines)
{
	return add_loose(s, LOOSE_COOKIES, lines, STR(""));
}

int
store_hsts(struct store *s, struct str lines)
{
	return add_loose(s, LOOSE_HSTS, lines, STR(""));
}
