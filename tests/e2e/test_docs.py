# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole real site: exactly what the independent oracle finds, whatever engine, reader and number of parsers."""
import base64
import collections
import glob
import itertools
import json
import os
import subprocess

import pytest

import conftest
import crawl
import debdocs

POSTGRESQL, SQLITE, PYTHON = "postgresql-doc-15", "sqlite3-doc", "python3.11-doc"
WORKERS = (0, 1, 4)

# Each value of each setting, and each engine with each reader; the full matrix is in the long suite.
SHORT = [("events", "scan", 1), ("events", "libxml2", 4), ("threads", "scan", 4), ("threads", "libxml2", 0),
         ("serial", "libxml2", 1), ("serial", "scan", 0)]
FULL = [c for c in itertools.product(crawl.ENGINES, crawl.READERS, WORKERS) if c not in SHORT]


def crawl_site(run, site, engine, reader, workers, *more):
    return run("crawl", site.start, "--per-host=16", "--engine", engine, "--html", reader, "--workers", workers, *more)


def differences(done, site):
    expected, found = set(site.expected), collections.Counter(p["url"] for p in done.pages)
    return {
        "missing": sorted(expected - set(found)),
        "too many": sorted(set(found) - expected),
        "twice": sorted(u for u, n in found.items() if n > 1),
        "status": [(p["url"], p["status"], site.expected[p["url"]].status) for p in done.pages
                   if p["url"] in site.expected and p["status"] != site.expected[p["url"]].status],
        "depth": [(p["url"], p["depth"], site.expected[p["url"]].depth) for p in done.pages
                  if p["url"] in site.expected and p["depth"] != site.expected[p["url"]].depth],
    }


def assert_exact(done, site):
    found = differences(done, site)
    assert not any(found.values()), "%s\n%s" % (
        {k: (len(v), v[:10]) for k, v in found.items() if v}, done)
    assert not [s for s in done.skipped if s["reason"].startswith("trap_")]
    failed = any(p.status >= 400 for p in site.expected.values())
    done.expect(crawl.SERVER if failed else crawl.OK)


@pytest.mark.parametrize("engine,reader,workers", SHORT)
def test_postgresql(run, docs, engine, reader, workers):
    site = docs(POSTGRESQL)
    assert len(site.expected) > 1000
    assert_exact(crawl_site(run, site, engine, reader, workers), site)


@pytest.mark.long
@pytest.mark.parametrize("engine,reader,workers", FULL)
def test_postgresql_full(run, docs, engine, reader, workers):
    site = docs(POSTGRESQL)
    assert_exact(crawl_site(run, site, engine, reader, workers), site)


@pytest.mark.long
@pytest.mark.parametrize("package", (SQLITE, PYTHON))
@pytest.mark.parametrize("engine,reader,workers", [("events", "scan", 2), ("threads", "libxml2", 2), ("serial", "scan", 0)])
def test_other_documentation(run, docs, package, engine, reader, workers):
    site = docs(package)
    assert_exact(crawl_site(run, site, engine, reader, workers), site)


def test_engines_write_the_same(run, docs):
    """pages.jsonl and skipped.jsonl equal after sorting by URL and dropping timings: parents, depths, titles, link counts ..."""
    site = docs(POSTGRESQL)
    runs = {e: crawl_site(run, site, e, "scan", 2) for e in crawl.ENGINES}
    reference = runs["serial"]
    for engine in ("events", "threads"):
        for ours, theirs in itertools.zip_longest(runs[engine].comparable(), reference.comparable()):
            assert ours == theirs, "%s differs from serial" % engine
        key = lambda s: sorted((r["url"], r["reason"]) for r in s)
        assert key(runs[engine].skipped) == key(reference.skipped)


def test_parents_and_titles(run, docs):
    """Of one host, a crawl records what a serial breadth-first crawl does, the parents included."""
    site = docs(POSTGRESQL)
    done = crawl_site(run, site, "events", "scan", 2)
    wrong = []
    for p in done.pages:
        expected = site.expected[p["url"]]
        if p.get("parent") != expected.parent:
            wrong.append((p["url"], "parent", p.get("parent"), expected.parent))
        if expected.title is not None and (p.get("title") or "") != expected.title:
            wrong.append((p["url"], "title", p.get("title"), expected.title))
    assert not wrong, (len(wrong), wrong[:10])


@pytest.mark.parametrize("reader", crawl.READERS)
def test_several_loops(run, docs, reader):
    site = docs(POSTGRESQL)
    assert_exact(crawl_site(run, site, "events", reader, 2, "--loops=3"), site)


@pytest.mark.parametrize("package", (POSTGRESQL, pytest.param(SQLITE, marks=pytest.mark.long), pytest.param(PYTHON, marks=pytest.mark.long)))
def test_readers_agree(package):
    """Each page by itself: both readers find the same, spans hold, short ways give what the long ones do."""
    program = os.path.join(os.path.dirname(crawl.PROGRAM), "tests/unit/worker_corpora_test")
    if not os.access(program, os.X_OK):
        conftest.missing("%s has not been built" % program)
    try:
        root = debdocs.root(package)
    except debdocs.Unavailable as e:
        conftest.missing(str(e))
    pages = sorted(glob.glob(os.path.join(glob.escape(root), "**/*.html"), recursive=True))
    done = subprocess.run([program, "-"], input="\n".join(pages), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "%d pages, 0 differences, 0 wrong" % len(pages) in done.stdout


def distance(a, b):
    return bin(int(a, 16) ^ int(b, 16)).count("1")


def test_simhash(run, docs):
    """Pages that have nothing in common are far apart, one that was changed a little is near what it was, and both readers say so."""
    site = docs(POSTGRESQL)
    done = {reader: {p["url"]: p for p in crawl_site(run, site, "events", reader, 2, "--simhash").pages if p.get("words", 0) > 100}
            for reader in crawl.READERS}
    pages = sorted(done["scan"].values(), key=lambda p: p["url"])
    assert len(pages) > 1000
    for p in pages:
        q = done["libxml2"][p["url"]]
        assert (p["words"], p["simhash"]) == (q["words"], q["simhash"]), p["url"]
    far = [distance(a["simhash"], b["simhash"]) for a, b in zip(pages, pages[len(pages) // 2:])]
    assert sum(far) / len(far) > 27
    near = [(a["url"], b["url"]) for i, a in enumerate(pages) for b in pages[:i] if distance(a["simhash"], b["simhash"]) <= 3]
    assert len(near) <= 5, near
    # A notice at the foot, another number in the text: of a page of some length, a few bits.
    asked, changes = [], [lambda b: b.replace(b"</body>", b"<p>This page was last changed by nobody at 10:35</p></body>"),
                          lambda b: b.replace(b"15", b"16")]
    for p in [p for p in pages if p["words"] > 1000][:50]:
        with open(debdocs.root(POSTGRESQL) + p["url"][p["url"].index("/", 8):], "rb") as f:
            body = f.read()
        for change in changes:
            asked.append({"body_b64": base64.b64encode(change(body)).decode(), "content_type": p["type"], "url": p["url"]})
    answers = subprocess.run([crawl.PROGRAM, "inspect", "links"], input="".join(json.dumps(a) + "\n" for a in asked),
                             stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    assert len(answers) == len(asked) == 100
    for i, (request, answer) in enumerate(zip(asked, answers)):
        was = done["scan"][request["url"]]["simhash"]
        assert distance(json.loads(answer)["simhash"], was) <= (6, 0)[i % 2], request["url"]
