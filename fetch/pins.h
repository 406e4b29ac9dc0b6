/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pins.h: names whose addresses the user has given: "host:port:address[,address]", as curl's --resolve. Host "*" means
 * any; a leading '+' is taken and means nothing here.
 */
#ifndef FETCH_PINS_H
#define FETCH_PINS_H

#include <stdint.h>

#include "fetch/address.h"

struct pins;

/* list: NULL-terminated, or NULL; prefer_family: as addresses_prefer(). 0, -EINVAL or -ENOMEM. */
MUST_CHECK int pins_new(const char *const *list, int prefer_family, struct pins **ret_pins);
void pins_free(struct pins *p);
/* The addresses of host (without regard to case), or NULL. The caller may reorder them. */
struct addresses *pins_find(struct pins *p, struct str host, uint16_t port);

#endif
