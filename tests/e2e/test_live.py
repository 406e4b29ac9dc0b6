# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is asked and changed while it goes on: `lycosa ctl`, SIGHUP."""
import fcntl
import itertools
import json
import os
import pty
import re
import shutil
import signal
import socket
import sqlite3
import stat
import struct
import subprocess
import termios
import threading
import time

import pytest

import crawl
import hostile
import origin
import proctree
from crawl import eventually
from hostile import Answer, page

N = 60


@pytest.fixture
def wide(serve):
    """/ leads to N pages; one, /5 unless said otherwise before the crawl, waits until the gate opens."""
    gate = hostile.Gate()

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == site.held:
            gate.pass_()
        return page(*("/%d" % i for i in range(N))) if x.request.path == "/" else page()
    site = serve(script)
    site.gate, site.held = gate, "/5"
    return site


@pytest.fixture
def ctl(tmp_path):
    """ctl(running or directory, word, ...) -> Done; ctl.json(...) -> what it says."""
    def call(job, *words, **kw):
        return crawl.run("ctl", getattr(job, "dir", job), *words, home=tmp_path, **kw)
    call.json = lambda job, *words: json.loads(call(job, *words, "--json").expect(crawl.OK).stdout)
    return call


def counters():
    """The names in crawler/stat.def."""
    top = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(top, "crawler", "stat.def")) as f:
        return re.findall(r"^STAT\((\w+)", f.read(), re.M)


def start(running, site, *options, **kw):
    r = running("crawl", site.url("/"), "--per-host=1", "--no-soft-404", *options, **kw)
    assert site.gate.count(1)
    return r


def finish(r, site, status=crawl.OK):
    site.gate.open()
    return r.wait().expect(status)


def test_status(running, wide, ctl):
    """Every counter, in both forms; the socket is nobody else's, and gone with the run."""
    r = start(running, wide)
    path = os.path.join(r.dir, "lycosa.sock")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    # /4 was answered before /5 was asked for, and may be read and written a little later.
    eventually(lambda: ctl.json(r, "status")["counters"]["records"] == 6, "no sixth record")
    said = ctl.json(r, "status")
    text = ctl(r).expect(crawl.OK).stdout  # "status" is what ctl does without a command
    assert counters()
    for name in counters():
        assert isinstance(said["counters"][name], int)
        assert re.search(r"^%s +\S" % name, text, re.M), name
    assert said["state"] == "running" and said["fetch"]["in_flight"] == 1
    assert said["fetch"]["loops"] == 1 and re.search(r"^loops +1$", text, re.M)
    assert said["counters"]["records"] == said["status"]["200"] == 6
    assert said["frontier"]["queued"] == N - 6
    finish(r, wide)
    assert not os.path.exists(path)


@pytest.mark.parametrize("loops", (1, 3))
def test_workers(running, wide, ctl, loops):
    """Grown and retired, and what is set is what a resume goes on with."""
    r = start(running, wide, "--workers=1", "--loops", loops)
    for n in (4, 1, 3):
        ctl(r, "set", "parse.workers=%d" % n).expect(crawl.OK)
        eventually(lambda: len(proctree.workers(r.pid)) == n, lambda: "%s" % proctree.workers(r.pid))
        assert ctl(r, "get", "workers").expect(crawl.OK).stdout == "%d\n" % n
    r.wait_line(r"lycosa ctl: changed: parse.workers = 3 \(was 1\)")
    with open(os.path.join(r.dir, "lycosa.conf")) as f:
        assert "\nworkers = 3\n" in f.read()
    ctl(r, "stop").expect(crawl.OK)
    done = finish(r, wide, crawl.INTERRUPTED)
    assert len(done.pages) == 7
    r = running("resume", r.dir, dir=None)
    done = r.wait().expect(crawl.OK)
    with open(os.path.join(r.argv[-1], "lycosa.conf")) as f:
        assert "\nworkers = 3\n" in f.read()


