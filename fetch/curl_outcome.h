/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curl_outcome.h: what libcurl's result codes mean for the journey of a URL. Pure; any thread.
 */
#ifndef FETCH_CURL_OUTCOME_H
#define FETCH_CURL_OUTCOME_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "url/outcome.h"

/* What happened so far: the code alone does not say whose fault it was. */
struct curl_facts {
	bool proxied;
	bool connected;      /* TCP, and TLS where there is TLS */
	bool head_done;
	bool no_resources;   /* socket(2) failed for want of descriptors or memory */
	bool answered;       /* at least one byte came back */
	long connect_status; /* the proxy's answer to CONNECT, 0 = none */
	long os_errno;
	int64_t elapsed_us, timeout_us; /* 0 = none */
	const char *text;    /* libcurl's words, "" = none */
};

/* code is not CURLE_OK. */
enum outcome curl_outcome(CURLcode code, const struct curl_facts *facts);

#endif
