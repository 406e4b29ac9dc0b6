/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crawler_config_play.h: command lines and configuration files for tests, as texts. */
#ifndef TESTS_CRAWLER_CONFIG_PLAY_H
#define TESTS_CRAWLER_CONFIG_PLAY_H

#include "crawler/config.h"

#define CONFIG_PLAY_ARGV 32

extern const struct config_files config_play_no_files;

/* A group's setup and teardown: a directory for the files. */
int config_play_begin(void **state);
int config_play_end(void **state);

/*
 * Writes a file of that directory: sys.conf, user.conf, more.conf, bad.conf, long.conf or back.conf. Returns its path, good for the next
 * three calls.
 */
const char *config_play_file(const char *name, const char *text);
/* A command line as one string, which is cut at '|' in place. Returns argc. */
int config_play_split(char *line, char **argv);
/* Asserts that it is right; the caller frees the config. */
struct config *config_play_load(const char *line, const struct config_files *files);
/* Asserts that it is refused, with this message. */
void config_play_fails(const char *line, const struct config_files *files, const char *message);

#endif
