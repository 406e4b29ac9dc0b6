# SPDX-License-Identifier: GPL-3.0-or-later
"""A site that is all traps (nasty.py): its mirror is closed, at its end and wherever it is interrupted."""
import importlib.machinery
import importlib.util
import os
import random
import signal

import pytest

import crawl
import nasty

INTERRUPTS = 50


@pytest.fixture
def site(serve):
    return nasty.serve(serve)


def test_nasty(run, site):
    """Every link of every kind, on two hosts, in every charset: the file of its target, and the page otherwise as it was."""
    done = run("mirror", nasty.start(site), "--per-host=16").expect(crawl.SERVER)
    assert not nasty.check(site, done)
    again = run("mirror", nasty.start(site), "--per-host=16", "--workers=4").expect(crawl.SERVER)
    assert nasty.tree(done.dir) == nasty.tree(again.dir)


@pytest.mark.parametrize("options", [["--restrict-file-names=unix"], ["--no-adjust-extension", "--protocol-directories"], ["-nH"], ["-nd"]])
def test_nasty_with_other_names(run, site, options):
    done = run("mirror", nasty.start(site), "--per-host=16", *options).expect(crawl.SERVER)
    assert not nasty.check(site, done)


def test_explained(run, site):
    """--unfetched=page: what is not saved leads to a page of the mirror that says so."""
    done = run("mirror", nasty.start(site), "--unfetched=page", "-e", "mirror.settle=1ms", "-e", "store.commit_ms=1").expect(crawl.SERVER)
    assert not nasty.check(site, done, explained=True)


def test_a_tool_that_fails_has_a_row():
    """bench/mirrors: its table shows who could not mirror the site at all, too."""
    path = os.path.join(os.path.dirname(__file__), "..", "..", "bench", "mirrors")
    loader = importlib.machinery.SourceFileLoader("bench_mirrors", os.path.realpath(path))
    mirrors = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(mirrors)
    mirrors.TOOLS["broken"] = ["false"]
    rows = mirrors.table({mirrors.NASTY: mirrors.measure_nasty(["broken"])})
    assert len(rows) == 3 and "| broken (exit status 1, without the first page) | - | - |" in rows[2]


@pytest.mark.long
def test_interrupted(run, running, serve, tmp_path):
    """At 50 random requests, killed: the mirror is closed each time, and goes on to the same bytes."""
    site = nasty.serve(serve)
    whole = run("mirror", nasty.start(site))
    expected, n_requests = nasty.tree(whole.dir), len(site.log)
    r = random.Random(7)
    for i in range(INTERRUPTS):
        job, at = tmp_path / ("killed%d" % i), r.randrange(2, n_requests)
        before = len(site.log)
        run_ = running("mirror", nasty.start(site), "-e", "mirror.settle=1ms", "-e", "store.commit_ms=1", dir=job)
        site.wait_asked(before + at)
        run_.signal(r.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
        run_.wait()
        stopped = crawl.Done([], 0, "", "", job)
        assert not nasty.check(site, stopped, whole=False), at
        done = run("resume", job, "-e", "mirror.settle=10s", dir=None)
        assert done.status in (crawl.SERVER, crawl.OK), done
        assert nasty.tree(str(job)) == expected, at
