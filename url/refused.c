/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "url/canon.h"
#include "url/refused.h"

_Static_assert(OUTCOME_COUNT <= 256, "a reason is a byte");

/* "mailto:" and the like, of what is too long to be read: http and https are no others. */
static bool
has_other_scheme(struct str value)
{
	size_t i = 0;

	while (i < value.len && (ascii_is_alnum((unsigned char)value.p[i]) || memchr("+-.", value.p[i], 3) != NULL))
		i++;
	if (i == value.len || value.p[i] != ':' || !ascii_is_alpha((unsigned char)value.p[0]))
		return false;
	value.len = i;
	return !str_ieq(value, STR("http")) && !str_ieq(value, STR("https"));
}

/* At the end of a character, if it is UTF-8. */
static size_t
cut_at(struct str text)
{
	size_t len = REFUSED_TEXT_MAX - (sizeof(REFUSED_CUT) - 1), i;

	for (i = len; i > len - 4; i--)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80)
			return i;
	return len;
}

void
refused_text(struct str value, int err, const struct url *u, struct buf *out, enum outcome *ret_reason)
{
	struct str text = str_trim(value);
	const char *nul;

	*ret_reason = OUTCOME_BAD_URL;
	if (err == 0) {
		*ret_reason = OUTCOME_SCHEME;
		text = url_identity(u);
	} else if (err == -EMSGSIZE && has_other_scheme(text)) {
		*ret_reason = OUTCOME_SCHEME;
	}
	nul = text.len > 0 ? memchr(text.p, 0, text.len) : NULL;
	if (nul != NULL)
		text.len = (size_t)(nul - text.p);
	if (text.len > REFUSED_TEXT_MAX - (nul != NULL ? sizeof(REFUSED_CUT) - 1 : 0))
		text.len = cut_at(text);
	else if (nul == NULL) {
		buf_add_str(out, text);
		return;
	}
	buf_add_str(out, text);
	buf_add_str(out, STR(REFUSED_CUT));
}

int
refused_is_url(struct str text, struct url *scratch)
{
	int r = url_parse(scratch, text, NULL);

	if (r == -ENOMEM)
		return r;
	if (r < 0 || !url_is_http(scratch))
		return 0;
	url_canon_exact(scratch);
	return str_eq(url_identity(scratch), text);
}

bool
refused_next(struct str *records, struct refused *ret_head, struct str *ret_text)
{
	if (records->len == 0)
		return false;
	CHECK(records->len > sizeof(*ret_head));
	memcpy(ret_head, records->p, sizeof(*ret_head));
	CHECK(ret_head->len <= records->len - sizeof(*ret_head));
	*ret_text = str_n(records->p + sizeof(*ret_head), ret_head->len);
	*records = str_n(ret_text->p + ret_text->len, records->len - sizeof(*ret_head) - ret_text->len);
	return true;
}
