/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * db_private.h: the database, as its files share it:
 *
 *	db.c       its rows: what is written, what is asked
 *	db_open.c  the file: made, opened, brought up to date, closed
 */
#ifndef STORE_DB_PRIVATE_H
#define STORE_DB_PRIVATE_H

#include <sqlite3.h>

#include "store/db.h"

enum statement { PUT_URL, PUT_LINK, PUT_FOUND, SET_FOUND, PUT_RETRY, PUT_COOKIE, DROP_COOKIE, PUT_HSTS, DROP_HSTS, PUT_PAUSE, PUT_WRITTEN, SET_JOB, SET_FILE, STATEMENT_COUNT };

struct db {
	sqlite3 *sqlite;
	sqlite3_stmt *prepared[STATEMENT_COUNT];
	bool is_new, in_transaction;
	int64_t run_id;
};

/* The errno that a result code stands for, negative; 0. */
int db_errno(struct db *db, int code);
MUST_CHECK int db_exec(struct db *db, const char *sql);
/* Unless one has begun. */
MUST_CHECK int db_begin(struct db *db);

#endif
