/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "fetch/address.h"
#include "fetch/head.h"
#include "fetch/hstsset.h"
#include "fetch/jar.h"
#include "fetch/known.h"
#include "fetch/session.h"

static int64_t
now_s(void)
{
	return clock_wall_us() / CLOCK_US_PER_SEC;
}

/* Whatever else became of the answer. Without memory for one it is not kept. */
static void
take_cookies(struct fetch *f, struct job *j)
{
	if (f->jar != NULL && jar_set_all(f->jar, &j->url, buf_str(&j->set_cookies), now_s()) < 0)
		log_warning("out of memory: a cookie is not kept");
	buf_reset(&j->set_cookies, COOKIE_MAX_BYTES);
}

/* Only from a server whose certificate was verified (RFC 6797, §8.1), and not of an address. */
static void
take_hsts(struct fetch *f, const struct job *j)
{
	struct address a;

	if (f->hsts == NULL || j->hsts.len == 0 || j->url.scheme != URL_SCHEME_HTTPS || !f->config.verify_tls ||
		address_parse(url_hostname(&j->url), &a) == 0)
		return;
	if (hstsset_learn(f->hsts, url_hostname(&j->url), job_get(j, j->hsts), now_s()) < 0)
		log_warning("out of memory: that a host wants https only is not kept");
}

void
known_take(struct fetch *f, struct job *j)
{
	take_cookies(f, j);
	take_hsts(f, j);
	j->hsts = (struct job_str){ 0, 0 }; /* a hop of a robots.txt goes on with this job, elsewhere */
}

/* The same URL by https: the port stays, but for http's own (§8.3). */
static int
put_https(struct job *j)
{
	struct str href = url_identity(&j->url);
	char text[URL_MAX_BYTES + 2];
	size_t skip = strlen("http");

	CHECK(href.len <= URL_MAX_BYTES && href.len >= skip);
	memcpy(text, "https", skip + 1);
	memcpy(text + skip + 1, href.p + skip, href.len - skip);
	return job_set(j, &j->location, str_n(text, href.len + 1));
}

int
known_answer(struct fetch *f, struct job *j)
{
	struct job_timing *t = &j->timing;

	if (f->hsts == NULL || j->url.scheme != URL_SCHEME_HTTP || !hstsset_covers(f->hsts, url_hostname(&j->url), now_s()))
		return 0;
	head_forget_answer(j);
	if (put_https(j) < 0 || job_set(j, &j->detail, STR(FETCH_HSTS_DETAIL)) < 0)
		return -ENOMEM;
	j->status = 307;
	j->wire_bytes = 0;
	t->connect_us = t->first_byte_us = t->answer_us = -1;
	t->total_us = 0;
	return 1;
}

int
known_put_cookies(struct fetch *f, struct job *j)
{
	unsigned slot;
	const struct session_face *face = session_face(f->session, &j->url, &slot);
	size_t given;

	buf_reset(&f->cookie, SIZE_MAX);
	/* Where nobody has a cookie there is no memory to be wiped in the end. */
	if ((face->cookie != NULL || (f->jar != NULL && jar_count(f->jar) > 0)) && buf_reserve(&f->cookie, f->cookie.max_bytes) < 0)
		return -ENOMEM;
	if (face->cookie != NULL) {
		buf_add_str(&f->cookie, str_of(face->cookie));
		buf_add_str(&f->cookie, STR("; "));
	}
	given = f->cookie.len;
	if (f->jar != NULL)
		jar_header(f->jar, &j->url, now_s(), &f->cookie);
	if (f->cookie.len == given && given > 0)
		f->cookie.len -= strlen("; ");
	if (f->cookie.len == 0 && f->cookie.err == 0) {
		j->cookie = (struct job_str){ 0, 0 };
		return 0;
	}
	buf_addc(&f->cookie, '\0');
	return buf_err(&f->cookie) < 0 ? -ENOMEM : job_set(j, &j->cookie, buf_str(&f->cookie));
}

int
fetch_put_cookie(struct fetch *f, const struct cookie *c, bool known)
{
	CHECK_MAGIC(f, FETCH_MAGIC);
	return f->jar != NULL ? jar_put(f->jar, c, known, now_s()) : 0;
}

bool
fetch_cookies_changed(struct fetch *f, struct buf *out)
{
	return f->jar != NULL && jar_changes(f->jar, out);
}

void
fetch_cookies(struct fetch *f, bool session, struct buf *out)
{
	if (f->jar != NULL)
		jar_text(f->jar, session, now_s(), out);
}

int
fetch_put_hsts(struct fetch *f, const struct hsts_host *h, bool known)
{
	CHECK_MAGIC(f, FETCH_MAGIC);
	return f->hsts != NULL ? hstsset_put(f->hsts, h, known, now_s()) : 0;
}

bool
fetch_hsts_changed(struct fetch *f, struct buf *out)
{
	return f->hsts != NULL && hstsset_changes(f->hsts, out);
}

void
fetch_hsts(struct fetch *f, struct buf *out)
{
	if (f->hsts != NULL)
		hstsset_text(f->hsts, now_s(), out);
}
