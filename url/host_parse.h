/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host_parse.h: inside url/ only: the parts of the host parser.
 */
#ifndef URL_HOST_PARSE_H
#define URL_HOST_PARSE_H

#include "base/buf.h"
#include "base/str.h"

/* A domain that is not ASCII may have this many bytes as UTF-8, and code points once mapped: DNS carries 255. */
#define IDNA_MAX_BYTES  4096
#define IDNA_MAX_POINTS 2048

/* "Ends in a number", §3.5: whether the host is to be read as an IPv4 address. */
bool host_ends_in_number(struct str domain);
/* IPv4 parser and serialiser: "0x7f.1" becomes "127.0.0.1" in out. 0 or -EINVAL. */
MUST_CHECK int host_put_ipv4(struct str domain, struct buf *out);
/* IPv6 parser and serialiser: text between the brackets, to "[::1]" in out. 0 or -EINVAL. */
MUST_CHECK int host_put_ipv6(struct str text, struct buf *out);

/*
 * Unicode ToASCII of UTS 46 with the flags of WHATWG URL §3.5 "domain to ASCII" (CheckHyphens no, CheckBidi and
 * CheckJoiners yes, UseSTD3ASCIIRules no, not transitional, VerifyDnsLength no). domain: valid UTF-8. 0, -EINVAL.
 */
MUST_CHECK int idna_to_ascii(struct str domain, struct buf *out);

/* Punycode (RFC 3492). ret_points has room for max code points; 0, -EINVAL. */
MUST_CHECK int punycode_decode(struct str s, uint32_t *ret_points, size_t max, size_t *ret_n);
MUST_CHECK int punycode_encode(const uint32_t *points, size_t n, struct buf *out);

#endif
