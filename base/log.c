/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

#define LOG_LINE_BYTES 4096

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static enum log_level log_level = LOG_LEVEL_INFO; /* immutable after start */
static bool log_color;                            /* immutable after start */
/* guarded by log_lock */
static void (*log_before)(void *arg);
static void *log_before_arg;

void
log_set_level(enum log_level level)
{
	log_level = level;
}

void
log_set_hook(void (*before)(void *arg), void *arg)
{
	pthread_mutex_lock(&log_lock);
	log_before = before;
	log_before_arg = arg;
	pthread_mutex_unlock(&log_lock);
}

void
log_set_color(bool color)
{
	log_color = color;
}

static void PRINTF(2, 0)
log_put(enum log_level level, const char *fmt, va_list ap)
{
	static const struct {
		const char *word, *color;
	} prefixes[] = {
		[LOG_LEVEL_ERROR] = { "error: ", "\033[1;31m" },
		[LOG_LEVEL_WARNING] = { "warning: ", "\033[1;33m" },
		[LOG_LEVEL_INFO] = { "", "" },
		[LOG_LEVEL_DEBUG] = { "debug: ", "\033[2m" },
	};
	bool color = log_color && level != LOG_LEVEL_INFO;
	char line[LOG_LINE_BYTES];
	size_t n;
	int k;

	n = (size_t)snprintf(line, sizeof(line), "lycosa: %s%s%s", color ? prefixes[level].color : "",
		prefixes[level].word, color ? "\033[0m" : "");
	k = vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	n += k < 0 ? 0 : (size_t)k;
	if (n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	pthread_mutex_lock(&log_lock);
	if (log_before != NULL)
		log_before(log_before_arg);
	if (write(STDERR_FILENO, line, n) < 0) {
		/* stderr is gone: there is nobody to tell */
	}
	pthread_mutex_unlock(&log_lock);
}

static void PRINTF(2, 0)
log_line(enum log_level level, const char *fmt, va_list ap)
{
	if (level <= log_level)
		log_put(level, fmt, ap);
}

#define LOG_FUNCTION(name, level)                                                                  \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		log_line(level, fmt, ap);                                                          \
		va_end(ap);                                                                        \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void
log_answer(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_put(LOG_LEVEL_INFO, fmt, ap);
	va_end(ap);
}
