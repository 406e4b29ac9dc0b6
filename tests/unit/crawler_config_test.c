/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/machine.h"
#include "crawler/config.h"
#include "crawler/options.h"

static char dir[] = "/tmp/lycosa-config-XXXXXX";
static const struct config_files no_files = { "", "" };

static const char *
put_file(const char *name, const char *text)
{
	static char paths[4][64];
	static unsigned next;
	char *path = paths[next++ % 4];
	FILE *f;

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	return path;
}

/* The command line as one string, cut at '|'. */
#define ARGV_MAX 32
static int
split(char *line, char **argv)
{
	int argc = 0;

	argv[argc++] = line;
	for (; *line != '\0'; line++)
		if (*line == '|') {
			*line = '\0';
			assert_true(argc < ARGV_MAX - 1);
			argv[argc++] = line + 1;
		}
	argv[argc] = NULL;
	return argc;
}

static struct config *
load(const char *line, const struct config_files *files)
{
	char *copy = strdup(line), *argv[ARGV_MAX], *error = NULL;
	struct config *c = NULL;
	int r = config_load(split(copy, argv), argv, files, &c, &error);

	if (r < 0)
		print_message("%s: %s\n", line, error);
	assert_int_equal(r, 0);
	free(copy); /* nothing of argv may be needed any more */
	return c;
}

static void
fails(const char *line, const struct config_files *files, const char *message)
{
	char *copy = strdup(line), *argv[ARGV_MAX], *error = NULL;
	struct config *c = NULL;

	assert_int_equal(config_load(split(copy, argv), argv, files, &c, &error), -EINVAL);
	assert_null(c);
	assert_non_null(error);
	assert_string_equal(error, message);
	free(error);
	free(copy);
}

static void
defaults(void **state)
{
	struct config *c = load("lycosa|crawl|http://a/|b", &no_files);

	assert_int_equal(c->command, CONFIG_CRAWL);
	assert_int_equal(c->n_args, 2);
	assert_string_equal(c->args[0], "http://a/");
	assert_string_equal(c->args[1], "b");
	assert_null(c->args[2]);
	assert_int_equal(c->fetch.engine, CONFIG_FETCH_ENGINE_EVENTS);
	assert_int_equal(c->fetch.connections, 256);
	assert_int_equal(c->fetch.timeout, INT64_C(300000000));
	assert_int_equal(c->fetch.max_body, 1 << 30);
	assert_string_equal(c->fetch.user_agent, "lycosa/" PACKAGE_VERSION);
	assert_int_equal(c->scope.level, CONFIG_INF);
	assert_int_equal(c->scope.max_pages, 0);
	assert_int_equal(c->polite.wait, CONFIG_AUTO_TIME);
	assert_int_equal(c->parse.workers, CONFIG_AUTO);
	assert_null(c->scope.accept);
	assert_null(c->store.dir);
	assert_true(c->polite.robots);
	assert_string_equal(config_origin(c, "polite.robots"), "default");
	assert_null(config_origin(c, "polite.robot"));
	config_free(c);
	config_free(NULL);
}

