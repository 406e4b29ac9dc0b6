/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/canon.h"

static void
drop_fragment(struct url *u)
{
	if (u->hash_start != URL_NO_OFFSET) {
		u->href_len = u->hash_start;
		u->hash_start = URL_NO_OFFSET;
	}
}

static void
drop_credentials(struct url *u)
{
	uint32_t to = u->protocol_end + 2;
	uint32_t from = u->host_start + 1; /* behind the '@' */
	uint32_t gone = from - to;

	if (!url_has_credentials(u))
		return;
	memmove(u->href + to, u->href + from, u->href_len - from);
	u->href_len -= gone;
	u->username_end = to;
	u->host_start = to;
	u->host_end -= gone;
	u->pathname_start -= gone;
	if (u->search_start != URL_NO_OFFSET)
		u->search_start -= gone;
}

static unsigned canon_policies; /* immutable after canon_use() */

void
canon_use(unsigned policies)
{
	CHECK((policies & ~(unsigned)CANON_ALL) == 0);
	canon_policies = policies;
}

#define NAME(s) { s, sizeof(s) - 1 }

/* Each belongs to whoever measures clicks; none of them is read by the site that is linked to. */
static const struct str tracking_names[] = { NAME("dclid"), NAME("fbclid"), NAME("gbraid"), NAME("gclid"), NAME("gclsrc"),
	NAME("igshid"), NAME("mc_cid"), NAME("mc_eid"), NAME("mkt_tok"), NAME("msclkid"), NAME("oly_anon_id"), NAME("oly_enc_id"),
	NAME("ttclid"), NAME("twclid"), NAME("vero_id"), NAME("wbraid"), NAME("yclid"), NAME("_hsenc"), NAME("_hsmi") };

static const struct str session_names[] = { NAME("phpsessid"), NAME("jsessionid"), NAME("sessionid"), NAME("session_id"),
	NAME("_sessionid"), NAME("aspsessionid"), NAME("bv_sessionid"), NAME("sid"), NAME("_sid"), NAME("zenid"), NAME("oscsid"),
	NAME("cfid"), NAME("cftoken") };

#undef NAME

static bool
is_one_of(struct str name, const struct str *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (name.len == names[i].len && str_ieq(name, names[i]))
			return true;
	return false;
}

static bool
is_dropped(struct str param, unsigned policies)
{
	struct str name = param, value;

	if (param.len == 0)
		return false;
	(void)str_cut(param, '=', &name, &value);
	if ((policies & CANON_TRACKING) != 0 && (str_istarts(name, STR("utm_")) ||
		is_one_of(name, tracking_names, ARRAY_LEN(tracking_names))))
		return true;
	return (policies & CANON_SESSION) != 0 && is_one_of(name, session_names, ARRAY_LEN(session_names));
}

static int
param_compare(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : a.len < b.len ? -1 : a.len > b.len;
}

/* Queries of more parameters stay as they are: what makes that many is no variant of another URL. */
#define CANON_PARAMS_MAX 64

/* The parameters that stay, in their order; false: too many. */
static bool
take_params(struct str query, unsigned policies, struct str params[CANON_PARAMS_MAX], size_t *ret_n, bool *ret_changed)
{
	bool more = true;
	size_t n = 0, k;

	*ret_changed = false;
	while (more) {
		struct str param, rest = STR_NONE;

		more = str_cut(query, '&', &param, &rest);
		if (!more)
			param = query;
		query = rest;
		if (is_dropped(param, policies)) {
			*ret_changed = true;
			continue;
		}
		if (n == CANON_PARAMS_MAX)
			return false;
		for (k = n++; (policies & CANON_SORT) != 0 && k > 0 && param_compare(params[k - 1], param) > 0; k--) {
			params[k] = params[k - 1];
			*ret_changed = true;
		}
		params[k] = param;
	}
	*ret_n = n;
	return true;
}

/* u has no fragment any more. */
static void
canon_query(struct url *u, unsigned policies)
{
	struct str params[CANON_PARAMS_MAX];
	char text[URL_MAX_BYTES];
	uint32_t from = u->search_start + 1;
	size_t n, i, len = 0;
	bool changed;

	CHECK(u->href_len <= sizeof(text));
	if (!take_params(str_n(u->href + from, u->href_len - from), policies, params, &n, &changed) || !changed)
		return;
	for (i = 0; i < n; i++) {
		if (i > 0)
			text[len++] = '&';
		memcpy(text + len, params[i].p, params[i].len);
		len += params[i].len;
	}
	if (n == 0) {
		u->href_len = u->search_start;
		u->search_start = URL_NO_OFFSET;
		return;
	}
	memcpy(u->href + from, text, len);
	u->href_len = from + (uint32_t)len;
}

/* Takes [from, to) of the path away. */
static void
cut_path(struct url *u, uint32_t from, uint32_t to)
{
	memmove(u->href + from, u->href + to, u->href_len - to);
	u->href_len -= to - from;
	if (u->search_start != URL_NO_OFFSET)
		u->search_start -= to - from;
}

/* A dot segment (WHATWG URL §4.4: "single-dot" and "double-dot URL path segment"): the parser would make another path of it. */
static bool
is_dots(struct str segment)
{
	unsigned n = 0;

	while (segment.len > 0) {
		size_t skip = segment.p[0] == '.' ? 1 : str_istarts(segment, STR("%2e")) ? 3 : 0;

		if (skip == 0)
			return false;
		segment = str_n(segment.p + skip, segment.len - skip);
		n++;
	}
	return n == 1 || n == 2;
}

/* Takes ";jsessionid=" and what follows out of the last segment, where the rest is one. The path's new end. */
static uint32_t
cut_session(struct url *u, uint32_t end)
{
	uint32_t start = end, i;

	while (start > u->pathname_start && u->href[start - 1] != '/')
		start--;
	for (i = end; i > start; i--) {
		if (u->href[i - 1] != ';' || !str_istarts(str_n(u->href + i, end - i), STR("jsessionid=")) ||
			is_dots(str_n(u->href + start, i - 1 - start)))
			continue;
		cut_path(u, i - 1, end);
		end = i - 1;
	}
	return end;
}

static void
canon_path(struct url *u, unsigned policies)
{
	uint32_t end = u->search_start != URL_NO_OFFSET ? u->search_start : u->href_len, i;

	if ((policies & CANON_SESSION) != 0)
		end = cut_session(u, end);
	if ((policies & CANON_SLASH) != 0) {
		for (i = end; i > u->pathname_start + 1 && u->href[i - 1] == '/'; i--)
			;
		if (i < end)
			cut_path(u, i, end);
	}
}

void
url_canon_exact(struct url *u)
{
	CHECK(url_is_http(u));
	drop_fragment(u);
	drop_credentials(u);
}

void
url_canon(struct url *u)
{
	unsigned policies = canon_policies;

	url_canon_exact(u);
	if ((policies & (CANON_TRACKING | CANON_SESSION | CANON_SORT)) != 0 && u->search_start != URL_NO_OFFSET)
		canon_query(u, policies);
	if ((policies & (CANON_SESSION | CANON_SLASH)) != 0)
		canon_path(u, policies);
}
