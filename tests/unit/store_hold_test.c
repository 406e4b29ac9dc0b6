/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a directory that nobody sees yet: what they refer to is guessed, and put right before they are seen (store/mirror_hold.c). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "store/db.h"
#include "store/generation.h"
#include "store/mirror_private.h"

static char dir[64];
static struct store_config config;
static struct sink_context ctx;
static unsigned n_logged, n_synced;

int
syncfs(int fd)
{
	n_synced++;
	return (int)syscall(SYS_syncfs, fd);
}

static void
on_log(void *arg)
{
	n_logged++;
}

static struct mirror *
begin_as(struct store_mirror how)
{
	char *error = NULL;
	void *m = NULL;

	(void)snprintf(dir, sizeof(dir), "/tmp/lycosa-hold-XXXXXX");
	assert_non_null(mkdtemp(dir));
	config = (struct store_config){ .mirror = how };
	ctx = (struct sink_context){ .config = &config, .dir = { .fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .lock_fd = -1, .path = dir } };
	assert_true(ctx.dir.fd >= 0);
	assert_int_equal(db_open(&ctx.dir, &ctx.db, &error), 0);
	assert_int_equal(hash_key_random(&ctx.key), 0);
	assert_int_equal(sink_mirror.open(&ctx, &m), 0);
	n_logged = n_synced = 0;
	return m;
}

static struct mirror *
begin(void)
{
	return begin_as((struct store_mirror){ .on = true, .convert = true });
}

/* The last commit, and the pass over what leads to the origin. */
static void
end(struct mirror *m)
{
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(sink_mirror.close(m, false), 0);
}

static void
clean_up(void)
{
	db_close(ctx.db);
	assert_int_equal(close(ctx.dir.fd), 0);
	assert_int_equal(generation_remove(AT_FDCWD, dir), 0);
}

/* The body's references are all URLs that it has between two '"'. */
static void
put(struct mirror *m, const char *url, const char *type, const char *body)
{
	struct job *j;
	const char *at = body;

	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	j->fp = hash_fingerprint(&ctx.key, url, strlen(url));
	j->outcome = OUTCOME_OK;
	j->status = 200;
	assert_int_equal(job_set(j, &j->content_type, str_of(type)), 0);
	while ((at = strstr(at, "\"http")) != NULL) {
		const char *to = strchr(++at, '"');
		struct job_ref ref = { .url_off = (uint32_t)j->refs_text.len, .start = (uint32_t)(at - body), .kind = LINK_PAGE };

		assert_non_null(to);
		ref.url_len = (uint32_t)(to - at);
		ref.end = ref.start + ref.url_len;
		ref.fp = hash_fingerprint(&ctx.key, at, ref.url_len);
		assert_int_equal(buf_add(&j->refs_text, at, ref.url_len), 0);
		assert_int_equal(buf_add(&j->refs, &ref, sizeof(ref)), 0);
		at = to;
	}
	j->body.data = body;
	j->body.len = strlen(body);
	assert_int_equal(sink_mirror.put(m, j), 0);
	j->body = (struct job_body){ .slot = -1, .file_fd = -1 };
	job_free(j);
}

/* "": it is not there. */
static void
read_file(const char *name, char text[4096])
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/site/%s", dir, name);
	f = fopen(path, "r");
	text[f != NULL ? fread(text, 1, 4095, f) : 0] = '\0';
	if (f != NULL)
		assert_int_equal(fclose(f), 0);
}

static void
check(const char *name, const char *expected)
{
	char text[4096];

	read_file(name, text);
	assert_string_equal(text, expected);
}

static void
check_ends(const char *name, const char *first, const char *last)
{
	char text[4096];

	read_file(name, text);
	assert_true(str_starts(str_of(text), str_of(first)));
	assert_true(str_ends(str_of(text), str_of(last)));
}

