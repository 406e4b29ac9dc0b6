# SPDX-License-Identifier: GPL-3.0-or-later
"""Another number of event loops while a run goes on: nobody can tell from what was fetched, nor at the server from how it was asked for."""
import os
import re
import resource
import shutil
import signal
import threading
import time

import pytest

import crawl
import hostile
import proctree
from crawl import eventually
from hostile import Answer, page

INTERPOSE = os.path.join(os.path.dirname(crawl.PROGRAM), "tests", "crash", "interpose.so")
needs_interpose = pytest.mark.skipif(not os.path.exists(INTERPOSE) or crawl.is_sanitized(),
                                     reason="needs tests/crash/interpose.so (make check builds it) and a program without sanitizers")
HOSTS = ["127.0.0.%d" % (i + 1) for i in range(12)]


@pytest.fixture
def ctl(tmp_path):
    def call(r, *words):
        return crawl.run("ctl", r.dir, *words, home=tmp_path)
    call.loops = lambda r: int(re.search(r'"loops":(\d+)', call(r, "status", "--json").expect(crawl.OK).stdout).group(1))
    return call


class Growing:
    """Hosts that hand out links to one another, ahead of what is asked for, until `end` is set; a cookie of each has to come back."""

    def __init__(self, serve, ahead=60, answer=None):
        self.lock, self.given, self.asked, self.times, self.end = threading.Lock(), {"/"}, [], {}, False
        self.links = {}  # of each page: whoever asks again is told the same
        self.robots, self.cookieless, self.ahead, self.answer = [], [], ahead, answer
        self.site = serve(self.script, hosts=HOSTS)
        self.port = int(self.site.origin().rsplit(":", 1)[1])

    def script(self, x):
        path, host = x.request.path, x.request.host
        with self.lock:
            self.times.setdefault(host, []).append(time.monotonic())
        if path == "/robots.txt":
            self.robots.append(host)
            return Answer(404, headers=[("Set-Cookie", "seen=%s; Path=/" % host)])
        answer = self.answer(x) if self.answer is not None else None
        if answer is not None:
            return answer
        with self.lock:
            self.asked.append((host, path))
            if "seen=" not in (x.request.headers.get("Cookie") or x.request.headers.get("cookie") or ""):
                self.cookieless.append(path)
            known = path in self.links
            links = self.links.setdefault(path, [])
            while not known and not self.end and len(self.given) - len(self.asked) < self.ahead:
                n = "/%d" % len(self.given)
                links.append("http://%s:%d%s" % (HOSTS[len(self.given) % len(HOSTS)], self.port, n))
                self.given.add(n)
        return page(*links)

    def crawl(self, running, *options, **how):
        r = running("crawl", self.site.url("/"), "--no-traps", "-H", "-e", "scope.domains=" + ",".join(HOSTS), *options, **how)
        eventually(lambda: len(self.asked) > 20, "it does not begin")
        return r

    def more(self):
        before = len(self.asked)
        eventually(lambda: len(self.asked) > before + 15, "it does not go on")

    def once(self, done):
        """J7, at the server and in the records."""
        paths = [p for _, p in self.asked]
        assert len(paths) == len(set(paths)) and set(paths) == self.given
        assert sorted(done.paths) == sorted(self.given)
        assert {p["outcome"] for p in done.pages} == {"ok"} and {p["attempts"] for p in done.pages} <= {1}


def held_once(gate, asked):
    """For Growing: who asks for /7 is noted, and the first waits for the gate."""
    def answer(x):
        if x.request.path == "/7":
            asked.append(x)
            if len(asked) == 1:
                gate.pass_()
    return answer


def again(running, command, r, *options):
    """The same job once more."""
    other = running(command, r.dir, *options, dir=None)
    other.dir = r.dir
    return other


@pytest.mark.parametrize("options", (
    pytest.param(["--loops=1"], id="events"),
    pytest.param(["--loops=2", "--engine=threads", "--threads=6"], id="threads", marks=pytest.mark.long),
    pytest.param(["--loops=1", "--workers=0", "--warc"], id="inline", marks=pytest.mark.long)))
