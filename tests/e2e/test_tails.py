# SPDX-License-Identifier: GPL-3.0-or-later
"""Queues that do not fit in --memory: the crawl is the one that memory enough gives, whole or killed and gone on with."""
import signal

import pytest

import crawl
from hostile import Answer, page

SECTIONS, PAGES, LETTERS = 40, 170, 2000


@pytest.fixture
def wide(serve):
    """6,800 pages whose names alone take more than the queue may have of the smallest --memory (10 MiB of 32)."""
    def script(x):
        path = x.request.path
        if path == "/":
            return page(*("/s%d" % i for i in range(SECTIONS)))
        if path.count("/") == 1 and path.startswith("/s"):
            return page(*("%s/%s/%d" % (path, "y" * LETTERS, i) for i in range(PAGES)))
        # The last one of each section leads somewhere else again.
        return page("/end%d" % (len(path) % 7)) if path.endswith("/%d" % (PAGES - 1)) else page() if "end" in path or "/s" in path else Answer(404)
    return serve(script)


OPTIONS = ["--memory=32m", "--max-page=2m", "-e", "store.commit_ms=50"]


def told(done):
    return [(p["url"], p["depth"], p["parent"]) for p in done.pages]


def is_in_order(done):
    """On a busy machine what had to be tried again has its turn later, and so has what it leads to; and without a level limit what takes
    five seconds lets others pass (frontier/order.h)."""
    turns = [(p["depth"], p["started_at"]) for p in done.pages]
    return turns == sorted(turns) and all(p["attempts"] == 1 for p in done.pages)


@pytest.mark.long
def test_order_is_the_same(run, wide):
    """With a level limit, as deep as it may be, nothing is let pass."""
    enough = run("crawl", wide.url("/"), "--max-page=2m", "-l", 100).expect(crawl.OK)
    assert len(enough.pages) > SECTIONS * PAGES
    for level in (["-l", 100], []):
        little = run("crawl", wide.url("/"), *OPTIONS, *level).expect(crawl.OK)
        if is_in_order(enough) and is_in_order(little):
            # Depths in one order, each with the same pages and parents. What this machine had too little of for a moment is no attempt, and
            # comes behind the others of its depth.
            assert [p["depth"] for p in little.pages] == [p["depth"] for p in enough.pages]
            assert sorted(told(little), key=str) == sorted(told(enough), key=str)
        else:
            assert sorted(little.urls) == sorted(enough.urls) and len(little.pages) == len(enough.pages)


def test_killed_and_on(running, wide, tmp_path):
    job = tmp_path / "job"
    asked = 0
    for kill in (60, 1500, 2500):
        r = running("crawl", wide.url("/"), *OPTIONS, dir=job)
        wide.wait_asked(asked + kill)
        r.signal(signal.SIGKILL)
        assert r.wait().status == -signal.SIGKILL
        asked = len(wide.asked())
    done = running("crawl", wide.url("/"), *OPTIONS, dir=job).wait()
    done.dir = str(job)
    done.expect(crawl.OK)
    urls = [p["url"] for p in done.pages]
    ends = {"/end%d" % (len("/s%d/%s/%d" % (i, "y" * LETTERS, PAGES - 1)) % 7) for i in range(SECTIONS)}
    assert len(urls) == len(set(urls)) == 1 + SECTIONS + SECTIONS * PAGES + len(ends)
    assert done.skipped == []
