/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command line and configuration files come to, or how they are refused. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/machine.h"
#include "crawler/options.h"
#include "tests/unit/crawler_config_play.h"

static void
defaults(void **state)
{
	struct config *c = config_play_load("lycosa|crawl|http://a/|b", &config_play_no_files);

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
	struct config *c = config_play_load("lycosa|-q|crawl|-l3|-Hp|-np|-w|1.5|--tries=inf|-Q|2m|-Aa,b|-A|c, "
				"d,|--no-robots|--max-time|1h|"
				"--no-parent=off|--check-certificate=no|-6|--fetch.loops=2|-e|html "
				"= libxml2|--no-no-parent|"
				"--accept-regex|a,b|--accept-regex=c|--|-x",
		&config_play_no_files);

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
	c = config_play_load("lycosa|crawl|-rvnvnE", &config_play_no_files);
	assert_false(c->run.verbose);
	assert_false(c->mirror.adjust_extension);
	config_free(c);

	c = config_play_load("lycosa|crawl|-T|5|-i|-|-l|0|-t0|-e|robots=off|-", &config_play_no_files);
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

	/* wget's ways to say it. */
	c = config_play_load("lycosa|get|-T|0|-nd|-nH|-w1|--random-wait|-Q1m|--max-time=1h|--progress=dot:giga|--proxy=on|--no-use-server-timestamps|u", &config_play_no_files);
	assert_int_equal(c->fetch.dns_timeout, INT64_C(86400000000));
	assert_int_equal(c->fetch.low_speed_time, INT64_C(86400000000));
	assert_int_equal(c->run.progress, CONFIG_RUN_PROGRESS_PLAIN);
	assert_null(c->fetch.proxy);
	assert_false(c->mirror.use_server_timestamps);
	config_free(c);
	c = config_play_load("lycosa|mirror|--html-extension|--no-warc-compression|--http-passwd=x|--retry-on-host-error|--progress=bar:force|u", &config_play_no_files);
	assert_true(c->mirror.adjust_extension);
	assert_int_equal(c->warc.compression, CONFIG_WARC_COMPRESSION_NONE);
	assert_string_equal(c->session.password, "x");
	assert_int_equal(c->run.progress, CONFIG_RUN_PROGRESS_BAR);
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
		struct config *c = config_play_load(rows[i].line, &config_play_no_files);

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
		{ "lycosa|check|http://h/",
			"unknown command `check'; a crawl finds broken links: `lycosa report "
			"--only=broken DIR' lists them" },
		{ "lycosa|continue", "unknown command `continue'; `lycosa resume DIR' goes on with a job, `lycosa get -c' with files" },
		{ "lycosa|get|-C|-", "unknown option `-C'; `lycosa get -c' goes on with what is there" },
		{ "lycosa|help|mirorr", "unknown command `mirorr'; did you mean `mirror'?" },
		{ "lycosa|serve|a8|-p|8000", "option `--page-requisites' is not for the command serve; --port=N is where it is served" },
		{ "lycosa|serve|--host=x|a8", "unknown option `--host'; it is served on 127.0.0.1 only; --port=N is where" },
		{ "lycosa|get|--spider|u",
			"unknown option `--spider'; `lycosa crawl --reject-regex=. --sitemaps=off URL' asks for what is named, keeps "
			"no bodies, and ends with the same exit status" },
		{ "lycosa|crawl|--spider|u",
			"unknown option `--spider'; `lycosa crawl' keeps no bodies unless it is told to, and `lycosa report DIR' lists "
			"what is broken" },
		{ "lycosa|crawl|-r2", "unknown option `-r2'; -l N, --level=N is how deep" },
		{ "lycosa|mirror|-c8",
			"unknown option `-c8'; --connections=N is how many requests at a time, --per-host=N how many to one host" },
		{ "lycosa|mirror|-s0", "unknown option `-s0'; --robots=off, or -e robots=off as for wget" },
		{ "lycosa|mirror|-A25000|u",
			"unknown option `-A25000'; --limit-rate=SIZE is how many bytes a second; for names that end in a number there "
			"is --accept=LIST" },
		{ "lycosa|crawl|-s|A=1", "unknown option `-s'; -e KEY=VALUE sets any key of the config file; -q says nothing but errors" },
		{ "lycosa|mirror|u|-*.css",
			"unknown option `-*'; -R LIST leaves out files that end so or match, as in -R '*.css'; -A LIST takes only those" },
		{ "lycosa|crawl|--no-iri", "unknown option `--no-iri'; names and paths are sent as browsers send them" },
		{ "lycosa|-mkEp|-np|http://a/",
			"unknown command `http://a/'; did you mean `lycosa mirror [options] http://a/'?" },
		{ "lycosa|--warc-max-size=1g|http://a/",
			"unknown command `http://a/'; did you mean `lycosa archive [options] http://a/'?" },
		{ "lycosa|-l2|http://a/", "unknown command `http://a/'; did you mean `lycosa crawl [options] http://a/'?" },
		{ "lycosa|runspider|x.py", "unknown command `runspider'; `lycosa crawl URL' crawls a site, and needs no program for it" },
		/* Near enough to be taken for one another, and far from meaning the same. */
		{ "lycosa|crawl|--max-rats=1", "unknown option `--max-rats'; `lycosa --help=all' lists them" },
		{ "lycosa|crawl|--exports", "unknown option `--exports'; `lycosa --help=all' lists them" },
		/* Keys of wget's files. */
		{ "lycosa|crawl|-e|use_proxy=no",
			"-e: unknown key `use_proxy'; http_proxy and https_proxy are used as they are set; --no-proxy, or --proxy=off, "
			"goes through none" },
		{ "lycosa|crawl|-e|reclevel=2", "-e: unknown key `reclevel'; -l N, --level=N is how deep" },
		{ "lycosa|crawl|-e|recursive=on", "-e: unknown key `recursive'; --recursive is an option, and no setting" },
		{ "lycosa|crawl|-e|directory_prefix=x", "-e: unknown key `directory_prefix'; did you mean `store.dir'?" },
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
		config_play_fails(rows[i].line, &config_play_no_files, rows[i].message);
}

