/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was found, into a config file: shown first, asked about where somebody can answer, checked by reading it back, and put in
 * place whole (temporary file, fsync, rename). A file that changed while the question stood is left alone.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/options.h"
#include "crawler/tune_private.h"
#include "tune/edit.h"

#define WRITE_VALUE_BYTES   32
#define WRITE_COMMENT_BYTES 256
#define NEW_FILE_MODE       0644

struct write_keys {
	struct edit_key key[SEARCH_AXES];
	char value[SEARCH_AXES][WRITE_VALUE_BYTES], comment[SEARCH_AXES][WRITE_COMMENT_BYTES];
	size_t n;
};

struct config_target {
	char *path;   /* with symbolic links followed, where it exists */
	bool exists;
	struct buf before, after;
};

/* --- the keys ---------------------------------------------------------------------------------------------------------------- */

/* "412 pages/s, 41.2 times what 1 brings; the curve bends at 64", of what was measured. */
static void
put_measured(const struct tune *t, enum search_axis a, struct buf *b)
{
	const struct search_curve *c = &t->search.curves[a];
	const struct search_try *at = search_at(&t->search, &t->search.best);
	char day[16];
	time_t now = (time_t)(clock_wall_us() / CLOCK_US_PER_SEC);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL || strftime(day, sizeof(day), "%Y-%m-%d", &tm) == 0)
		day[0] = '\0';
	buf_addf(b, "%s, with all settings here %.*f pages/s", day, at->mean.pages_per_s < 100 ? 1 : 0, at->mean.pages_per_s);
	for (unsigned i = 0; i < c->n; i++)
		if (c->at[i].value == t->search.best.v[a] && c->at[0].pages_per_s > 0 && i > 0)
			buf_addf(b, "; %u: %.1f times what %u brings", c->at[i].value, c->at[i].pages_per_s / c->at[0].pages_per_s,
				c->at[0].value);
	if (c->n > 1)
		buf_addf(b, "; the curve bends at %u", c->bend);
}

static void
add_key(const struct tune *t, struct write_keys *w, enum search_axis a, enum search_axis value_of)
{
	const struct option *o = option_by_key(str_of(tune_key(a)));
	struct buf value = BUF_INIT(WRITE_VALUE_BYTES - 1), comment = BUF_INIT(WRITE_COMMENT_BYTES - 1);
	size_t i = w->n++;

	CHECK(o != NULL);
	tune_put_value(&value, &t->search.best, value_of);
	put_measured(t, value_of, &comment);
	memcpy(w->value[i], buf_str(&value).p, value.len);
	memcpy(w->comment[i], buf_str(&comment).p, comment.len);
	w->key[i] = (struct edit_key){ o->section, o->name, str_n(w->value[i], value.len), str_n(w->comment[i], comment.len) };
	buf_release(&value);
	buf_release(&comment);
}

static void
make_keys(const struct tune *t, struct write_keys *w)
{
	static const enum search_axis order[] = { SEARCH_ENGINE, SEARCH_LOOPS, SEARCH_CONNECTIONS, SEARCH_THREADS, SEARCH_WORKERS,
		SEARCH_HTML };

	w->n = 0;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (tune_uses(&t->search.best, order[i]))
			add_key(t, w, order[i], order[i]);
		else if (order[i] == SEARCH_CONNECTIONS)
			add_key(t, w, order[i], SEARCH_THREADS); /* as it was tried: as many as there are threads */
	}
}

/* --- the file ---------------------------------------------------------------------------------------------------------------- */

/* The settings of this file alone, as text. False: it is none that lycosa takes, and it said why. */
static bool
read_alone(const char *path, struct buf *text)
{
	static const struct config_files none = { .system = "", .user = "" };
	char lycosa[] = "lycosa", command[] = "config", option[] = "--config";
	CLEANUP(freep) char *own = strdup(path), *error = NULL;
	char *const argv[] = { lycosa, command, option, own, NULL };
	struct config *c = NULL;
	int r = own != NULL ? config_load((int)ARRAY_LEN(argv) - 1, argv, &none, &c, &error) : -ENOMEM;

	if (r == 0)
		r = config_text(c, false, text);
	config_free(c);
	if (r < 0)
		log_error("%s: nothing was written", error != NULL ? error : strerror(-r));
	return r == 0;
}

