/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config.h: the settings of a run, typed, each knowing where it came from.
 *
 * Order of calls: config_load() once, at the start of main(); then the struct is immutable and any
 * thread may read it; config_free(). A field is config->SECTION.NAME for each row of options.def,
 * with the type said there; strings and lists belong to the config and live as long as it does.
 *
 * Order of sources, later wins: built-in, SYSCONFDIR/lycosa.conf,
 * $XDG_CONFIG_HOME/lycosa/lycosa.conf (else ~/.config/lycosa/lycosa.conf), that of the job that goes
 * on, each --config FILE, the command line. A list that a source gives replaces that of the sources before it; within one
 * source its items add up, and an empty value empties it.
 *
 * Failures are the user's: -EINVAL with a text that names the place ("FILE:LINE: " or the option),
 * what is wrong and, for a name that does not exist, the nearest that does. The program prints it
 * and exits with CONFIG_EXIT_USAGE.
 */
#ifndef CRAWLER_CONFIG_H
#define CRAWLER_CONFIG_H

/*
 * In this folder the line #include "config.h", with which each .c begins, finds this file and not
 * the build's: here that is.
 */
#include <config.h>

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/check.h"

#define CONFIG_EXIT_USAGE 2

/* The value of the words "inf" and "auto" where 0 does not say it; see the row in options.def. */
#define CONFIG_INF       UINT_MAX
#define CONFIG_AUTO      UINT_MAX
#define CONFIG_AUTO_TIME (-1)

#define CONFIG_MEMORY_BYTES     (UINT64_C(512) * 1024 * 1024)
#define CONFIG_MEMORY_MIN_BYTES (UINT64_C(64) * 1024 * 1024)

enum config_command {
	CONFIG_CRAWL,   /* crawl URL... */
	CONFIG_MIRROR,  /* mirror URL...: as crawl, with its own defaults */
	CONFIG_ARCHIVE, /* archive URL...: as crawl, with its own defaults */
	CONFIG_RESUME,  /* resume DIR: go on with the job there */
	CONFIG_UPDATE,  /* update DIR: look what has changed */
	CONFIG_VERIFY,  /* verify FILE...: is what was kept as it was written? */
	CONFIG_GET,     /* get URL...: download files */
	CONFIG_SERVE,   /* serve DIR: show what a job has kept to a browser */
	CONFIG_REPORT,  /* report DIR: what its database says */
	CONFIG_CONFIG,  /* config: print the settings in force and where each comes from */
	CONFIG_INSPECT, /* inspect WHAT [FILE]: how the parser reads something */
	CONFIG_TUNE,    /* tune URL...: find the best worker counts by experiment */
	CONFIG_WHY,     /* why URL [SEED...]: which rule lets a URL in or keeps it out */
	CONFIG_CTL,     /* ctl DIR COMMAND...: asks a running job, or changes it */
	CONFIG_TOP,     /* top DIR: the live screen of a running job */
	CONFIG_HELP,    /* help [COMMAND | OPTION], --help */
	CONFIG_VERSION, /* version, --version */
	CONFIG_COMMAND_COUNT
};

