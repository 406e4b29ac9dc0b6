/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of single URLs while they go their way. */
#include "config.h"

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/human.h"
#include "crawler/pipeline_private.h"

#define SAY_TEXT_MAX_BYTES ((size_t)URL_MAX_BYTES * 8) /* two URLs, escaped */

void
journey_say(const struct job *j, _Atomic uint64_t *said, const char *what_now)
{
	CLEANUP(buf_releasep) struct buf shown = BUF_INIT(URL_MAX_BYTES * 4);

	if (atomic_fetch_add(said, 1) >= PIPELINE_SAID_MAX)
		return;
	buf_add_escaped(&shown, url_href(&j->url));
	buf_addf(&shown, ": %s", outcome_text(j->outcome));
	if (j->detail.len > 0) {
		buf_add_str(&shown, STR(" ("));
		buf_add_escaped(&shown, job_get(j, j->detail));
		buf_addc(&shown, ')');
	}
	log_warning("%.*s%s", STR_ARG(buf_str(&shown)), what_now);
}

void
journey_say_untrusted(struct pipeline *p, const struct job *j)
{
	struct str url = url_href(&j->url);
	uint64_t fp = hash_fingerprint(&p->run->key, url.p, url.len);

	for (unsigned i = 0; i < p->n_untrusted; i++)
		if (p->untrusted[i] == fp)
			return;
	if (p->n_untrusted < ARRAY_LEN(p->untrusted))
		p->untrusted[p->n_untrusted++] = fp;
	journey_say(j, &p->run->n_untrusted, "");
}

void
journey_say_url(const struct job *j)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(SAY_TEXT_MAX_BYTES);

	if (j->status != 0)
		buf_addf(&text, "%u ", j->status);
	if (j->outcome != OUTCOME_OK && j->outcome != OUTCOME_REDIRECT)
		buf_addf(&text, "%s ", outcome_name(j->outcome));
	human_bytes(&text, j->wire_bytes);
	buf_addc(&text, ' ');
	buf_add_escaped(&text, url_href(&j->url));
	if (j->redirect_to.len > 0) {
		buf_add_str(&text, STR(" -> "));
		buf_add_escaped(&text, job_get(j, j->redirect_to));
	}
	log_info("%.*s", STR_ARG(buf_str(&text)));
}