/* Does the file say what was found? False: it said why. */
static bool
reads_back(const char *path, const struct write_keys *w)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(TUNE_TEXT_MAX_BYTES), want = BUF_INIT(4096);
	bool fine = true;

	if (!read_alone(path, &text))
		return false;
	for (size_t i = 0; i < w->n; i++) {
		buf_reset(&want, SIZE_MAX);
		buf_addf(&want, "\n%s = %.*s\n", w->key[i].name, STR_ARG(w->key[i].value));
		fine = fine && buf_err(&want) == 0 && memmem(text.data, text.len, want.data, want.len) != NULL;
	}
	if (!fine)
		log_error("with the new lines the file would not say what was found: nothing was written");
	return fine;
}

static int
sync_parent(const char *path)
{
	CLEANUP(freep) char *copy = strdup(path);
	CLEANUP(closep) int fd = -1;

	if (copy == NULL)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int
copy_owner(const char *path, int to)
{
	CLEANUP(closep) int from = open(path, O_RDONLY | O_CLOEXEC);
	int r = from < 0 ? -errno : file_copy_owner(from, to);

	if (r != -EPERM)
		return r;
	log_error("%s is somebody else's, and its owner would be lost: nothing was written", path);
	return -ECANCELED;
}

/* 0, -ECANCELED (it said why), other negative errno. */
static int
put_in_place(const struct config_target *f, const struct write_keys *w)
{
	CLEANUP(buf_releasep) struct buf now = BUF_INIT(TUNE_TEXT_MAX_BYTES);
	CLEANUP(freep) char *temp = NULL;
	CLEANUP(closep) int fd = -1;
	int r;

	if (asprintf(&temp, "%s.XXXXXX", f->path) < 0) {
		temp = NULL;
		return -ENOMEM;
	}
	/* The first time there may be no directory of ours. */
	(void)file_make_parents(f->path);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = file_write_all(fd, f->after.data, f->after.len, NULL);
	if (r == 0)
		r = f->exists ? copy_owner(f->path, fd) : fchmod(fd, NEW_FILE_MODE) < 0 ? -errno : 0;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && !reads_back(temp, w))
		r = -ECANCELED;
	if (r == 0) {
		r = config_read_text(f->path, &now);
		if (r == -ENOENT && !f->exists)
			r = 0;
		if (r == 0 && !str_eq(buf_str(&now), buf_str(&f->before))) {
			log_error("%s has changed meanwhile: nothing was written", f->path);
			r = -ECANCELED;
		}
	}
	if (r == 0 && rename(temp, f->path) < 0)
		r = -errno;
	if (r < 0 && unlink(temp) < 0)
		log_warning("%s: %s", temp, strerror(errno));
	return r == 0 ? sync_parent(f->path) : r;
}

static int
target_read(struct config_target *f, const char *path)
{
	struct stat st;
	char *real;

	real = realpath(path, NULL);
	if (real == NULL && errno != ENOENT)
		return -errno;
	/* A link to nothing would be replaced by a file. */
	if (real == NULL && lstat(path, &st) == 0)
		return -ENOENT;
	f->path = real != NULL ? real : strdup(path);
	f->exists = real != NULL;
	if (f->path == NULL)
		return -ENOMEM;
	if (!f->exists)
		return 0;
	if (stat(f->path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	/* A rename does not ask what is in its way. */
	if (!S_ISREG(st.st_mode) || access(f->path, W_OK) < 0)
		return -EACCES;
	return config_read_text(f->path, &f->before);
}

static void
target_release(struct config_target *f)
{
	free(f->path);
	buf_release(&f->before);
	buf_release(&f->after);
}

/* --- the question -------------------------------------------------------------------------------------------------------------- */

/* A signal is a no. */
static bool
ask(const struct tune *t, const char *path)
{
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = t->sigfd, .events = POLLIN } };
	char answer[64] = "";

	(void)fprintf(stderr, "Write this to %s? [y/N] ", path);
	(void)fflush(stderr);
	while (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno == EINTR)
		continue;
	if (fds[1].revents != 0 || read(STDIN_FILENO, answer, sizeof(answer) - 1) <= 0)
		return false;
	return answer[0] == 'y' || answer[0] == 'Y';
}