/* The words of the ENUM rows, in the order of their `arg` column (a test compares them). */
enum config_scope_sitemaps { CONFIG_SCOPE_SITEMAPS_OFF, CONFIG_SCOPE_SITEMAPS_ROBOTS, CONFIG_SCOPE_SITEMAPS_ALL };
enum config_fetch_engine {
	CONFIG_FETCH_ENGINE_EVENTS,
	CONFIG_FETCH_ENGINE_THREADS,
	CONFIG_FETCH_ENGINE_SERIAL
};
enum config_fetch_prefer_family {
	CONFIG_FETCH_PREFER_FAMILY_NONE,
	CONFIG_FETCH_PREFER_FAMILY_IPV4,
	CONFIG_FETCH_PREFER_FAMILY_IPV6
};
enum config_fetch_family {
	CONFIG_FETCH_FAMILY_ANY,
	CONFIG_FETCH_FAMILY_IPV4,
	CONFIG_FETCH_FAMILY_IPV6
};
enum config_parse_html { CONFIG_PARSE_HTML_SCAN, CONFIG_PARSE_HTML_LIBXML2 };
enum config_parse_sandbox { CONFIG_PARSE_SANDBOX_ON, CONFIG_PARSE_SANDBOX_STRICT };
enum config_session_auth {
	CONFIG_SESSION_AUTH_ANY,
	CONFIG_SESSION_AUTH_BASIC,
	CONFIG_SESSION_AUTH_DIGEST,
	CONFIG_SESSION_AUTH_NTLM,
	CONFIG_SESSION_AUTH_NEGOTIATE
};
enum config_session_certificate_type {
	CONFIG_SESSION_CERTIFICATE_TYPE_PEM,
	CONFIG_SESSION_CERTIFICATE_TYPE_DER,
	CONFIG_SESSION_CERTIFICATE_TYPE_P12
};
enum config_session_private_key_type { CONFIG_SESSION_PRIVATE_KEY_TYPE_PEM, CONFIG_SESSION_PRIVATE_KEY_TYPE_DER };
enum config_session_proxy_auth {
	CONFIG_SESSION_PROXY_AUTH_BASIC,
	CONFIG_SESSION_PROXY_AUTH_DIGEST,
	CONFIG_SESSION_PROXY_AUTH_NTLM,
	CONFIG_SESSION_PROXY_AUTH_NEGOTIATE
};
enum config_store_save { CONFIG_STORE_SAVE_NONE, CONFIG_STORE_SAVE_BODY, CONFIG_STORE_SAVE_TEXT, CONFIG_STORE_SAVE_BOTH };
enum config_mirror_unfetched { CONFIG_MIRROR_UNFETCHED_ORIGIN, CONFIG_MIRROR_UNFETCHED_PAGE };
enum config_warc_compression {
	CONFIG_WARC_COMPRESSION_GZIP,
	CONFIG_WARC_COMPRESSION_ZSTD,
	CONFIG_WARC_COMPRESSION_NONE
};
enum config_warc_digest { CONFIG_WARC_DIGEST_SHA1, CONFIG_WARC_DIGEST_SHA256 };
enum config_tune_goal { CONFIG_TUNE_GOAL_THROUGHPUT, CONFIG_TUNE_GOAL_CPU, CONFIG_TUNE_GOAL_MEMORY };
enum config_run_progress {
	CONFIG_RUN_PROGRESS_AUTO,
	CONFIG_RUN_PROGRESS_BAR,
	CONFIG_RUN_PROGRESS_PLAIN,
	CONFIG_RUN_PROGRESS_NONE
};
enum config_run_color { CONFIG_RUN_COLOR_AUTO, CONFIG_RUN_COLOR_ALWAYS, CONFIG_RUN_COLOR_NEVER };

struct config_private;

struct config {
	enum config_command command;
	/* URLs, files: what is left after command and options; NULL-terminated. */
	const char *const *args;
	size_t n_args;
	enum config_command help_about; /* the command asked about; CONFIG_HELP = all of them */
	bool help_all;                  /* --help=all */
	const char *help_option;        /* the option or key asked about; NULL: none */
	/* What is to be said of the system's and the user's file where they may not be read: they are left out, as if they were not there. */
	const char *unread[2];
	size_t n_unread;

	/* config->input.file, config->fetch.connections, ...: the rows of options.def. */
#define CONFIG_TYPE_BOOL   bool
#define CONFIG_TYPE_COUNT  unsigned
#define CONFIG_TYPE_SIZE   uint64_t
#define CONFIG_TYPE_TIME   int64_t
#define CONFIG_TYPE_ENUM   unsigned
#define CONFIG_TYPE_STRING const char *
#define CONFIG_TYPE_PATH   const char *
#define CONFIG_TYPE_LIST   const char *const *
#define CONFIG_TYPE_LINES  const char *const *
#define CONFIG_TYPE_SECRET const char *
#define CONFIG_TYPE_SECRETS const char *const *
#define SECTION(section, title, about) struct {
#define SECTION_END(section)                                                                       \
	}                                                                                          \
	section;
#define OPTION(section, name, type, ...) CONFIG_TYPE_##type name;
#include "crawler/options.def"

	struct config_private *priv; /* memory and origins */
};

/* Where the files are; for tests. NULL or a NULL member = the usual place; "" = there is none. */
struct config_files {
	const char *system; /* SYSCONFDIR/lycosa.conf */
	const char *user;   /* ~/.config/lycosa/lycosa.conf */
	const char *job;    /* of the job that goes on; NULL: there is none */
};

