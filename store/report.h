/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.h: what a job's database says, as tables (report.def). Public; for `lycosa report`.
 *
 * Order of calls: report_open(); report_run() for each table wanted; report_close(). All tables are of one instant, also while
 * the job runs, and nothing is written but temporary files. One thread.
 *
 * Failures: negative errno; -EBADMSG: the database is damaged; -EINVAL: it is none of ours, or newer than this program.
 */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

#define REPORT_COLUMNS_MAX 16

struct report_table {
	const char *name, *title;
	bool pending; /* of what is left */
	const char *sql;
};
extern const struct report_table report_tables[];
extern const size_t n_report_tables;

enum report_type { REPORT_NULL, REPORT_NUMBER, REPORT_TEXT };

struct report_cell {
	const char *name; /* of the column; as long as the call */
	enum report_type type;
	int64_t number;
	struct str text; /* may hold anything; as long as the call */
};

/* Returns 0, or negative errno to end the query, which report_run() then returns. */
typedef int report_row_fn(void *arg, const struct report_cell *cells, size_t n);

struct report;

/* pending: for tables of what is left, and no others. *ret_error: malloc'd text where there is more to say than the errno does. */
MUST_CHECK int report_open(const char *dir, bool pending, struct report **ret_report, char **ret_error);
void report_close(struct report *r); /* NULL is fine */
/* max_rows < 0: all. The same query gives the same rows each time. */
MUST_CHECK int report_run(struct report *r, const struct report_table *table, int64_t max_rows, report_row_fn *row, void *arg);

struct report_end {
	bool in_use;           /* by a program that has it locked: it begins, runs, or writes the last of it */
	bool finished;         /* nothing was left to do */
	int exit_status;       /* of that run; -1: not known */
	int64_t ended_wall_us; /* of the last run; 0: not known, or it was killed */
};
/* How the job in dir has ended, if it has. Of one that is in use and cannot be read, only that. */
MUST_CHECK int report_end(const char *dir, struct report_end *ret_end);

#endif
