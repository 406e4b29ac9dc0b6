/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <ares.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "fetch/address.h"
#include "fetch/engine.h"
#include "fetch/known.h"

/* Bodies that wait to be parsed, committed or stored hold a slot beyond their transfer. */
#define FETCH_SLOTS_MARGIN 64
/* What the user gives, and what servers set. */
#define FETCH_COOKIE_BYTES ((size_t)96 * 1024)

int
fetch_global_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -ENOMEM;
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
		curl_global_cleanup();
		return -ENOMEM;
	}
	return 0;
}

void
fetch_global_release(void)
{
	ares_library_cleanup();
	curl_global_cleanup();
}

void
fetch_versions(struct buf *out)
{
	buf_addf(out, "%s c-ares/%s", curl_version(), ares_version(NULL));
}

bool
fetch_has_http3(void)
{
	return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP3) != 0;
}

bool
fetch_has_auth(enum fetch_auth auth)
{
	int features = curl_version_info(CURLVERSION_NOW)->features;

	switch (auth) {
	case FETCH_AUTH_NTLM:
		return (features & CURL_VERSION_NTLM) != 0;
	case FETCH_AUTH_NEGOTIATE:
		return (features & CURL_VERSION_SPNEGO) != 0;
	default:
		return true;
	}
}

static void
on_turn_timer(void *arg)
{
	/* Only there so that the loop comes round to the prepare hook. */
	struct fetch *f = arg;

	CHECK_MAGIC(f, FETCH_MAGIC);
}

void
fetch_turn_soon(struct fetch *f)
{
	/* The heap of timers grows by a few hundred bytes: where that fails nothing works any more. */
	if (f->turn_timer.heap_slot == 0)
		CHECK(loop_timer_set(f->loop, &f->turn_timer, loop_now_us(f->loop)) == 0);
}

static void
on_trim_timer(void *arg)
{
	struct fetch *f = arg;
	int64_t next_us = body_trim(f->body, clock_mono_us());

	CHECK_MAGIC(f, FETCH_MAGIC);
	if (next_us >= 0)
		CHECK(loop_timer_set(f->loop, &f->trim_timer, next_us) == 0);
}

static void
trim_soon(struct fetch *f)
{
	if (f->trim_timer.heap_slot == 0)
		CHECK(loop_timer_set(f->loop, &f->trim_timer, loop_now_us(f->loop) + BODY_IDLE_US) == 0);
}

static void
on_prepare(void *arg)
{
	struct fetch *f = arg;
	struct job *j, *next;

	CHECK_MAGIC(f, FETCH_MAGIC);
	loop_timer_cancel(f->loop, &f->turn_timer);
	f->in_turn = true;
	j = f->early;
	f->early = NULL;
	for (; j != NULL; j = next) {
		next = j->next;
		fetch_done(f, j);
	}
	f->ops->turn(f->engine);
	f->in_turn = false;
	if (f->early != NULL)
		fetch_turn_soon(f);
}

unsigned
fetch_flush(struct fetch *f)
{
	uint64_t before = f->n_done;

	CHECK_MAGIC(f, FETCH_MAGIC);
	if (f->turn_timer.heap_slot != 0)
		on_prepare(f);
	return (unsigned)(f->n_done - before);
}

void
fetch_done(struct fetch *f, struct job *j)
{
	CHECK(f->in_turn && f->in_flight > 0 && j->state == JOB_INFLIGHT);
	f->in_flight--;
	fetch_share_end(f, j);
	f->n_done++;
	j->next = NULL;
	j->stage = NULL;
	j->state = JOB_FETCHED;
	known_take(f, j);
	body_settle(f->body, j, loop_now_us(f->loop));
	f->done_fn(f->done_arg, j);
}

static const char *
copy_string(const char *s, bool *failed)
{
	char *copy = s != NULL ? strdup(s) : NULL;

	*failed |= s != NULL && copy == NULL;
	return copy;
}