static int
write_target(const struct tune *t, struct config_target *f, const struct write_keys *w)
{
	bool terminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
	int r;

	if (!terminal && t->config->tune.write == NULL) {
		log_info("nothing was written; --write=%s does", f->path);
		return EXIT_OK;
	}
	if (terminal && !ask(t, f->path)) {
		log_info("nothing was written");
		return EXIT_OK;
	}
	r = put_in_place(f, w);
	if (r == 0)
		log_info("%s was written", f->path);
	else if (r != -ECANCELED)
		log_error("%s: %s", f->path, strerror(-r));
	return r == 0 ? EXIT_OK : EXIT_FILE;
}

static int
show_and_write(const struct tune *t, const char *path)
{
	CLEANUP(target_release) struct config_target f = { .before = BUF_INIT(TUNE_TEXT_MAX_BYTES), .after = BUF_INIT(TUNE_TEXT_MAX_BYTES) };
	CLEANUP(buf_releasep) struct buf diff = BUF_INIT(TUNE_TEXT_MAX_BYTES);
	struct write_keys w;
	int r = target_read(&f, path);

	make_keys(t, &w);
	if (r == 0)
		r = edit_apply(buf_str(&f.before), w.key, w.n, &f.after, &diff);
	if (r < 0) {
		log_error("%s: %s", path, strerror(-r));
		return EXIT_FILE;
	}
	if (str_eq(buf_str(&f.before), buf_str(&f.after))) {
		log_info("%s says so already", f.path);
		return EXIT_OK;
	}
	if (printf("\n--- %s\n+++ %s\n%.*s", f.path, f.path, STR_ARG(buf_str(&diff))) < 0 || fflush(stdout) != 0) {
		log_error("stdout: %s", strerror(errno));
		return EXIT_FILE;
	}
	return write_target(t, &f, &w);
}

/* Where a file is made, or replaced. -ENOENT: it is not there. */
static int
check_parent(const char *path)
{
	CLEANUP(freep) char *copy = strdup(path);
	const char *parent;
	struct stat st;

	if (copy == NULL)
		return -ENOMEM;
	parent = dirname(copy);
	if (stat(parent, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return access(parent, W_OK | X_OK) < 0 ? -errno : 0;
}

static int
file_unfit(const char *option, const char *path, int r)
{
	CLEANUP(buf_releasep) struct buf shown = BUF_INIT(TUNE_TEXT_MAX_BYTES);

	buf_add_escaped(&shown, str_of(path));
	log_error("%s: %.*s: %s", option, STR_ARG(buf_str(&shown)), strerror(-r));
	return EXIT_FILE;
}

static int
check_target(const char *path)
{
	CLEANUP(target_release) struct config_target f = { .before = BUF_INIT(TUNE_TEXT_MAX_BYTES), .after = BUF_INIT(TUNE_TEXT_MAX_BYTES) };
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(TUNE_TEXT_MAX_BYTES);
	int r = target_read(&f, path);

	if (r == 0) {
		r = check_parent(f.exists ? f.path : path);
		r = r == -ENOENT ? 0 : r; /* it is made, too */
	}
	if (r < 0)
		return file_unfit("--write", path, r);
	return !f.exists || read_alone(f.path, &text) ? EXIT_OK : EXIT_FILE;
}

/* What is there is written into, as a terminal may be; else its directory has to be there. */
static int
check_drawing(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? -EISDIR : access(path, W_OK) < 0 ? -errno : 0;
	return errno == ENOENT ? check_parent(path) : -errno;
}

int
tune_write_check(const struct config *config)
{
	const char *path = config->tune.write, *svg = config->tune.svg;
	int code = path != NULL ? check_target(path) : EXIT_OK;
	int r = code == EXIT_OK && svg != NULL ? check_drawing(svg) : 0;

	return r < 0 ? file_unfit("--svg", svg, r) : code;
}

int
tune_write(const struct tune *t)
{
	CLEANUP(buf_releasep) struct buf user = BUF_INIT(TUNE_PATH_MAX_BYTES);
	const char *path = t->config->tune.write;

	if (path == NULL && search_at(&t->search, &t->search.config.start) == search_at(&t->search, &t->search.best))
		return EXIT_OK;
	if (path == NULL) {
		config_user_file(&user);
		path = buf_cstr(&user);
		if (path == NULL || *path == '\0')
			return EXIT_OK;
	}
	return show_and_write(t, path);
}
