# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals, politeness as the server sees it, the command line."""
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

import crawl
import hostile
import origin
import proctree
from hostile import Answer, page


def wide(n, gate=None, gated=()):
    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == "/":
            return page(*("/%d" % i for i in range(n)))
        if gate and x.request.path in gated:
            gate.pass_()
        return page(x.request.path + "x") if len(x.request.path) < 200 else page()
    return script


@pytest.fixture(params=crawl.ENGINES)
def ending(request, serve, running):
    """ending(number) -> (site, run, gate): it has heard this signal, and /5 is in flight until the gate opens."""
    def call(number):
        gate = hostile.Gate()
        site = serve(wide(200, gate, {"/5"}))
        r = running("crawl", site.url("/"), "--per-host=1", "--engine", request.param)
        assert gate.count(1)
        r.signal(number)
        r.wait_line("finishing what is in flight")
        return site, r, gate
    return call


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_signal_finishes_what_is_in_flight(ending, number):
    """What was asked for is finished and written; nothing more is asked for; exit 11."""
    site, r, gate = ending(number)
    asked = len(site.log)
    gate.open()
    done = r.wait().expect(crawl.INTERRUPTED)
    assert len(site.log) == asked, "asked for more after the signal"
    assert set(done.paths) == set(site.asked()), "what was in flight is not in pages.jsonl"
    assert "interrupted" in done.stderr and re.search(r"left|queued", done.stderr)


def test_what_is_said_of_a_signal_is_true(serve, tmp_path):
    """Nothing is asked for from the moment it says so: here the line does not get out, since nobody reads stderr."""
    gate = hostile.Gate()
    site = serve(wide(200, gate, {"/5"}))
    reader, writer = os.pipe()
    with open(reader, "rb") as stderr, origin.start(
            crawl.command(["crawl", site.url("/"), "--per-host=1", "-e", "store.flush=50ms"], tmp_path / "job"), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=writer, env=crawl.environment(tmp_path)) as p:
        try:
            assert gate.count(1)
            full = os.open("/proc/self/fd/%d" % writer, os.O_WRONLY | os.O_NONBLOCK)
            with pytest.raises(BlockingIOError):
                while True:
                    os.write(full, b"x")
            os.close(full)
            os.close(writer)
            p.send_signal(signal.SIGTERM)
            crawl.eventually(lambda: proctree.first_argument(p.pid) == 2, "it does not stand in write(2, ...)")
            asked = len(site.log)
            gate.open()
            crawl.eventually(lambda: '/5"' in (tmp_path / "job" / "pages.jsonl").read_text(), "/5 is not written")
            said = stderr.read()
        finally:
            p.kill()
    assert b"finishing what is in flight" in said and p.returncode == crawl.INTERRUPTED, said[-2000:]
    assert len(site.log) == asked, "asked for more after the signal"


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_second_signal_stops_at_once(ending, number):
    """An answer that never comes does not hold it; what was written before is whole lines."""
    site, r, gate = ending(number)
    r.signal(number)
    done = r.wait().expect(128 + number)
    assert not gate.is_open
    assert set(done.paths) <= set(site.asked()) - {"/5"}
    gate.open()


@pytest.mark.parametrize("options", ([], ["--progress=plain"]), ids=("no-terminal", "plain"))
def test_plain_status(serve, running, options):
    """Without a terminal, a line now and then: how far it is, and what it waits for."""
    gate = hostile.Gate()
    site = serve(wide(20, gate, {"/5"}))
    r = running("crawl", site.url("/"), "--per-host=1", *options)
    assert gate.count(1)
    r.wait_line(r"^lycosa: 6 URLs  \S+/s  [0-9.]+ \S+  queue 19  hosts 1  in flight 1  waiting: 1 host at their window$")
    gate.open()
    assert "\r" not in r.wait().expect(crawl.OK).stderr