static void
spellings(void **state)
{
	struct config *c = load("lycosa|-q|crawl|-l3|-Hp|-np|-w|1.5|--tries=inf|-Q|2m|-Aa,b|-A|c, "
				"d,|--no-robots|--max-time|1h|"
				"--no-parent=off|--check-certificate=no|-6|--fetch.loops=2|-e|html "
				"= libxml2|--no-no-parent|"
				"--accept-regex|a,b|--accept-regex=c|--|-x",
		&no_files);

	assert_true(c->run.quiet);
	assert_int_equal(c->scope.level, 3);
	assert_true(c->scope.span_hosts);
	assert_true(c->scope.page_requisites);
	assert_false(c->scope.no_parent);
	assert_int_equal(c->polite.wait, 1500000);
	assert_int_equal(c->polite.tries, CONFIG_INF);
	assert_int_equal(c->scope.quota, 2 << 20);
	assert_string_equal(c->scope.accept[0], "a");
	assert_string_equal(c->scope.accept[2], "c");
	assert_string_equal(c->scope.accept[3], "d");
	assert_null(c->scope.accept[4]);
	assert_string_equal(c->scope.accept_regex[0], "a,b");
	assert_string_equal(c->scope.accept_regex[1], "c");
	assert_null(c->scope.accept_regex[2]);
	assert_false(c->polite.robots);
	assert_false(c->fetch.check_certificate);
	assert_int_equal(c->fetch.family, CONFIG_FETCH_FAMILY_IPV6);
	assert_int_equal(c->fetch.loops, 2);
	assert_int_equal(c->parse.html, CONFIG_PARSE_HTML_LIBXML2);
	assert_int_equal(c->n_args, 1);
	assert_string_equal(c->args[0], "-x");
	assert_string_equal(config_origin(c, "fetch.loops"), "command line");
	config_free(c);

	/* -nv: any switch of one letter, off. */
	c = load("lycosa|crawl|-rvnvnE", &no_files);
	assert_false(c->run.verbose);
	assert_false(c->mirror.adjust_extension);
	config_free(c);

	c = load("lycosa|crawl|-T|5|-i|-|-l|0|-t0|-e|robots=off|-", &no_files);
	assert_int_equal(c->fetch.dns_timeout, 5000000);
	assert_int_equal(c->fetch.connect_timeout, 5000000);
	assert_int_equal(c->fetch.low_speed_time, 5000000);
	assert_int_equal(c->fetch.timeout, 300000000);
	assert_string_equal(c->input.file, "-");
	assert_int_equal(c->scope.level, CONFIG_INF);
	assert_int_equal(c->polite.tries, CONFIG_INF);
	assert_false(c->polite.robots);
	assert_string_equal(c->args[0], "-");
	config_free(c);
}