def test_up_and_down(running, serve, ctl, options):
    """Nothing is fetched twice or lost; robots.txt stays read, cookies stay set, counters go on; and what is set is what a resume begins with."""
    growing = Growing(serve)
    r = growing.crawl(running, *options)
    n, records = ctl.loops(r), 0
    for loops in (3, 1, 2):
        ctl(r, "set", "fetch.loops=%d" % loops).expect(crawl.OK)
        r.wait_line(r"fetch.loops: %d from now on \(%d before\)" % (loops, n))
        assert ctl.loops(r) == loops
        assert sum(name.startswith("loop/") for name in proctree.thread_names(r.pid)) == loops
        growing.more()
        said = int(re.search(r'"records":(\d+)', ctl(r, "status", "--json").stdout).group(1))
        assert said > records
        n, records = loops, said
    ctl(r, "stop").expect(crawl.OK)
    r.wait().expect(crawl.INTERRUPTED)
    r = again(running, "resume", r)
    eventually(lambda: ctl(r).status == crawl.OK, "no answer")
    assert ctl.loops(r) == 2
    growing.end = True
    done = r.wait().expect(crawl.OK)
    growing.once(done)
    assert growing.cookieless == []
    # Once in each of the two runs.
    assert max(growing.robots.count(h) for h in HOSTS) <= 2


def test_sighup_and_auto(running, serve, ctl, tmp_path):
    growing, conf = Growing(serve), tmp_path / "my.conf"
    conf.write_text("[fetch]\nloops = 2\n")
    r = growing.crawl(running, "--config", conf)
    conf.write_text("[fetch]\nloops = 4\n")
    r.signal(signal.SIGHUP)
    r.wait_line(r"SIGHUP: changed: fetch.loops = 4 \(was 2\)")
    eventually(lambda: ctl.loops(r) == 4, "not four loops")
    # To begin with as many as there are.
    ctl(r, "set", "loops=auto").expect(crawl.OK)
    growing.more()
    assert ctl.loops(r) == 4
    assert ctl(r, "get", "fetch.loops").stdout == "auto\n"
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))


def test_what_takes_too_long(running, serve, ctl):
    """It is interrupted and asked for again, which is no try; and nobody is asked meanwhile."""
    gate, asked = hostile.Gate(), []
    growing = Growing(serve, answer=held_once(gate, asked))
    r = growing.crawl(running, "--tries=1")
    assert gate.count(1)
    ctl(r, "set", "fetch.loops=3").expect(crawl.OK)
    r.wait_line(r"fetch.loops: 3 from now on")
    growing.end = True
    done = r.wait().expect(crawl.OK)
    gate.open()
    assert len(asked) == 2
    assert sorted(done.paths) == sorted(growing.given)
    assert {p["outcome"] for p in done.pages} == {"ok"} and {p["attempts"] for p in done.pages} == {1}


def test_more_than_there_are_threads_for(running, serve, ctl):
    """Two loops were asked for and are about to be made, with as many threads, when five are asked for."""
    gate, asked = hostile.Gate(), []
    growing = Growing(serve, answer=held_once(gate, asked))
    r = growing.crawl(running, "--loops=1")
    assert gate.count(1)
    ctl(r, "set", "fetch.loops=2").expect(crawl.OK)
    eventually(lambda: proctree.thread_names(r.pid).count("standby") == 2, "no threads stand by")
    ctl(r, "set", "fetch.loops=5").expect(crawl.OK)
    gate.open()
    r.wait_line(r"fetch.loops: 5 from now on \(2 before\)")
    assert ctl.loops(r) == 5
    growing.more()
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))


def test_no_server_can_tell(running, serve, ctl):
    """A wait, and a pause that was asked for, from one number of loops to another."""
    refused = []

    def answer(x):
        if x.request.host == HOSTS[1] and x.request.path != "/" and not refused:
            refused.append(time.monotonic())
            return Answer(429, headers=[("Retry-After", "4")])
        return None
    growing = Growing(serve, answer=answer)
    r = growing.crawl(running, "--wait=1s", "--no-soft-404")
    eventually(lambda: refused, "nobody was refused")
    for loops in (3, 1, 4):
        ctl(r, "set", "fetch.loops=%d" % loops).expect(crawl.OK)
        eventually(lambda: ctl.loops(r) == loops, "not %d loops" % loops)
    until = refused[0] + 4
    eventually(lambda: growing.times[HOSTS[1]][-1] > until, "it does not come back")
    ctl(r, "stop").expect(crawl.OK)
    r.wait().expect(crawl.INTERRUPTED)
    for host, times in growing.times.items():
        gaps = [b - a for a, b in zip(times, times[1:])]
        assert min(gaps, default=1) > 0.6, host
    after = [t for t in growing.times[HOSTS[1]] if t > refused[0]]
    assert after and after[0] - refused[0] > 3.8