@pytest.mark.parametrize("command, options", [("crawl", []), ("crawl", ["-q"]), ("mirror", ["--progress=none"]), ("archive", []), ("resume", ["-q"])])
def test_signal_that_asks(serve, running, run, command, options):
    """SIGUSR1: how far it is, whatever else is said; nothing ends of it, and of SIGALRM neither."""
    gate = hostile.Gate()
    site = serve(wide(20, gate, {"/5"}))
    args = [command, site.url("/")]
    dir = None
    if command == "resume":
        dir = run("crawl", site.url("/"), "--per-host=1", "--max-pages=2").expect(crawl.BUDGET).dir
        args = [command, dir, "--max-pages=inf"]
    r = running(*args, "--per-host=1", *options, **({"dir": None} if dir else {}))
    assert gate.count(1)
    r.signal(signal.SIGALRM)
    r.signal(signal.SIGUSR1)
    r.wait_line(r"^lycosa: \d+ URLs?  \S+/s  .*  queue \d+  hosts 1  in flight \d+  waiting: ")
    gate.open()
    done = r.wait().expect(crawl.OK)
    if options == ["-q"]:
        assert len(done.stderr.splitlines()) == 1
    else:
        assert "finished" in done.stderr


def test_signal_that_makes_durable(serve, running, run):
    """SIGUSR2: what was fetched is in the database, though the time for it has not come, and the writer has nothing to do."""
    gate = hostile.Gate()
    site = serve(wide(20, gate, {"/5"}))
    r = running("crawl", site.url("/"), "--per-host=1", "-e", "store.commit_ms=3600000", "-e", "store.flush=1d")
    assert gate.count(1)

    def known():
        with sqlite3.connect("file:%s?mode=ro" % os.path.join(r.dir, "lycosa.db"), uri=True) as db:
            return db.execute("SELECT count(*) FROM urls").fetchone()[0]
    assert known() == 0
    for _ in range(2):
        r.signal(signal.SIGUSR2)
    r.wait_line("SIGUSR2: what was fetched until now is on the disk")
    assert known() >= 6
    r.signal(signal.SIGKILL)
    r.wait()
    gate.open()
    asked = len(site.log)
    run("resume", r.dir, dir=None).expect(crawl.OK)
    assert site.asked()[asked:].count("/4") == 0


def test_signal_before_anything_answers(serve, running):
    gate = hostile.Gate()
    site = serve(lambda x: (gate.pass_(), Answer(404))[1])
    r = running("crawl", site.url("/"))
    assert gate.count(1)
    r.signal(signal.SIGINT)
    r.wait_line("finishing what is in flight")
    gate.open()
    done = r.wait().expect(crawl.INTERRUPTED)
    assert done.pages == []


@pytest.mark.parametrize("engine,per_host", [("serial", 1)] + [(e, n) for e in ("events", "threads") for n in (1, 2, 5)])
def test_requests_in_flight_per_host(run, serve, engine, per_host):
    """J4, at the server: the window is used, and never more than it. Three hosts at once."""
    hosts = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
    gates = {h: hostile.Gate() for h in hosts}

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == "/":
            return page(*("/%d" % i for i in range(40)))
        gate = gates[x.request.host]
        with gate.condition:
            gate.waiting += 1
            if gate.waiting >= per_host:
                gate.is_open = True  # the window was full once
            gate.condition.notify_all()
            gate.condition.wait_for(lambda: gate.is_open, hostile.PATIENCE)
        return page()
    site = serve(script, hosts=hosts)
    done = run("crawl", *(site.url("/", h) for h in hosts), "--per-host", per_host, "--engine", engine, "--threads=32").expect(crawl.OK)
    assert len(done.pages) == 3 * 41
    assert dict(site.max_in_flight) == {h: per_host for h in hosts}