static void
commands(void **state)
{
	static const struct {
		const char *line;
		enum config_command command, about;
		bool all;
	} rows[] = {
		{ "lycosa|--help", CONFIG_HELP, CONFIG_HELP, false },
		{ "lycosa|help", CONFIG_HELP, CONFIG_HELP, false },
		{ "lycosa|help|crawl", CONFIG_HELP, CONFIG_CRAWL, false },
		{ "lycosa|crawl|-h|http://a/", CONFIG_HELP, CONFIG_CRAWL, false },
		{ "lycosa|crawl|--help=all", CONFIG_HELP, CONFIG_CRAWL, true },
		{ "lycosa|help|mirror", CONFIG_HELP, CONFIG_MIRROR, false },
		{ "lycosa|help|--wait", CONFIG_HELP, CONFIG_HELP, false },
		{ "lycosa|help|polite.wait", CONFIG_HELP, CONFIG_HELP, false },
		{ "lycosa|help|--help=all", CONFIG_HELP, CONFIG_HELP, true },
		{ "lycosa|-V", CONFIG_VERSION, CONFIG_HELP, false },
		{ "lycosa|version", CONFIG_VERSION, CONFIG_HELP, false },
		{ "lycosa|--config|/does/not/exist|--help", CONFIG_HELP, CONFIG_HELP, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config *c = load(rows[i].line, &no_files);

		assert_int_equal(c->command, rows[i].command);
		assert_int_equal(c->help_about, rows[i].about);
		assert_int_equal(c->help_all, rows[i].all);
		config_free(c);
	}
}

static void
wrong_command_lines(void **state)
{
	static const struct {
		const char *line, *message;
	} rows[] = {
		{ "lycosa", "no command is given; `lycosa help' says what there is" },
		{ "lycosa|crwl|x", "unknown command `crwl'; did you mean `crawl'?" },
		{ "lycosa|http://a/",
			"unknown command `http://a/'; did you mean `lycosa crawl http://a/'?" },
		{ "lycosa|\x1b[2J", "unknown command `\\x1b[2J'; `lycosa help' lists them" },
		{ "lycosa|crawl|--conections=3",
			"unknown option `--conections'; did you mean `--connections'?" },
		{ "lycosa|crawl|--qqqqqq",
			"unknown option `--qqqqqq'; `lycosa --help=all' lists them" },
		{ "lycosa|crawl|-y", "unknown option `-y'; `lycosa --help=all' lists them" },
		{ "lycosa|crawl|-nz", "unknown option `-nz'; `lycosa --help=all' lists them" },
		{ "lycosa|crawl|--no-level",
			"unknown option `--no-level'; did you mean `--level'?" },
		{ "lycosa|crawl|--no-robots=on", "option `--no-robots' takes no value" },
		{ "lycosa|crawl|-Hl", "option `-l' needs an argument: N" },
		{ "lycosa|crawl|--wait", "option `--wait' needs an argument: TIME" },
		{ "lycosa|inspect|-l3",
			"option `--level' is not for the command inspect; it is for crawl, mirror, archive, resume, update, "
			"tune and why" },
		{ "lycosa|crawl|--rows=3", "option `--rows' is not for the command crawl; it is for report" },
		/* What other crawlers' users type. */
		{ "lycosa|crawl|-rS",
			"unknown option `-S'; pages.jsonl of a crawl has status, type and times of each answer, --warc keeps "
			"the headers too" },
		{ "lycosa|crawl|--depth=2", "unknown option `--depth'; -l N, --level=N is how deep" },
		{ "lycosa|get|--cacert|x", "unknown option `--cacert'; --ca-certificate=FILE" },
		{ "lycosa|mirror|-mc",
			"option `--continue' is not for the command mirror; the same command again goes on with what was "
			"interrupted, and so does `lycosa resume DIR'" },
		{ "lycosa|crawl|--no-clobber",
			"option `--no-clobber' is not for the command crawl; a job asks for nothing twice, and -P DIR begins "
			"another one" },
		{ "lycosa|get|-rl2",
			"option `--recursive' is not for the command get; `lycosa get' reads no links; `lycosa crawl' and "
			"`lycosa mirror' do" },
		{ "lycosa|help|--wiat", "unknown option `--wiat'; did you mean `--wait'?" },
		{ "lycosa|help|--cacert", "unknown option `--cacert'; --ca-certificate=FILE" },
		{ "lycosa|help|mirorr", "unknown command `mirorr'; did you mean `mirror'?" },
		{ "lycosa|crawl|-nt", "unknown option `-nt'; `lycosa --help=all' lists them" },
		{ "lycosa|crawl|--connections=0",
			"--connections: `0' is out of range; `fetch.connections' must be a number "
			"from 1 to 65536, or auto" },
		{ "lycosa|crawl|--wait=3q",
			"--wait: `3q' has a unit that is not known; `polite.wait' must be a time "
			"in seconds (us, ms, s, m, "
			"h, d) from 0 to 1d, or auto" },
		{ "lycosa|crawl|--engine=evnts",
			"--engine: `evnts' is none of its words; `fetch.engine' must be events, "
			"threads or serial; did you mean `events'?" },
		{ "lycosa|crawl|--user-agent=a\r\nb",
			"--user-agent: `a\\x0d\\x0ab' holds control characters; "
			"`fetch.user_agent' must be a text" },
		{ "lycosa|crawl|-e|robots", "-e: the argument must be KEY=VALUE" },
		{ "lycosa|crawl|-e|timeout=3",
			"-e: `timeout' may be `fetch.timeout' or `parse.timeout'" },
		{ "lycosa|crawl|-e|fetch.per_host=3",
			"-e: unknown key `fetch.per_host'; did you mean `polite.per_host'?" },
		{ "lycosa|crawl|--help=some", "option `--help' takes only `all'" },
		{ "lycosa|crawl|-v|-q", "`run.verbose' and `run.quiet' cannot both be on" },
		{ "lycosa|crawl|--config|/does/not/exist",
			"/does/not/exist: cannot be read: No such file or directory" },
		{ "lycosa|crawl|--config|/tmp", "/tmp: cannot be read: Is a directory" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		fails(rows[i].line, &no_files, rows[i].message);
}

static void
files_and_order(void **state)
{
	const char *sys = put_file("sys.conf",
		"\xef\xbb\xbf# first\r\n[fetch]\r\n   connections = 10 ; x\r\n\r\nloops=3\n"
		"[scope]\nreject = a,b\nreject = c\n");
	const char *user = put_file("user.conf",
		"fetch.connections = 20\n[scope]\nreject = d\npolite.wait = 2s\n");
	const char *more = put_file("more.conf",
		"robots = off\n[fetch]\nuser_agent = \"a \\\" \\\\ ; b # \"  # c\n");
	struct config_files files = { sys, user };
	char line[256], origin[128];
	struct config *c;

	(void)snprintf(line, sizeof(line), "lycosa|crawl|--config|%s|--loops|4", more);
	c = load(line, &files);
	assert_int_equal(c->fetch.connections, 20);
	assert_int_equal(c->fetch.loops, 4);
	assert_string_equal(c->scope.reject[0], "d");
	assert_null(c->scope.reject[1]);
	assert_int_equal(c->polite.wait, 2000000);
	assert_false(c->polite.robots);
	assert_string_equal(c->fetch.user_agent, "a \" \\ ; b # ");
	(void)snprintf(origin, sizeof(origin), "%s:1", user);
	assert_string_equal(config_origin(c, "fetch.connections"), origin);
	config_free(c);

	(void)snprintf(line, sizeof(line), "lycosa|crawl|--no-config|--config=%s", more);
	c = load(line, &files);
	assert_int_equal(c->fetch.connections, 256);
	assert_false(c->polite.robots);
	config_free(c);

	files.user = "/does/not/exist/lycosa.conf";
	c = load("lycosa|crawl", &files);
	assert_int_equal(c->fetch.connections, 10);
	assert_string_equal(c->scope.reject[2], "c");
	config_free(c);
	c = load("lycosa|crawl|-R|", &files);
	assert_null(c->scope.reject);
	config_free(c);
}

static void
wrong_files(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "[fetch]\nconections = 3\n",
			":2: unknown key `fetch.conections'; did you mean `fetch.connections'?" },
		{ "\n\n[ftech]\nloops = 3\n",
			":4: unknown key `ftech.loops'; did you mean `fetch.loops'?" },
		{ "[fetch]\nloops\n", ":2: neither `[section]' nor `key = value': `loops'" },
		{ "[fetch\nloops=1\n", ":1: neither `[section]' nor `key = value'" },
		{ "robots: x = on\n",
			":1: neither `[section]' nor `key = value': `robots: x = on'" },
		{ "= 3\n", ":1: neither `[section]' nor `key = value': `= 3'" },
		{ "[fetch]\nuser_agent = \"a\n",
			":2: the quotes do not close, or something stands behind them: `\"a'" },
		{ "[fetch]\nuser_agent = \"a\" b\n",
			":2: the quotes do not close, or something stands behind them: `\"a\" b'" },
		{ "[fetch]\n\nmax_body = 3x\nloops = 0\n",
			":3: `3x' has a unit that is not known; `fetch.max_body' must be a size in "
			"bytes (k, m, g, t) from 1 "
			"to 1t" },
		{ "[fetch]\nloops = 0", ":2: `0' is out of range; `fetch.loops' must be a number "
					"from 1 to 64, or auto" },
		{ "[parse]\nmax_page = 2000m\n",
			":2: `2000m' is out of range; `parse.max_page' must be a size in bytes (k, "
			"m, g, t) from 1k to 1g" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *path = put_file("bad.conf", rows[i].text);
		struct config_files files = { path, "" };
		char message[512];

		(void)snprintf(message, sizeof(message), "%s%s", path, rows[i].message);
		fails("lycosa|crawl", &files, message);
	}
}

/* inih's lines end at 200 bytes; ours must not. */
static void
long_lines(void **state)
{
	char text[6000], value[5001];
	struct config_files files;
	struct config *c;

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	(void)snprintf(text, sizeof(text), "[scope]\n# %s\naccept_regex = %s\nlevel = 4\n", "y",
		value);
	files = (struct config_files){ put_file("long.conf", text), "" };
	c = load("lycosa|crawl", &files);
	assert_string_equal(c->scope.accept_regex[0], value);
	assert_int_equal(c->scope.level, 4);
	config_free(c);
}

/* What config_text() writes, reads back to itself. */
static void
text_and_back(void **state)
{
	struct config *c = load("lycosa|crawl|-l|inf|-R|a,b|--reject-regex| x;y "
				"|--reject-regex=\\.zip$|--reject-regex=\"|-U|a#b|"
				"--wait=auto|-Q|3k|--max-time|90s|-P|/a "
				"b/c|--workers=0|--no-http2|-e|fetch.family=ipv4",
		&no_files);
	struct buf a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20);
	struct config_files files = { NULL, "" };

	assert_int_equal(config_text(c, false, &a), 0);
	config_free(c);
	files.system = put_file("back.conf", buf_cstr(&a));
	c = load("lycosa|crawl", &files);
	assert_int_equal(config_text(c, false, &b), 0);
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	assert_string_equal(c->scope.reject_regex[0], " x;y ");
	assert_string_equal(c->scope.reject_regex[1], "\\.zip$");
	assert_string_equal(c->scope.reject_regex[2], "\"");

	/* With origins too: they are comments. */
	buf_reset(&a, SIZE_MAX);
	assert_int_equal(config_text(c, true, &a), 0);
	config_free(c);
	files.system = put_file("back.conf", buf_cstr(&a));
	c = load("lycosa|crawl", &files);
	buf_reset(&a, SIZE_MAX);
	assert_int_equal(config_text(c, false, &a), 0);
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	config_free(c);
	buf_release(&a);
	buf_release(&b);
}

static void
check_words(const char *key, unsigned n, const char *const *words)
{
	const struct option *o = option_by_key(str_of(key));

	assert_non_null(o);
	for (unsigned i = 0; i < n; i++)
		assert_true(str_eq(option_word(o, i), str_of(words[i])));
	assert_null(option_word(o, n).p);
}

/* The enums of config.h stand in the order of the words in options.def. */
static void
enums(void **state)
{
	check_words("scope.sitemaps", 3,
		(const char *const[]){ [CONFIG_SCOPE_SITEMAPS_OFF] = "off",
			[CONFIG_SCOPE_SITEMAPS_ROBOTS] = "robots",
			[CONFIG_SCOPE_SITEMAPS_ALL] = "all" });
	check_words("fetch.engine", 3,
		(const char *const[]){ [CONFIG_FETCH_ENGINE_EVENTS] = "events",
			[CONFIG_FETCH_ENGINE_THREADS] = "threads",
			[CONFIG_FETCH_ENGINE_SERIAL] = "serial" });
	check_words("fetch.family", 3,
		(const char *const[]){ [CONFIG_FETCH_FAMILY_ANY] = "any",
			[CONFIG_FETCH_FAMILY_IPV4] = "ipv4",
			[CONFIG_FETCH_FAMILY_IPV6] = "ipv6" });
	check_words("parse.html", 2,
		(const char *const[]){ [CONFIG_PARSE_HTML_SCAN] = "scan",
			[CONFIG_PARSE_HTML_LIBXML2] = "libxml2" });
	check_words("parse.sandbox", 2,
		(const char *const[]){ [CONFIG_PARSE_SANDBOX_ON] = "on",
			[CONFIG_PARSE_SANDBOX_STRICT] = "strict" });
	check_words("session.auth", 5,
		(const char *const[]){ [CONFIG_SESSION_AUTH_ANY] = "any",
			[CONFIG_SESSION_AUTH_BASIC] = "basic",
			[CONFIG_SESSION_AUTH_DIGEST] = "digest",
			[CONFIG_SESSION_AUTH_NTLM] = "ntlm",
			[CONFIG_SESSION_AUTH_NEGOTIATE] = "negotiate" });
	check_words("store.save", 4,
		(const char *const[]){
			[CONFIG_STORE_SAVE_NONE] = "none", [CONFIG_STORE_SAVE_BODY] = "body",
			[CONFIG_STORE_SAVE_TEXT] = "text", [CONFIG_STORE_SAVE_BOTH] = "both" });
	check_words("warc.compression", 3,
		(const char *const[]){
			[CONFIG_WARC_COMPRESSION_GZIP] = "gzip",
			[CONFIG_WARC_COMPRESSION_ZSTD] = "zstd",
			[CONFIG_WARC_COMPRESSION_NONE] = "none" });
	check_words("warc.digest", 2,
		(const char *const[]){ [CONFIG_WARC_DIGEST_SHA1] = "sha1",
			[CONFIG_WARC_DIGEST_SHA256] = "sha256" });
	check_words("run.progress", 4,
		(const char *const[]){ [CONFIG_RUN_PROGRESS_AUTO] = "auto",
			[CONFIG_RUN_PROGRESS_BAR] = "bar",
			[CONFIG_RUN_PROGRESS_PLAIN] = "plain",
			[CONFIG_RUN_PROGRESS_NONE] = "none" });
	check_words("run.color", 3,
		(const char *const[]){ [CONFIG_RUN_COLOR_AUTO] = "auto",
			[CONFIG_RUN_COLOR_ALWAYS] = "always",
			[CONFIG_RUN_COLOR_NEVER] = "never" });
}

/* No name of the table is taken twice, and a short one has a long one beside it. */
static void
names(void **state)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option_flag *f = &options[i].flag;

		assert_ptr_equal(option_by_key(str_of(options[i].key)), &options[i]);
		if (f->long_name != NULL)
			assert_ptr_equal(option_by_long(str_of(f->long_name)).option, &options[i]);
		if (f->short_name != NULL) {
			assert_ptr_equal(option_by_short(str_of(f->short_name)).option,
				&options[i]);
			assert_non_null(f->long_name);
		}
		assert_true((options[i].type == OPTION_BOOL) == (f->arg == NULL));
	}
	for (size_t i = 0; i < n_shorthands; i++) {
		const struct option_flag *f = &shorthands[i].flag;

		assert_ptr_equal(option_by_long(str_of(f->long_name)).shorthand, &shorthands[i]);
		if (f->short_name != NULL)
			assert_ptr_equal(option_by_short(str_of(f->short_name)).shorthand,
				&shorthands[i]);
	}
}

