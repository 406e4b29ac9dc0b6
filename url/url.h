/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * url.h: URLs after the WHATWG URL Standard (https://url.spec.whatwg.org/, "basic URL parser" §4.4,
 * serialising §4.5), kept as one serialised string with the offsets of its parts.
 *
 * Order of calls: url_init(); url_parse() as often as wanted (the memory is reused: no allocation once it is
 * large enough); url_release(). Parts are borrowed views into href, valid until the next url_parse() or
 * url_release(). One owner; const struct url may be read by any thread.
 *
 * Failures: -EINVAL not a valid URL, -EMSGSIZE longer than URL_MAX_BYTES (input or result), -ENOMEM. After a
 * failure the struct holds no URL (href_len 0) but may be parsed into again.
 */
#ifndef URL_URL_H
#define URL_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* What servers and browsers agree to carry; also the ceiling of every name we derive from a URL. */
#define URL_MAX_BYTES 16384

enum url_scheme {
	URL_SCHEME_OTHER, /* not special */
	URL_SCHEME_HTTP,
	URL_SCHEME_HTTPS,
	URL_SCHEME_FTP,
	URL_SCHEME_WS,
	URL_SCHEME_WSS,
	URL_SCHEME_FILE,
};

#define URL_NO_PORT   UINT32_MAX
#define URL_NO_OFFSET UINT32_MAX

/*
 *	https://user:pass@example.com:1234/foo/bar?baz#quux
 *	      |     |    |          | ^^^^|       |   |
 *	      |     |    |          | |   |       |   `- hash_start
 *	      |     |    |          | |   |       `----- search_start
 *	      |     |    |          | |   `------------- pathname_start
 *	      |     |    |          | `----------------- port
 *	      |     |    |          `------------------- host_end
 *	      |     |    `------------------------------ host_start (at '@' when there are credentials)
 *	      |     `----------------------------------- username_end
 *	      `----------------------------------------- protocol_end (behind ':')
 */
struct url {
	char *href; /* not NUL-terminated */
	uint32_t href_len, href_cap; /* href_len <= href_cap <= URL_MAX_BYTES */
	uint32_t protocol_end, username_end, host_start, host_end, port, pathname_start, search_start,
		hash_start; /* search_start, hash_start: URL_NO_OFFSET when absent */
	enum url_scheme scheme;
	bool opaque_path;
};

void url_init(struct url *u);
void url_release(struct url *u);

/*
 * Parses s (any bytes; treated as UTF-8, bad bytes become U+FFFD) against base (NULL: must be absolute).
 * ret may not be base.
 */
MUST_CHECK int url_parse(struct url *ret, struct str s, const struct url *base);

/*
 * How the query of a URL is encoded when the document's charset is not UTF-8 (WHATWG URL, "percent-encode after
 * encoding"): encodes s (UTF-8) and appends the bytes, unpercented, to out; characters the charset lacks become
 * "&#N;" decimal references. 0 or negative errno. NULL encoder = UTF-8.
 */
struct url_query_encoder {
	int (*encode)(void *arg, struct str s, struct buf *out);
	void *arg;
};
MUST_CHECK int url_parse_charset(struct url *ret, struct str s, const struct url *base,
	const struct url_query_encoder *encoder);

MUST_CHECK int url_copy(struct url *dst, const struct url *src);

/* The parts, as the API of the standard's §6.1 names them. */
struct str url_href(const struct url *u);
struct str url_protocol(const struct url *u); /* "https:" */
struct str url_username(const struct url *u);
struct str url_password(const struct url *u);
struct str url_host(const struct url *u);     /* with ":port" if not the default */
struct str url_hostname(const struct url *u); /* "[::1]" with brackets */
struct str url_port(const struct url *u);     /* "" when absent or the default */
struct str url_pathname(const struct url *u);
struct str url_search(const struct url *u); /* "?baz", "" when empty or absent */
struct str url_hash(const struct url *u);

static inline bool
url_is_http(const struct url *u)
{
	return u->scheme == URL_SCHEME_HTTP || u->scheme == URL_SCHEME_HTTPS;
}
bool url_has_credentials(const struct url *u);
/* The port to connect to: the one given, or the scheme's default; 0 for schemes without one. */
uint16_t url_port_number(const struct url *u);

/*
 * What two URLs have in common when they name the same resource: href without fragment. A view of href. For http(s)
 * URLs that went through url_canon() (url/canon.h), this is the string that is fingerprinted.
 */
struct str url_identity(const struct url *u);

/* "https://example.com:1234" (WHATWG URL §4.7 for http, https): a prefix of href when there are no credentials. */
MUST_CHECK int url_origin(const struct url *u, struct buf *out);

#endif