static void
files_and_order(void **state)
{
	const char *sys = config_play_file("sys.conf",
		"\xef\xbb\xbf# first\r\n[fetch]\r\n   connections = 10 ; x\r\n\r\nloops=3\n"
		"[scope]\nreject = a,b\nreject = c\n");
	const char *user = config_play_file("user.conf",
		"fetch.connections = 20\n[scope]\nreject = d\npolite.wait = 2s\n");
	const char *more = config_play_file("more.conf",
		"robots = off\n[fetch]\nuser_agent = \"a \\\" \\\\ ; b # \"  # c\n");
	struct config_files files = { sys, user };
	char line[256], origin[128];
	struct config *c;

	(void)snprintf(line, sizeof(line), "lycosa|crawl|--config|%s|--loops|4", more);
	c = config_play_load(line, &files);
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
	c = config_play_load(line, &files);
	assert_int_equal(c->fetch.connections, 256);
	assert_false(c->polite.robots);
	config_free(c);

	files.user = "/does/not/exist/lycosa.conf";
	c = config_play_load("lycosa|crawl", &files);
	assert_int_equal(c->fetch.connections, 10);
	assert_string_equal(c->scope.reject[2], "c");
	config_free(c);
	c = config_play_load("lycosa|crawl|-R|", &files);
	assert_null(c->scope.reject);
	config_free(c);
}

