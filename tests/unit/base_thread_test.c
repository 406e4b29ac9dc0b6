/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/crew.h"
#include "base/thread.h"

struct seen {
	sigset_t mask;
	int go_fd;
	char name[16];
};

static void *
look_around(void *arg)
{
	struct seen *seen = arg;
	char c;

	/* The name is given by the starter, after the start: wait for its word. */
	if (read(seen->go_fd, &c, 1) != 1)
		return NULL;
	pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
	pthread_getname_np(pthread_self(), seen->name, sizeof(seen->name));
	return arg;
}

static void
test_name_and_signals(void **state)
{
	struct seen seen = { .name = "" };
	sigset_t before, after;
	pthread_t thread;
	void *result;
	int go[2];

	assert_int_equal(pipe(go), 0);
	seen.go_fd = go[0];
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(thread_start(&thread, "a-name-beyond-15-bytes", look_around, &seen), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(write(go[1], "g", 1), 1);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, &seen);
	assert_string_equal(seen.name, "a-name-beyond-1");
	assert_int_equal(sigismember(&seen.mask, SIGINT), 1);
	assert_int_equal(sigismember(&seen.mask, SIGTERM), 1);
	assert_int_equal(sigismember(&seen.mask, SIGHUP), 1);
	/* The starter's own mask is as it was. */
	assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
	close(go[0]);
	close(go[1]);
}

/* Runs fn in a child with its stderr caught in ret_text; returns the wait status. */
static int
catch_stderr(void (*fn)(void), char *ret_text, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/* cmocka's own handler would turn the abort into a test result. */
		signal(SIGABRT, SIG_DFL);
		dup2(fds[1], STDERR_FILENO);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], ret_text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	ret_text[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
break_a_promise(void)
{
	int two = 2;

	CHECK(two + 2 == 4);
	CHECK(two + 2 == 5);
}

static void
test_check_says_where_and_aborts(void **state)
{
	char text[16384];
	int status = catch_stderr(break_a_promise, text, sizeof(text));

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(text, "base_thread_test.c:"));
	assert_non_null(strstr(text, "break_a_promise: CHECK(two + 2 == 5) failed [thread "));
	assert_null(strstr(text, "== 4"));
}

static void
hook(void *arg)
{
	if (write(STDERR_FILENO, arg, 1) < 0)
		_exit(1);
}

static void
say_things(void)
{
	char mark[] = "#", huge[10000];

	log_debug("not at this level");
	log_info("%d pages", 3);
	log_set_hook(hook, mark);
	log_warning("w");
	log_set_hook(NULL, NULL);
	log_set_level(LOG_LEVEL_ERROR);
	log_warning("not any more");
	memset(huge, 'e', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	log_error("%s", huge);
}

static void
test_log_lines(void **state)
{
	static const char start[] = "lycosa: 3 pages\n#lycosa: warning: w\nlycosa: error: eee";
	char text[16384];
	int status = catch_stderr(say_things, text, sizeof(text));
	size_t len = strlen(text);

	assert_int_equal(status, 0);
	assert_memory_equal(text, start, sizeof(start) - 1);
	/* Cut, but still a line. */
	assert_true(len > 4000 && len < 4500);
	assert_int_equal(text[len - 1], '\n');
	assert_null(strstr(text, "not"));
}

static void
test_cleanup_and_take(void **state)
{
	char *kept = NULL;
	int fds[2], kept_fd = -1;
	char c;

	assert_int_equal(pipe(fds), 0);
	{
		CLEANUP(freep) char *p = strdup("kept");
		CLEANUP(freep) char *gone = strdup("freed (ASan would tell)");
		CLEANUP(closep) int write_end = fds[1];
		CLEANUP(closep) int read_end = fds[0];

		assert_non_null(gone);
		kept = TAKE(p);
		assert_null(p);
		kept_fd = TAKE_FD(read_end);
		assert_int_equal(read_end, -1);
		(void)write_end;
	}
	assert_string_equal(kept, "kept");
	free(kept);
	/* The write end was closed, the read end was not: end of file, not EBADF. */
	assert_int_equal(read(kept_fd, &c, 1), 0);
	close(kept_fd);
}

static void *
add_one(void *arg)
{
	atomic_fetch_add((atomic_int *)arg, 1);
	return arg;
}

/* Those that are sent do what they were sent for, also once the crew is gone; the others end with it. */
static void
test_crew(void **state)
{
	atomic_int done = 0;
	pthread_t sent[2];
	struct crew *crew;
	void *result;

	(void)state;
	assert_int_equal(crew_new(3, &crew), 0);
	sent[0] = crew_send(crew, "one", add_one, &done);
	sent[1] = crew_send(crew, "two", add_one, &done);
	crew_free(crew);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(sent[i], &result), 0);
		assert_ptr_equal(result, &done);
	}
	assert_int_equal(done, 2);
	crew_free(NULL);
	assert_int_equal(crew_new(0, &crew), 0);
	crew_free(crew);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crew),
		cmocka_unit_test(test_name_and_signals),
		cmocka_unit_test(test_check_says_where_and_aborts),
		cmocka_unit_test(test_log_lines),
		cmocka_unit_test(test_cleanup_and_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