@pytest.mark.parametrize("engine", ("events", "threads"))
def test_connections_is_a_ceiling_of_all_hosts(run, serve, engine):
    """As many as there may be are there at once, and never more, though each takes a while and ten hosts have something to ask for."""
    hosts = ["127.0.0.%d" % i for i in range(2, 12)]
    gate, most = hostile.Gate(), [0]
    site = serve(None, hosts=hosts)
    threading.Thread(target=lambda: (gate.count(3), gate.open()), daemon=True).start()

    def script(x):
        with site.lock:
            most[0] = max(most[0], sum(site.in_flight.values()))
        gate.pass_()
        time.sleep(0.02)  # what an answer takes; nothing waits for it
        if x.request.path == "/robots.txt":
            return Answer(404)
        return page(*("/%d" % i for i in range(10))) if x.request.path == "/" else page()
    site.script = script
    done = run("crawl", *(site.url("/", h) for h in hosts), "--per-host=4", "--connections=3", "--threads=8", "--engine", engine)
    done.expect(crawl.OK)
    assert len(done.pages) == 110 and most[0] == 3


def test_wait(run, serve):
    """--wait holds on loopback too: a lower bound is all a test can say of a pause, and not of each, as one request may be looked at late."""
    times = []

    def script(x):
        times.append(time.monotonic())
        return Answer(404) if x.request.path == "/robots.txt" else page(*("/%d" % i for i in range(4))) if x.request.path == "/" else page()
    site = serve(script)
    run("crawl", site.url("/"), "--wait=400ms", "--per-host=1").expect(crawl.OK)
    gaps = sorted(b - a for a, b in zip(times[1:], times[2:]))
    assert len(gaps) == 4 and gaps[0] >= 0.25 and gaps[2] >= 0.38 and sum(gaps) >= 4 * 0.38, gaps


def test_request_is_well_formed(run, serve):
    site = serve({"/": page("/a?x=1&y=%20#frag"), "/a?x=1&y=%20": page()})
    run("crawl", site.url("/"), "-U", "test-agent/1.0 (+http://example.org/)").expect(crawl.OK)
    for r in site.log:
        assert r.headers["user-agent"] == "test-agent/1.0 (+http://example.org/)"
        assert r.headers["host"] == "127.0.0.1:%d" % site.port
        assert "accept" in r.headers and "gzip" in r.headers["accept-encoding"]
        assert "cookie" not in r.headers and "authorization" not in r.headers
    assert site.asked() == ["/", "/a?x=1&y=%20"]


def test_each_url_is_asked_for_once(run, serve):
    """Other ways of writing the same URL are the same URL."""
    site = serve(None)
    site.script = lambda x: Answer(404) if x.request.path == "/robots.txt" else page(
        "/a", "./a", "/b/../a", "/a#x", "//127.0.0.1:%d/a" % site.port, "/./a", "/x/%2e%2e/a",
        site.url("/a").replace("http:", "HTTP:"), "\n/a\t", "\\a") if x.request.path == "/" else page()
    done = run("crawl", site.url("/"), "--per-host=4").expect(crawl.OK)
    assert site.asked() == ["/", "/a"] and sorted(done.paths) == ["/", "/a"]


# ---- the command line ----

@pytest.mark.parametrize("args,words", [
    (["crawl", "--no-such-option", "http://127.0.0.1/"], ["--no-such-option"]),
    (["crawl", "--leval=3", "http://127.0.0.1/"], ["--leval", "--level"]),
    (["crawl", "-e", "fetch.conections=3", "http://127.0.0.1/"], ["fetch.conections", "fetch.connections"]),
    (["crawl", "-e", "nonsense", "http://127.0.0.1/"], ["-e", "KEY=VALUE"]),
    (["crawl", "--per-host=many", "http://127.0.0.1/"], ["per-host", "many"]),
    (["crawl", "--per-host=0", "http://127.0.0.1/"], ["per-host"]),
    (["crawl", "--max-time=5parsecs", "http://127.0.0.1/"], ["max-time", "5parsecs"]),
    (["crawl", "-Q", "10q", "http://127.0.0.1/"], ["10q"]),
    (["crawl", "--engine=steam", "http://127.0.0.1/"], ["steam", "events"]),
    (["crawl"], ["URL"]),
    (["crwal", "http://127.0.0.1/"], ["crwal"]),
    ([], []),
    (["crawl", "http://"], ["http://"]),
    (["crawl", "http://[::1"], ["http://[::1"]),
    (["crawl", "http://a b/"], ["a b"]),
    (["crawl", "ftp://example.org/"], ["ftp://example.org/", "http"]),
    (["crawl", "file:///etc/passwd"], ["file:///etc/passwd"]),
    (["crawl", "http://256.256.256.256/"], ["256.256.256.256"]),
    (["crawl", "http://127.0.0.1:99999/"], ["99999"]),
    (["crawl", "http://127.0.0.1/\x1b[31m", "http://\x1b[31m"], []),
    (["crawl", "http://127.0.0.1/" + "x" * 20000], []),
])
def test_usage_errors(run, tmp_path, args, words):
    done = run(*args, dir=None, cwd=tmp_path).expect(crawl.USAGE)
    for word in words:
        assert word in done.stderr, str(done)
    assert "\x1b" not in done.stderr
    assert os.listdir(tmp_path) == [], "something was made on disk"


