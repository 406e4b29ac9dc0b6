/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lycosa top DIR': the live screen of a running job. Redraws once a second; keys pause it and change its rates.
 *
 * The terminal: another screen, no echo, keys at once. It is put back by term_restore(), at the end, before each stop (Ctrl-Z), and
 * in the handler of whatever signal ends the program, for which it does nothing but tcsetattr(3) and write(2).
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/control.h"
#include "crawler/crawl.h"
#include "crawler/settings.h"
#include "crawler/top_view.h"
#include "crawler/units.h"

#define TOP_TICK_MS    1000
#define TOP_SCREEN_MAX ((size_t)4 * 1024 * 1024)
#define TOP_COLUMNS    80
#define TOP_ROWS       24
#define TOP_ROWS_MAX   1000
/* Of one look. */
#define TOP_COLUMNS_LOOK 200
#define TOP_ROWS_LOOK    8

/* No line goes on in the next: lines are cut by characters, and some take two columns. */
#define TERM_ENTER "\033[?1049h\033[?7l\033[?25l\033[H\033[2J"
#define TERM_LEAVE "\033[?7h\033[?25h\033[?1049l"
#define TERM_HOME  "\033[H"
#define TERM_LINE  "\033[K\r\n" /* the rest of the line is cleared */
#define TERM_BELOW "\033[J"

struct top {
	const char *dir;
	struct top_view view;
	struct buf message;
	bool in_vain; /* the message is why there was no answer */
	bool ended; /* the job does not answer any more */
};

/* --- the terminal -------------------------------------------------------------------------------------------------- */

static struct termios term_before;
static volatile sig_atomic_t term_is_ours, term_resized, term_stop;

/* Also in signal handlers. */
static void
term_restore(void)
{
	if (!term_is_ours)
		return;
	term_is_ours = 0;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &term_before);
	if (write(STDOUT_FILENO, TERM_LEAVE, sizeof(TERM_LEAVE) - 1) < 0) {
		/* the terminal is gone */
	}
}

/* Else it is one look, for a file, a pipe, or a terminal that knows no more than lines. */
static bool
term_is_able(void)
{
	const char *name = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && name != NULL && name[0] != '\0' && strcmp(name, "dumb") != 0;
}

static int
term_take(void)
{
	struct termios raw = term_before;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) < 0)
		return -errno;
	term_is_ours = 1;
	return write(STDOUT_FILENO, TERM_ENTER, sizeof(TERM_ENTER) - 1) < 0 ? -errno : 0;
}

/* It ends as it would have, behind a terminal that is put back. */
static void
on_fatal(int signo)
{
	term_restore();
	(void)signal(signo, SIG_DFL);
	(void)raise(signo);
}

static void
on_resize(int signo)
{
	(void)signo;
	term_resized = 1;
}

static void
on_stop(int signo)
{
	(void)signo;
	term_stop = 1;
}

static void
top_signals(void)
{
	static const int fatal[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGPIPE };
	/* The handler's own signal has to be let through by raise(3). */
	struct sigaction sa = { .sa_handler = on_fatal, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };

	(void)sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		(void)sigaction(fatal[i], &sa, NULL);
	sa.sa_flags = 0;
	sa.sa_handler = on_resize;
	(void)sigaction(SIGWINCH, &sa, NULL);
	sa.sa_handler = on_stop;
	(void)sigaction(SIGTSTP, &sa, NULL);
}

/* Ctrl-Z: the shell has its terminal back until it says go on. */
static int
top_suspend(void)
{
	term_stop = 0;
	term_restore();
	if (raise(SIGSTOP) != 0)
		return -errno;
	term_resized = 1;
	return term_take();
}

static void
term_size(unsigned *columns, unsigned *rows)
{
	struct winsize ws;

	*columns = TOP_COLUMNS;
	*rows = TOP_ROWS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_col == 0 || ws.ws_row == 0)
		return;
	*columns = ws.ws_col;
	*rows = ws.ws_row < TOP_ROWS_MAX ? ws.ws_row : TOP_ROWS_MAX;
}

static int
write_out(const struct buf *b)
{
	int r = file_write_all(STDOUT_FILENO, b->data, b->len, NULL);

	return r < 0 ? r : buf_err(b);
}