@pytest.mark.parametrize("budget", ("--max-pages=150", "--quota=40k"))
def test_budgets_hold(running, serve, ctl, budget):
    """As if the loops had been the same all the time."""
    growing = Growing(serve)
    r = growing.crawl(running, budget, "--wait=20ms")
    for loops in (3, 1):
        ctl(r, "set", "fetch.loops=%d" % loops)
    done = r.wait().expect(crawl.BUDGET)
    if "pages" in budget:
        assert len(done.pages) == len(growing.asked) == 150
    else:
        assert sum(p["wire_bytes"] for p in done.pages) >= 40 << 10
    growing.end = True
    done = again(running, "resume", r, "--max-pages=0", "--quota=0").wait().expect(crawl.OK)
    growing.once(done)


@pytest.mark.parametrize("when", ("drains", "behind"))
def test_killed(running, serve, ctl, tmp_path, when):
    """What was not committed is fetched again; no page is lost, and none stands twice in an output."""
    gate = hostile.Gate()

    def answer(x):
        if x.request.path == "/31" and when == "drains":
            gate.pass_()
        return None
    growing = Growing(serve, answer=answer)
    r = growing.crawl(running, "--loops=2", "--warc")
    if when == "drains":
        assert gate.count(1)
    ctl(r, "set", "fetch.loops=4").expect(crawl.OK)
    if when == "behind":
        r.wait_line(r"fetch.loops: 4 from now on")
    r.process.kill()
    r.process.wait()
    gate.open()
    growing.end = True
    done = again(running, "resume", r).wait().expect(crawl.OK)
    assert sorted(done.paths) == sorted(growing.given)
    crawl.run("verify", r.dir, home=tmp_path).expect(crawl.OK)


def test_what_cannot_be_made(running, serve, ctl):
    """Without descriptors for more loops those that there are go on, and it can be tried again."""
    growing = Growing(serve)
    r = growing.crawl(running, "--loops=2")
    ctl(r, "pause").expect(crawl.OK)
    eventually(lambda: '"in_flight":0' in ctl(r, "status", "--json").stdout, "it does not come to rest")
    before = resource.prlimit(r.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(r.pid, resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/%d/fd" % r.pid))) + 10, before[1]))
    ctl(r, "set", "fetch.loops=8").expect(crawl.OK)
    r.wait_line("fetch.loops: there are still 2")
    resource.prlimit(r.pid, resource.RLIMIT_NOFILE, before)
    assert ctl.loops(r) == 2
    ctl(r, "set", "fetch.loops=8").expect(crawl.OK)
    r.wait_line(r"fetch.loops: 8 from now on \(2 before\)")
    ctl(r, "resume").expect(crawl.OK)
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))


@needs_interpose
@pytest.mark.parametrize("nth", (1, 3), ids=("first", "last"))
def test_no_thread(running, serve, ctl, nth):
    """A thread cannot be had: the loops that there are have not even stopped for it, and go on."""
    growing = Growing(serve)
    at_start = 3  # two loops and the writer
    r = growing.crawl(running, "--loops=2", env={"LD_PRELOAD": INTERPOSE, "LYCOSA_CRASH_REFUSE": "thread:%d" % (at_start + nth)})
    threads = sorted(proctree.thread_names(r.pid))
    assert len(threads) == 1 + at_start
    ctl(r, "set", "fetch.loops=3").expect(crawl.OK)
    r.wait_line("fetch.loops: there are still 2")
    assert ctl.loops(r) == 2 and sorted(proctree.thread_names(r.pid)) == threads
    growing.more()
    ctl(r, "set", "fetch.loops=3").expect(crawl.OK)
    r.wait_line(r"fetch.loops: 3 from now on \(2 before\)")
    growing.more()
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))