def test_politeness_and_connections(running, wide, ctl):
    """A wait of an hour is taken back, and the hosts that stood in it go on; more connections, and a window for them."""
    r = running("crawl", wide.url("/"), "--wait=1h", "--connections=1")
    eventually(lambda: ctl(r).status == crawl.OK, "no answer")
    eventually(lambda: ctl.json(r, "status")["frontier"]["waiting_pause"] == 1, "it does not wait")
    asked = len(wide.log)
    for setting in ("polite.wait=0", "per-host=4", "fetch.connections=1000", "limit-rate=100m"):
        ctl(r, "set", setting).expect(crawl.OK)
    assert asked <= 2
    done = finish(r, wide)
    assert len(done.pages) == N + 1
    with open(os.path.join(done.dir, "lycosa.conf")) as f:
        text = f.read()
    for line in ("wait = 0", "per_host = 4", "connections = 1000", "limit_rate = 100m"):
        assert "\n%s" % line in text, line


def test_pause(running, wide, ctl):
    r = start(running, wide)
    ctl(r, "pause").expect(crawl.OK)
    wide.gate.open()
    eventually(lambda: ctl.json(r, "status")["counters"]["records"] == 7, "what is in flight does not come to its end")
    said = ctl.json(r, "status")
    assert said["state"] == "paused" and said["fetch"]["in_flight"] == 0 and len(wide.asked()) == 7
    ctl(r, "resume").expect(crawl.OK)
    done = r.wait().expect(crawl.OK)
    assert len(done.pages) == N + 1
    assert "paused" in done.stderr and "going on" in done.stderr


@pytest.mark.parametrize("how,on", [("killed", "same"), ("killed", "ctl"), ("killed", "--no-paused"), ("stopped", "ctl")])
def test_pause_survives(running, wide, ctl, how, on):
    """Who paused it wants the site left alone, whatever becomes of the program; it says so, and how to go on."""
    r = start(running, wide)
    ctl(r, "pause").expect(crawl.OK)
    assert "lycosa ctl %s resume" % r.dir in r.wait_line("paused: what is in flight")
    assert ctl(r, "get", "run.paused").stdout == "on\n"
    if how == "killed":
        r.process.kill()
        r.process.wait()
        wide.gate.open()
    else:
        r.signal(signal.SIGTERM)
        finish(r, wide, crawl.INTERRUPTED)
    asked = len(wide.asked())
    if on == "--no-paused":
        again = running("resume", r.dir, on, dir=None)
    else:
        again = running("crawl", wide.url("/"), dir=r.dir) if on == "same" else running("resume", r.dir, dir=None)
        assert "`lycosa ctl %s resume'" % r.dir in again.wait_line("warning: the job is paused")
        eventually(lambda: ctl.json(r, "status")["state"] == "paused", "not paused")
        assert ctl.json(r, "status")["fetch"]["in_flight"] == 0 and len(wide.asked()) == asked
        ctl(r, "resume").expect(crawl.OK)
    done = again.wait().expect(crawl.OK)
    assert ("is paused" in done.stderr) == (on != "--no-paused")
    assert len(crawl.Done([], 0, "", "", r.dir).pages) == N + 1
    with open(os.path.join(r.dir, "lycosa.conf")) as f:
        assert "\npaused = off\n" in f.read()


def test_changes_survive_a_kill(running, serve, ctl):
    """Each that ctl can make, at the moment in which it has said that it is made."""
    gate, refused = hostile.Gate(), "127.0.0.2"

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == "/3":
            gate.pass_()
        return page(*("/%d" % i for i in range(20)), site.url("/x", refused)) if x.request.path == "/" else page()
    site = serve(script, hosts=("127.0.0.1", refused))
    site.refuse(refused)
    r = running("crawl", site.url("/"), site.url("/", refused), "--per-host=1", "--no-soft-404", "--dead-after=2", "--waitretry=10ms", "--tries=2")
    assert gate.count(1)
    changes = [("set", "polite.wait=1ms"), ("set", "limit-rate=70m"), ("exclude", "/1[0-9]$"), ("set", "scope.max_time=9h")]
    for words in changes:
        ctl(r, *words).expect(crawl.OK)
    eventually(lambda: ctl(r, "unpark", refused).status == crawl.OK, "it was not given up")
    r.process.kill()
    r.process.wait()
    site.listen_again(refused)
    gate.close()
    again = running("resume", r.dir, dir=None)
    assert gate.count(2)
    for key, value in ("polite.wait", "1ms"), ("polite.limit_rate", "70m"), ("scope.reject_regex", "/1[0-9]$"), ("scope.max_time", "9h"), ("run.paused", "off"):
        assert ctl(r, "get", key).expect(crawl.OK).stdout == value + "\n", key
    gate.open()
    again.wait().expect(crawl.OK)
    got = crawl.Done([], 0, "", "", r.dir)
    assert not {"/%d" % i for i in range(10, 20)} & set(got.paths) and {"/%d" % i for i in range(10)} <= set(got.paths)
    assert site.asked(refused)