@pytest.mark.parametrize("args,words", [
    (["crawl", "-r", "-k", "-p", "-np"], "option `--convert-links' (-k) is for a mirror, and none is made: `lycosa mirror' makes one"),
    (["crawl", "-E"], "`--adjust-extension' (-E)"),
    (["crawl", "-K"], "`--backup-converted' (-K)"),
    (["crawl", "-nH", "--cut-dirs=1"], "`--no-host-directories' (-nH)"),
    (["archive", "--cut-dirs=1"], "`--cut-dirs' is for a mirror"),
    (["crawl", "-e", "mirror.settle=1m"], "`--settle' is for a mirror"),
    (["crawl", "--content-disposition"], "so does --mirror"),
    (["mirror", "--single-file-max=1m"], "is for --single-file"),
    (["crawl", "--warc-max-size=1g", "--warc-request"], "is for WARC files, and none are written: `lycosa archive' writes them"),
    (["mirror", "--warc-dedup=x.cdxj"], "so does --warc"),
    (["archive", "--warc-credentials"], "--warc-request"),
])
def test_options_of_what_is_not_made(run, tmp_path, args, words):
    """Typed for nothing: said before anything is asked for, or made on disk."""
    done = run(*args, "http://127.0.0.1:1/", dir=None, cwd=tmp_path).expect(crawl.USAGE)
    assert words in done.stderr and os.listdir(tmp_path) == [], str(done)


def test_options_of_what_is_not_made_elsewhere(run, serve, tmp_path):
    """A file may have them, and a job that goes on; a switch that is off asks for nothing; and `config' writes what one likes."""
    site = serve({"/": page(), "/robots.txt": Answer(404)})
    (tmp_path / "my.conf").write_text("[mirror]\nsettle = 1m\nindex = on\n[warc]\nmax_size = 1m\n")
    done = run("crawl", site.url("/"), "--config", tmp_path / "my.conf", "--no-convert-links", "--no-warc-metadata").expect(crawl.OK)
    run("resume", done.dir, dir=None).expect(crawl.OK)
    run("config", "-k", "--warc-max-size=1m", dir=None).expect(crawl.OK)
    for args in (["mirror", "-k", "-E", "-nH"], ["crawl", "--mirror", "-k", "--wacz", "--warc-max-size=1m"], ["archive", "--warc-request"]):
        done = run(*args, site.url("/")).expect(crawl.OK)
        run("resume", done.dir, *[a for a in args[1:] if a != "--mirror"], dir=None).expect(crawl.OK)
    job = run("mirror", site.url("/")).expect(crawl.OK).dir
    run("update", job, "-K", "--index", dir=None).expect(crawl.OK)


