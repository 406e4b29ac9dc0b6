/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h: whom we are to whom: what the user wants requests to carry, and the face that each origin gets to see.
 *
 *	origin                                               headers, referer, cookie    login                                certificate
 *	one of the seeds'                                    all                         its own (a URL had it), else         shown; its key pinned
 *	                                                                                 --user, else netrc's for the host
 *	https at its own port, on a host that a seed is on   those for everybody         netrc's for the host                 none
 *	any other                                            those for everybody         none                                 none
 *
 * So what was given for the seeds' origins goes there and nowhere else, and not across a redirect, since each hop is a transfer of its
 * own that asks here again. A netrc is not asked for hosts that only pages lead to: they would have us log in where the user
 * did not send us.
 *
 *	S1  Nothing in a face of a stranger is a secret.
 *	S2  A handle wears exactly one face: session_wear() sets every option that any face sets; the cookie goes to the job, together
 *	    with those of the jar (fetch.c).
 *	S3  A password is sent only to a server that has asked for one, unless --auth names the one method to use.
 *	S4  A connection that was made with a certificate of ours, or to a pinned key, is used for no other face, nor the other
 *	    way round: libcurl keeps them apart by what they were made with.
 *
 * What a server asked for is remembered for each of the seeds' origins, so that not each page is asked for twice. Faces are
 * made once, by session_new(); all but that memory (atomics) is immutable then, and any thread may ask. Strings are copies, wiped
 * at the end; libcurl makes copies of its own, which it frees unwiped.
 */
#ifndef FETCH_SESSION_H
#define FETCH_SESSION_H

#include <curl/curl.h>
#include <limits.h>

#include "fetch/fetch.h"

#define SESSION_NO_SLOT UINT_MAX

struct session;

struct session_face {
	struct curl_slist *headers;
	const char *referer, *cookie; /* NULL = none */
	const char *user, *password;  /* both, or NULL */
	unsigned long auth;           /* CURLAUTH_*: methods allowed; 0 = there is no login */
	const struct fetch_tls *tls;  /* NULL = nobody in particular */
};

/* Of config its session, user_agent and identity. The netrc is read here. */
MUST_CHECK int session_new(const struct fetch_config *config, struct session **ret_session);
/* NULL is fine. */
void session_free(struct session *s);
/* The face for u; lives as long as the session. *ret_slot: where is remembered what this origin asks for. */
const struct session_face *session_face(const struct session *s, const struct url *u, unsigned *ret_slot);
/* 0, -ENOMEM, or -ENOTSUP (this libcurl cannot show certificates, or pin keys): then the handle's face is not known. */
MUST_CHECK int session_wear(CURL *easy, const struct session_face *f);
/* What libcurl is to be told of a method. */
unsigned long session_methods(enum fetch_auth auth);
/*
 * For a list of one's own: the face's headers, and behind them the lines of ask ("Name: value\n", JOB_ASK_MAX_BYTES at most), which
 * take the place of those of the same name. 0 or -ENOMEM. Freed wiped.
 */
MUST_CHECK int session_ask_headers(const struct session_face *f, struct str ask, struct curl_slist **list);
void session_free_headers(struct curl_slist *list);
/* The methods to try now. */
unsigned long session_auth(const struct session *s, const struct session_face *f, unsigned slot);
/* What an answer says: its status, and the methods that were asked for on the way to it (0: none). */
void session_learn(const struct session *s, const struct session_face *f, unsigned slot, unsigned status, unsigned long asked);

#endif
