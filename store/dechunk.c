/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/dechunk.h"

#define DECHUNK_DIGITS_MAX 15

static enum dechunk_state
after_size_line(const struct dechunk *d)
{
	if (d->digits == 0)
		return DECHUNK_BAD;
	return d->size == 0 ? DECHUNK_TRAILER : DECHUNK_DATA;
}

/* A byte that is no data. */
static void
step(struct dechunk *d, unsigned char c)
{
	int v = ascii_hex(c);

	switch (d->state) {
	case DECHUNK_SIZE:
		if (v >= 0 && d->digits < DECHUNK_DIGITS_MAX) {
			d->size = d->size << 4 | (unsigned)v;
			d->digits++;
		} else if (v >= 0) {
			d->state = DECHUNK_BAD;
		} else {
			d->state = c == '\n' ? after_size_line(d) : DECHUNK_EXTENSION;
		}
		break;
	case DECHUNK_EXTENSION:
		if (c == '\n')
			d->state = after_size_line(d);
		break;
	case DECHUNK_DATA_END:
		if (c == '\n')
			*d = (struct dechunk){ .state = DECHUNK_SIZE };
		else if (c != '\r')
			d->state = DECHUNK_BAD;
		break;
	case DECHUNK_DATA:
	case DECHUNK_TRAILER:
	case DECHUNK_BAD:
		break;
	}
}

struct str
dechunk(struct dechunk *d, struct str *rest, bool *ret_data)
{
	struct str part = *rest;

	*ret_data = d->state == DECHUNK_DATA;
	if (*ret_data) {
		if (part.len > d->size)
			part.len = (size_t)d->size;
		d->size -= part.len;
		if (d->size == 0)
			d->state = DECHUNK_DATA_END;
	} else if (d->state != DECHUNK_TRAILER && d->state != DECHUNK_BAD) {
		part.len = 1;
		step(d, (unsigned char)part.p[0]);
	}
	*rest = str_n(rest->p + part.len, rest->len - part.len);
	return part;
}