/* --- the job ------------------------------------------------------------------------------------------------------- */

/* The answer in out; else why not, there too. */
static int
top_ask(struct top *t, const char *const *words, bool json, struct buf *out)
{
	struct control_request rq = { .words = words, .json = json };
	int code, r;

	while (words[rq.n_words] != NULL)
		rq.n_words++;
	r = control_ask(t->dir, &rq, &code, out);
	t->ended = r < 0 && r != -ETIMEDOUT;
	return r < 0 ? r : code != EXIT_OK ? -EINVAL : 0;
}

static int
top_look(struct top *t)
{
	static const char *const status[] = { "status", NULL }, *const hosts[] = { "hosts", NULL }, *const get[] = { "get", NULL };
	CLEANUP(buf_releasep) struct buf s = BUF_INIT(CONTROL_ANSWER_MAX), h = BUF_INIT(CONTROL_ANSWER_MAX), k = BUF_INIT(CONTROL_ANSWER_MAX);
	const struct {
		const char *const *words;
		struct buf *out;
	} looks[] = { { status, &s }, { hosts, &h }, { get, &k } };

	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		int r = top_ask(t, looks[i].words, true, looks[i].out);

		if (r == 0)
			continue;
		buf_reset(&t->message, SIZE_MAX);
		buf_add_str(&t->message, buf_str(looks[i].out));
		t->in_vain = true;
		return r;
	}
	if (t->in_vain)
		buf_reset(&t->message, SIZE_MAX);
	t->in_vain = false;
	return top_view_read(&t->view, buf_str(&s), buf_str(&h), buf_str(&k));
}

static void
top_tell(struct top *t, const char *const *words)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(CONTROL_ANSWER_MAX);
	int r = top_ask(t, words, false, &out);
	size_t i;

	t->in_vain = false;
	buf_reset(&t->message, SIZE_MAX);
	if (r < 0)
		buf_add_str(&t->message, buf_str(&out));
	for (i = 0; r == 0 && words[i] != NULL; i++)
		buf_addf(&t->message, "%s%s", i > 0 ? " " : "", words[i]);
}

/* --- keys ---------------------------------------------------------------------------------------------------------- */

static void
top_set(struct top *t, const char *key, const char *value)
{
	const char *const words[] = { "set", key, value, NULL };

	top_tell(t, words);
}

/* A count one up or down, or (by_half) doubled or halved; what is not set begins at `first`. */
static void
top_step(struct top *t, const char *key, bool up, bool by_half, uint64_t first)
{
	uint64_t n;
	char text[32];

	if (str_to_u64(str_of(top_view_setting(&t->view, key)), UINT32_MAX / 4, &n) < 0)
		n = first;
	n = up ? by_half ? n * 2 : n + 1 : by_half ? n / 2 : n - (n > 0);
	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)(n > 0 ? n : 1));
	top_set(t, key, text);
}

/* auto, which is as long as the host takes to answer, stands between none and any number of ours. */
static int64_t
wait_us(const char *text)
{
	int64_t us;

	return units_time(str_of(text), &us) == 0 ? us : 1;
}

/* The next step that is longer, or shorter; what there is need not be one. */
static void
top_step_wait(struct top *t, bool up)
{
	static const char *const steps[] = { "0", "auto", "100ms", "250ms", "500ms", "1s", "2s", "5s", "10s", "30s", "1m" };
	int64_t now = wait_us(top_view_setting(&t->view, "polite.wait"));
	size_t i, n = ARRAY_LEN(steps);

	for (i = 0; i < n; i++) {
		const char *step = steps[up ? i : n - 1 - i];

		if (up ? wait_us(step) > now : wait_us(step) < now) {
			top_set(t, "polite.wait", step);
			return;
		}
	}
}