def test_exclude(running, wide, ctl):
    """What is queued goes, with a reason; and stays out when the job is resumed."""
    r = start(running, wide)
    ctl(r, "exclude", "/[1-3][0-9]$").expect(crawl.OK)
    ctl(r, "exclude", r"/4[0,2]$").expect(crawl.OK)
    ctl(r, "stop").expect(crawl.OK)
    finish(r, wide, crawl.INTERRUPTED)
    done = running("resume", r.dir, dir=None).wait().expect(crawl.OK)
    out = {"/%d" % i for i in list(range(10, 40)) + [40, 42]}
    got = crawl.Done([], 0, "", "", r.dir)
    assert not out & set(got.paths) and len(got.pages) == N + 1 - len(out)
    assert {p for p, why in got.skips().items() if why == "rejected"} == out
    assert "changed" not in done.stderr


def test_exclude_while_it_runs(running, wide, ctl):
    r = start(running, wide)
    ctl(r, "exclude", "/[1-3][0-9]$").expect(crawl.OK)
    done = finish(r, wide)
    assert len(done.pages) == N + 1 - 30
    assert sum(why == "rejected" for why in done.skips().values()) == 30


@pytest.mark.parametrize("words,says", [
    (["set", "fetch.threads=4"], "`fetch.threads' cannot change while a job runs.*--threads"),
    (["set", "store.dir=x"], "`store.dir' cannot change while a job runs$"),
    (["set", "parse.workers=0"], "can become 0"),
    (["set", "parse.workers=9999"], "must be a number from 0 to 256|out of range"),
    (["set", "fetch.connections=60000"], "can be raised to 1024"),
    (["set", "parse.worker=1"], "did you mean `parse.workers'"),
    (["set", "polite.wait"], "KEY=VALUE"),
    (["set", "scope.reject_regex=("], "reject-regex"),
    (["set", r"scope.reject_regex=a\.b("], r'^lycosa: error: --reject-regex "a\\\.b\(": '),
    (["exclude", "("], r'^lycosa: error: exclude "\(": '),
    (["exclude", r"a\.b["], r'^lycosa: error: exclude "a\\\.b\[": '),
    (["set", "scope.reject=/x/"], r'^lycosa: error: --reject "/x/": .* --reject-regex'),
    (["exclude", r"/\d+$"], r"POSIX knows no \\d, it would be the letter d; write \[0-9\]$"),
    (["get", "\033[31m"], r"no setting \\x1b\[31m$"),
    (["exclude"], "usage: lycosa ctl DIR exclude REGEX"),
    (["exclude", ""], "exclude needs a regular expression"),
    (["unpark", "nowhere.example"], "no host of the name"),
    (["get", "nothing.at_all"], "no setting"),
    (["dance"], "ctl knows no `dance'; it knows status"),
])
def test_mistakes(running, wide, ctl, words, says):
    r = start(running, wide)
    before = ctl(r, "get").expect(crawl.OK).stdout
    done = ctl(r, *words)
    assert done.status in (crawl.USAGE, 1) and re.search(says, done.stderr), str(done)
    assert ctl(r, "get").stdout == before
    assert len(finish(r, wide).pages) == N + 1