/*
 * Reads the command line (argv[0] is the program) and the files. Prints nothing. 0, -ENOMEM, or
 * -EINVAL; *ret_error then is a malloc'd text without newline (NULL only if memory is short).
 */
MUST_CHECK int config_load(int argc, char *const *argv, const struct config_files *files,
	struct config **ret_config, char **ret_error);
/* Bytes of run.memory; auto: 512 MiB, or half of what the machine or its control group has where that is less, 64 MiB at least. */
uint64_t config_memory(const struct config *c);
/* NULL is fine. */
void config_free(struct config *c);

/* "crawl", "config", ... Static. */
const char *config_command_name(enum config_command command);

/*
 * Every setting with its value, appended to out as a config file that config_load() reads back to
 * the same, secrets excepted (config_secret.c). With origins, each line ends in a comment that says where the value came from.
 */
MUST_CHECK int config_text(const struct config *c, bool origins, struct buf *out);
/* What a job keeps of them. list_logins: URLs of a list had some, which are session.login's, whatever the settings say. */
MUST_CHECK int config_job_text(const struct config *c, bool list_logins, struct buf *out);

/* Where the user's config file is, appended; nothing where there is no home. Errors stay in out. */
void config_user_file(struct buf *out);
/* The text of a file, as it is. 0 or negative errno. */
MUST_CHECK int config_read_text(const char *path, struct buf *out);

/*
 * What differs in two texts of config_text(), for people: a line for each key, "key = value (was
 * value)". Of the keys that belong to a job.
 */
MUST_CHECK int config_changes(struct str before, struct str after, struct buf *out);
/* What a change of a setting means for pages that were read before. */
enum config_reach {
	CONFIG_REACH_NONE,  /* nothing */
	CONFIG_REACH_FILES, /* other files are kept of them: of those that lack theirs */
	CONFIG_REACH_READ,  /* other links are found in them, or let in, or something else is noted down: they would have to be read again */
};
/* line: of config_changes() */
enum config_reach config_change_reach(struct str line);
/*
 * Not of the job: how much it says, where its directory is, which files outside of it are written. They are not taken from a job's
 * lycosa.conf, which may be somebody else's work (crawler/config_secret.c has more of that).
 */
bool config_key_is_of_job(struct str key);

/*
 * Where the value of a key came from: "default", "command line", "FILE:LINE". NULL if there is no
 * such key.
 */
const char *config_origin(const struct config *c, const char *key);
/* The same of one item of a list, each of which has its own line: the pointer that is in the list. Of another: as config_origin(). */
const char *config_item_origin(const struct config *c, const char *key, const char *item);

/* crawler/config_secret.c: */

/*
 * The command line belongs to the program from now on, in one block; in argv itself, which any user of the machine can read, the
 * values of secret options are no more. 0 or -ENOMEM. config_free_argv() wipes it; NULL is fine.
 */
MUST_CHECK int config_take_argv(int argc, char *const *argv, char ***ret_argv);
void config_free_argv(char **argv);
struct option;
/* The first row of which is only known that it was set, by the job that goes on; list_logins: session.login is given again. NULL: there is none. */
const struct option *config_missing_secret(const struct config *c, bool list_logins);
/* Such rows of c, which was read from what config_text() wrote of `from', get its values. 0 or -ENOMEM. */
MUST_CHECK int config_take_secrets(struct config *c, const struct config *from);
/* Does it stand for such a secret? NULL: no. */
bool config_is_hidden(const char *value);

/* crawler/help.c: */

/* What `lycosa help`, --help and --help=all print. */
MUST_CHECK int help_text(enum config_command about, bool all, struct buf *out);
/* What `lycosa help --wait', `help -w' and `help polite.wait' print; -ENOENT: there is no such option or key. */
MUST_CHECK int help_option(struct str name, struct buf *out);
/* conf/lycosa.conf: every key as a comment, with its meaning, range and default. */
MUST_CHECK int help_conf(struct buf *out);
/* crawler/completion.c: the tables of doc/lycosa.bash.in, as shell functions. */
MUST_CHECK int help_completion(struct buf *out);
/* The option list of lycosa(1), and the key list of lycosa.conf(5), in man(7) markup. */
MUST_CHECK int help_man_options(struct buf *out);
MUST_CHECK int help_man_keys(struct buf *out);

#endif