static void
check_text(const struct config *c, const char *there, const char *not_there)
{
	struct buf text = BUF_INIT(1 << 20);

	assert_int_equal(config_text(c, false, &text), 0);
	assert_non_null(buf_cstr(&text));
	assert_non_null(strstr(text.data, there));
	assert_null(strstr(text.data, not_there));
	buf_release(&text);
}

/* What a job's file says of a secret is that there was one. */
static void
secrets(void **state)
{
	struct config *c = load("lycosa|crawl|x|--header|X-Key: s3cret|--header|From: me", &no_files);
	struct config_files files = { "", "" };

	assert_string_equal(c->session.header[0], "X-Key: s3cret");
	assert_null(config_missing_secret(c, false));
	check_text(c, "\nheader = (secret)\n", "s3cret");
	config_free(c);

	c = load("lycosa|crawl|x|--header|From: me|--header|@/a/file", &no_files);
	check_text(c, "\nheader = From: me\nheader = @/a/file\n", "(secret)");
	config_free(c);

	files.job = put_file("more.conf", "[session]\nheader = (secret)\n");
	c = load("lycosa|resume|x", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.header");
	config_free(c);
	c = load("lycosa|resume|x|--header|A: b", &files);
	assert_null(config_missing_secret(c, false));
	config_free(c);
	c = load("lycosa|resume|x|--header=", &files);
	assert_null(config_missing_secret(c, false));
	assert_null(c->session.header);
	config_free(c);
	files.user = put_file("user.conf", "[session]\nheader = X-Key: mine\n");
	c = load("lycosa|resume|x", &files);
	assert_null(config_missing_secret(c, false));
	assert_string_equal(c->session.header[0], "X-Key: mine");
	config_free(c);

	/* Nor are the files with them a job's to name. What it says beside stays with the user's own, or all of it is to be given again. */
	files.job = put_file("more.conf", "[session]\nheader = @/etc/passwd\nheader = From: me\nbearer = @/etc/passwd\ncertificate = /etc/passwd\n"
		"save_cookies = /etc/passwd\nhsts_file = /etc/passwd\nload_cookies = /etc/passwd\n");
	c = load("lycosa|resume|x|--certificate=|--bearer=@mine", &files);
	assert_null(config_missing_secret(c, false));
	assert_string_equal(c->session.header[0], "X-Key: mine");
	assert_null(c->session.header[1]);
	assert_string_equal(c->session.bearer, "@mine");
	assert_null(c->session.certificate);
	assert_null(c->session.save_cookies);
	assert_null(c->session.hsts_file);
	assert_null(c->session.load_cookies);
	config_free(c);
	c = load("lycosa|resume|x|--certificate=", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.bearer");
	config_free(c);
	c = load("lycosa|resume|x|--bearer=", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.certificate");
	config_free(c);
	files.user = "";
	files.job = put_file("more.conf", "[session]\nheader = From: me\nheader = @/etc/passwd\n");
	c = load("lycosa|resume|x", &files);
	assert_string_equal(config_missing_secret(c, false)->key, "session.header");
	config_free(c);

	files.user = put_file("bad.conf", "[session]\nheader = \"X-Key: s3cret\n");
	{
		char line[] = "lycosa|crawl|x", *argv[ARGV_MAX], *error = NULL;

		assert_int_equal(config_load(split(line, argv), argv, &files, &c, &error), -EINVAL);
		assert_null(strstr(error, "s3cret"));
		free(error);
	}
}

static void
argv_is_taken(void **state)
{
	char line[] = "lycosa|crawl|--header|X-Key: s3cret|--header=Y: s3cret|--header|@file|-esession.header=Z: s3cret|-l|3|--header=From: me";
	char *argv[ARGV_MAX], **own;
	int argc = split(line, argv);

	assert_int_equal(config_take_argv(argc, argv, &own), 0);
	assert_string_equal(own[3], "X-Key: s3cret");
	assert_string_equal(own[4], "--header=Y: s3cret");
	assert_string_equal(own[7], "-esession.header=Z: s3cret");
	assert_null(own[argc]);
	assert_string_equal(argv[3], "*");
	assert_string_equal(argv[4], "--header=*");
	assert_string_equal(argv[6], "@file");
	assert_string_equal(argv[7], "-esession.header=*");
	assert_string_equal(argv[9], "3");
	assert_string_equal(argv[10], "--header=From: me");
	for (size_t i = 0; i < sizeof(line) - 6; i++)
		assert_int_not_equal(memcmp(line + i, "s3cret", 6), 0);
	config_free_argv(own);
	config_free_argv(NULL);
}

static void
argv_hides_logins(void **state)
{
	char line[] = "lycosa|crawl|https://me:s3cret@h/a@b|me:s3cret@h|http://h/a@b|--sitemap|http://me:s3cret@h/s.xml|"
		"--http-password|s3cret|--http-password=s3cret|-r|http:/me:s3cret@h/|http:\\\\me:s3cret@h/|http://me:s3/cret@h/|--from=me@h";
	char *argv[ARGV_MAX], **own;
	int argc = split(line, argv);

	assert_int_equal(config_take_argv(argc, argv, &own), 0);
	assert_string_equal(own[2], "https://me:s3cret@h/a@b");
	assert_string_equal(argv[2], "https://*@h/a@b");
	assert_string_equal(argv[3], "*@h");
	assert_string_equal(argv[4], "http://h/a@b");
	assert_string_equal(argv[6], "http://*@h/s.xml");
	assert_string_equal(argv[8], "*");
	assert_string_equal(argv[9], "--http-password=*");
	assert_string_equal(argv[11], "http:/*@h/");
	assert_string_equal(argv[12], "http:\\\\*@h/");
	assert_string_equal(argv[13], "http://*@h/");
	assert_string_equal(argv[14], "--from=me@h");
	for (size_t i = 0; i < sizeof(line) - 6; i++)
		assert_int_not_equal(memcmp(line + i, "s3cret", 6), 0);
	config_free_argv(own);
}

/* A job has to know that there was one: who goes on is asked for it. */
static void
logins_are_settings(void **state)
{
	struct config *c = load("lycosa|crawl|http:/me:s3cret@h/|http://h/a@b|me@h|--login=https://you:x@i/", &no_files);
	struct buf text = BUF_INIT(1024 * 1024);

	assert_string_equal(c->session.login[0], "https://you:x@i/");
	assert_string_equal(c->session.login[1], "http:/me:s3cret@h/");
	assert_null(c->session.login[2]);
	assert_int_equal(config_text(c, false, &text), 0);
	assert_null(memmem(text.data, text.len, "s3cret", 6));
	assert_non_null(memmem(text.data, text.len, "login = (secret)", 16));
	buf_release(&text);
	config_free(c);
	c = load("lycosa|get|http://me:x@h", &no_files);
	assert_null(c->session.login);
	config_free(c);
}

/* wget's names: the same settings, or what is so anyway. */
static void
wget_names(void **state)
{
	struct config *c = load("lycosa|crawl|-r|--recursive|--retry-connrefused|--http-user=me|--http-password=x|--read-timeout|7|http://h/", &no_files);

	assert_string_equal(c->session.user, "me");
	assert_string_equal(c->session.password, "x");
	assert_int_equal(c->fetch.low_speed_time, 7000000);
	assert_int_equal(c->n_args, 1);
	config_free(c);
}

/* What is asked for is given; auto leaves half of the machine, or of the container, to others. */
static void
memory(void **state)
{
	uint64_t half = machine_memory_bytes() / 2;
	struct config *c = load("lycosa|crawl|--memory=2g|http://h/", &no_files);

	assert_int_equal(config_memory(c), UINT64_C(2) << 30);
	config_free(c);
	c = load("lycosa|crawl|http://h/", &no_files);
	assert_true(half >= CONFIG_MEMORY_MIN_BYTES);
	assert_int_equal(config_memory(c), half < CONFIG_MEMORY_BYTES ? half : CONFIG_MEMORY_BYTES);
	config_free(c);
}

static int
set_up(void **state)
{
	return mkdtemp(dir) == NULL;
}

static int
tear_down(void **state)
{
	static const char *const files[] = { "sys.conf", "user.conf", "more.conf", "bad.conf",
		"long.conf", "back.conf" };
	char path[64];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		(void)unlink(path);
	}
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(spellings),
		cmocka_unit_test(commands),
		cmocka_unit_test(wrong_command_lines),
		cmocka_unit_test(files_and_order),
		cmocka_unit_test(wrong_files),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(enums),
		cmocka_unit_test(names),
		cmocka_unit_test(secrets),
		cmocka_unit_test(argv_is_taken),
		cmocka_unit_test(argv_hides_logins),
		cmocka_unit_test(logins_are_settings),
		cmocka_unit_test(wget_names),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests_name("crawler_config", tests, set_up, tear_down);
}