def test_nobody_there(running, wide, ctl, tmp_path):
    done = ctl(tmp_path / "nothing", "status")
    assert done.status == crawl.FILE_IO and "there is no job" in done.stderr
    r = start(running, wide)
    r.process.kill()
    r.process.wait()
    assert os.path.exists(os.path.join(r.dir, "lycosa.sock"))
    done = ctl(r, "status")
    assert done.status == 1 and "is not running" in done.stderr and "lycosa resume" in done.stderr
    with open(os.path.join(r.dir, "lycosa.lock")) as f:  # as a run does that has closed its socket, and writes the last of it
        fcntl.flock(f, fcntl.LOCK_EX)
        done = ctl(r, "status")
    assert done.status == 1 and "is starting or ending" in done.stderr and "lycosa resume" not in done.stderr
    with open(tmp_path / "lycosa.lock", "w") as f, open(tmp_path / "lycosa.db", "w"):  # as one that has only begun
        fcntl.flock(f, fcntl.LOCK_EX)
        done = ctl(tmp_path, "status")
    assert done.status == 1 and "is starting or ending" in done.stderr and "lycosa resume" not in done.stderr
    wide.gate.open()
    again = running("resume", r.dir, dir=None).wait().expect(crawl.OK)
    assert "lycosa.sock" not in again.stderr and not os.path.exists(os.path.join(r.dir, "lycosa.sock"))
    assert "is finished: it ended at" in ctl(r, "status").stderr
    with open(os.path.join(r.dir, "lycosa.lock")) as f:  # as its next run does, before the first commit
        fcntl.flock(f, fcntl.LOCK_EX)
        assert "is starting or ending" in ctl(r, "status").stderr
    db = sqlite3.connect(os.path.join(r.dir, "lycosa.db"))
    db.execute("UPDATE job SET value = 8 WHERE name = 'exit_status'")
    db.commit()
    db.close()
    for done in (ctl(r, "status"), crawl.run("top", r.dir, home=tmp_path)):
        assert re.search(r"the job in %s is finished: it ended at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC with exit status 8; `lycosa report %s'" % (r.dir, r.dir), done.stderr), done
    assert crawl.run("ctl", home=tmp_path).status == crawl.USAGE


@pytest.mark.long
def test_a_run_that_is_stopped(running, wide, ctl):
    """It takes connections and says nothing: that does not keep a cron job waiting for ever."""
    r = start(running, wide)
    r.signal(signal.SIGSTOP)
    try:
        done = ctl(r, "status")
    finally:
        r.signal(signal.SIGCONT)
    assert done.status == 1 and "did not answer for 10 s: it is stopped" in done.stderr
    assert ctl(r, "status").expect(crawl.OK)
    finish(r, wide)


def test_long_path(running, wide, ctl, tmp_path):
    """Longer than a socket's address."""
    r = start(running, wide, dir=tmp_path / ("d" * 100) / ("e" * 100))
    assert ctl.json(r, "status")["state"] == "running"
    finish(r, wide)


def test_strangers(running, wide, ctl):
    """Another user gets no answer even where the socket's mode lets them in; nonsense and too much of it costs nobody anything."""
    r = start(running, wide)
    path = os.path.join(r.dir, "lycosa.sock")

    def ask(data):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(path)
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                return s.recv(1000)
            except OSError:
                return b""
    for data in (b"", b"\0", b"x", b"GET / HTTP/1.1\r\n\r\n", b"lycosa-ctl 1\0json\0", b"lycosa-ctl 1\0json\0status", b"lycosa-ctl 2\0json\0status\0",
                 b"lycosa-ctl 1\0text\0" + 100 * b"a\0", 10 ** 6 * b"a", b"lycosa-ctl 1\0text\0set\0polite.wait=" + 60000 * b"9" + b"\0"):
        assert not ask(data).startswith(b"ok")
    assert ask(b"lycosa-ctl 1\0text\0status\0").startswith(b"ok\nstate ")
    idle = [socket.socket(socket.AF_UNIX) for _ in range(12)]
    for s in idle:
        s.connect(path)
    for s in idle:
        s.close()
    if os.getuid() == 0:
        os.chmod(path, 0o666)
        child = os.fork()
        if child == 0:
            try:
                os.chdir(r.dir)
                os.setuid(65534)
                s = socket.socket(socket.AF_UNIX)
                s.connect("lycosa.sock")
                s.sendall(b"lycosa-ctl 1\0text\0status\0")
                s.shutdown(socket.SHUT_WR)
                os._exit(0 if s.recv(10) == b"" else 1)
            except (ConnectionResetError, BrokenPipeError):
                os._exit(0)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ctl.json(r, "status")["state"] == "running"
    finish(r, wide)


def test_unpark(running, serve, ctl):
    """A host that was given up is asked again, while another one still keeps the run going."""
    gate = hostile.Gate()

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.host == "127.0.0.3":
            gate.pass_()
        return page()
    site = serve(script, hosts=("127.0.0.1", "127.0.0.2", "127.0.0.3"))
    site.refuse("127.0.0.2")
    r = running("crawl", site.url("/"), site.url("/x", "127.0.0.2"), site.url("/", "127.0.0.3"), "--dead-after=2", "--waitretry=10ms", "--tries=2")
    assert gate.count(1)
    eventually(lambda: ctl.json(r, "status")["frontier"]["waiting_backoff"] == 1 and ctl(r, "unpark", "127.0.0.2").status == crawl.OK,
               "it was not given up")
    site.listen_again("127.0.0.2")
    eventually(lambda: ctl(r, "unpark", "127.0.0.2").status == crawl.OK or site.asked("127.0.0.2"), "it is not asked again")
    eventually(lambda: site.asked("127.0.0.2"), "it is not asked")
    gate.open()
    assert len(r.wait().expect(crawl.OK).pages) == 3


