/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <inttypes.h>

#include "base/cleanup.h"
#include "parse/worker/inspect_impl.h"
#include "url/canon.h"
#include "url/date.h"
#include "url/host.h"
#include "url/url.h"

struct query_charset {
	struct charset_encoders *encoders;
	enum charset charset;
};

static int
encode_query(void *arg, struct str s, struct buf *out)
{
	struct query_charset *q = arg;

	return charset_encode(q->encoders, q->charset, s, out);
}

static void
add_part(struct buf *out, const char *name, struct str value)
{
	json_key(out, name);
	json_str(out, value);
}

/* Canonical form and fingerprint; only http and https URLs have them. */
static void
add_canonical(struct inspect *in, struct url *url, struct buf *out)
{
	char fp[17];

	if (!url_is_http(url))
		return;
	url_canon(url);
	add_part(out, "canonical", url_identity(url));
	(void)snprintf(fp, sizeof(fp), "%016" PRIx64,
		hash_fingerprint(&in->key, url_identity(url).p, url_identity(url).len));
	add_part(out, "fingerprint", str_of(fp));
}

static void
add_parts(struct buf *out, const struct url *url)
{
	add_part(out, "href", url_href(url));
	add_part(out, "protocol", url_protocol(url));
	add_part(out, "username", url_username(url));
	add_part(out, "password", url_password(url));
	add_part(out, "host", url_host(url));
	add_part(out, "hostname", url_hostname(url));
	add_part(out, "port", url_port(url));
	add_part(out, "pathname", url_pathname(url));
	add_part(out, "search", url_search(url));
	add_part(out, "hash", url_hash(url));
}

static int
answer_url(struct inspect *in, struct str input, struct str base_text, struct query_charset *charset, struct url *url,
	struct url *base, struct buf *out)
{
	struct url_query_encoder encoder = { encode_query, charset };
	bool plain = charset->charset == CHARSET_UTF_8 || !charset_is_ascii_compatible(charset->charset);
	int r = 0;

	if (charset->charset == CHARSET_ISO_2022_JP)
		plain = false;
	if (base_text.p != NULL)
		r = url_parse(base, base_text, NULL);
	if (r >= 0)
		r = url_parse_charset(url, input, base_text.p != NULL ? base : NULL, plain ? NULL : &encoder);
	if (r == -ENOMEM)
		return r;
	json_begin(out);
	if (r < 0) {
		json_key(out, "failure");
		json_bool(out, true);
	} else {
		add_parts(out, url);
		add_canonical(in, url, out);
	}
	json_end(out);
	return buf_err(out);
}

int
inspect_url(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct str input = inspect_str(request, "input"), label = inspect_str(request, "charset");
	struct query_charset charset = { &in->encoders, CHARSET_UTF_8 };
	struct url url, base;
	int r;

	if (input.p == NULL)
		return inspect_bad("input: the URL is missing", ret_error);
	if (label.p != NULL && !charset_by_label(label, &charset.charset))
		return inspect_bad("charset: no such encoding", ret_error);
	url_init(&url);
	url_init(&base);
	r = answer_url(in, input, inspect_str(request, "base"), &charset, &url, &base, out);
	url_release(&url);
	url_release(&base);
	return r;
}

int
inspect_host(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	CLEANUP(buf_releasep) struct buf host = BUF_INIT(URL_MAX_BYTES);
	struct str input = inspect_str(request, "input");
	int r;

	if (input.p == NULL)
		return inspect_bad("input: the host is missing", ret_error);
	r = host_parse(input, &host);
	if (r == -ENOMEM)
		return r;
	json_begin(out);
	json_key(out, "output");
	if (r < 0)
		json_nil(out);
	else
		json_str(out, buf_str(&host));
	json_end(out);
	return buf_err(out);
}

/* In the form that was asked in: "\u98df\u72ee.com.cn" for a host in Unicode, "xn--85x722f.com.cn" for one in ASCII. */
static int
put_registrable(struct str domain, struct str input, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf unicode = BUF_INIT(URL_MAX_BYTES);
	size_t i;
	int r;

	for (i = 0; i < input.len && (unsigned char)input.p[i] < 0x80; i++)
		;
	if (i == input.len) {
		json_str(out, domain);
		return 0;
	}
	r = host_to_unicode(domain, &unicode);
	if (r == 0)
		json_str(out, buf_str(&unicode));
	return r;
}

int
inspect_registrable(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	CLEANUP(buf_releasep) struct buf host = BUF_INIT(URL_MAX_BYTES);
	struct str input = inspect_str(request, "input"), domain = STR_NONE;
	int r;

	if (input.p == NULL)
		return inspect_bad("input: the host is missing", ret_error);
	r = host_parse(input, &host);
	if (r == -ENOMEM)
		return r;
	if (r >= 0)
		domain = host_registrable(buf_str(&host));
	json_begin(out);
	json_key(out, "registrable");
	if (domain.p == NULL)
		json_nil(out);
	else if ((r = put_registrable(domain, input, out)) < 0)
		return r;
	json_end(out);
	return buf_err(out);
}

int
inspect_date(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct str input = inspect_str(request, "input");
	int64_t unix_s = 0;
	int r;

	if (input.p == NULL)
		return inspect_bad("input: the date is missing", ret_error);
	r = date_parse_any(input, &unix_s);
	json_begin(out);
	json_key(out, "unix");
	if (r < 0)
		json_nil(out);
	else
		json_i64(out, unix_s);
	json_end(out);
	return buf_err(out);
}
