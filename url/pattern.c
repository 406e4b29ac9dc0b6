/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/pattern.h"

#define ID_MIN_BYTES  8
#define ID_MIN_CHANGES 3 /* between letters and digits: page-12345 has none, 3des2 two */
#define HEX_MIN_BYTES 16

/* What is put together here stays within its bytes; the rest is cut off. */
struct text {
	char p[PATTERN_MAX_BYTES];
	size_t len;
};

static void
text_add(struct text *t, struct str s)
{
	size_t room = sizeof(t->p) - t->len;

	if (s.len > room)
		s.len = room;
	if (s.len > 0)
		memcpy(t->p + t->len, s.p, s.len);
	t->len += s.len;
}

static struct str
origin_of(const struct url *u)
{
	return str_n(u->href, u->pathname_start);
}

static bool
is_hex(unsigned char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

/* Made up by a program: a session, a hash, a UUID. Names of people hold few digits, and names of versions dots. */
static bool
is_identifier(struct str s)
{
	size_t i, changes = 0, hex = 0;
	bool digit = false, letter = false; /* the one behind */

	if (s.len < ID_MIN_BYTES)
		return false;
	/* From its end, near which the dot of most names is. */
	for (i = s.len; i-- > 0;) {
		unsigned char c = (unsigned char)s.p[i];

		if (!ascii_is_alnum(c) && c != '-' && c != '_' && c != '(' && c != ')')
			return false;
		changes += (digit && ascii_is_alpha(c)) || (letter && ascii_is_digit(c));
		digit = ascii_is_digit(c);
		letter = ascii_is_alpha(c);
		hex += is_hex(c) || c == '-';
	}
	if (hex == s.len && s.len >= HEX_MIN_BYTES)
		return true;
	return changes >= ID_MIN_CHANGES;
}

static void
add_folded(struct text *t, struct str s)
{
	size_t i = 0, from;

	while (i < s.len) {
		from = i;
		while (i < s.len && !ascii_is_digit((unsigned char)s.p[i]))
			i++;
		text_add(t, str_n(s.p + from, i - from));
		from = i;
		while (i < s.len && ascii_is_digit((unsigned char)s.p[i]))
			i++;
		if (i > from)
			text_add(t, STR("#"));
	}
}

/* The path's segments, without what follows a ';'. Returns how many; further ones are left out. */
static unsigned
segments_of(struct str path, struct str seg[PATTERN_MAX_SEGMENTS])
{
	struct str rest = path, one, ignored;
	unsigned n = 0;

	while (n < PATTERN_MAX_SEGMENTS && rest.len > 0) {
		struct str next = STR("");

		one = rest;
		(void)str_cut(rest, '/', &one, &next);
		rest = next;
		(void)str_cut(one, ';', &one, &ignored);
		seg[n++] = one;
	}
	return n;
}

/* Do the period segments before at and those from at on say the same? */
static bool
repeats_at(const struct str *seg, unsigned n, unsigned at, unsigned period)
{
	unsigned i;

	if (at < period || at + period > n)
		return false;
	for (i = 0; i < period; i++)
		if (seg[at + i].len == 0 || !str_eq(seg[at + i], seg[at - period + i]))
			return false;
	return true;
}

static unsigned
period_at(const struct str *seg, unsigned n, unsigned at)
{
	unsigned period;

	for (period = 1; period <= PATTERN_MAX_PERIOD; period++)
		if (repeats_at(seg, n, at, period))
			return period;
	return 0;
}

void
pattern_of(const struct url *u, const struct hash_key *key, struct pattern *ret_pattern)
{
	struct str seg[PATTERN_MAX_SEGMENTS], path = url_pathname(u), search = url_search(u), origin = origin_of(u);
	unsigned n = segments_of(path, seg), i = 0, period;
	struct pattern p = { .has_query = search.len > 0 };
	struct text t = { .len = 0 };

	p.origin = hash_fingerprint(key, origin.p, origin.len);
	while (i < n) {
		period = period_at(seg, n, i);
		if (period > 0) {
			p.repetitions++;
			i += period;
			continue;
		}
		if (i > 0)
			text_add(&t, STR("/"));
		if (is_identifier(seg[i]))
			text_add(&t, STR("@"));
		else
			add_folded(&t, seg[i]);
		i++;
	}
	p.key = hash_mix(hash_mix(p.origin, hash_fingerprint(key, t.p, t.len)), search.len > 0);
	*ret_pattern = p;
}

/* A slot is the bytes from, from + len of the identity, which go, and with them what joins them to the rest. */
static void
slot_make(struct str identity, size_t from, size_t len, uint64_t name, const struct hash_key *key, struct pattern_slot *ret)
{
	uint64_t head = hash_fingerprint(key, identity.p, from);
	uint64_t tail = hash_fingerprint(key, identity.p + from + len, identity.len - from - len);

	*ret = (struct pattern_slot){ .name = name, .rest = hash_mix(hash_mix(head, tail), name),
		.bare = from + len == identity.len ? head : 0 };
}

static unsigned
query_slots(const struct url *u, uint64_t origin, const struct hash_key *key, struct pattern_slot *ret, unsigned max)
{
	struct str identity = url_identity(u), query = url_search(u), one, name, value;
	size_t at, base = query.len > 0 ? (size_t)(query.p - identity.p) : 0;
	unsigned n = 0;

	/* at: behind the '?' or '&' before a parameter. That goes with it, and the first of them takes the one behind. */
	for (at = 1; at < query.len && n < max; at += one.len + 1) {
		size_t len;

		one = str_n(query.p + at, query.len - at);
		(void)str_cut(one, '&', &one, &value);
		name = one;
		(void)str_cut(one, '=', &name, &value);
		if (one.len == 0)
			continue;
		len = one.len + 1;
		slot_make(identity, base + at - (at == 1 && len < query.len ? 0 : 1), len,
			hash_mix(origin, hash_fingerprint(key, name.p, name.len)), key, &ret[n++]);
	}
	return n;
}

/* Identifiers in the path, and what follows a ';'. */
static unsigned
path_slots(const struct url *u, uint64_t origin, const struct hash_key *key, struct pattern_slot *ret, unsigned max)
{
	struct str identity = url_identity(u), path = url_pathname(u);
	size_t base = (size_t)(path.p - identity.p), at = 0, end;
	unsigned n = 0;

	for (; at < path.len && n < max; at = end + 1) {
		const char *slash = memchr(path.p + at, '/', path.len - at), *semicolon;
		struct str one;

		end = slash != NULL ? (size_t)(slash - path.p) : path.len;
		one = str_n(path.p + at, end - at);
		semicolon = memchr(one.p, ';', one.len);
		if (semicolon != NULL)
			slot_make(identity, base + (size_t)(semicolon - path.p), (size_t)(one.p + one.len - semicolon),
				hash_mix(origin, ';'), key, &ret[n++]);
		else if (is_identifier(one))
			slot_make(identity, base + at, one.len, hash_mix(hash_mix(origin, '/'),
				hash_fingerprint(key, path.p, at)), key, &ret[n++]);
	}
	return n;
}

unsigned
pattern_slots(const struct url *u, const struct hash_key *key, struct pattern_slot ret[PATTERN_MAX_SLOTS])
{
	struct str origin = origin_of(u);
	uint64_t h = hash_fingerprint(key, origin.p, origin.len);
	unsigned n = path_slots(u, h, key, ret, PATTERN_MAX_SLOTS);

	return n + query_slots(u, h, key, ret + n, PATTERN_MAX_SLOTS - n);
}

unsigned
pattern_words(const struct url *u, struct str parent)
{
	struct str s = url_identity(u);
	size_t i, from = (size_t)(url_pathname(u).p - s.p);
	bool counted = false;
	unsigned n = 0;

	for (i = 0; i < s.len && i < parent.len && s.p[i] == parent.p[i]; i++)
		if (i > from && !ascii_is_alnum((unsigned char)s.p[i]))
			from = i;
	for (i = from; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!ascii_is_alnum(c))
			counted = false;
		else if (ascii_is_alpha(c) && !counted)
			n += counted = true;
	}
	return n;
}