def test_sighup(running, wide, ctl, tmp_path):
    """What has changed in the files holds from now on; what cannot is named; what ctl has set stays."""
    conf = tmp_path / "my.conf"
    conf.write_text("[polite]\nper_host = 1\n[parse]\nworkers = 1\n")
    r = running("crawl", wide.url("/"), "--config", conf, "--max-per-host=5")
    assert wide.gate.count(1)
    ctl(r, "set", "limit-rate=50m").expect(crawl.OK)
    r.signal(signal.SIGHUP)
    r.wait_line("SIGHUP: nothing has changed")
    conf.write_text("[polite]\nper_host = 2\nper_host_max = 9\n[parse]\nworkers = 2\n[fetch]\nthreads = 5\n[scope]\nreject_regex = /4[0-9]$\n")
    r.signal(signal.SIGHUP)
    r.wait_line(r"SIGHUP: changed: polite.per_host = 2 \(was 1\)")
    r.wait_line(r"SIGHUP: changed: scope.reject_regex = /4\[0-9\]\$ \(was nothing\)")
    r.wait_line(r"SIGHUP: changed: parse.workers = 2 \(was 1\)")
    r.wait_line(r"warning: SIGHUP: .*my.conf:7: `fetch.threads' cannot change")
    assert ctl.json(r, "get", "polite.per_host_max") == {"polite.per_host_max": "5"}, "the command line has the last word"
    assert ctl.json(r, "get", "polite.limit_rate") == {"polite.limit_rate": "50m"}
    eventually(lambda: len(proctree.workers(r.pid)) == 2, "not two workers")
    conf.write_text("[polite]\nper_host = 2\nper_host_max = 9\n[parse]\nworkers = 2\n[fetch]\nthreads = 5\n[scope]\nreject_regex = /4[0-9]$\n"
                    "reject_regex = (\n[fetch]\nconnections = 60000\n")
    r.signal(signal.SIGHUP)
    r.wait_line(r"error: SIGHUP: .*my.conf:10: --reject-regex .*; nothing was changed")
    conf.write_text(conf.read_text().replace("reject_regex = (\n", "[run]\nverbose = on\n[serve]\nport = 1\n"))
    r.signal(signal.SIGHUP)
    r.wait_line(r"warning: SIGHUP: .*my.conf:15: `fetch.connections' can be raised to")
    # Though it is not the job's; that of another command is nobody's business here.
    assert "serve.port" not in r.wait_line(r"warning: SIGHUP: .*my.conf:11: `run.verbose' cannot change")
    conf.write_text("[polite]\nper_host = many\n")
    r.signal(signal.SIGHUP)
    r.wait_line(r"error: SIGHUP: .*my.conf:2: .*; nothing was changed")
    done = finish(r, wide)
    assert len(done.pages) == N + 1 - 10


SAMPLE = re.compile(r'(lycosa_[a-z_]+)(?:\{([a-z]+)="([A-Za-z0-9_]+)"\})? (\d+(?:\.\d{6})?)')


def read_metrics(text, is_open=False):
    """{(name, label): value} of a text, held to all that its format and promtool's linter ask for: that of Prometheus, or OpenMetrics."""
    samples, families, kind, helped = {}, set(), None, None
    assert text.endswith("\n# EOF\n") and '\\' not in text
    for line in text.splitlines()[:-1]:
        if line.startswith("# HELP "):
            helped = line.split(" ", 3)[2]
            assert line.split(" ", 3)[3].strip() and helped not in families, line
            families.add(helped)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            sampled = name + "_total" if is_open and kind == "counter" else name
            assert name == helped and kind in ("counter", "gauge") and sampled.endswith("_total") == (kind == "counter"), line
        elif line.startswith("# UNIT "):
            _, _, name, unit = line.split(" ")
            assert is_open and name == helped and unit and name.endswith("_" + unit), line
        else:
            m = SAMPLE.fullmatch(line)
            assert m and m[1] == sampled and (m[1], m[3]) not in samples, line
            samples[m[1], m[3]] = float(m[4])
    return samples


