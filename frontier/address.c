/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups of addresses: who may ask for one, and what comes of it. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "frontier/inside.h"
#include "url/host.h"

/* Afterwards h->party is known. Returns its origin, or NULL: there is no memory to read it. */
static const struct url *
address_party(struct frontier *f, struct hostq *h)
{
	const struct url *origin = hosts_origin(f, h);
	struct str site;

	if (origin == NULL)
		return NULL;
	site = host_site(url_hostname(origin));
	h->party = (uint16_t)(hash_fingerprint(f->config->key, site.p, site.len) % FRONTIER_PARTIES);
	return origin;
}

/* From now on each name has its party. False: there is no memory for it. */
static bool
parties_begin(struct frontier *f)
{
	unsigned i;

	for (i = 0; i < f->n_asking; i++)
		if (address_party(f, f->partyless[i]) == NULL)
			break;
	f->parties_matter = i == f->n_asking;
	for (i = 0; i < f->n_asking; i++) {
		if (f->parties_matter)
			f->parties[f->partyless[i]->party].n_asking++;
		else
			f->partyless[i]->party = FRONTIER_NO_PARTY;
	}
	if (f->parties_matter)
		f->parties[FRONTIER_NO_PARTY].n_asking = 0;
	return f->parties_matter;
}

static bool
parties_wait(const struct frontier *f)
{
	size_t i;

	if (f->asking.n > 0)
		return true;
	for (i = 0; i < FRONTIER_PARTIES; i++)
		if (f->parties[i].asking.n > 0)
			return true;
	return false;
}

void
address_ask(struct frontier *f, struct hostq *h)
{
	const struct url *origin = NULL;
	struct party *party;

	if (f->parties_matter && f->n_asking == 0 && !parties_wait(f))
		f->parties_matter = false;
	if (!f->parties_matter && f->n_asking < FRONTIER_MAX_ASKING_PARTY) {
		h->party = FRONTIER_NO_PARTY;
		origin = hosts_origin(f, h);
	} else if (f->parties_matter || parties_begin(f)) {
		origin = address_party(f, h);
	}
	if (origin == NULL) {
		f->no_memory = true;
		return;
	}
	party = &f->parties[h->party];
	if (party->n_asking >= FRONTIER_MAX_ASKING_PARTY || f->n_asking >= FRONTIER_MAX_ASKING) {
		host_list_remove(h);
		if (party->n_asking >= FRONTIER_MAX_ASKING_PARTY)
			host_list_push(&party->asking, h);
		else if (h->called)
			host_list_push_first(&f->asking, h);
		else
			host_list_push(&f->asking, h);
		/* What it has not taken is another's. */
		if (f->n_asking < FRONTIER_MAX_ASKING)
			gate_ask_next(f, &f->asking);
		return;
	}
	h->address_state = ADDRESS_ASKED;
	if (!f->parties_matter)
		f->partyless[f->n_asking] = h;
	f->n_asking++;
	party->n_asking++;
	f->ops.need_address(f->ops.arg, h, origin);
}

/* Of the address; of the host's name where a proxy resolves. */
static enum net
address_net(struct frontier *f, const struct hostq *h, struct str address)
{
	const struct url *origin = address.len == 0 ? hosts_origin(f, h) : NULL;

	if (address.len == 0 && origin == NULL)
		frontier_full(f, OUTCOME_NO_MEMORY);
	return origin != NULL ? net_of_host(url_hostname(origin)) : net_of(address);
}

/* The last one has its place. */
static void
forget_partyless(struct frontier *f, const struct hostq *h)
{
	unsigned i;

	for (i = 0; i < f->n_asking && f->partyless[i] != h; i++)
		continue;
	f->partyless[i] = f->partyless[f->n_asking];
}

void
frontier_address(struct frontier *f, struct hostq *h, enum outcome outcome, const char *address, int64_t expires_us, int64_t now_us)
{
	struct party *party = &f->parties[h->party];

	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK(h->address_state == ADDRESS_ASKED && party->n_asking > 0);
	frontier_enter(f);
	f->now_us = now_us;
	f->n_asking--;
	party->n_asking--;
	if (!f->parties_matter)
		forget_partyless(f, h);
	h->address_state = ADDRESS_NONE;
	if (outcome == OUTCOME_OK) {
		size_t len = strlen(address);

		CHECK(len < sizeof(h->address));
		memcpy(h->address, address, len + 1);
		h->address_state = ADDRESS_KNOWN;
		/* What has expired before it came is good for one look. */
		h->address_expires_us = expires_us > f->now_us ? expires_us : f->now_us + CLOCK_US_PER_SEC;
		h->address_tries = 0;
		h->net = address_net(f, h, str_n(address, len));
		h->polite.exempt = polite_is_exempt(h->net);
		h->server = NULL; /* a proxy is asked at one's own pace */
		if (len > 0 && server_get(f, address, h->polite.exempt, &h->server) < 0)
			frontier_full(f, OUTCOME_NO_MEMORY);
	} else if (f->stopped || outcome == OUTCOME_INTERRUPTED) {
		h->not_before_us = f->now_us + CLOCK_US_PER_SEC;
	} else if (answer_failed_here(f, outcome, ++h->address_tries)) {
		h->not_before_us = f->now_us + frontier_retry_pause_us(f, h->address_tries);
	} else if (outcome_retry(outcome) == RETRY_LATER && h->address_tries < f->config->tries) {
		h->not_before_us = f->now_us + frontier_retry_pause_us(f, h->address_tries);
		if (expires_us != INT64_MAX && h->not_before_us < expires_us)
			h->not_before_us = expires_us; /* the answer would be the same before */
	} else {
		hosts_give_up(f, h, outcome);
	}
	gate_update(f, h);
	/* Those whose parties have places come first: a place that a party once had is not its own. */
	gate_ask_next(f, &f->asking);
	gate_ask_next(f, &party->asking);
	frontier_leave(f);
}