def test_config_file_errors_say_where(run, tmp_path):
    conf = tmp_path / "bad.conf"
    for text, line, word in [("[fetch]\n\nconections = 5\n", 3, "connections"), ("[fetch]\nconnections = lots\n", 2, "lots"),
                             ("[fecth]\nconnections = 5\n", 2, "fetch"), ("[scope]\nlevel 3\n", 2, "")]:
        conf.write_text(text)
        done = run("crawl", "http://127.0.0.1:1/", "--config", conf, dir=None, cwd=tmp_path).expect(crawl.USAGE)
        assert re.search(r"%s:%d\b" % (re.escape(str(conf)), line), done.stderr) or (
            "fecth" in text and str(conf) in done.stderr), str(done)
        assert word in done.stderr, str(done)
    done = run("crawl", "http://127.0.0.1:1/", "--config", "/nonexistent.conf", dir=None, cwd=tmp_path)
    assert done.status in (crawl.USAGE, crawl.FILE_IO) and "/nonexistent.conf" in done.stderr


# Texts and lists with a form of their own: (section, lines, which of them is wrong, a word of the message).
MALFORMED = [
    ("scope", ["accept_regex = a", "accept_regex = (", "accept_regex = b"], 2, "--accept-regex"),
    ("scope", ["reject_regex = [", "reject_regex = b"], 1, "--reject-regex"),
    ("scope", ["accept_regex = a", r"accept_regex = /\d+$"], 2, r'--accept-regex "/\d+$": POSIX knows no \d'),
    ("scope", ["accept = html,image/*", "accept = png"], 1, '--accept "image/*": what it is held against is the file name'),
    ("scope", ["reject = html", "reject = png,*/x/*"], 2, "--reject-regex is for the whole URL"),
    ("scope", ["domains = example.org", "domains = a b"], 2, "--domains"),
    ("scope", ["exclude_domains = a b"], 1, "--exclude-domains"),
    ("scope", ["since = yesterday"], 1, "--since"),
    ("input", ["sitemap = http://127.0.0.1:1/s", "sitemap = ftp://127.0.0.1/"], 2, "--sitemap"),
    ("polite", ["retry_on_http_error = 404", "retry_on_http_error = 405,200,406"], 2, "`200'"),
    ("fetch", ["proxy = gopher://127.0.0.1/"], 1, "--proxy"),
    ("fetch", ["resolve = a.test:1:127.0.0.1", "resolve = nonsense"], 2, "--resolve"),
    ("fetch", ["bind_address = nonsense"], 1, "--bind-address"),
    ("fetch", ["dns_servers = 127.0.0.1,foo"], 1, "`foo'"),
    ("fetch", ["dns_servers = 127.0.0.1:99999"], 1, "fetch.dns_servers (--dns-servers)"),
    ("fetch", ["ca_certificate = /nonexistent.pem"], 1, "--ca-certificate"),
    ("session", ["header = A: b", "header = nonsense", "header = C: d"], 2, "--header"),
    ("parse", ["extract = a=//p", "extract = b=///"], 2, "--extract"),
    ("parse", ["extract = a b=//p"], 1, "--extract"),
    ("mirror", ["default_page = ../x"], 1, "--default-page"),
    ("mirror", ["restrict_file_names = unix,dos"], 1, "--restrict-file-names"),
]


@pytest.mark.parametrize("section,lines,line,word", MALFORMED, ids=lambda v: v[-1] if isinstance(v, list) else None)
def test_malformed_texts_say_where(run, tmp_path, section, lines, line, word):
    """Found before anything is made, by `lycosa config` too, and of several lines it is the one that is wrong."""
    (tmp_path / "bad.conf").write_text("[%s]\n%s\n" % (section, "\n".join(lines)))
    for command in (["crawl", "http://127.0.0.1:1/"], ["config"]):
        done = run(*command, "--config", "bad.conf", dir=None, cwd=tmp_path)
        assert done.status == (crawl.FILE_IO if "ca_certificate" in lines[0] else crawl.USAGE), str(done)
        assert "bad.conf:%d: " % (line + 1) in done.stderr and word in done.stderr and done.stdout == "", str(done)
        assert os.listdir(tmp_path) == ["bad.conf"]
    if section == "scope":
        done = run("tune", "http://127.0.0.1:1/", "--config", "bad.conf", dir=None, cwd=tmp_path).expect(crawl.USAGE)
        assert "bad.conf:%d: " % (line + 1) in done.stderr, str(done)
    given = ["-e%s.%s" % (section, text.replace(" = ", "=", 1)) for text in lines]
    done = run("config", *given, dir=None, cwd=tmp_path)
    assert done.status != crawl.OK and "bad.conf" not in done.stderr and word in done.stderr, str(done)