def fetch(port, request):
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(request)
        answer = b""
        while more := s.recv(65536):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body.decode()


def test_metrics(running, wide, ctl, tmp_path):
    file = tmp_path / "lycosa.prom"
    r = start(running, wide, "--metrics=127.0.0.1:0", "--metrics-file", file)
    port = int(r.wait_line(r"metrics are served on port \d+").split()[-1])
    def now():
        head, body = fetch(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert head.startswith("HTTP/1.1 200 ") and "text/plain; version=0.0.4" in head
        return read_metrics(body)
    # The writer may be a little behind.
    crawl.eventually(lambda: now()["lycosa_records_total", None] == 6, "no sixth record")
    m = now()
    for name in counters():
        assert ("lycosa_%s_total" % name, None) in m
    assert m["lycosa_responses_total", "200"] == 6
    assert m["lycosa_requests_in_flight", None] == 1 and m["lycosa_paused", None] == 0
    head, body = fetch(port, b"GET /metrics?x HTTP/1.1\r\nACCEPT: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n\r\n")
    assert "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n" in head + "\r\n"
    assert read_metrics(body, is_open=True).keys() == m.keys()
    head, body = fetch(port, b"HEAD /metrics HTTP/1.1\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 ") and body == ""
    for request, status in ((b"POST / HTTP/1.1\r\n\r\n", 405), (b"GET /x HTTP/1.1\r\n\r\n", 404), (b"nonsense\r\n\r\n", 400),
                            (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 3000, 400)):
        try:
            assert fetch(port, request)[0].startswith("HTTP/1.1 %d " % status)
        except ConnectionError:
            assert len(request) > 8192  # it was not read to its end
    # Those who say nothing keep nobody out, and stay as long as there is room.
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    now()
    silent[-1].setblocking(False)
    with pytest.raises(BlockingIOError):
        silent[-1].recv(1)
    for s in silent:
        s.close()
    read_metrics(file.read_text())
    served = fetch(port, b"GET /metrics HTTP/1.1\r\n\r\n")[1]
    finish(r, wide)
    assert read_metrics(file.read_text())["lycosa_records_total", None] == N + 1, "not written at the end"
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("the format was held to our own check only: promtool (Debian package prometheus) is not here")
    for text in (served, file.read_text()):
        done = subprocess.run([promtool, "check", "metrics"], input=text, text=True, capture_output=True)
        assert done.returncode == 0 and not done.stderr, done


def test_metrics_that_cannot_be(run, wide):
    for at in ("nowhere:1", "127.0.0.1:", "127.0.0.1:99999", "::"):
        done = run("crawl", wide.url("/"), "--metrics=" + at).expect(crawl.USAGE)
        assert "run.metrics (--metrics)" in done.stderr


class Terminal:
    """A program on a terminal of its own: what it draws, frame by frame, and what it leaves behind."""

    ENTER, LEAVE = b"\x1b[?1049h\x1b[?7l", b"\x1b[?7h\x1b[?25h\x1b[?1049l"

    def __init__(self, argv, env, columns=80, rows=24):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=env, preexec_fn=self._own, close_fds=True)
        self.raw = b""

    def _own(self):
        origin.die_with_parent()
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, columns, rows):
        self.size = columns, rows
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_more(self):
        try:
            self.raw += os.read(self.master, 65536)
            return True
        except OSError:  # the other end is closed
            return False

    def frame(self):
        """The lines of the last whole frame; None before the first."""
        frames = self.raw.rpartition(b"\x1b[J")[0].split(b"\x1b[H")
        if len(frames) < 2 or b"\x1b[K" not in frames[-1]:
            return None
        return [line.decode().rstrip("\r") for line in frames[-1].replace(b"\x1b[K", b"").split(b"\n")]

    def wait(self, pattern):
        until = time.monotonic() + crawl.DEADLINE
        while time.monotonic() < until:
            frame = self.frame()
            if frame is not None and re.search(pattern, "\n".join(frame)):
                return frame
            assert self.read_more(), "ended: %r" % self.raw[-3000:]
        raise AssertionError("not drawn: %s: %s" % (pattern, self.frame()))

    def key(self, keys):
        os.write(self.master, keys)

    def end(self):
        """Its exit status, once the terminal is as it was."""
        status = self.process.wait(crawl.DEADLINE)
        after = termios.tcgetattr(self.slave)
        os.close(self.slave)
        while self.read_more():
            pass
        os.close(self.master)
        assert after == self.before, "the terminal is not as it was"
        assert self.raw.count(self.ENTER) == self.raw.count(self.LEAVE) > 0, self.raw[-500:]
        assert self.raw.rindex(self.LEAVE) > self.raw.rindex(b"\x1b[H")
        return status


