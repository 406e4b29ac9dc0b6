# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 1 on a real site: the documentation of three packages on nginx, with all outputs, killed again and again.

`make crash` sets LYCOSA_CRASH_KILLS (200); without it there is nothing here.
"""
import contextlib
import http.client
import os
import random
import signal
import time

import pytest

import crawl
import debdocs
import origin
import proctree
from conftest import docs_root, need_nginx
from test_crash import INTERPOSE, Play, place  # noqa: F401 (a fixture)

KILLS = int(os.environ.get("LYCOSA_CRASH_KILLS", "0"))
A_JOB = 25  # of them, between its beginning and its end
MIRROR = ("mirror", "--save=both", "--warc", "--warc-max-size=20m", "--simhash", "--wait=0", "--per-host=8", "--workers=2", "--progress=none",
          "--no-soft-404", "-e", "store.commit_ms=1", "-e", "store.resume_first=100", "-e", "mirror.settle=500ms")
PACKAGES = ("postgresql-doc-15", "python3.11-doc", "sqlite3-doc")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(KILLS == 0, reason="two minutes of kills are asked for by `make crash`, which sets LYCOSA_CRASH_KILLS"),
    pytest.mark.skipif(not os.path.exists(INTERPOSE) or crawl.WRAPPER or crawl.is_sanitized(),
                       reason="kills at write steps come from tests/crash/interpose.so, which cannot be loaded before a sanitizer or valgrind, or was not built"),
]


class Site:
    """What Play wants to know of a site, from nginx and its log."""

    def __init__(self, nginx):
        self.nginx, self.url = nginx, nginx.url

    def asked(self):
        return [r[4] for r in self.nginx.requests() if r[4] != "/robots.txt"]

    def drained(self):
        """One process answers in turn: what was there before these is in its log."""
        for _ in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=crawl.DEADLINE)
            connection.request("GET", origin.READY_PATH)
            connection.getresponse().read()
            connection.close()
        return True

    def log_bytes(self):
        return os.stat(os.path.join(self.nginx.dir, "access.log")).st_size


@pytest.fixture
def site(tmp_path):
    need_nginx()
    root = tmp_path / "root"
    root.mkdir()
    for package in PACKAGES:
        (root / package).symlink_to(docs_root(package))
    (root / "index.html").write_text("<title>all</title>" + "".join('<a href="/%s%s">x</a>' % (p, debdocs.start(p)) for p in PACKAGES))
    with origin.Nginx(root, tmp_path / "nginx", log=True) as nginx:
        yield Site(nginx)


def nothing_twice(state):
    for part, urls in {"pages": [p["url"] for p in state["pages"]], "skipped": state["skipped"], "rows": state["rows"],
                       "urlmap": state["urlmap"], "warc": state["warc"]}.items():
        assert len(urls) == len(set(urls)), part


def kill_in_run(play, running, job, rng):
    """A parser, perhaps; then the program, or the process that starts the parsers. (Of two kills of parsers one page could meet both, and be lost.)"""
    killed = []
    r = running(play.argv[0], play.site.url("/"), *play.argv[1:], dir=job)
    for victims in (lambda: proctree.workers(r.pid)[:rng.randrange(2)],
                    lambda: rng.choice([[r.pid], [p for p in proctree.children(r.pid) if proctree.exe(p) == "lycosa"]])):
        upto = play.site.log_bytes() + rng.randrange(1, play.log_bytes // 12)
        while r.process.poll() is None and play.site.log_bytes() < upto:
            time.sleep(0.002)  # nginx tells nobody
        for victim in victims():
            what = "main" if victim == r.pid else "parser" if proctree.exe(victim) != "lycosa" else "spawner"
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                killed.append(what)
    done = r.wait()
    if "main" not in killed and done.status not in (crawl.OK, crawl.SERVER):
        assert killed[-1:] == ["spawner"] and "the run ends" in done.stderr, done
    return killed


def test_killed_on_a_real_site(run, running, site, place):  # noqa: F811
    rng = random.Random(21)
    before = site.log_bytes()
    # A page that is held up lets others pass, and these may be the first to name what it names, too.
    play = Play(run, site, place, MIRROR, without=("parent",))
    play.log_bytes = site.log_bytes() - before
    assert len([p for p in play.state["pages"] if p["status"] == 200 and p["type"] == "text/html"]) > 2000
    nothing_twice(play.state)
    killed = []
    for _ in range(KILLS):
        if len(killed) >= KILLS:
            break
        job, mine, going = play.new(), [], True
        while going and len(mine) < A_JOB:
            if rng.randrange(2):
                going = play.go(job, kill=rng.randrange(1, play.steps // 12)).status == -signal.SIGKILL
                mine += ["step"] if going else []
            else:
                with play.no_more_than_is_left(job):
                    mine += kill_in_run(play, running, job, rng)
        play.finish(job)
        killed += mine
        print("%d kills" % len(killed), {what: killed.count(what) for what in set(killed)}, flush=True)
    assert len(killed) >= KILLS and set(killed) == {"step", "main", "spawner", "parser"}