static int
config_copy(struct fetch *f, const struct fetch_config *config)
{
	bool failed = false;

	f->config = *config;
	f->config.user_agent = copy_string(config->user_agent, &failed);
	f->config.ca_file = copy_string(config->ca_file, &failed);
	f->config.ca_dir = copy_string(config->ca_dir, &failed);
	f->config.crl_file = copy_string(config->crl_file, &failed);
	f->config.bind_address = copy_string(config->bind_address, &failed);
	/* Used by fetch_new() only, or copied by those who need it. */
	f->config.tmp_dir = f->config.dns_servers = NULL;
	f->config.resolve = NULL;
	f->config.proxy = NULL;
	f->config.session = (struct fetch_session){ 0 };
	if (failed)
		return -ENOMEM;
	if (config->connections == 0 || config->wants == NULL)
		return -EINVAL;
	if (config->engine != FETCH_EVENTS && config->threads == 0)
		return -EINVAL;
	/* Else every https URL would fail, each for a reason that is not its own. */
	if (config->ca_file != NULL && access(config->ca_file, R_OK) < 0) {
		int r = -errno;

		log_error("the certificates in %s cannot be read: %s", config->ca_file, strerror(-r));
		return r;
	}
	return 0;
}

static int
proxies_init(struct fetch *f, const struct fetch_config *config)
{
	const char *variable = "";
	int r = proxies_new((proxy_getenv_fn)getenv, config->proxy, &config->session.proxy, &f->proxies, &variable);

	if (r == -EINVAL)
		log_error("%s is not the URL of a proxy (http, https, socks4, socks4a, socks5, socks5h)", variable);
	return r;
}

static int
resolve_init(struct fetch *f, const struct fetch_config *config)
{
	struct resolve_config rc = {
		.timeout_us = config->dns_timeout_us,
		.ipv4 = config->ipv4,
		.ipv6 = config->ipv6,
		.prefer_family = config->prefer_family,
		.servers = config->dns_servers,
		.only = config->only,
		.pins = config->resolve,
	};

	return resolve_new(&rc, f->loop, &f->resolve);
}

static int
body_init(struct fetch *f, const struct fetch_config *config)
{
	unsigned half = f->connections_max / 2;
	struct body_config bc = {
		.n_slots = f->connections_max + (half > FETCH_SLOTS_MARGIN ? half : FETCH_SLOTS_MARGIN),
		.slot_bytes = config->slot_bytes,
		.spill_bytes = config->spill_bytes,
		.max_body_bytes = config->max_body_bytes,
		.touched_max_bytes = config->touched_max_bytes,
		.tmp_dir = config->tmp_dir,
		.stream = config->stream,
		.file = config->file,
		.stream_arg = config->wants_arg,
	};

	return body_new(&bc, &f->body);
}

/* What starts is under way at once: the pauses are counted from there. So there are no more jobs than threads. */
static unsigned
in_flight_max(const struct fetch_config *config, unsigned connections)
{
	if (config->engine == FETCH_SERIAL)
		return 1;
	if (config->engine == FETCH_THREADS && config->threads < connections)
		return config->threads;
	return connections;
}

void
fetch_tune(struct fetch *f, unsigned connections, uint64_t rate_bps, uint64_t host_rate_bps)
{
	CHECK_MAGIC(f, FETCH_MAGIC);
	CHECK(connections >= 1 && connections <= f->connections_max);
	atomic_store_explicit(&f->rate_bps, rate_bps, memory_order_relaxed);
	atomic_store_explicit(&f->host_rate_bps, host_rate_bps, memory_order_relaxed);
	f->connections = connections;
	f->in_flight_max = in_flight_max(&f->config, connections);
	if (f->ops->tuned != NULL)
		f->ops->tuned(f->engine);
}

int
fetch_new(const struct fetch_config *config, struct loop *loop, fetch_done_fn done_fn, void *arg,
	struct fetch **ret_fetch)
{
	struct fetch *f = calloc(1, sizeof(*f));
	int r;