@pytest.fixture
def top(tmp_path):
    started = []

    def call(r, **kw):
        t = Terminal(crawl.command(["top", r.dir]), crawl.environment(tmp_path, TERM="xterm"), **kw)
        started.append(t)
        return t
    yield call
    for t in started:
        if t.process.poll() is None:
            t.process.kill()
            t.process.wait()


def test_top(running, wide, ctl, top):
    """Shows where the job stands, and its keys do what they say."""
    r = start(running, wide, "--workers=1", "--connections=10")
    t = top(r)
    frame = t.wait("running")
    assert len(frame) == 24 and all(len(line) <= 80 for line in frame)
    assert re.search(r"54 +1/1 .* window +- +http://127\.0\.0\.1:\d+$", frame[6])
    assert "queue 54  in flight 1/10" in frame[2] and "q quit" in frame[23]
    for name in ("polite", "loops", "parse", "write"):
        assert re.search(name + r" \[[#.]{5}\] +\d+%", frame[3])
    t.key(b" ")
    t.wait("paused")
    assert ctl.json(r, "status")["state"] == "paused"
    t.key(b" ")
    t.wait("lycosa  running")
    t.key(b"WW")
    t.wait("workers=3")
    eventually(lambda: len(proctree.workers(r.pid)) == 3, "not three workers")
    t.key(b"C\x1b[AH")  # what comes with an escape sequence is dropped
    t.wait("connections=20")
    t.key(b"H")
    t.wait("per-host=2")
    t.key(b"D")
    t.wait("wait=100ms")
    ctl(r, "set", "polite.wait=3s").expect(crawl.OK)
    t.wait("wait=3s")
    t.key(b"D")  # what is no step of its own: the next longer one
    t.wait("wait=5s")
    ctl(r, "set", "polite.wait=0").expect(crawl.OK)
    t.resize(40, 10)
    frame = t.wait("(?s)q quit")
    while len(frame) > 10:
        assert t.read_more()
        frame = t.frame()
    assert len(frame) == 10 and all(len(line) <= 40 for line in frame)
    t.key(b"q")
    assert t.end() == 0
    assert len(finish(r, wide).pages) == N + 1


@pytest.mark.skipif(crawl.is_sanitized(), reason="ThreadSanitizer hands signals on later, and one raised in a handler not at all")
@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT))
def test_top_leaves_the_terminal(running, wide, top, number):
    r = start(running, wide)
    t = top(r)
    t.wait("running")
    t.process.send_signal(number)
    assert t.end() == -number
    finish(r, wide)


def test_top_sees_the_end(running, wide, top):
    """Also from a job that has none of it: one that has ended, or none."""
    r = start(running, wide)
    t = top(r, columns=60, rows=6)
    frame = t.wait("running")
    assert len(frame) <= 6 and all(len(line) <= 60 for line in frame)
    finish(r, wide)
    assert t.end() == 0
    assert re.search(rb"is finished: |is starting or ending: |may just have ended", t.raw)
    assert crawl.run("top", r.dir, home=r.dir).status == 1
    assert crawl.run("top", home=r.dir).status == crawl.USAGE


def test_top_sees_a_death(running, wide, top):
    """Its job is killed: so is the screen, in order, and it says how to go on."""
    r = start(running, wide)
    t = top(r)
    t.wait("running")
    r.process.kill()
    r.process.wait()
    assert t.end() == 0
    assert re.search(rb"is not running; `lycosa resume|may just have ended", t.raw)


def test_top_where_only_lines_are_known(running, wide, tmp_path):
    r = start(running, wide)
    master, slave = pty.openpty()
    done = subprocess.run(crawl.command(["top", r.dir]), stdin=slave, stdout=slave, stderr=slave, env=crawl.environment(tmp_path, TERM="dumb"),
                          timeout=crawl.DEADLINE)
    os.close(slave)
    text = os.read(master, 65536)
    os.close(master)
    assert done.returncode == 0 and b"running" in text and b"\x1b" not in text
    finish(r, wide)


