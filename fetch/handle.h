/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * handle.h: what every easy handle is told once, whatever it transfers: limits, protocols, TLS, where connections come from. What
 * differs from transfer to transfer, and the callbacks, are xfer.c's.
 */
#ifndef FETCH_HANDLE_H
#define FETCH_HANDLE_H

#include <curl/curl.h>

#include "fetch/fetch.h"

/* 0 or -ENOMEM. */
MUST_CHECK int handle_set_up(CURL *easy, const struct fetch_config *config);

#endif
