/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.h: lines to stderr, for crawler/ and the tops of fetch/ and store/ only, once per event.
 *
 * Each call is one line, written whole by one write(2): "lycosa: warning: ...". Strings from the web are
 * escaped by the caller (buf_add_escaped). A hook lets the live status line step aside. Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/check.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Before any other thread is started. Default: LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);
/* The words "error:" and "warning:" in colour. Before any other thread is started. Default: no. */
void log_set_color(bool color);
/* before(arg) is called ahead of each line with the log lock held (it may write to stderr, not log). NULL = none. */
void log_set_hook(void (*before)(void *arg), void *arg);

void log_error(const char *fmt, ...) PRINTF(1, 2);   /* "lycosa: error: " */
void log_warning(const char *fmt, ...) PRINTF(1, 2); /* "lycosa: warning: " */
void log_info(const char *fmt, ...) PRINTF(1, 2);    /* "lycosa: " */
void log_answer(const char *fmt, ...) PRINTF(1, 2);  /* "lycosa: ", whatever the level: what somebody has asked for just now */
void log_debug(const char *fmt, ...) PRINTF(1, 2);   /* "lycosa: debug: " */

#endif
