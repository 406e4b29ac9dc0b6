# SPDX-License-Identifier: GPL-3.0-or-later
"""However slow the disk is, few bodies wait for the writer, nor do more references than fit in their share, and none of them is lost."""
import os
import threading

import pytest

import crawl
from hostile import Answer, page

INTERPOSE = os.path.join(os.path.dirname(crawl.PROGRAM), "tests", "crash", "interpose.so")
pytestmark = pytest.mark.skipif(not os.path.exists(INTERPOSE) or crawl.is_sanitized(),
                                reason="needs tests/crash/interpose.so (make check builds it) and a program without sanitizers")
PAGES = 150
AT_WRITER = 32 + 1  # PIPELINE_BODIES, and as many as were asked for at once


def files_below(top):
    return sum(len(files) for _, _, files in os.walk(top))


def test_backlog(run, serve, tmp_path):
    """
    What was asked for is in flight, at the writer, or a file: not parsed, and one at a time, as what is faster than one before it waits for that
    and not for the writer.
    """
    top, lock, asked, most = tmp_path / "job", threading.Lock(), [0], [0]

    def script(exchange):
        if exchange.request.path == "/":
            return page(*("/file/%d" % i for i in range(PAGES)))
        if not exchange.request.path.startswith("/file/"):
            return Answer(404)
        with lock:
            asked[0] += 1
            most[0] = max(most[0], asked[0] - files_below(top / "site"))
        return Answer(body="x" * 5000, type="text/plain")

    site = serve(script)
    # No commit: while there is one, more is asked for.
    done = run("mirror", site.url("/"), "--per-host=1", "-e", "store.commit_ms=3600000", dir=top,
               env={"LD_PRELOAD": INTERPOSE, "LYCOSA_CRASH_SLOW": "2000"})
    assert len(done.expect(crawl.OK).pages) == PAGES + 1
    assert most[0] <= AT_WRITER + 2, most


def test_backlog_of_references(run, serve, tmp_path):
    """What the pages at the writer refer to takes a 64th part of --memory. One page leads to the next, so that they are nowhere else."""
    top, most, n_pages, n_links = tmp_path / "job", [0], 40, 8000
    links = "".join("<a href=//elsewhere.test/%d/>" % i for i in range(n_links))

    def script(exchange):
        path = exchange.request.path[1:] or "0"
        if not path.isdigit():
            return Answer(404)
        most[0] = max(most[0], int(path) - (top / "pages.jsonl").read_bytes().count(b"\n"))
        onward = "<a href=/%d>" % (int(path) + 1) if int(path) < n_pages else ""
        return Answer(body=onward + links, type="text/html")

    site = serve(script)
    done = run("crawl", site.url("/"), "--save-links", "--memory=32m", "--max-page=1m", "--per-host=1", "-e", "store.flush=1ms", dir=top)
    assert len(done.expect(crawl.OK).pages) == n_pages + 1
    # 512 KiB, of at least 50 bytes each: two pages; those that are being written; and those that were on their way to it.
    assert most[0] <= 8, most
