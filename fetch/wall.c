/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/check.h"
#include "fetch/wall.h"

struct wall_row {
	enum outcome outcome;
	uint16_t from, to;
	struct str header, value, mark; /* empty: none */
	const char *text;
};

#define ROW_STR(literal) { (literal), sizeof(literal) - 1 }

static const struct wall_row rows[] = {
#define WALL(outcome, from, to, header, value, mark, text)                                         \
	{ OUTCOME_##outcome, from, to, ROW_STR(header), ROW_STR(value), ROW_STR(mark), text },
#include "fetch/wall.def"
#undef WALL
};

_Static_assert(ARRAY_LEN(rows) <= 32, "a bit of struct wall for each");

/* A bit for each length that a row's header has: most fields of an answer need no look at the rows. */
static const uint64_t header_lengths = 0
#define WALL(outcome, from, to, header, value, mark, text) | UINT64_C(1) << (sizeof(header) - 1)
#include "fetch/wall.def"
#undef WALL
	;

void
wall_begin(struct wall *w)
{
	w->seen = w->len = 0;
	w->cut = false;
}

static bool
holds_any_case(struct str s, struct str what)
{
	size_t i;

	for (i = 0; i + what.len <= s.len; i++)
		if (str_ieq(str_n(s.p + i, what.len), what))
			return true;
	return false;
}

void
wall_field(struct wall *w, struct str name, struct str value)
{
	size_t i;

	if (name.len == 0 || name.len >= 64 || (header_lengths >> name.len & 1) == 0)
		return;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].header.len == name.len && str_ieq(name, rows[i].header) && holds_any_case(value, rows[i].value))
			w->seen |= 1u << i;
}

void
wall_body(struct wall *w, unsigned status, struct str data)
{
	size_t room = (status < 300 && w->seen == 0 ? WALL_SMALL_BYTES : sizeof(w->prefix)) - w->len;

	if (data.len > room) {
		w->cut = true;
		data.len = room;
	}
	if (data.len > 0)
		memcpy(w->prefix + w->len, data.p, data.len);
	w->len += (uint32_t)data.len;
}

static bool
row_matches(const struct wall *w, size_t i, unsigned status)
{
	const struct wall_row *r = &rows[i];

	if (status < r->from || status > r->to)
		return false;
	if (r->header.len > 0 && (w->seen >> i & 1) == 0)
		return false;
	if (r->mark.len == 0)
		return true;
	/* A page that may be about walls. */
	if (status < 300 && r->header.len == 0 && (w->cut || w->len > WALL_SMALL_BYTES))
		return false;
	return memmem(w->prefix, w->len, r->mark.p, r->mark.len) != NULL;
}

enum outcome
wall_end(const struct wall *w, unsigned status, const char **ret_text)
{
	size_t i;

	/* Nearly every answer. */
	if (status < 300 && w->seen == 0 && (w->cut || w->len == 0))
		return OUTCOME_OK;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		if (row_matches(w, i, status)) {
			*ret_text = rows[i].text;
			return rows[i].outcome;
		}
	}
	return OUTCOME_OK;
}