# Of the session, and of settings that do not go together: what is wrong shows only when a crawl is to begin.
UNFIT = [
    ("session", ["load_cookies = /nonexistent/x"], 1, "--load-cookies", crawl.FILE_IO),
    ("session", ["cookies = off", "save_cookies = x"], 2, "leaves nothing", crawl.USAGE),
    ("session", ["save_cookies = /nonexistent/x"], 1, "--save-cookies", crawl.FILE_IO),
    ("session", ["hsts_file = /nonexistent/x"], 1, "--hsts-file", crawl.FILE_IO),
    ("session", ["header = A: b", "header = @/nonexistent/x"], 2, "--header", crawl.FILE_IO),
    ("session", ["password = x"], 1, "--user", crawl.USAGE),
    ("session", ["user = joe"], 1, "needs a password", crawl.USAGE),
    ("session", ["user = joe", "password = @/nonexistent/x"], 2, "--password", crawl.FILE_IO),
    ("session", ["user = joe", "password = x", "bearer = y"], 3, "only one", crawl.USAGE),
    ("session", ["bearer = @/nonexistent/x"], 1, "--bearer", crawl.FILE_IO),
    ("session", ["login = https://a:b@a.test/", "login = nonsense"], 2, "--login", crawl.USAGE),
    ("session", ["login = @/nonexistent/x"], 1, "--login", crawl.FILE_IO),
    ("session", ["netrc_file = /nonexistent/x"], 1, "--netrc-file", crawl.FILE_IO),
    ("session", ["certificate = /nonexistent/x"], 1, "--certificate", crawl.FILE_IO),
    ("session", ["private_key = /nonexistent/x"], 1, "--certificate", crawl.USAGE),
    ("session", ["pinned_key = sha256//short"], 1, "44 characters", crawl.USAGE),
    ("session", ["pinned_key = /nonexistent/x"], 1, "--pinnedpubkey", crawl.FILE_IO),
    ("session", ["proxy_user = me"], 1, "--proxy-password", crawl.USAGE),
    ("session", ["proxy_user = me", "proxy_password = @/nonexistent/x"], 2, "--proxy-password", crawl.FILE_IO),
    ("run", ["memory = 32m"], 1, "--max-page", crawl.USAGE),
    ("parse", ["max_page = 1g"], 1, "--memory", crawl.USAGE),
    ("run", ["verbose = on", "quiet = on"], 2, "run.verbose", crawl.USAGE),
]


@pytest.mark.parametrize("section,lines,line,word,status", UNFIT, ids=lambda v: v[-1] if isinstance(v, list) else None)
def test_settings_that_cannot_be_say_where(run, tmp_path, section, lines, line, word, status):
    (tmp_path / "bad.conf").write_text("[%s]\n%s\n" % (section, "\n".join(lines)))
    done = run("crawl", "http://127.0.0.1:1/", "--config", "bad.conf", dir=None, cwd=tmp_path).expect(status)
    assert "bad.conf:%d: " % (line + 1) in done.stderr and word in done.stderr, str(done)
    assert os.listdir(tmp_path) == ["bad.conf"]


@pytest.mark.parametrize("servers", ["127.0.0.1", "127.0.0.1:53,[::1]", "[::1]:5353,::1"])
def test_name_servers_that_are_right(run, servers):
    assert "dns_servers = " + servers in run("config", "--dns-servers", servers, dir=None).expect(crawl.OK).stdout


@pytest.mark.parametrize("servers", ["foo", "127.0.0.1:99999", "127.0.0.1:0", "127.0.0.1:", "[::1", "[::1]53", "::1%"])
def test_name_servers_that_are_wrong(run, tmp_path, servers):
    done = run("crawl", "http://127.0.0.1:1/", "--dns-servers", servers, dir=None, cwd=tmp_path).expect(crawl.USAGE)
    assert "fetch.dns_servers" in done.stderr and "`%s'" % servers in done.stderr and os.listdir(tmp_path) == [], str(done)