/* Somebody else's file costs its settings, not the run; one that was named is another matter. */
static void
files_that_may_not_be_read(void **state)
{
	const char *user = config_play_file("user.conf", "fetch.connections = 20\n");
	struct config_files files = { "", user };
	char line[256], message[128];
	struct config *c;
	uid_t who = geteuid();

	assert_int_equal(chmod(user, 0), 0);
	if (who == 0)
		assert_int_equal(seteuid(65534), 0);
	c = config_play_load("lycosa|crawl", &files);
	(void)snprintf(line, sizeof(line), "lycosa|crawl|--config|%s", user);
	(void)snprintf(message, sizeof(message), "%s: cannot be read: Permission denied", user);
	config_play_fails(line, &config_play_no_files, message);
	assert_int_equal(seteuid(who), 0);
	assert_int_equal(c->fetch.connections, 256);
	assert_int_equal(c->n_unread, 1);
	assert_non_null(strstr(c->unread[0], message));
	assert_non_null(strstr(c->unread[0], "XDG_CONFIG_HOME"));
	config_free(c);
	assert_int_equal(unlink(user), 0);
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
		const char *path = config_play_file("bad.conf", rows[i].text);
		struct config_files files = { path, "" };
		char message[512];

		(void)snprintf(message, sizeof(message), "%s%s", path, rows[i].message);
		config_play_fails("lycosa|crawl", &files, message);
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
	files = (struct config_files){ config_play_file("long.conf", text), "" };
	c = config_play_load("lycosa|crawl", &files);
	assert_string_equal(c->scope.accept_regex[0], value);
	assert_int_equal(c->scope.level, 4);
	config_free(c);
}

/* What config_text() writes, reads back to itself. */
static void
text_and_back(void **state)
{
	struct config *c = config_play_load("lycosa|crawl|-l|inf|-R|a,b|--reject-regex| x;y "
				"|--reject-regex=\\.zip$|--reject-regex=\"|-U|a#b|"
				"--wait=auto|-Q|3k|--max-time|90s|-P|/a "
				"b/c|--workers=0|--no-http2|-e|fetch.family=ipv4",
		&config_play_no_files);
	struct buf a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20);
	struct config_files files = { NULL, "" };

	assert_int_equal(config_text(c, false, &a), 0);
	config_free(c);
	files.system = config_play_file("back.conf", buf_cstr(&a));
	c = config_play_load("lycosa|crawl", &files);
	assert_int_equal(config_text(c, false, &b), 0);
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	assert_string_equal(c->scope.reject_regex[0], " x;y ");
	assert_string_equal(c->scope.reject_regex[1], "\\.zip$");
	assert_string_equal(c->scope.reject_regex[2], "\"");

	/* With origins too: they are comments. */
	buf_reset(&a, SIZE_MAX);
	assert_int_equal(config_text(c, true, &a), 0);
	config_free(c);
	files.system = config_play_file("back.conf", buf_cstr(&a));
	c = config_play_load("lycosa|crawl", &files);
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

/* wget's names: the same settings, or what is so anyway. */
static void
wget_names(void **state)
{
	struct config *c = config_play_load("lycosa|crawl|-r|--recursive|--retry-connrefused|--http-user=me|--http-password=x|--read-timeout|7|http://h/", &config_play_no_files);

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
	struct config *c = config_play_load("lycosa|crawl|--memory=2g|http://h/", &config_play_no_files);

	assert_int_equal(config_memory(c), UINT64_C(2) << 30);
	config_free(c);
	c = config_play_load("lycosa|crawl|http://h/", &config_play_no_files);
	assert_true(half >= CONFIG_MEMORY_MIN_BYTES);
	assert_int_equal(config_memory(c), half < CONFIG_MEMORY_BYTES ? half : CONFIG_MEMORY_BYTES);
	config_free(c);
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
		cmocka_unit_test(files_that_may_not_be_read),
		cmocka_unit_test(wrong_files),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(enums),
		cmocka_unit_test(names),
		cmocka_unit_test(wget_names),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests_name("crawler_config", tests, config_play_begin, config_play_end);
}
