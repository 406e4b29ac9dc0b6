# SPDX-License-Identifier: GPL-3.0-or-later
"""A WACZ of real documentation, played by npm's replaywebpage in Chromium while its origin is gone: pages look as they did there."""
import os
import shutil

import pytest

import browser
import conftest
import origin

pytestmark = pytest.mark.long

PACKAGE, PAGES = "python-jinja2-doc", ("index.html", "templates.html", "genindex.html")

PLAYER = """<!DOCTYPE html>
<html><body><script src="ui.js"></script>
<replay-web-page source="job.wacz" url="%s" embed="replayonly" replayBase="/replay/" style="display: block; height: 1400px"></replay-web-page>
</body></html>
"""

INNER = '<!DOCTYPE html>\n<html><body><script src="../ui.js"></script><replay-app-main></replay-app-main></body></html>\n'


@pytest.fixture
def player():
    """Where replaywebpage is."""
    conftest.need_browser()
    try:
        return browser.replaywebpage()
    except browser.Unavailable as e:
        conftest.missing(str(e), "npm")


def test_a_player_shows_it_as_it_was(run, player, tmp_path):
    conftest.need_nginx()
    with origin.Nginx(conftest.docs_root(PACKAGE), tmp_path / "nginx") as site:
        urls = [site.url("/" + page) for page in PAGES]
        job = run("archive", site.url("/index.html"), "--wacz", "--wait=0", "--per-host=16").dir
        with browser.Browser(loopback=True) as b:
            live = b.open([(url, None) for url in urls], styles=urls)
    show = tmp_path / "show"
    (show / "replay").mkdir(parents=True)
    shutil.copy(os.path.join(player, "ui.js"), show)
    shutil.copy(os.path.join(player, "sw.js"), show / "replay")
    (show / "replay" / "index.html").write_text(INNER)
    wacz, = [n for n in os.listdir(os.path.join(job, "warc")) if n.endswith(".wacz")]
    shutil.copy(os.path.join(job, "warc", wacz), show / "job.wacz")
    for page, url in zip(PAGES, urls):
        (show / page).write_text(PLAYER % url)
    with origin.Nginx(show, tmp_path / "nginx2") as here, browser.Browser(loopback=True) as b:
        played = b.open([(here.url("/" + page), None) for page in PAGES], styles=["mp_/" + url for url in urls])
    for there, now in zip(live, played):
        assert now.styles is not None, now
        assert now.title == there.title and len(there.styles) > 100
        assert now.styles == there.styles, [(a, b) for a, b in zip(there.styles, now.styles) if a != b][:5]