	if (f == NULL)
		return -ENOMEM;
	f->magic = FETCH_MAGIC;
	f->loop = loop;
	f->done_fn = done_fn;
	f->done_arg = arg;
	buf_init(&f->cookie, FETCH_COOKIE_BYTES);
	f->connections = config->connections;
	f->connections_max = config->connections_max > config->connections ? config->connections_max : config->connections;
	f->in_flight_max = in_flight_max(config, config->connections);
	f->n_sharing = config->n_sharing != NULL ? config->n_sharing : &f->own_sharing;
	atomic_init(&f->rate_bps, config->rate_bps);
	atomic_init(&f->host_rate_bps, config->host_rate_bps);
	loop_timer_init(&f->turn_timer, on_turn_timer, f);
	loop_timer_init(&f->trim_timer, on_trim_timer, f);
	r = config_copy(f, config);
	if (r == 0)
		r = session_new(config, &f->session);
	if (r == 0 && config->cookies)
		r = jar_new(&f->jar);
	if (r == 0 && config->hsts)
		r = hstsset_new(&f->hsts);
	if (r == 0)
		r = proxies_init(f, config);
	if (r == 0)
		r = resolve_init(f, config);
	if (r == 0)
		r = body_init(f, config);
	if (r == 0) {
		f->ops = config->engine == FETCH_EVENTS ? &engine_events : &engine_pool;
		r = f->ops->new_fn(f, &f->engine);
	}
	if (r < 0) {
		fetch_free(f);
		return r;
	}
	loop_prepare_add(loop, on_prepare, f);
	*ret_fetch = f;
	return 0;
}

/* Somebody who wants a URL behind a proxy, while the proxy's own name is looked up. */
struct proxy_wait {
	struct fetch *fetch;
	struct proxy *proxy;
	fetch_resolved_fn fn;
	void *arg;
	struct str host; /* the origin's, if the proxy wants an address; else empty */
	uint16_t port;
	struct proxy_wait *prev, *next;
	char host_text[];
};

/* Those whose look-up was under way at the end: nobody is told. */
static void
proxy_waits_free(struct fetch *f)
{
	struct proxy_wait *w, *next;

	DL_FOREACH_SAFE(f->proxy_waits, w, next)
		free(w);
	f->proxy_waits = NULL;
}

void
fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	CHECK_MAGIC(f, FETCH_MAGIC);
	CHECK(f->in_flight == 0);
	if (f->engine != NULL)
		f->ops->free_fn(f->engine);
	resolve_free(f->resolve);
	proxy_waits_free(f);
	body_free(f->body);
	proxies_free(f->proxies);
	session_free(f->session);
	jar_free(f->jar);
	hstsset_free(f->hsts);
	secret_buf_release(&f->cookie);
	loop_timer_cancel(f->loop, &f->turn_timer);
	loop_timer_cancel(f->loop, &f->trim_timer);
	free((char *)(uintptr_t)f->config.user_agent);
	free((char *)(uintptr_t)f->config.ca_file);
	free((char *)(uintptr_t)f->config.ca_dir);
	free((char *)(uintptr_t)f->config.crl_file);
	free((char *)(uintptr_t)f->config.bind_address);
	f->magic = 0;
	free(f);
}

unsigned
fetch_room(const struct fetch *f)
{
	unsigned slots = body_free_slots(f->body), room;

	/* There may be more in flight than is allowed by now. */
	if (f->stopped || f->in_flight >= f->in_flight_max)
		return 0;
	room = f->in_flight_max - f->in_flight;
	/* Else, were all of it held by jobs that wait for others, nothing would ever move again. */
	if (body_is_full(f->body))
		return f->in_flight == 0 && slots > 0 ? 1 : 0;
	return room < slots ? room : slots;
}

bool
fetch_is_stopped(const struct fetch *f)
{
	return f->stopped;
}

unsigned
fetch_in_flight(const struct fetch *f)
{
	return f->in_flight;
}

/* A job that cannot even be tried, or need not be. */
static void
end_early(struct fetch *f, struct job *j, enum outcome outcome)
{
	j->outcome = outcome;
	j->next = f->early;
	f->early = j;
	fetch_turn_soon(f);
}

int
fetch_start(struct fetch *f, struct job *j)
{
	const struct proxy *proxy;
	int by_hsts;

	CHECK_MAGIC(f, FETCH_MAGIC);
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(url_is_http(&j->url));
	if (f->stopped)
		return -ECANCELED;
	if (f->in_flight >= f->in_flight_max || body_free_slots(f->body) == 0)
		return -EAGAIN;
	proxy = proxy_for(f->proxies, &j->url);
	/* Nobody below may look up a name: without an address only a proxy can help. */
	if (j->address[0] == '\0' && (proxy == NULL || !proxy->resolves_target))
		return -EDESTADDRREQ;
	by_hsts = known_answer(f, j);
	if (by_hsts < 0 || known_put_cookies(f, j) < 0)
		return -ENOMEM;
	body_take(f->body, j);
	f->in_flight++;
	fetch_share_begin(f, j);
	j->state = JOB_INFLIGHT;
	j->timing.start_mono_us = clock_mono_us();
	j->timing.start_wall_us = clock_wall_us();
	j->stage = proxy != NULL ? proxy->pin : NULL;
	if (by_hsts > 0)
		end_early(f, j, OUTCOME_REDIRECT);
	else if (proxy != NULL && (proxy->failed || proxy->pin == NULL))
		end_early(f, j, OUTCOME_PROXY_FAILED);
	else
		f->ops->start(f->engine, j);
	return 0;
}