/* What is written as if it were there leads to the origin, when it does not come; what comes of another type has that's name. */
static void
a_wrong_guess_is_put_right(void **state)
{
	struct mirror *m = begin();

	put(m, "https://h/a", "text/html", "<a href=\"https://h/b\"><a href=\"https://h/c\"><a href=\"https://h/d\">");
	check("h/a,.html", "");
	check(",new/h/a,.html", "<a href=\"b%2C.html\"><a href=\"c%2C.html\"><a href=\"d%2C.html\">");
	put(m, "https://h/b", "text/html", "b");
	put(m, "https://h/c", "text/plain", "c");
	assert_int_equal(sink_mirror.sync(m), 0);
	check("h/a,.html", "<a href=\"b%2C.html\"><a href=\"c%2C.txt\"><a href=\"https://h/d\">");
	put(m, "https://h/d", "text/html", "d");
	end(m);
	check("h/a,.html", "<a href=\"b%2C.html\"><a href=\"c%2C.txt\"><a href=\"d%2C.html\">");
	assert_int_equal(n_logged, 0);
	clean_up();
}

/* The last that comes counts. */
static void
a_type_that_changes_on_the_second_try_is_put_right(void **state)
{
	struct mirror *m = begin();

	put(m, "https://h/a", "text/html", "<a href=\"https://h/b\">");
	put(m, "https://h/b", "text/plain", "was");
	put(m, "https://h/b", "text/html", "is <a href=\"https://h/x\">");
	end(m);
	check("h/a,.html", "<a href=\"b%2C.html\">");
	check("h/b,.html", "is <a href=\"https://h/x\">");
	clean_up();
}

static void
ceiling(struct buf *b, size_t max_bytes)
{
	buf_release(b);
	buf_init(b, max_bytes);
}

/* It is no failure of the disk; the others are put right all the same, and so is, later, what of it leads to the origin. */
static void
a_page_that_would_become_too_long_stays_as_it_is(void **state)
{
	struct mirror *m = begin();

	put(m, "https://h/a", "text/html", "<a href=\"https://h/b\"><a href=\"https://o/\"><a href=\"https://h/c\">");
	put(m, "https://h/d", "text/html", "<a href=\"https://h/b\">");
	put(m, "https://h/c", "text/html", "c");
	ceiling(&m->page, strlen("<a href=\"https://h/b\">"));
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(n_logged, 1);
	check("h/a,.html", "<a href=\"b%2C.html\"><a href=\"https://o/\"><a href=\"c%2C.html\">");
	check("h/d,.html", "<a href=\"https://h/b\">");
	ceiling(&m->page, MIRROR_PAGE_MAX);
	put(m, "https://o/", "text/html", "o");
	end(m);
	check("h/a,.html", "<a href=\"b%2C.html\"><a href=\"../o/index.html\"><a href=\"c%2C.html\">");
	clean_up();
}

/* What is put in for the references of one page, all together, has a ceiling too. */
static void
references_that_are_too_long_together_stay(void **state)
{
	struct mirror *m = begin();

	put(m, "https://h/a", "text/html", "<a href=\"https://h/b\"><a href=\"https://h/c\">");
	put(m, "https://h/b", "text/plain", "b");
	put(m, "https://h/c", "text/plain", "c");
	ceiling(&m->to, strlen("b%2C.txtc%2C.tx"));
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(n_logged, 1);
	check("h/a,.html", "<a href=\"b%2C.html\"><a href=\"c%2C.html\">");
	put(m, "https://h/d", "text/html", "<a href=\"https://h/b\"><a href=\"https://h/c\">");
	end(m);
	check("h/d,.html", "<a href=\"https://h/b\"><a href=\"https://h/c\">");
	clean_up();
}

/* Two answers to one URL, of one name and one text or another: the file is the last one's, with its references. */
static void
a_page_that_comes_twice_is_put_right_once(void **state)
{
	struct mirror *m = begin();

	put(m, "https://h/a", "text/html", "1 <a href=\"https://h/b\">");
	put(m, "https://h/a", "text/html", "2 <a href=\"https://h/x\"><a href=\"https://h/b\">");
	put(m, "https://h/c", "text/html", "<a href=\"https://h/b\">");
	put(m, "https://h/c", "text/html", "<a href=\"https://h/b\">");
	assert_int_equal(sink_mirror.sync(m), 0);
	check("h/a,.html", "2 <a href=\"https://h/x\"><a href=\"https://h/b\">");
	check("h/c,.html", "<a href=\"https://h/b\">");
	put(m, "https://h/b", "text/html", "b");
	end(m);
	check("h/a,.html", "2 <a href=\"https://h/x\"><a href=\"b%2C.html\">");
	check("h/c,.html", "<a href=\"b%2C.html\">");
	clean_up();
}