/* False: it shall end. */
static bool
top_key(struct top *t, char c)
{
	static const char *const pause[] = { "pause", NULL }, *const resume[] = { "resume", NULL }, *const stop[] = { "stop", NULL };

	switch (c) {
	case 'q':
	case 'Q':
		return false;
	case ' ':
		top_tell(t, top_view_is_paused(&t->view) ? resume : pause);
		break;
	case 'S':
		top_tell(t, stop);
		break;
	case 'w':
	case 'W':
		top_step(t, "parse.workers", c == 'W', false, top_view_workers(&t->view));
		break;
	case 'c':
	case 'C':
		top_step(t, "fetch.connections", c == 'C', true, top_view_connections(&t->view));
		break;
	case 'h':
	case 'H':
		top_step(t, "polite.per_host", c == 'H', false, 2);
		break;
	case 'd':
	case 'D':
		top_step_wait(t, c == 'D');
		break;
	default:
		break;
	}
	return true;
}

/* --- the screen ---------------------------------------------------------------------------------------------------- */

static int
top_draw(const struct top *t)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(TOP_SCREEN_MAX), screen = BUF_INIT(2 * TOP_SCREEN_MAX),
		message = BUF_INIT(TOP_SCREEN_MAX);
	unsigned columns, rows, line_no = 0;
	struct str line, rest;

	term_size(&columns, &rows);
	buf_add_str(&message, buf_str(&t->message));
	top_view_render(&t->view, columns, rows, buf_cstr(&message) != NULL ? message.data : "", &text);
	buf_add_str(&screen, STR(TERM_HOME));
	rest = buf_str(&text);
	while (str_cut(rest, '\n', &line, &rest)) {
		if (line_no++ > 0)
			buf_add_str(&screen, STR(TERM_LINE));
		buf_add_str(&screen, line);
	}
	buf_add_str(&screen, STR("\033[K" TERM_BELOW));
	return write_out(&screen);
}

/* The keys that were hit until it is time to look again. False: it shall end. */
static bool
top_wait(struct top *t)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	char keys[32];
	ssize_t n;
	int r;

	if (term_resized || term_stop)
		return true;
	r = poll(&pfd, 1, TOP_TICK_MS);
	if (r <= 0)
		return true;
	n = read(STDIN_FILENO, keys, sizeof(keys));
	/* The terminal is gone. */
	if (n < 0 ? errno != EINTR && errno != EAGAIN : n == 0 || (pfd.revents & POLLHUP))
		return false;
	/* An escape sequence, of an arrow or so, is no key of ours. */
	for (ssize_t i = 0; i < n && keys[i] != '\033'; i++) {
		if (!top_key(t, keys[i]))
			return false;
		/* The next key goes on from what this one has set. */
		if (i + 1 < n && top_look(t) < 0 && t->ended)
			return false;
	}
	return true;
}

static int
top_live(struct top *t)
{
	int r;

	if (tcgetattr(STDIN_FILENO, &term_before) < 0)
		return -errno;
	top_signals();
	r = term_take();
	while (r == 0) {
		term_resized = 0;
		r = top_draw(t);
		if (r < 0 || !top_wait(t))
			break;
		if (term_stop)
			r = top_suspend();
		if (r == 0 && top_look(t) < 0 && t->ended)
			break;
	}
	term_restore();
	return r;
}

int
top_main(const struct config *config)
{
	struct top t = { .message = BUF_INIT(CONTROL_ANSWER_MAX) };
	int r, code = EXIT_OK;

	if (config->n_args != 1) {
		log_error("top of which job? One directory; try: lycosa top example.org");
		return EXIT_USAGE;
	}
	t.dir = config->args[0];
	if (settings_trust_job(t.dir) != EXIT_OK)
		return EXIT_FILE;
	r = top_look(&t);
	if (r < 0) {
		log_error("%.*s", STR_ARG(buf_str(&t.message)));
		code = r == -ENOENT || r == -ENOTDIR ? EXIT_FILE : EXIT_GENERIC;
	} else if (term_is_able()) {
		r = top_live(&t);
		if (t.ended)
			log_info("%.*s", STR_ARG(buf_str(&t.message)));
	} else {
		CLEANUP(buf_releasep) struct buf text = BUF_INIT(TOP_SCREEN_MAX);

		top_view_render(&t.view, TOP_COLUMNS_LOOK, TOP_ROWS_LOOK, "", &text);
		r = write_out(&text);
	}
	if (code == EXIT_OK && r < 0) {
		log_error("the terminal: %s", strerror(-r));
		code = EXIT_GENERIC;
	}
	top_view_release(&t.view);
	buf_release(&t.message);
	return code;
}
