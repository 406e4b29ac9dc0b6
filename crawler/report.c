/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lycosa report`: the tables of store/report.def on stdout, for people, or with --json a line for each row. A table is asked
 * for twice, for its widths and for its rows: so that it may have millions of them.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/human.h"
#include "store/report.h"

#define REPORT_TEXT_MAX_BYTES ((size_t)1024 * 1024)
#define WIDTH_MAX             200 /* characters */

struct printing {
	const struct report_table *table;
	struct buf line, cell;
	size_t widths[REPORT_COLUMNS_MAX]; /* in characters */
	bool text[REPORT_COLUMNS_MAX];     /* the column has some */
	uint64_t rows, max_rows;           /* printed; 0: no limit */
	bool more;                         /* there are more than max_rows */
};

static bool
name_ends(const struct report_cell *c, const char *suffix)
{
	return str_ends(str_of(c->name), str_of(suffix));
}

/* As people read it: "2026-11-26 12:40:07". */
static void
put_instant(struct buf *out, int64_t us)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(64);

	json_time(&b, us);
	if (b.len < 20)
		return;
	buf_add(out, b.data + 1, 10);
	buf_addc(out, ' ');
	buf_add(out, b.data + 12, 8);
}

static void
put_number(struct buf *out, const struct report_cell *c)
{
	uint64_t n = c->number > 0 ? (uint64_t)c->number : 0;

	if (name_ends(c, "_at"))
		put_instant(out, c->number);
	else if (name_ends(c, "_bytes"))
		human_bytes(out, n);
	else if (name_ends(c, "_us"))
		human_time(out, c->number);
	else if (str_eq(str_of(c->name), STR("status")) && n == 0)
		buf_addc(out, '-');
	else
		human_count(out, n);
}

static void
put_cell(struct buf *out, const struct report_cell *c)
{
	if (c->type == REPORT_TEXT)
		buf_add_escaped(out, c->text);
	else if (c->type == REPORT_NUMBER)
		put_number(out, c);
	else
		buf_addc(out, '-');
}

/* "mean_first_byte_us" -> "mean first byte": the unit stands with each value. */
static void
put_heading(struct buf *out, const struct report_cell *c)
{
	static const char *const units[] = { "_us", "_at", "_bytes" };
	struct str name = str_of(c->name);

	CHECK(c->name != NULL);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (name_ends(c, units[i])) {
			name.len -= strlen(units[i]);
			break;
		}
	for (size_t i = 0; i < name.len; i++)
		buf_addc(out, name.p[i] == '_' ? ' ' : name.p[i]);
}

/* Escaped text is valid UTF-8. */
static size_t
characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static int
print(const struct buf *b)
{
	if (buf_err(b) < 0)
		return b->err;
	return fwrite(b->data, 1, b->len, stdout) < b->len ? -errno : 0;
}

/* Numbers to the right, text to the left; nothing behind the last column. */
static void
put_padded(struct printing *p, size_t i, size_t n)
{
	bool text = p->text[i];
	size_t len = characters(buf_str(&p->cell)), pad = p->widths[i] > len ? p->widths[i] - len : 0;

	buf_add_str(&p->line, i > 0 ? STR("  ") : STR(""));
	if (!text)
		buf_addf(&p->line, "%*s", (int)pad, "");
	buf_add_str(&p->line, buf_str(&p->cell));
	if (text && i + 1 < n)
		buf_addf(&p->line, "%*s", (int)pad, "");
}

static int
measure_row(void *arg, const struct report_cell *cells, size_t n)
{
	struct printing *p = arg;

	for (size_t i = 0; i < n; i++) {
		p->text[i] = p->text[i] || cells[i].type == REPORT_TEXT;
		for (int heading = 0; heading < 2; heading++) {
			size_t len;

			buf_reset(&p->cell, SIZE_MAX);
			if (heading)
				put_heading(&p->cell, &cells[i]);
			else
				put_cell(&p->cell, &cells[i]);
			len = characters(buf_str(&p->cell));
			/* One long one does not make all rows long. */
			if (len > p->widths[i])
				p->widths[i] = len < WIDTH_MAX ? len : WIDTH_MAX;
		}
	}
	return 0;
}

static void
put_headings(struct printing *p, const struct report_cell *cells, size_t n)
{
	buf_addf(&p->line, "%s\n", p->table->title);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&p->cell, SIZE_MAX);
		put_heading(&p->cell, &cells[i]);
		put_padded(p, i, n);
	}
	buf_addc(&p->line, '\n');
}

static int
print_row(void *arg, const struct report_cell *cells, size_t n)
{
	struct printing *p = arg;

	if (p->max_rows > 0 && p->rows == p->max_rows) {
		p->more = true;
		return 0;
	}
	buf_reset(&p->line, SIZE_MAX);
	if (p->rows++ == 0)
		put_headings(p, cells, n);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&p->cell, SIZE_MAX);
		put_cell(&p->cell, &cells[i]);
		put_padded(p, i, n);
	}
	buf_addc(&p->line, '\n');
	return print(&p->line);
}

static int
print_json(void *arg, const struct report_cell *cells, size_t n)
{
	struct printing *p = arg;

	buf_reset(&p->line, SIZE_MAX);
	json_begin(&p->line);
	json_key(&p->line, "report");
	json_str(&p->line, str_of(p->table->name));
	for (size_t i = 0; i < n; i++) {
		const struct report_cell *c = &cells[i];

		json_key(&p->line, c->name);
		if (c->type == REPORT_TEXT)
			json_str(&p->line, c->text);
		else if (c->type == REPORT_NULL)
			json_nil(&p->line);
		else if (name_ends(c, "_at"))
			json_time(&p->line, c->number);
		else
			json_i64(&p->line, c->number);
	}
	json_end(&p->line);
	buf_addc(&p->line, '\n');
	return print(&p->line);
}

/* A table for people. One row more than wanted is asked for, to know whether there are more. */
static int
print_table(struct report *rep, struct printing *p, bool *ret_any)
{
	int64_t ask = p->max_rows > 0 ? (int64_t)p->max_rows : -1;
	int r = report_run(rep, p->table, ask, measure_row, p);

	if (r == 0 && *ret_any && p->widths[0] > 0 && fputs("\n", stdout) == EOF)
		r = -errno;
	if (r == 0)
		r = report_run(rep, p->table, ask > 0 ? ask + 1 : -1, print_row, p);
	if (r == 0 && p->more && fputs("... and more: --rows=inf shows all\n", stdout) == EOF)
		r = -errno;
	*ret_any = *ret_any || p->rows > 0;
	return r;
}

static bool
is_wanted(const struct config *config, const struct report_table *t)
{
	const char *const *only = config->report.only;

	if (t->pending != config->report.pending)
		return false;
	while (only != NULL && *only != NULL)
		if (strcmp(*only++, t->name) == 0)
			return true;
	return config->report.only == NULL;
}

/* --only names tables that are printed without it. */
static int
check_only(const struct config *config)
{
	CLEANUP(buf_releasep) struct buf names = BUF_INIT(REPORT_TEXT_MAX_BYTES), shown = BUF_INIT(REPORT_TEXT_MAX_BYTES);

	for (size_t i = 0; i < n_report_tables; i++)
		if (report_tables[i].pending == config->report.pending)
			buf_addf(&names, "%s%s", names.len > 0 ? ", " : "", report_tables[i].name);
	for (const char *const *only = config->report.only; only != NULL && *only != NULL; only++) {
		bool is_table = false;

		for (size_t i = 0; i < n_report_tables; i++)
			is_table = is_table || (report_tables[i].pending == config->report.pending && strcmp(*only, report_tables[i].name) == 0);
		if (is_table)
			continue;
		buf_add_escaped(&shown, str_of(*only));
		log_error("--only: there is no table `%.*s'; %s: %.*s", STR_ARG(buf_str(&shown)),
			config->report.pending ? "with --pending" : "without --pending", STR_ARG(buf_str(&names)));
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int
print_all(const struct config *config, struct report *rep)
{
	uint64_t max_rows = config->report.rows == CONFIG_INF ? 0 : config->report.rows;
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < n_report_tables && r == 0; i++) {
		struct printing p = {
			.table = &report_tables[i],
			.line = BUF_INIT(REPORT_TEXT_MAX_BYTES),
			.cell = BUF_INIT(REPORT_TEXT_MAX_BYTES),
			.max_rows = max_rows,
		};

		if (is_wanted(config, p.table)) {
			if (config->report.json)
				r = report_run(rep, p.table, max_rows > 0 ? (int64_t)max_rows : -1, print_json, &p);
			else
				r = print_table(rep, &p, &any);
		}
		buf_release(&p.line);
		buf_release(&p.cell);
	}
	if (fflush(stdout) != 0 && r == 0)
		r = -errno;
	if (r == 0 && config->report.only != NULL && !config->report.json && !any)
		log_info("nothing to report of that");
	return r;
}

int
report_main(const struct config *config)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(REPORT_TEXT_MAX_BYTES);
	CLEANUP(freep) char *error = NULL;
	struct report *rep = NULL;
	int r;

	if (config->n_args != 1) {
		log_error("report on which job? One directory; try: lycosa report example.org, or for a table of it: lycosa report --only=broken example.org");
		return EXIT_USAGE;
	}
	r = check_only(config);
	if (r != EXIT_OK)
		return r;
	buf_add_escaped(&dir, str_of(config->args[0]));
	r = report_open(config->args[0], config->report.pending, &rep, &error);
	if (r < 0) {
		if (error != NULL)
			log_error("%s", error);
		else
			log_error("%.*s/lycosa.db: %s%s", STR_ARG(buf_str(&dir)), strerror(-r),
				r == -ENOENT ? "; the directory of a job is wanted, as -P has named it" : "");
		return EXIT_FILE;
	}
	r = print_all(config, rep);
	report_close(rep);
	if (r == -EBADMSG)
		log_error("%.*s/lycosa.db is damaged; `sqlite3 lycosa.db .recover' may save what is left", STR_ARG(buf_str(&dir)));
	else if (r < 0)
		log_error("the report could not be printed: %s", strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}
