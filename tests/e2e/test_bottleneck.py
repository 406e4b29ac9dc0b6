# SPDX-License-Identifier: GPL-3.0-or-later
"""The bottleneck that the summary names is the one: two situations for each stage, and what is advised raises throughput."""
import os
import re
import time

import pytest

import crawl
from hostile import Answer, page

INTERPOSE = os.path.join(os.path.dirname(crawl.PROGRAM), "tests", "crash", "interpose.so")
needs_slow_disk = pytest.mark.skipif(not os.path.exists(INTERPOSE) or crawl.is_sanitized(),
                                     reason="needs tests/crash/interpose.so (make check builds it) and a program without sanitizers")
pytestmark = pytest.mark.long

SLOW = 0.05
HOSTS = ["127.0.0.%d" % i for i in range(2, 10)]


def wide(n, body=""):
    """A page with n links to pages without links."""
    pages = {"/%d" % i: page(body=body) for i in range(n)}
    pages["/"] = page(*sorted(pages))
    return pages


def chain(n):
    """Each page leads to the next one only."""
    pages = {"/%d" % i: page("/%d" % (i + 1)) for i in range(1, n)}
    pages.update({"/": page("/1"), "/%d" % n: page()})
    return pages


def after(seconds, pages):
    def script(exchange):
        time.sleep(seconds)
        return pages.get(exchange.request.path, Answer(404))
    return script


def rate_of(run, args, kw, status):
    begin = time.monotonic()
    done = run("crawl", *args, **kw).expect(status)
    line = re.search(r"bottleneck .*", done.stderr)  # none of a few URLs in less than a second
    return len(done.pages) / (time.monotonic() - begin), line.group() if line else ""


@pytest.fixture
def both(run):
    """
    Runs it as it is, then as advised: the line named what it should, and 20 % more pages a second came of it. Other tests run at the
    same time, and take processors as they need them: once in three times is enough.
    """
    def call(named, now, advised, status=crawl.OK):
        rates = []
        for _ in range(3):
            before, line = rate_of(run, *now, status)
            assert re.search(named, line), line
            after, _ = rate_of(run, *advised, status)
            rates.append((before, after))
            if after >= 1.2 * before:
                return
        raise AssertionError(rates)
    return call


def test_connections(both, serve):
    site = serve(after(SLOW, wide(8)), hosts=HOSTS)
    args = [*(site.url("/", host=h) for h in HOSTS), "--per-host=8"]
    both(r"network .*raise fetch.connections \(--connections\), now 2$",
         ([*args, "--connections=2"], {}), ([*args, "--connections=16"], {}))


def test_threads(both, serve):
    site = serve(after(SLOW, wide(8)), hosts=HOSTS)
    args = [*(site.url("/", host=h) for h in HOSTS), "--per-host=8", "--engine=threads"]
    both(r"network .*raise fetch.threads \(--threads\), now 2$", ([*args, "--threads=2"], {}), ([*args, "--threads=16"], {}))


def test_nothing_else_to_ask_for(both, serve):
    site = serve(after(SLOW, chain(20)), hosts=HOSTS)
    both(r"network .*more seeds or hosts at once",
         ([site.url("/", host=HOSTS[0])], {}), ([site.url("/", host=h) for h in HOSTS], {}))


def test_window(both, serve):
    args = [serve(after(SLOW, wide(30))).url("/")]
    both(r"politeness .*polite.per_host \(--per-host\)", ([*args, "--per-host=1"], {}), ([*args, "--per-host=8"], {}))


def test_pauses(both, serve):
    args = [serve(wide(20)).url("/")]
    both(r"politeness .*polite.wait \(-w\)", ([*args, "-w", "100ms"], {}), ([*args, "-w", "20ms"], {}))


def test_retries(both, serve):
    pages = wide(3)
    def half(exchange):
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n")  # and closes
    pages["/half"] = half
    pages["/"] = page("/half", "/0", "/1", "/2")
    args = [serve(pages).url("/"), "--tries=3"]
    both(r"network .*what failed waits to be tried again.*--waitretry", ([*args, "--waitretry=1s"], {}), ([*args, "--waitretry=10ms"], {}),
         status=crawl.NETWORK)


# A page that takes the libxml2 reader tens of milliseconds, and hardly anything to send.
DENSE = "<p><b class=x>a</b> <i>b</i></p>\n" * 20000


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: two parsers are no faster than one")
def test_parsers(both, serve):
    args = [serve(wide(60, DENSE)).url("/"), "--html=libxml2", "--per-host=16"]
    both(r"parsers .*raise parse.workers, now 1", ([*args, "--workers=1"], {}), ([*args, "--workers=2"], {}))


def test_reader(both, serve):
    args = [serve(wide(60, DENSE)).url("/"), "--workers=1", "--per-host=16"]
    both(r"parsers .*read with parse.html=scan", ([*args, "--html=libxml2"], {}), ([*args, "--html=scan"], {}))


@needs_slow_disk
def test_disk(both, serve):
    """So many pages that the writer has all the slots there are, and nothing more can be asked for."""
    site = serve(wide(1500), hosts=HOSTS[:1])
    args = [site.url("/", host=HOSTS[0]), "--per-host=16", "--save=body"]
    both(r"writer .*store.dir on a faster disk",
         (args, {"env": {"LD_PRELOAD": INTERPOSE, "LYCOSA_CRASH_SLOW": "2000"}}), (args, {}))


@needs_slow_disk
def test_what_is_kept(both, serve):
    """What takes long is to write what is left when all has been fetched."""
    site = serve(wide(300), hosts=HOSTS[:1])
    args = [site.url("/", host=HOSTS[0]), "--per-host=16"]
    slow = {"env": {"LD_PRELOAD": INTERPOSE, "LYCOSA_CRASH_SLOW": "5000"}}
    both(r"writer .*store.save=none", ([*args, "--save=body"], slow), ([*args, "--save=none"], slow))
