# SPDX-License-Identifier: GPL-3.0-or-later
"""Mirrors of real documentation, opened from disk in Chromium with the network refused."""
import json
import os
import random
import urllib.error
import urllib.parse
import urllib.request

import pytest

import browser
import conftest
import crawl
import mirror_score
from offline import OPENER

pytestmark = pytest.mark.long

PAGES, SHOTS = 25, 10
PACKAGES = {"python-jinja2-doc": "Sphinx", "postgresql-doc-15": "DocBook", "libclipper-doc": "Doxygen"}


@pytest.fixture(scope="module")
def chromium():
    conftest.need_browser()
    return browser.Browser


class Origin:
    """get(url) -> (status, type, bytes), asked once each."""

    def __init__(self):
        self.seen = {}

    def __call__(self, url):
        if url not in self.seen:
            try:
                with OPENER.open(url, timeout=60) as answer:
                    self.seen[url] = answer.status, answer.headers.get_content_type(), answer.read()
            except urllib.error.HTTPError as e:
                self.seen[url] = e.code, None, b""
        return self.seen[url]


def file_url(done, page):
    return "file://" + urllib.parse.quote(os.path.abspath(os.path.join(done.dir, page["saved"])))


@pytest.mark.parametrize("package", PACKAGES)
def test_opens_from_disk(run, docs, chromium, tmp_path, package):
    """Sampled pages load, ask for nothing but files that are there, and look as at the origin; every reference of every page is right."""
    site = docs(package)
    done = run("mirror", site.start, "--per-host=16")
    pages = [p for p in done.pages if p.get("saved") and p["type"] == "text/html"]
    sample = random.Random(20261126).sample(pages, min(PAGES, len(pages)))
    shots = [(str(tmp_path / ("live%d.png" % n)), str(tmp_path / ("mirror%d.png" % n))) if n < SHOTS else (None, None)
             for n in range(len(sample))]
    with chromium(loopback=True) as b:
        live = b.open([(p["url"], s[0]) for p, s in zip(sample, shots)])
    with chromium() as b:
        ours = b.open([(file_url(done, p), s[1]) for p, s in zip(sample, shots)])
        left = b.left
    assert not left
    for there, here, (live_shot, our_shot) in zip(live, ours, shots):
        assert there.loaded and here.loaded and there.title == here.title and not here.errors, (there, here)
        assert not [r for r in here.requests if r[1] or not r[0].startswith(("file:", "data:"))], here
        assert len(here.requests) == len(there.requests), (there, here)
        if our_shot:
            with open(live_shot, "rb") as f, open(our_shot, "rb") as g:
                assert f.read() == g.read(), "%s looks otherwise: %s, %s" % (there.url, live_shot, our_shot)
    files = {m["url"]: os.path.join(done.dir, m["file"]) for m in done.urlmap if "file" in m}
    score = mirror_score.score(files, Origin(), lambda url: url.startswith(site.nginx.origin() + "/"))
    assert score.files > 25 and score.references > 500
    assert (score.broken, score.remote, score.requisites, score.changed) == (0, 0, 0, 0), json.dumps(score.examples)[:3000]