def test_no_parsers_for_more(running, serve, ctl):
    """Parsers of so many loops cannot be had: those of the loops that there were are started again."""
    growing = Growing(serve)
    r = growing.crawl(running, "--loops=2", "--workers=2")
    spawner, = (p for p in proctree.children(r.pid) if proctree.exe(p) == "lycosa")
    before = resource.prlimit(spawner, resource.RLIMIT_NOFILE)
    # A worker gets four descriptors and two for each loop, twice while they are put in their places.
    resource.prlimit(spawner, resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/%d/fd" % spawner))) + 24, before[1]))
    ctl(r, "set", "fetch.loops=8").expect(crawl.OK)
    r.wait_line("fetch.loops: there are still 2")
    resource.prlimit(spawner, resource.RLIMIT_NOFILE, before)
    growing.more()
    assert ctl.loops(r) == 2 and len(proctree.workers(r.pid)) == 2
    ctl(r, "set", "fetch.loops=8").expect(crawl.OK)
    r.wait_line(r"fetch.loops: 8 from now on \(2 before\)")
    growing.more()
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))
    assert growing.cookieless[1:] == []


def test_the_program_that_was_there(running, serve, ctl, tmp_path, monkeypatch):
    """Parsers are of the program that the run began with, though another has been installed since."""
    growing = Growing(serve)
    place = tmp_path / "bin"
    place.mkdir()
    for name in ("lycosa", "lycosa-worker"):
        shutil.copy2(os.path.join(os.path.dirname(crawl.PROGRAM), name), place / name)
    monkeypatch.setattr(crawl, "PROGRAM", str(place / "lycosa"))
    r = growing.crawl(running, "--loops=1")
    os.unlink(place / "lycosa-worker")
    (place / "lycosa-worker").write_text("#!/bin/false\n")
    ctl(r, "set", "fetch.loops=2").expect(crawl.OK)
    r.wait_line(r"fetch.loops: 2 from now on")
    growing.more()
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))


def test_levels_keep_their_loops(running, serve, ctl):
    growing = Growing(serve)
    r = growing.crawl(running, "-l", 10000)
    done = ctl(r, "set", "fetch.loops=3")
    assert done.status == crawl.USAGE and "`fetch.loops' cannot change while a job with a level limit (-l) runs" in done.stderr
    assert "--loops" in done.stderr and ctl(r, "get", "fetch.loops").stdout == "1\n"
    ctl(r, "set", "fetch.loops=1").expect(crawl.OK)  # as it is
    growing.end = True
    growing.once(r.wait().expect(crawl.OK))


def test_what_is_left_is_read_first(running, serve, ctl):
    """What the run before has left goes from loop to loop: their number changes when all of it has."""
    growing = Growing(serve, ahead=600)
    r = growing.crawl(running, "--loops=2", "--wait=500ms", "--connections=4")
    ctl(r, "stop")
    r.wait()
    r = again(running, "resume", r, "-e", "store.resume_first=1", "--wait=0")
    eventually(lambda: ctl(r).status == crawl.OK, "no answer")
    ctl(r, "set", "fetch.loops=3").expect(crawl.OK)
    growing.end = True
    eventually(lambda: r.process.poll() is not None or ctl.loops(r) == 3, "not three loops")
    growing.once(r.wait().expect(crawl.OK))


def test_an_update(running, serve, ctl):
    """It has pages to compare with in each loop."""
    gate, growing = hostile.Gate(), Growing(serve)
    r = growing.crawl(running)
    growing.end = True
    r.wait().expect(crawl.OK)
    n, growing.asked = len(growing.asked), []
    growing.answer = lambda x: gate.pass_()  # none is over before the loops are divided
    r = again(running, "update", r)
    assert gate.count(1)
    ctl(r, "set", "fetch.loops=3").expect(crawl.OK)
    gate.open()
    r.wait_line(r"fetch.loops: 3 from now on")
    r.wait().expect(crawl.OK)
    assert len(growing.asked) == len({p for _, p in growing.asked}) == n
