# SPDX-License-Identifier: GPL-3.0-or-later
"""Every count raised and lowered at random, by ctl and SIGHUP at once, while a crawl goes on: nothing is lost, nothing is left behind.

LYCOSA_STORM_SECONDS says how long (3); `make storm' takes five minutes.
"""
import os
import random
import signal
import threading
import time

import pytest

import crawl
import proctree
from crawl import eventually
from hostile import Answer, page

SECONDS = float(os.environ.get("LYCOSA_STORM_SECONDS", "3"))
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
AHEAD = 600  # links given out and not asked for yet, while the storm lasts


class Endless:
    """A site that goes on as long as it is to: it hands out links that it has not handed out before, and knows them all."""

    def __init__(self):
        self.lock, self.given, self.asked, self.ended = threading.Lock(), {"/"}, [], False
        self.port = 0

    def __call__(self, x):
        path = x.request.path
        if path == "/robots.txt":
            return Answer(404)
        with self.lock:
            self.asked.append((x.request.host, path))
            links = []
            if not self.ended and len(self.given) - len(self.asked) < AHEAD:
                for _ in range(3):
                    n = "/%d" % len(self.given)
                    self.given.add(n)
                    links.append("http://%s:%d%s" % (HOSTS[len(self.given) % len(HOSTS)], self.port, n))
        return page(*links, body="x" * (len(path) * 997 % 20000))


def tcp_inodes(pid):
    out = set()
    for name in ("tcp", "tcp6"):
        with open("/proc/%d/net/%s" % (pid, name)) as f:
            out |= {line.split()[9] for line in f.readlines()[1:]}
    return out


def descriptors(pid):
    """All but connections to servers, which are kept as long as they may be of use."""
    tcp, n = tcp_inodes(pid), 0
    for fd in os.listdir("/proc/%d/fd" % pid):
        try:
            target = os.readlink("/proc/%d/fd/%s" % (pid, fd))
        except OSError:
            continue
        n += not (target.startswith("socket:[") and target[8:-1] in tcp)
    return n


CALM = {"parse.workers": "2", "fetch.connections": "20", "polite.per_host": "4", "polite.wait": "0", "polite.limit_rate": "inf"}
WILD = {
    "parse.workers": ["1", "2", "3", "4", "6", "auto"],
    "fetch.loops": ["1", "2", "3", "5", "auto"],
    "fetch.connections": ["1", "2", "10", "50", "500", "auto"],
    "polite.per_host": ["1", "2", "5", "20", "auto"],
    "polite.wait": ["0", "1ms", "5ms", "auto"],
    "polite.limit_rate": ["inf", "100m", "1m"],
    "polite.random_wait": ["on", "off"],
    "scope.reject_regex": ["", "/never/"],
}


@pytest.mark.parametrize("loops, options", (
    pytest.param(1, [], marks=pytest.mark.long, id="events"), pytest.param(3, [], id="loops"),
    pytest.param(2, ["--engine=threads", "--threads=4"], marks=pytest.mark.long, id="threads")))
def test_storm(running, serve, tmp_path, loops, options):
    endless, calm = Endless(), dict(CALM, **{"fetch.loops": str(loops)})
    site = serve(endless, hosts=HOSTS)
    endless.port = int(site.origin().rsplit(":", 1)[1])
    conf = tmp_path / "storm.conf"
    conf.write_text("".join("%s = %s\n" % kv for kv in calm.items()))
    # It is a site without end, and would be known as one.
    r = running("crawl", site.url("/"), "--no-traps", "--config", conf, "-H", "-e", "scope.domains=" + ",".join(HOSTS), *options)

    def ctl(*words):
        return crawl.run("ctl", r.dir, *words, home=tmp_path)
    eventually(lambda: len(endless.asked) > 20, "it does not begin")
    ctl("pause").expect(crawl.OK)
    eventually(lambda: len(proctree.workers(r.pid)) == 2, "not two workers")
    eventually(lambda: '"in_flight":0' in ctl("status", "--json").stdout, "it does not come to rest")
    before, threads = descriptors(r.pid), sorted(proctree.thread_names(r.pid))
    ctl("resume").expect(crawl.OK)
    end, failures = time.monotonic() + SECONDS, []

    def storm(seed, by_signal):
        rnd = random.Random(seed)
        try:
            while time.monotonic() < end:
                key = rnd.choice(list(WILD))
                value = rnd.choice(WILD[key])
                if by_signal:
                    text = "".join("%s = %s\n" % (k, rnd.choice(WILD.get(k, [v]))) for k, v in calm.items())
                    (tmp_path / "storm.new").write_text(text)
                    os.replace(tmp_path / "storm.new", conf)
                    r.signal(signal.SIGHUP)
                    continue
                done = ctl(*rnd.choice((["set", key + "=" + value],) * 8 + (["pause"], ["resume"], ["hosts"], ["status", "--json"])))
                # Parsers that end take a moment; who is faster than that is told so.
                if done.status != 0 and "too many parsers are ending" not in done.stderr:
                    failures.append(str(done))
        except Exception as e:  # noqa: BLE001
            failures.append(repr(e))
    gusts = [threading.Thread(target=storm, args=(i, i == 0)) for i in range(3)]
    for g in gusts:
        g.start()
    for g in gusts:
        g.join()
    assert not failures, failures[:3]
    assert r.process.poll() is None, r.lines[-20:]
    ctl("pause").expect(crawl.OK)
    for key, value in calm.items():
        eventually(lambda: ctl("set", key + "=" + value).status == 0, "%s cannot be set" % key)
    eventually(lambda: '"in_flight":0' in ctl("status", "--json").stdout, "it does not come to rest")
    eventually(lambda: len(proctree.workers(r.pid)) == 2, lambda: "%d workers" % len(proctree.workers(r.pid)))
    eventually(lambda: sorted(proctree.thread_names(r.pid)) == threads, lambda: "%s, %s before" % (proctree.thread_names(r.pid), threads))
    eventually(lambda: descriptors(r.pid) <= before + 1, lambda: "%d descriptors, %d before" % (descriptors(r.pid), before))
    children = proctree.descendants(r.pid)
    endless.ended = True
    ctl("resume").expect(crawl.OK)
    done = r.wait().expect(crawl.OK)
    # J7, at the server and in the records: each link that was given out was asked for once, and has one record.
    paths = [p for _, p in endless.asked]
    assert len(paths) == len(set(paths)) and set(paths) == endless.given
    assert sorted(done.paths) == sorted(endless.given)
    assert {p["outcome"] for p in done.pages} == {"ok"}
    assert [s for s in done.skipped if s["reason"] != "out_of_scope_host"] == []
    assert "died" not in done.stderr and "ThreadSanitizer" not in done.stderr
    eventually(lambda: not any(os.path.exists("/proc/%d" % c) for c in children), "processes are left behind")
