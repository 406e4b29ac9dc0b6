/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query and fragment states of the basic URL parser, WHATWG URL §4.4. */
#include "config.h"

#include "url/url_parser.h"

/* The encoder's answer to a query of URL_MAX_BYTES: a character may become "&#1114111;". */
#define ENCODED_QUERY_MAX_BYTES (URL_MAX_BYTES * 10)

/* "&#123;" at s: its length, or 0. */
static size_t
reference_len(struct str s)
{
	size_t i = 2;

	if (!str_starts(s, STR("&#")))
		return 0;
	while (i < s.len && ascii_is_digit((unsigned char)s.p[i]))
		i++;
	return i > 2 && i < s.len && s.p[i] == ';' ? i + 1 : 0;
}

/*
 * "Percent-encode after encoding", §1.3. No '#' of the document's own comes this far, so "&#N;" in the encoder's answer
 * stands for a character the charset lacks, and its '&', '#' and ';' are encoded too; but not where ISO-2022-JP
 * has switched to two-byte characters, where these bytes mean something else.
 */
static void
put_encoded(struct parser *p, struct str s, enum percent_set set)
{
	bool two_byte = false;
	size_t i, n;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == 0x1b && s.len - i > 2)
			two_byte = s.p[i + 1] == '$';
		n = two_byte ? 0 : reference_len(parser_skip(s, i));
		if (n > 0) {
			buf_add_str(&p->out, STR("%26%23"));
			buf_add(&p->out, s.p + i + 2, n - 3);
			buf_add_str(&p->out, STR("%3B"));
			i += n - 1;
		} else {
			percent_encode(&p->out, str_n(s.p + i, 1), set);
		}
	}
}

static bool
is_plain_ascii(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == 0x0e || s.p[i] == 0x0f || s.p[i] == 0x1b)
			return false;
	return true;
}

/* Query state. */
void
parser_put_query(struct parser *p)
{
	enum percent_set set = parser_is_special(p) ? PERCENT_SPECIAL_QUERY : PERCENT_QUERY;
	bool by_charset = p->encoder != NULL && parser_is_special(p) && p->u->scheme != URL_SCHEME_WS &&
		p->u->scheme != URL_SCHEME_WSS && !is_plain_ascii(p->query);

	p->u->search_start = parser_at(p);
	buf_addc(&p->out, '?');
	if (by_charset) {
		struct buf encoded = BUF_INIT(ENCODED_QUERY_MAX_BYTES);
		int r = p->encoder->encode(p->encoder->arg, p->query, &encoded);

		if (r == 0)
			put_encoded(p, buf_str(&encoded), set);
		else
			p->err = r;
		buf_release(&encoded);
	} else {
		percent_encode(&p->out, p->query, set);
	}
}

void
parser_put_fragment(struct parser *p)
{
	p->u->hash_start = parser_at(p);
	buf_addc(&p->out, '#');
	percent_encode(&p->out, p->fragment, PERCENT_FRAGMENT);
}
