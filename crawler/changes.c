/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two texts of config_text() compared: what a resume does otherwise than the run before. */
#include "config.h"

#include <errno.h>

#include "crawler/config.h"

/* A text being stepped through, line by line. */
struct lines {
	struct str rest, section, name, value;
};

bool
config_key_is_of_job(struct str key)
{
	static const char *const others[] = {
		"input.file",
		"input.sitemap",
		"store.dir",
		"serve.port",
		"get.output",
		"get.resume",
		"get.no_clobber",
		"get.timestamping",
		"get.sha256",
		"run.verbose",
		"run.quiet",
		"run.progress",
		"run.print",
		"run.color",
		"tune.from",
		"tune.model",
		"tune.goal",
		"tune.max_load",
		"tune.svg",
		"tune.write",
		"verify.repair",
		"update.restore",
		"update.discard",
		"run.metrics",
		"run.metrics_file",
		/* Files that are read or written for the user, not for the job, which keeps its own cookies and hosts. */
		"session.load_cookies",
		"session.save_cookies",
		"session.hsts_file",
		"session.ask_password", /* nobody but the user may have himself asked */
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_eq(key, str_of(others[i])))
			return false;
	return true;
}

/* The next setting; false at the end. */
static bool
lines_next(struct lines *l)
{
	struct str line;

	while (str_cut(l->rest, '\n', &line, &l->rest)) {
		line = str_trim(line);
		if (line.len > 2 && line.p[0] == '[')
			l->section = str_n(line.p + 1, line.len - 2);
		else if (str_cut(line, '=', &l->name, &l->value)) {
			l->name = str_trim(l->name);
			l->value = str_trim(l->value);
			return true;
		}
	}
	return false;
}

static void
add_key(struct buf *out, const struct lines *l)
{
	buf_add_str(out, l->section);
	buf_addc(out, '.');
	buf_add_str(out, l->name);
}

static void
add_value(struct buf *out, struct str value)
{
	if (value.len > 0)
		buf_add_escaped(out, value);
	else
		buf_add_str(out, STR("nothing"));
}

enum config_reach
config_change_reach(struct str line)
{
	/* The first that the key begins with counts. */
	static const struct {
		const char *key;
		enum config_reach reach;
	} rows[] = {
		{ "scope.max_pages ", CONFIG_REACH_NONE },
		{ "scope.quota ", CONFIG_REACH_NONE },
		{ "scope.max_time ", CONFIG_REACH_NONE },
		{ "scope.since ", CONFIG_REACH_NONE }, /* of sitemaps, which are read each time; and another one each time it is given */
		{ "scope.", CONFIG_REACH_READ },
		{ "traps.", CONFIG_REACH_READ },
		{ "polite.robots ", CONFIG_REACH_READ },
		{ "fetch.max_body ", CONFIG_REACH_FILES },
		{ "parse.html ", CONFIG_REACH_READ },
		{ "parse.max_page ", CONFIG_REACH_READ },
		{ "parse.max_links ", CONFIG_REACH_READ },
		{ "parse.simhash ", CONFIG_REACH_READ },
		{ "parse.extract ", CONFIG_REACH_READ },
		{ "store.links ", CONFIG_REACH_READ },
		{ "warc.enable ", CONFIG_REACH_READ },
		{ "store.mirror ", CONFIG_REACH_FILES },
		{ "store.save ", CONFIG_REACH_FILES },
		{ "mirror.settle ", CONFIG_REACH_NONE },
		{ "mirror.", CONFIG_REACH_FILES },
		{ "warc.", CONFIG_REACH_FILES },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_starts(line, str_of(rows[i].key)))
			return rows[i].reach;
	return CONFIG_REACH_NONE;
}

int
config_changes(struct str before, struct str after, struct buf *out)
{
	struct lines now = { .rest = after };

	while (lines_next(&now) && out->err == 0) {
		struct lines was = { .rest = before };
		struct str old = STR_NONE;
		bool same = false, there = false;
		size_t start = out->len;

		while (!same && lines_next(&was)) {
			if (!str_eq(was.section, now.section) || !str_eq(was.name, now.name))
				continue;
			old = there ? old : was.value;
			there = true;
			same = str_eq(was.value, now.value);
		}
		/* A key that the other version did not know has its default: nothing was changed. */
		if (same || !there)
			continue;
		add_key(out, &now);
		if (out->err == 0 && !config_key_is_of_job(str_n(out->data + start, out->len - start))) {
			out->len = start;
			continue;
		}
		buf_add_str(out, STR(" = "));
		add_value(out, now.value);
		buf_add_str(out, STR(" (was "));
		add_value(out, old);
		buf_add_str(out, STR(")\n"));
	}
	return buf_err(out);
}