def test_config_of_what_is_not_there(run, tmp_path):
    assert "extra" in run("config", "extra", dir=None).expect(crawl.USAGE).stderr
    done = run("config", "-P", tmp_path / "none", dir=None).expect(crawl.FILE_IO)
    assert "none/lycosa.conf" in done.stderr and done.stdout == ""
    (tmp_path / "t.conf").write_text("[store]\ndir = %s/none\n" % tmp_path)
    assert "dir = " in run("config", "--config", tmp_path / "t.conf", dir=None).expect(crawl.OK).stdout


def test_a_memory_smaller_than_a_page(run):
    done = run("config", "--memory=32m", dir=None).expect(crawl.USAGE)
    assert "64m" in done.stderr and "32m" in done.stderr
    run("config", *re.findall(r"--max-page=\S+", done.stderr), "--memory=32m", dir=None).expect(crawl.OK)


@pytest.mark.skipif(not crawl.counts_memory(), reason="a sanitizer, or valgrind, takes so much address space that it could not start under the limit")
@pytest.mark.parametrize("kib", [300000, 4000000])
def test_a_limit_on_address_space(run, kib):
    """Memory is there, addresses are not: which limit it is, and what to do."""
    before = lambda: resource.setrlimit(resource.RLIMIT_AS, (1024 * kib, 1024 * kib))
    done = run("crawl", "http://127.0.0.1:1/", before=before).expect(crawl.GENERIC)
    assert "the limit on address space (ulimit -v) is %d" % (kib * 1024 // 10 ** (6 if kib < 10**6 else 9)) in done.stderr, done
    assert "ulimit -v unlimited" in done.stderr and "Cannot allocate" not in done.stderr, done


def test_config_prints_settings_and_where_from(run, tmp_path):
    (tmp_path / "lycosa").mkdir()
    (tmp_path / "lycosa" / "lycosa.conf").write_text("[fetch]\nconnections = 77\n[polite]\nper_host = 9\n")
    done = run("config", "-e", "polite.per_host=5", dir=None).expect(crawl.OK)
    connections = next(l for l in done.stdout.splitlines() if re.search(r"\bconnections\b\s*=", l))
    per_host = next(l for l in done.stdout.splitlines() if re.search(r"\bper_host\b\s*=", l))
    assert "77" in connections and "lycosa/lycosa.conf" in done.stdout
    assert re.search(r"=\s*5\b", per_host) and "command line" in done.stdout


def test_help_and_version(run):
    done = run("--help", dir=None).expect(crawl.OK)
    assert "crawl" in done.stdout and done.stderr == ""
    everything = run("crawl", "--help=all", dir=None).expect(crawl.OK).stdout
    for option in ("--per-host", "--level", "--engine", "--max-pages", "robots"):
        assert option in everything
    assert re.match(r"lycosa \d+\.\d+", run("--version", dir=None).expect(crawl.OK).stdout)


def test_stdout_full(tmp_path):
    with open("/dev/full", "w") as full:
        p = subprocess.run(crawl.command(["--help"]), stdout=full, stderr=subprocess.PIPE, env=crawl.environment(tmp_path))
    assert p.returncode == crawl.FILE_IO and b"stdout" in p.stderr


def test_seed_without_scheme(run, serve):
    site = serve({"/": page()})
    done = run("crawl", "127.0.0.1:%d" % site.port).expect(crawl.OK)
    assert done.urls == {site.url("/")}


def test_credentials_are_not_kept(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/").replace("://", "://user:s3cret@")).expect(crawl.OK)
    everything = done.stderr + "".join(open(os.path.join(d, n), errors="replace").read() for d, _, names in os.walk(done.dir) for n in names)
    assert "s3cret" not in everything


def test_saved_bodies_do_not_hold_all_memory_slots(run, serve):
    """Pages that wait for a slower host's level keep their bodies; there must be room left for what they wait for."""
    slow, fast = "127.0.0.2", "127.0.0.3"
    asked = []

    def script(x):
        path = x.request.path
        if path == "/robots.txt":
            return Answer(404)
        if x.request.host == slow and path == "/again":
            asked.append(path)
            # Too Many Requests until the other host's pages have been given out: they all wait for this one.
            return Answer(429) if len(asked) < 3 else page()
        if x.request.host == slow:
            return page("/again") if path == "/" else page()
        return page("/list") if path == "/" else page(*("/%d" % i for i in range(300))) if path == "/list" else page()
    site = serve(script, hosts=(slow, fast))
    done = run("crawl", site.url("/", slow), site.url("/", fast), "-l3", "--save=body", "--connections=64", "--per-host=64",
               "--waitretry=1s", deadline=60).expect(crawl.OK)
    assert len(done.pages) == 4 + 300 and done.page("/again")["attempts"] == 3


def test_settings_of_a_job(run, serve, tmp_path):
    """config -P: as the job would go on, not as a new one would begin."""
    done = run("crawl", serve({"/": page()}).url("/"), "--connections=7").expect(crawl.OK)
    shown = run("config", "-P", done.dir, dir=None).expect(crawl.OK).stdout
    assert re.search(r"^connections = 7 .*lycosa.conf", shown, re.M), shown
    assert re.search(r"^connections = 9 ", run("config", "-P", done.dir, "--connections=9", dir=None).stdout, re.M)


@pytest.mark.parametrize("how", ("removed", "replaced", "moved", "noticed at the end"))
def test_a_job_that_is_taken_away_while_it_runs(run, serve, running, tmp_path, how):
    """What follows would be written to files that nobody can see. One that is only moved goes on where it is."""
    job, elsewhere, gate, later = tmp_path / "job", tmp_path / "elsewhere", hostile.Gate(), hostile.Gate()
    n_pages = 1 + 20 + sum(200 - len("/%d" % i) for i in range(20))
    pages = wide(20, gate, {"/5"})
    site = serve(lambda x: (later.pass_() if x.request.path == "/5" + "x" * 50 else None, pages(x))[1])
    r = running("crawl", site.url("/"), "--per-host=1", "-e", "store.commit_ms=%d" % (1 if how != "noticed at the end" else 3600000), dir=job)
    assert gate.count(1)
    if how in ("removed", "noticed at the end"):
        shutil.rmtree(job, ignore_errors=True)
        (job / "lycosa.db").unlink(missing_ok=True)
    elif how == "replaced":
        (tmp_path / "other.db").write_bytes(b"")
        os.rename(tmp_path / "other.db", job / "lycosa.db")
    else:
        os.rename(job, elsewhere)
    gate.open()
    if how in ("removed", "replaced"):
        r.wait_line("it is gone")
    later.open()
    if how == "moved":
        r.wait().expect(crawl.OK)
        assert len(crawl.Done([], 0, "", "", str(elsewhere)).pages) == n_pages
        return
    done = r.wait().expect(crawl.FILE_IO)
    assert "job/lycosa.db: it is gone, or another file is in its place" in done.stderr
    assert how == "noticed at the end" or len(site.log) < n_pages


def test_strict_jail_without_a_process(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), "--workers=0", "-e", "parse.sandbox=strict").expect(crawl.USAGE)
    assert "parse.sandbox (--sandbox): `strict' needs a parser process" in done.stderr and site.asked() == []


def test_interrupted_while_it_starts(run, serve, tmp_path):
    """Ctrl-C is heard between the steps of the start, not only when everything is up."""
    site = serve({"/": page("/a"), "/a": page()})

    def press():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        os.kill(os.getpid(), signal.SIGINT)
    done = run("crawl", site.url("/"), dir=tmp_path / "job", before=press).expect(crawl.INTERRUPTED)
    assert "interrupted before anything was asked for" in done.stderr and site.log == []
    run("crawl", site.url("/"), dir=tmp_path / "job").expect(crawl.OK)
