/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The short way through the URL parser, for the references that pages are made of: plain ASCII, to or from http(s),
 * with nothing to encode and no user info. Whatever is not surely one of these is left to url_parse.c, which is the
 * one that must be right; tests hold the two against each other. One pass over the reference, one or two memcpy.
 *
 * Where there is SSE2, which every x86-64 has, 16 bytes are looked at in one go: half of the instructions. URL_PORTABLE leaves it out,
 * so that what other processors run is tested too.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__SSE2__) && !defined(URL_PORTABLE)
#define URL_SSE2 1
#include <emmintrin.h>
#endif

#include "url/url_parse.h"

/* What a byte means behind the authority: bits, so that a whole reference is judged by their sum. */
enum { DOT = 1, COLON = 2, PERCENT = 4, QUERY = 8, HASH = 16, SLOW = 32, SLASH = 64 };

static const uint8_t rest_class[256] = {
	[0x00 ... 0x20] = SLOW,
	['"'] = SLOW,
	['#'] = HASH,
	['%'] = PERCENT,
	['\''] = SLOW, /* encoded in the query only */
	['.'] = DOT,
	['/'] = SLASH,
	[':'] = COLON,
	['<'] = SLOW,
	['>'] = SLOW,
	['?'] = QUERY,
	['\\'] = SLOW,
	['^'] = SLOW,
	['`'] = SLOW,
	['{'] = SLOW,
	['}'] = SLOW,
	[0x7f ... 0xff] = SLOW,
};

