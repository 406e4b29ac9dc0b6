# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
sys.dont_write_bytecode = True  # nothing is left beside what is loaded, as bench/mirrors is, however pytest was started

import browser  # noqa: E402
import crawl  # noqa: E402
import debdocs  # noqa: E402
import hostile  # noqa: E402
import oracle  # noqa: E402
import origin  # noqa: E402

IN_CI = os.environ.get("CI") == "true"
LEFT_OUT = os.environ.get("LYCOSA_LEFT_OUT", "").split()


def missing(what, *packages):
    """A test's means are not here: skipped, saying so; in CI, where everything has to be here, a failure, unless quickstart has said
    that this system has not the packages that bring them."""
    if IN_CI and not set(packages) & set(LEFT_OUT):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def need_nginx():
    if origin.NGINX is None:
        missing("nginx was not found: install the Debian package nginx-light", "nginx-light")


def docs_root(package):
    try:
        return debdocs.root(package)
    except debdocs.Unavailable as e:
        missing("%s cannot be had: %s" % (package, e))


def need_browser():
    try:
        browser.programs()
        browser.playwright()
    except browser.Unavailable as e:
        missing(str(e), "chromium", "nodejs", "npm")


def pytest_sessionstart(session):
    if not session.config.option.collectonly and not os.access(crawl.PROGRAM, os.X_OK):
        pytest.exit("LYCOSA=%r is not a program: build first, or set LYCOSA=/path/to/lycosa" % crawl.PROGRAM, 2)


def pytest_terminal_summary(terminalreporter, config):
    config.counts = [sum(len(terminalreporter.stats.get(k, ())) for k in kinds)
                     for kinds in (("passed",), ("failed", "error"), ("skipped",))]


def pytest_unconfigure(config):
    """The line that every suite of ours ends with."""
    if hasattr(config, "counts"):
        print("%d passed, %d failed, %d skipped" % tuple(config.counts))


@pytest.fixture
def run(tmp_path):
    """run("crawl", url, ...) -> Done; the job directory is new each time unless the test names one."""
    counter = iter(range(1000))

    def call(*args, dir=True, **kw):
        if dir is True:
            dir = tmp_path / ("job%d" % next(counter))
        return crawl.run(*args, home=tmp_path, dir=dir, **kw)
    return call


@pytest.fixture
def running(tmp_path):
    started = []

    def call(*args, dir=True, **kw):
        r = crawl.Running(*args, home=tmp_path, dir=tmp_path / ("job-running%d" % len(started)) if dir is True else dir, **kw)
        started.append(r)
        return r
    yield call
    for r in started:
        r.__exit__()


@pytest.fixture
def serve():
    """serve({path: Answer, ...}, hosts=...) -> a running hostile.Server."""
    started = []

    def call(script, **kw):
        server = hostile.Server(script, **kw).__enter__()
        started.append(server)
        return server
    yield call
    for server in started:
        server.__exit__()


class Site:
    """A documentation package on nginx, and what the oracle finds there."""

    def __init__(self, package, workdir):
        need_nginx()
        self.nginx = origin.Nginx(docs_root(package), workdir).__enter__()
        self.start = self.nginx.url(debdocs.start(package))
        self._expected = None

    @property
    def expected(self):
        if self._expected is None:
            self._expected = oracle.crawl([self.start])
        return self._expected


@pytest.fixture(scope="session")
def docs(tmp_path_factory):
    """docs(package) -> Site, served until the end of the session."""
    sites = {}

    def get(package):
        if package not in sites:
            sites[package] = Site(package, tmp_path_factory.mktemp("nginx"))
        return sites[package]
    yield get
    for site in sites.values():
        site.nginx.__exit__()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """(certificate, key): self-signed, for 127.0.0.1 and localhost."""
    if shutil.which("openssl") is None:
        missing("openssl was not found: install the Debian package openssl", "openssl")
    d = tmp_path_factory.mktemp("tls")
    cert, key = str(d / "cert.pem"), str(d / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=lycosa test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", cert],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return cert, key


@pytest.fixture
def small_root(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "index.html").write_text("<title>x</title>" + "".join('<a href="/%d.html">x</a>' % i for i in range(30)))
    for i in range(30):
        (root / ("%d.html" % i)).write_text('<a href="/">back</a>')
    return root


@pytest.fixture
def nginx(small_root, tmp_path):
    need_nginx()
    started = []

    def start(**kw):
        n = origin.Nginx(small_root, tmp_path / ("nginx%d" % len(started)), log=True, **kw).__enter__()
        started.append(n)
        return n
    yield start
    for n in started:
        if n.process.poll() is None:
            n.__exit__()
