# SPDX-License-Identifier: GPL-3.0-or-later
"""A job of an older version of the database goes on; what it becomes is what a new one is."""
import os
import sqlite3

import pytest

import crawl
from hostile import page

HERE = os.path.dirname(os.path.abspath(__file__))


def shape(path):
    """Tables with their columns, views, and the version. Their order is no matter: some are added last."""
    db = sqlite3.connect(path)
    tables = {name: sorted(row[1:] for row in db.execute("PRAGMA table_info(%s)" % name))
              for name, in db.execute("SELECT name FROM sqlite_schema ORDER BY 1")}
    version = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return version, tables


def as_version_1(job):
    """The same job, as a lycosa of that time would have left it."""
    path = str(job / "lycosa.db")
    os.rename(path, path + ".new")
    db = sqlite3.connect(path)
    with open(os.path.join(HERE, "schema_v1.sql")) as f:
        db.executescript(f.read())
    db.execute("ATTACH ? AS new", (path + ".new",))
    for name, in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
        columns = ", ".join(row[1] for row in db.execute("PRAGMA main.table_info(%s)" % name))
        db.execute("INSERT INTO main.%s (%s) SELECT %s FROM new.%s" % (name, columns, columns, name))
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    os.unlink(path + ".new")


@pytest.mark.parametrize("limit", [(), ("--level=20",)])
def test_version_1(run, serve, tmp_path, limit):
    script = {"/%d" % n: page("/%d" % (n + 1)) for n in range(9)}
    site = serve(dict(script, **{"/": page("/0")}))
    job = tmp_path / "job"
    run("crawl", site.url("/"), "--max-pages=4", *limit, dir=job).expect(crawl.BUDGET)
    new = shape(job / "lycosa.db")
    as_version_1(job)
    assert shape(job / "lycosa.db")[0] == 1 and shape(job / "lycosa.db") != new
    # Reports read it as it is.
    assert "unfinished" in run("report", job, dir=None).expect(crawl.OK).stdout
    assert shape(job / "lycosa.db")[0] == 1
    done = run("resume", job, "--max-pages=inf", dir=None)
    done.dir = str(job)
    done.expect(crawl.SERVER)
    assert shape(job / "lycosa.db") == new
    assert len(done.pages) == 11 and len(site.asked()) == 11
