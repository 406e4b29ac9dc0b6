/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was learned of traps, for the job's next run. All of it now and then, traps_pack(); and of each page that has nothing new what it made
 * known, which is durable with the page (store/trapways.h): so that what it leads to is known to come from there.
 *
 *	"traps3\n"  classes, texts, pieces, bodies, stale, twins, as trap_sets.h packs them; then frontier_pack_traps() adds soft404_pack()
 *	"ways3\n"   for each page: u64 fingerprint, u64 way, u64 text, u64 body, u64 pattern, u8 n, n times u32 mark
 *
 * What is read is taken where it is of a site of this loop: the keys say so (trap_key()).
 */
#include "config.h"

#include <errno.h>

#include "frontier/pack.h"
#include "frontier/trap_private.h"

#define PACKED_VERSION STR("traps3\n")
#define WAYS_VERSION   STR("ways3\n")

/* What ways_unpack() makes known again. */
void
trap_pack_way(struct traps *t, const struct frontier_page *page)
{
	uint64_t way = 0, fp = trap_key(page->fp, trap_key_shard(t->pattern.origin));

	buf_reset(&t->way, SIZE_MAX);
	t->is.way = STR_NONE;
	if (t->verdict == TRAP_FRESH && !t->is.is_copy && !t->is.is_alias)
		return;
	(void)recall_value(&t->stale, fp, &way);
	pack_number(&t->way, fp, 8);
	pack_number(&t->way, way, 8);
	pack_number(&t->way, trap_text_key(&t->pattern, page), 8);
	pack_number(&t->way, trap_body_key(&t->pattern, page), 8);
	pack_number(&t->way, t->pattern.key, 8);
	pack_number(&t->way, page->n_marks, 1);
	for (unsigned i = 0; i < page->n_marks; i++)
		pack_number(&t->way, page->marks[i], 4);
	if (buf_err(&t->way) == 0)
		t->is.way = buf_str(&t->way);
}

void
traps_pack(const struct traps *t, struct buf *out)
{
	buf_add_str(out, PACKED_VERSION);
	trap_classes_pack(&t->classes, out);
	recall_pack(&t->texts, out);
	recall_pack(&t->pieces, out);
	recall_pack(&t->bodies, out);
	recall_pack(&t->stale, out);
	recall_pack(&t->twins, out);
}

static bool
is_ours(const struct traps *t, uint64_t key)
{
	return trap_key_shard(key) % t->config->n_loops == t->loop;
}

static bool
is_ours_arg(const void *arg, uint64_t key)
{
	return is_ours(arg, key);
}

/* Of pages one by one: frontier_judgement.way. */
static int
ways_unpack(struct traps *t, struct str *packed)
{
	uint64_t fp, way, text, body, pattern, n, mark;
	bool ours;

	*packed = str_n(packed->p + WAYS_VERSION.len, packed->len - WAYS_VERSION.len);
	while (packed->len > 0) {
		if (!unpack_number(packed, 8, &fp) || !unpack_number(packed, 8, &way) || !unpack_number(packed, 8, &text) ||
			!unpack_number(packed, 8, &body) || !unpack_number(packed, 8, &pattern) || !unpack_number(packed, 1, &n) ||
			n > SKETCH_MAX)
			return -EBADMSG;
		ours = is_ours(t, pattern);
		if (ours && way != 0)
			(void)recall_put_value(&t->stale, fp, way);
		if (ours) {
			(void)recall_put(&t->texts, text);
			(void)recall_put(&t->bodies, body);
		}
		for (; n > 0; n--) {
			if (!unpack_number(packed, 4, &mark))
				return -EBADMSG;
			if (ours)
				(void)recall_put(&t->pieces, trap_mix(pattern, (uint32_t)mark));
		}
	}
	return 0;
}

int
traps_unpack(struct traps *t, struct str *packed)
{
	struct recall *const sets[] = { &t->texts, &t->pieces, &t->bodies, &t->stale, &t->twins };
	const struct trap_wanted wanted = { is_ours_arg, t };
	int r;

	if (str_starts(*packed, WAYS_VERSION))
		return ways_unpack(t, packed);
	if (!str_starts(*packed, PACKED_VERSION))
		return -EBADMSG;
	*packed = str_n(packed->p + PACKED_VERSION.len, packed->len - PACKED_VERSION.len);
	r = trap_classes_unpack(&t->classes, packed, &wanted, &t->n_cut);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(sets); i++)
		r = recall_unpack(sets[i], packed, &wanted);
	return r;
}