void
fetch_body_release(struct fetch *f, struct job *j)
{
	if (j->body.slot >= 0)
		trim_soon(f);
	body_release(f->body, j, loop_now_us(f->loop));
}

void
fetch_stop(struct fetch *f)
{
	CHECK_MAGIC(f, FETCH_MAGIC);
	if (f->stopped)
		return;
	f->stopped = true;
	resolve_stop(f->resolve);
	f->ops->stop(f->engine);
}

int
fetch_region_fd(const struct fetch *f)
{
	return body_region_fd(f->body);
}

uint64_t
fetch_region_bytes(const struct fetch *f)
{
	return body_region_bytes(f->body);
}

uint64_t
fetch_page_max_bytes(const struct fetch *f)
{
	return body_page_max_bytes(f->body);
}

uint64_t
fetch_region_touched_bytes(const struct fetch *f)
{
	return body_touched_bytes(f->body);
}

void
fetch_drop_free(struct fetch *f)
{
	body_drop_free(f->body);
}

bool
fetch_look_region(struct fetch *f)
{
	return body_look(f->body);
}

static void
on_proxy_resolved(void *arg, const struct fetch_address *a)
{
	struct proxy_wait *w = arg;
	struct fetch_address answer = *a;

	DL_DELETE(w->fetch->proxy_waits, w);
	/* That the proxy has no address is said by the transfers (PROXY_FAILED), not by each origin's name. */
	w->proxy->failed = a->outcome != OUTCOME_OK;
	if (a->outcome == OUTCOME_OK && proxy_set_address(w->proxy, a->address) < 0)
		w->proxy->failed = true;
	if (w->host.len > 0 && a->outcome != OUTCOME_INTERRUPTED &&
		resolve_name(w->fetch->resolve, w->host, w->port, w->fn, w->arg) == 0) {
		free(w);
		return;
	}
	if (a->outcome != OUTCOME_INTERRUPTED)
		answer.outcome = w->host.len > 0 ? OUTCOME_DNS_FAILED : OUTCOME_OK;
	answer.address[0] = '\0';
	w->fn(w->arg, &answer);
	free(w);
}

static int
resolve_by_proxy(struct fetch *f, struct proxy *proxy, struct str host, uint16_t port, fetch_resolved_fn fn,
	void *arg)
{
	struct proxy_wait *w;
	int r;

	if (proxy->resolves_target)
		host = STR_NONE;
	w = calloc(1, sizeof(*w) + host.len);
	if (w == NULL)
		return -ENOMEM;
	*w = (struct proxy_wait){ .fetch = f, .proxy = proxy, .fn = fn, .arg = arg, .port = port };
	if (host.len > 0)
		memcpy(w->host_text, host.p, host.len);
	w->host = str_n(w->host_text, host.len);
	r = resolve_name(f->resolve, str_of(proxy->host), proxy->port, on_proxy_resolved, w);
	if (r < 0)
		free(w);
	else
		DL_APPEND(f->proxy_waits, w);
	return r;
}

int
fetch_resolve(struct fetch *f, const struct url *origin, fetch_resolved_fn fn, void *arg)
{
	struct proxy *proxy;

	CHECK_MAGIC(f, FETCH_MAGIC);
	CHECK(url_is_http(origin));
	proxy = proxy_for(f->proxies, origin);
	if (proxy != NULL)
		return resolve_by_proxy(f, proxy, url_hostname(origin), url_port_number(origin), fn, arg);
	return resolve_name(f->resolve, url_hostname(origin), url_port_number(origin), fn, arg);
}

void
fetch_address_failed(struct fetch *f, const struct url *origin, const char *address)
{
	resolve_failed(f->resolve, url_hostname(origin), url_port_number(origin), address);
}
