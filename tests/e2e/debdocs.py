# SPDX-License-Identifier: GPL-3.0-or-later
"""Real input: the HTML documentation in Debian packages, unpacked (never installed) into a cache directory.

Command line: debdocs.py PACKAGE prints the document root, so that a shell can serve it.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

# package -> (document root in it, start page)
SITES = {
    "postgresql-doc-15": ("usr/share/doc/postgresql-doc-15/html", "/index.html"),
    "sqlite3-doc": ("usr/share/doc/sqlite3", "/index.html"),
    "python3.11-doc": ("usr/share/doc/python3.11/html", "/index.html"),
    "python-jinja2-doc": ("usr/share/doc/python-jinja2-doc/html", "/index.html"),
    "libclipper-doc": ("usr/share/doc/libclipper-dev/html", "/index.html"),
}
# packages that the links of a package lead into
NEEDS = {"python-jinja2-doc": ("libjs-sphinxdoc", "libjs-jquery", "libjs-underscore")}


class Unavailable(Exception):
    pass


def cache_dir():
    base = os.environ.get("LYCOSA_TEST_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "lycosa-tests")
    os.makedirs(base, exist_ok=True)
    return base


def _run(argv, cwd):
    done = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")
    if done.returncode != 0:
        raise Unavailable("%s failed: %s" % (" ".join(argv), done.stdout.strip()[-500:]))


def _fetch(package, into):
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise Unavailable("no apt-get and dpkg on this system")
    with tempfile.TemporaryDirectory(dir=cache_dir()) as tmp:
        wanted = (package,) + NEEDS.get(package, ())
        _run(["apt-get", "-q", "download"] + list(wanted), tmp)
        debs = glob.glob(os.path.join(tmp, "*.deb"))
        if len(debs) != len(wanted):
            raise Unavailable("apt-get download %s left %d packages" % (" ".join(wanted), len(debs)))
        unpacked = os.path.join(tmp, "unpacked")
        for deb in debs:
            _run(["dpkg", "-x", deb, unpacked], tmp)
        try:
            os.rename(unpacked, into)
        except OSError:
            if not os.path.isdir(into):  # else somebody else was faster
                raise


def unpacked(package):
    """Where the package's files are, as below /. Raises Unavailable when it cannot be had."""
    into = os.path.join(cache_dir(), package)
    if not os.path.isdir(into):
        _fetch(package, into)
    return os.path.realpath(into)


def root(package):
    """The document root of the package's HTML. Raises Unavailable when it cannot be had."""
    path, _ = SITES[package]
    return os.path.realpath(os.path.join(unpacked(package), path))


def start(package):
    return SITES[package][1]


if __name__ == "__main__":
    try:
        print(root(sys.argv[1]))
    except Unavailable as e:
        sys.exit("debdocs.py: %s" % e)
