/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "store/trapways.h"

#define TRAPWAYS_MAX_BYTES (4u * 1024 * 1024)
#define TRAPWAYS_HEAD      STR("ways3\n")
#define TRAPWAYS_SQL_BYTES 160

void
trapways_init(struct trapways *w)
{
	*w = (struct trapways){ .seq = clock_wall_us() };
	buf_init(&w->ways, TRAPWAYS_MAX_BYTES);
}

void
trapways_release(struct trapways *w)
{
	buf_release(&w->ways);
}

void
trapways_add(struct trapways *w, struct str way)
{
	if (w->ways.len == 0)
		buf_add_str(&w->ways, TRAPWAYS_HEAD);
	if (buf_reserve(&w->ways, way.len) == 0)
		buf_add_str(&w->ways, way);
	w->ways.err = 0;
}

int
trapways_put(struct trapways *w, struct db *db, unsigned loop)
{
	int64_t now_us = clock_wall_us();
	char sql[TRAPWAYS_SQL_BYTES];
	int r;

	if (w->ways.len <= TRAPWAYS_HEAD.len)
		return 0;
	w->seq = now_us > w->seq ? now_us : w->seq + 1;
	(void)snprintf(sql, sizeof(sql), "INSERT INTO job (name, value) VALUES ('traps.%u.%016" PRIx64 "', ?2)", loop, (uint64_t)w->seq);
	r = db_do(db, sql, 0, buf_str(&w->ways));
	buf_reset(&w->ways, TRAPWAYS_MAX_BYTES / 16);
	return r;
}

int
trapways_packed(struct trapways *w, struct db *db, unsigned loop, struct str packed)
{
	char sql[TRAPWAYS_SQL_BYTES];
	int r = db_do(db, "INSERT OR REPLACE INTO job (name, value) VALUES ('traps.' || ?1, ?2)", loop, packed);

	if (r < 0)
		return r;
	w->is_packed = true;
	(void)snprintf(sql, sizeof(sql), "DELETE FROM job WHERE name > 'traps.%u.' AND name <= 'traps.%u.%016" PRIx64 "'", loop, loop,
		(uint64_t)w->seq_then);
	w->seq_then = w->seq;
	return db_do(db, sql, 0, STR_NONE);
}

void
trapways_mix(struct trapways *w)
{
	w->is_packed = false;
	w->seq_then = 0;
}

int
trapways_query(struct db *db, struct sqlite3_stmt **ret_query)
{
	return db_query(db, "SELECT value, CAST(substr(name, 7) AS INTEGER) FROM job WHERE name GLOB 'traps.*' ORDER BY name", 0, ret_query);
}

int
trapways_drop(struct db *db, unsigned from_loop)
{
	return db_do(db, "DELETE FROM job WHERE name GLOB 'traps.*' AND CAST(substr(name, 7) AS INTEGER) >= ?1", from_loop, STR_NONE);
}