def test_hosts(running, wide, ctl):
    r = start(running, wide)
    host, = ctl.json(r, "hosts")
    assert host["queued"] == N - 6 and host["in_flight"] == host["window"] == 1 and host["waits_for"] == "window" and host["wait_ms"] is None
    assert wide.origin() == host["origin"] and wide.origin() in ctl(r, "hosts").stdout
    done = crawl.run("top", r.dir, home=r.dir).expect(crawl.OK)  # no terminal: one look
    assert "running" in done.stdout and wide.origin() in done.stdout
    finish(r, wide)


def test_auto_connections(running, serve, ctl):
    """crawler/adapt.h: ADAPT_FIRST to begin with, and no others while they hold nobody up; from where they stand on they double as long as
    that pays, which it does at a server that is slow and wide: at a dozen they are asked for less than any machine can give."""
    gate, n = hostile.Gate(), itertools.count()

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == "/":
            gate.pass_()
        else:
            time.sleep(0.3)  # what an answer takes; nothing waits for it
        return page(*("/%d" % next(n) for _ in range(40)))
    site = serve(script)
    r = running("crawl", site.url("/"), "--per-host=1000", "--wait=0", "--connections=auto", "--no-traps")

    def connections():
        return ctl.json(r, "status")["fetch"]["connections"]
    assert gate.count(1)
    eventually(lambda: ctl(r).status == crawl.OK, "no answer")
    assert ctl.json(r, "get", "fetch.connections") == {"fetch.connections": "auto"}
    assert connections() == 64
    ctl(r, "set", "fetch.connections=3").expect(crawl.OK)
    gate.open()
    eventually(lambda: ctl.json(r, "status")["fetch"]["in_flight"] == 3, "three are not in flight")
    assert connections() == 3
    ctl(r, "set", "fetch.connections=auto").expect(crawl.OK)
    eventually(lambda: connections() >= 24, lambda: "they did not become more than %d" % connections())
    ctl(r, "stop").expect(crawl.OK)
    r.wait().expect(crawl.INTERRUPTED)
    assert site.max_in_flight["127.0.0.1"] > 3


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: one loop for whatever there is")
@pytest.mark.parametrize("n_hosts, options, loops", ((20, (), 2), (20, ("--limit-rate=100m",), 2), (20, ("--connections=64",), 1), (1, (), 1)))
def test_auto_loops(running, serve, ctl, n_hosts, options, loops):
    """As many as its sites keep busy; and a run that goes on knows them from the job."""
    hosts = ["127.0.0.%d" % (i + 1) for i in range(n_hosts)]
    site = serve(lambda x: Answer(404) if x.request.path == "/robots.txt" else page(*("/%d" % i for i in range(30))), hosts=hosts)
    r = running("crawl", *(site.url("/", h) for h in hosts), "--loops=auto", "-w", "1h", *options)
    eventually(lambda: ctl(r).status == crawl.OK, "no answer")
    assert ctl.json(r, "status")["fetch"]["loops"] == loops
    assert ctl.json(r, "get", "fetch.loops") == {"fetch.loops": "auto"}
    if not options:
        ctl(r, "stop").expect(crawl.OK)
        r.wait().expect(crawl.INTERRUPTED)
        r = running("resume", r.dir, dir=None)
        eventually(lambda: ctl(r.argv[-1]).status == crawl.OK, "no answer")
        assert ctl.json(r.argv[-1], "status")["fetch"]["loops"] == loops
    r.process.kill()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: one parser from the start")
def test_auto_workers(running, wide, ctl):
    """As many as libxml2 may need to begin with; those with nothing to do go, but for one; and the crawl comes to its end all the same."""
    r = start(running, wide, "--html=libxml2")
    eventually(lambda: len(proctree.workers(r.pid)) == 1 and ctl.json(r, "status")["parse"]["workers_wanted"] == 1,
               lambda: "%s" % proctree.workers(r.pid))
    assert ctl.json(r, "get", "workers") == {"parse.workers": "auto"}
    assert len(finish(r, wide).pages) == N + 1


def test_auto_workers_of_scan(running, wide, ctl):
    """One for each loop to begin with: no page has been read yet."""
    wide.held = "/"
    r = start(running, wide, "--loops=1")
    assert ctl.json(r, "status")["parse"]["workers_wanted"] == 1
    assert len(finish(r, wide).pages) == N + 1