/* What a byte of a host becomes; 0: not a plain host. */
static const char host_byte[256] = {
	['-'] = '-', ['.'] = '.', ['_'] = '_',
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
	['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g',
	['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n',
	['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u',
	['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g',
	['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n',
	['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u',
	['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

/* What one pass over path, query and fragment finds: offsets into the reference, its length where absent. */
struct rest {
	uint32_t path, query, hash, end;
	bool dots;  /* a segment begins with '.', perhaps: the query is looked at too */
	bool colon; /* there is one somewhere */
};

/* "%2e" is a dot in disguise. */
static bool
has_hidden_dot(const char *p, const char *end)
{
	while ((p = memchr(p, '%', (size_t)(end - p))) != NULL) {
		if (end - p > 2 && p[1] == '2' && (p[2] | 0x20) == 'e')
			return true;
		p++;
	}
	return false;
}

/* What bytes mean, summed up. dots: DOT, if one of them stands behind a slash. */
struct meaning {
	unsigned all, dots;
};

/* No branch depends on the bytes: what they are cannot be predicted. DOT is bit 0, SLASH bit 6. */
static inline struct meaning
meaning_of_each(const unsigned char *b, uint32_t i, uint32_t n)
{
	struct meaning m = { 0, 0 };
	unsigned before = SLASH;

	for (; i < n; i++) {
		unsigned class = rest_class[b[i]];

		m.all |= class;
		m.dots |= class & before >> 6;
		before = class;
	}
	return m;
}

#ifdef URL_SSE2
static inline __m128i
is_byte(__m128i v, char c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

/* rest_class has SLOW for them. */
static inline __m128i
is_slow(__m128i v)
{
	/* Signed: what is not ASCII is less than 0. */
	__m128i slow = _mm_cmplt_epi8(v, _mm_set1_epi8(0x21));

	slow = _mm_or_si128(slow, is_byte(_mm_or_si128(v, _mm_set1_epi8(2)), '>'));  /* and '<' */
	slow = _mm_or_si128(slow, is_byte(_mm_or_si128(v, _mm_set1_epi8(2)), '^'));  /* and '\\' */
	slow = _mm_or_si128(slow, is_byte(_mm_or_si128(v, _mm_set1_epi8(4)), 0x7f)); /* and '{' */
	slow = _mm_or_si128(slow, _mm_or_si128(is_byte(v, '}'), is_byte(v, '`')));
	return _mm_or_si128(slow, _mm_or_si128(is_byte(v, '"'), is_byte(v, '\'')));
}

/* As meaning_of_each(), of b[i] to b[n - 1], 16 bytes or more. The last ones are looked at twice, perhaps with some that stand before b[i]. */
static inline struct meaning
meaning_of(const unsigned char *b, uint32_t i, uint32_t n)
{
	__m128i slow = _mm_setzero_si128(), hash = slow, query = slow, percent = slow, colon = slow;
	unsigned dots = 0, before = 1;

	for (uint32_t at = i;; at += 16) {
		uint32_t from = n - at < 16 ? n - 16 : at;
		__m128i v = _mm_loadu_si128((const void *)(b + from));
		unsigned slashes = (unsigned)_mm_movemask_epi8(is_byte(v, '/'));

		if (from != at)
			before = from > 0 && b[from - 1] == '/';
		slow = _mm_or_si128(slow, is_slow(v));
		hash = _mm_or_si128(hash, is_byte(v, '#'));
		query = _mm_or_si128(query, is_byte(v, '?'));
		percent = _mm_or_si128(percent, is_byte(v, '%'));
		colon = _mm_or_si128(colon, is_byte(v, ':'));
		dots |= (unsigned)_mm_movemask_epi8(is_byte(v, '.')) & (slashes << 1 | before);
		before = slashes >> 15;
		if (n - at <= 16)
			break;
	}
	return (struct meaning){
		.all = (_mm_movemask_epi8(slow) != 0 ? SLOW : 0u) | (_mm_movemask_epi8(hash) != 0 ? HASH : 0u) |
			(_mm_movemask_epi8(query) != 0 ? QUERY : 0u) | (_mm_movemask_epi8(percent) != 0 ? PERCENT : 0u) |
			(_mm_movemask_epi8(colon) != 0 ? COLON : 0u),
		.dots = dots != 0 ? DOT : 0u,
	};
}
#endif

/* Reads s from r->path on, where a slash stands before it. False: not for the short way. */
static inline bool
scan_rest(struct str s, struct rest *r)
{
	const unsigned char *b = (const unsigned char *)s.p;
	uint32_t n = (uint32_t)s.len;
	struct meaning m;
	unsigned all;

#ifdef URL_SSE2
	m = n >= 16 && n > r->path ? meaning_of(b, r->path, n) : meaning_of_each(b, r->path, n);
#else
	m = meaning_of_each(b, r->path, n);
#endif
	all = m.all;
	if (all & SLOW)
		return false;
	r->dots = (m.dots & DOT) != 0;
	r->colon = (all & COLON) != 0;
	r->query = r->hash = r->end = n;
	if (all & HASH) {
		const char *hash = memchr(s.p + r->path, '#', n - r->path);

		r->query = r->hash = (uint32_t)(hash - s.p);
	}
	if (all & QUERY) {
		const char *query = memchr(s.p + r->path, '?', r->hash - r->path);

		if (query != NULL)
			r->query = (uint32_t)(query - s.p);
	}
	return (all & PERCENT) == 0 || !has_hidden_dot(s.p + r->path, s.p + r->query);
}

/* Room for the whole result, so that nothing below can fail; false sends it to url_parse.c, which will say why. */
static inline bool
reserve(struct url *ret, size_t len)
{
	char *href;

	if (LIKELY(len <= ret->href_cap))
		return true;
	if (len > URL_MAX_BYTES)
		return false;
	/* Never beyond the ceiling: what fits into the memory is taken for short enough, here and in url_parse.c. */
	len = len + len / 2 < URL_MAX_BYTES ? len + len / 2 : URL_MAX_BYTES;
	href = realloc(ret->href, len);
	if (href == NULL)
		return false;
	ret->href = href;
	ret->href_cap = (uint32_t)len;
	return true;
}

/* The path's segments, with dots, behind what href holds up to at; pathname_start bounds "..". Returns the new end. */
static uint32_t
put_dotted(struct url *u, uint32_t at, struct str path)
{
	size_t i = 0;

	/* href ends in the '/' that stands before the first segment. */
	for (;;) {
		const char *slash = memchr(path.p + i, '/', path.len - i);
		size_t end = slash != NULL ? (size_t)(slash - path.p) : path.len;
		struct str seg = str_n(path.p + i, end - i);

		if (seg.len == 2 && seg.p[0] == '.' && seg.p[1] == '.') {
			if (at > u->pathname_start + 1)
				at--;
			while (u->href[at - 1] != '/')
				at--;
		} else if (!(seg.len == 1 && seg.p[0] == '.')) {
			memcpy(u->href + at, seg.p, seg.len);
			at += (uint32_t)seg.len;
			if (slash != NULL)
				u->href[at++] = '/';
		}
		if (slash == NULL)
			return at;
		i = end + 1;
	}
}

/* Appends path (from: its first byte behind the slash that href ends in), query and fragment. */
static inline void
put_rest(struct url *u, uint32_t at, struct str s, const struct rest *r, uint32_t from)
{
	if (UNLIKELY(r->dots)) {
		at = put_dotted(u, at, str_n(s.p + from, r->query - from));
		from = r->query;
	}
	memcpy(u->href + at, s.p + from, r->end - from);
	u->search_start = r->query < r->hash ? at + (r->query - from) : URL_NO_OFFSET;
	u->hash_start = r->hash < r->end ? at + (r->hash - from) : URL_NO_OFFSET;
	u->href_len = at + (r->end - from);
}

/* The base's href up to `to`, with the offsets of what that holds. */
static inline void
put_base(struct url *u, const struct url *b, uint32_t to)
{
	char *href = u->href;
	uint32_t cap = u->href_cap;

	*u = *b;
	u->href = href;
	u->href_cap = cap;
	memcpy(href, b->href, to);
}

/* Empty, "?query", "#fragment": the base's path stays. */
static bool
fast_same_path(struct url *ret, struct str s, const struct url *b)
{
	struct rest r = { .path = 0 };
	struct str identity = url_identity(b);
	uint32_t to = (uint32_t)identity.len;
	bool keeps_query;

	if (!scan_rest(s, &r))
		return false;
	keeps_query = r.query == r.hash && b->search_start != URL_NO_OFFSET;
	if (!keeps_query && b->search_start != URL_NO_OFFSET)
		to = b->search_start;
	if (!reserve(ret, to + s.len))
		return false;
	put_base(ret, b, to);
	put_rest(ret, to, s, &r, 0);
	if (keeps_query)
		ret->search_start = b->search_start;
	return true;
}

/* There is a ':' before any '/'. */
static bool
may_have_scheme(struct str s)
{
	const char *colon = memchr(s.p, ':', s.len);

	return colon != NULL && memchr(s.p, '/', (size_t)(colon - s.p)) == NULL;
}

/* "/path" and "path": slashes is what stands before the first segment, 0 or 1. */
static bool
fast_path(struct url *ret, struct str s, const struct url *b, uint32_t slashes)
{
	struct rest r = { .path = slashes };
	uint32_t to = b->pathname_start + 1;

	if (!scan_rest(s, &r))
		return false;
	if (slashes == 0) {
		struct str path = url_pathname(b);

		if (UNLIKELY(r.colon) && may_have_scheme(str_n(s.p, r.query)))
			return false;
		to = (uint32_t)((const char *)memrchr(path.p, '/', path.len) - b->href) + 1;
	}
	if (!reserve(ret, to + s.len))
		return false;
	put_base(ret, b, to);
	put_rest(ret, to, s, &r, slashes);
	return true;
}

/* Port digits at s[i]: the number, with i behind it; false if not plain (no digits, or too many). */
static bool
read_port(struct str s, uint32_t *i, uint32_t *ret_port)
{
	uint32_t start = *i, port = 0;

	for (; *i < s.len && ascii_is_digit((unsigned char)s.p[*i]); ++*i) {
		if (*i - start == 5)
			return false;
		port = port * 10 + (uint32_t)(s.p[*i] - '0');
	}
	*ret_port = port;
	return *i > start && port <= UINT16_MAX;
}

/* ":8080" behind the host that ends at `to`; the new end. */
static uint32_t
put_port(struct url *u, uint32_t to, uint32_t port)
{
	char digits[5];
	size_t d = sizeof(digits);

	u->port = port;
	do {
		digits[--d] = (char)('0' + port % 10);
		port /= 10;
	} while (port != 0);
	u->href[to++] = ':';
	memcpy(u->href + to, digits + d, sizeof(digits) - d);
	return to + (uint32_t)(sizeof(digits) - d);
}

/* "192.0.2.1": four numbers as they are written out again (§3.5 "IPv4 serializer"), below 256 and without zeros before them. */
static bool
is_plain_ipv4(const char *p, const char *end)
{
	unsigned parts = 0, value = 0, digits = 0;

	for (;; p++) {
		if (p == end || *p == '.') {
			if (digits == 0 || value > 255 || ++parts > 4)
				return false;
			if (p == end)
				return parts == 4;
			value = digits = 0;
			continue;
		}
		if (!ascii_is_digit((unsigned char)*p) || digits == 3 || (digits > 0 && value == 0))
			return false;
		value = value * 10 + (unsigned)(*p - '0');
		digits++;
	}
}

#ifdef URL_SSE2
/* Are the bytes from a to b? */
static inline __m128i
is_between(__m128i v, char a, char b)
{
	return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(a - 1))), _mm_cmplt_epi8(v, _mm_set1_epi8((char)(b + 1))));
}

/* Copies 16 bytes, as host_byte has them; returns how many of them, from the first one on, are a host's. ret_dots: bits. */
static inline uint32_t
copy_host(char *dst, const char *src, unsigned *ret_dots)
{
	__m128i v = _mm_loadu_si128((const void *)src), dots = is_byte(v, '.'), ok;
	unsigned others;
	uint32_t n;

	v = _mm_or_si128(v, _mm_and_si128(is_between(v, 'A', 'Z'), _mm_set1_epi8(0x20)));
	ok = _mm_or_si128(_mm_or_si128(is_between(v, 'a', 'z'), is_between(v, '0', '9')),
		_mm_or_si128(dots, _mm_or_si128(is_byte(v, '-'), is_byte(v, '_'))));
	_mm_storeu_si128((void *)dst, v);
	others = (unsigned)_mm_movemask_epi8(ok) ^ 0xffffu;
	n = others != 0 ? (uint32_t)__builtin_ctz(others) : 16;
	*ret_dots = (unsigned)_mm_movemask_epi8(dots) & ((1u << n) - 1);
	return n;
}
#endif

/* "https://host:port/path" and "//host/path"; at: where the host begins in s. */
static bool
fast_absolute(struct url *ret, struct str s, enum url_scheme scheme, uint32_t at)
{
	uint32_t default_port = scheme == URL_SCHEME_HTTPS ? 443 : 80;
	uint32_t host = scheme == URL_SCHEME_HTTPS ? 8 : 7, to = host, label = host, port = URL_NO_PORT;
	uint32_t i = at, n = (uint32_t)s.len;
	struct rest r;
	char c;

	/* One byte for the path's slash, and "https:" where the reference has it not. */
	if (!reserve(ret, s.len + sizeof("https:/")))
		return false;
#ifdef URL_SSE2
	/* There is room: what is behind the host in s has its place in href too. */
	for (uint32_t got = 16; got == 16 && n - i >= 16; i += got, to += got) {
		unsigned dots;

		got = copy_host(ret->href + to, s.p + i, &dots);
		if (dots != 0)
			label = to + 32 - (uint32_t)__builtin_clz(dots);
	}
#endif
	for (; i < n && (c = host_byte[(unsigned char)s.p[i]]) != 0; i++) {
		ret->href[to++] = c;
		label = c == '.' ? to : label;
	}
	/* The last label empty or beginning with a digit: an address, perhaps, and maybe one in another guise. Else anything ASCII is
	 * a valid domain if its bytes are (§3.5 "domain to ASCII"), "xn--" too. */
	if (to == label || (ascii_is_digit((unsigned char)ret->href[label]) && !is_plain_ipv4(ret->href + host, ret->href + to)))
		return false;
	r.path = i;
	if (r.path < n && s.p[r.path] == ':') {
		r.path++;
		if (!read_port(s, &r.path, &port))
			return false;
	}
	if (r.path < n && s.p[r.path] == '/')
		r.path++;
	else if (r.path < n && s.p[r.path] != '?' && s.p[r.path] != '#')
		return false;
	if (!scan_rest(s, &r))
		return false;

	memcpy(ret->href, scheme == URL_SCHEME_HTTPS ? "https://" : "http://", host);
	ret->scheme = scheme;
	ret->opaque_path = false;
	ret->protocol_end = host - 2;
	ret->username_end = ret->host_start = host;
	ret->host_end = to;
	ret->port = URL_NO_PORT;
	if (port != URL_NO_PORT && port != default_port)
		to = put_port(ret, to, port);
	ret->pathname_start = to;
	ret->href[to++] = '/';
	put_rest(ret, to, s, &r, r.path);
	return true;
}

bool
url_parse_fast(struct url *ret, struct str s, const struct url *base, int *ret_err)
{
	bool based = base != NULL && url_is_http(base);
	bool done = false;

	if (s.len > 7 && s.p[0] == 'h' && memcmp(s.p, "http", 4) == 0) {
		if (memcmp(s.p + 4, "://", 3) == 0)
			done = fast_absolute(ret, s, URL_SCHEME_HTTP, 7);
		else if (s.p[7] == '/' && s.len > 8 && memcmp(s.p + 4, "s://", 4) == 0)
			done = fast_absolute(ret, s, URL_SCHEME_HTTPS, 8);
		else if (based)
			done = fast_path(ret, s, base, 0);
	} else if (!based) {
		return false;
	} else if (s.len == 0 || s.p[0] == '#' || s.p[0] == '?') {
		done = fast_same_path(ret, s, base);
	} else if (s.p[0] == '/') {
		if (s.len > 1 && s.p[1] == '/')
			done = fast_absolute(ret, s, base->scheme, 2);
		else
			done = fast_path(ret, s, base, 1);
	} else {
		done = fast_path(ret, s, base, 0);
	}
	*ret_err = 0;
	return done;
}