/* Where two URLs may have one name, nobody knows which of them will: it is the first to come. */
static void
names_that_may_meet_are_not_guessed(void **state)
{
	struct mirror *m = begin_as((struct store_mirror){ .on = true, .convert = true, .names = { .cut_dirs = 1 } });

	put(m, "https://h/1/a.html", "text/html", "<a href=\"https://h/1/b.html\"><a href=\"https://h/2/b.html\">");
	check(",new/h/a.html", "<a href=\"https://h/1/b.html\"><a href=\"https://h/2/b.html\">");
	put(m, "https://h/2/b.html", "text/html", "2");
	put(m, "https://h/1/b.html", "text/html", "1");
	end(m);
	check("h/b.html", "2");
	check_ends("h/a.html", "<a href=\"b%2Ch", "<a href=\"b.html\">");
	clean_up();
}

/* A file system that does not tell the two names apart is played by somebody who makes a directory. */
static void
a_new_directory_that_is_there_by_another_name(void **state)
{
	struct mirror *m = begin();
	char path[128];

	put(m, "https://h/a.html", "text/html", "<a href=\"https://h/b.html\">");
	(void)snprintf(path, sizeof(path), "%s/site/,new/o", dir);
	assert_int_equal(mkdir(path, 0755), 0);
	put(m, "https://o/", "text/html", "o");
	check("o/index.html", "o");
	/* What was held has been shown, as it is by then. */
	check("h/a.html", "<a href=\"https://h/b.html\">");
	put(m, "https://h/b.html", "text/html", "b");
	end(m);
	check("h/a.html", "<a href=\"b.html\">");
	clean_up();
}

/* What was held when the program died is nothing to the next run: its pages are not done. */
static void
what_a_killed_run_has_held_is_gone(void **state)
{
	struct mirror *m = begin();
	void *again = NULL;

	put(m, "https://h/a.html", "text/html", "<a href=\"https://h/b.html\">");
	assert_int_equal(sink_mirror.close(m, true), 0);
	check(",new/h/a.html", "<a href=\"b.html\">");
	ctx.dir.has_job = true;
	assert_int_equal(sink_mirror.open(&ctx, &again), 0);
	check(",new/h/a.html", "");
	check("h/a.html", "");
	put(again, "https://h/a.html", "text/html", "<a href=\"https://h/b.html\">");
	end(again);
	check("h/a.html", "<a href=\"https://h/b.html\">");
	clean_up();
}

/* What is synced, and was not touched since, is not synced again; of what is put into place at the close, the names are. */
static void
the_close_syncs_what_it_changes(void **state)
{
	struct mirror *m = begin();

	put(m, "https://h/a.html", "text/html", "<a href=\"https://h/b.html\">");
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(n_synced, 1);
	put(m, "https://h/b.html", "text/html", "b");
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(n_synced, 2);
	/* The page in its new form, then its name. */
	assert_int_equal(sink_mirror.close(m, false), 0);
	assert_int_equal(n_synced, 4);
	check("h/a.html", "<a href=\"b.html\">");
	clean_up();

	m = begin();
	put(m, "https://h/a.html", "text/html", "<a href=\"https://h/b.html\">");
	assert_int_equal(sink_mirror.sync(m), 0);
	assert_int_equal(sink_mirror.close(m, false), 0);
	assert_int_equal(n_synced, 1);
	clean_up();

	/* The page that says what is not there, alone. */
	m = begin_as((struct store_mirror){ .on = true, .convert = true, .explain = true });
	end(m);
	assert_int_equal(n_synced, 1);
	clean_up();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_guess_is_put_right),
		cmocka_unit_test(a_type_that_changes_on_the_second_try_is_put_right),
		cmocka_unit_test(a_page_that_would_become_too_long_stays_as_it_is),
		cmocka_unit_test(references_that_are_too_long_together_stay),
		cmocka_unit_test(a_page_that_comes_twice_is_put_right_once),
		cmocka_unit_test(names_that_may_meet_are_not_guessed),
		cmocka_unit_test(a_new_directory_that_is_there_by_another_name),
		cmocka_unit_test(what_a_killed_run_has_held_is_gone),
		cmocka_unit_test(the_close_syncs_what_it_changes),
	};

	log_set_hook(on_log, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
