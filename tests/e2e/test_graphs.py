# SPDX-License-Identifier: GPL-3.0-or-later
"""Under -l the set of pages is a breadth-first crawl's, whatever arrives first: 20 random graphs, 32 requests in flight."""
import pytest

import crawl
import graphs
import oracle

GRAPHS, LEVELS = range(20), (3, 4, 5, 6)


@pytest.fixture(scope="module")
def graph():
    """graph(number): one at a time, for the servers' threads."""
    current = []

    def get(number):
        if not current or current[0][0] != number:
            while current:
                current.pop()[1].__exit__()
            current.append((number, graphs.Graph(number).__enter__(), {}))
        return current[0]
    yield get
    while current:
        current.pop()[1].__exit__()


def check(run, graph, number, level, engine):
    _, site, expected = graph(number)
    requisites = number % 2 == 1
    if level not in expected:
        expected[level] = oracle.crawl(site.seeds, level=level, requisites=requisites)
    pages = expected[level]
    done = run("crawl", *site.seeds, "-l", level, "--per-host=32", "--engine", engine, "--threads=32", "--workers=1",
               *(["-p"] if requisites else []))
    found = {p["url"]: p for p in done.pages}
    assert len(found) == len(done.pages), "records twice: %s" % done
    assert sorted(found) == sorted(pages), "missing %s, too many %s\n%s" % (
        sorted(set(pages) - set(found)), sorted(set(found) - set(pages)), done)
    wrong = [(u, found[u]["depth"], pages[u].depth) for u in pages if found[u]["depth"] != pages[u].depth]
    assert not wrong, wrong
    wrong = [(u, found[u].get("redirect_to"), pages[u].redirect_to) for u in pages
             if (found[u].get("redirect_to") or None) != pages[u].redirect_to]
    assert not wrong, wrong


# One level of each graph in the short suite, the others in the long one.
SHORT = [(n, LEVELS[n // 2 % len(LEVELS)]) for n in GRAPHS]
REST = [(n, level) for n in GRAPHS for level in LEVELS if (n, level) not in SHORT]


@pytest.mark.parametrize("engine", crawl.ENGINES)
@pytest.mark.parametrize("number,level", SHORT)
def test_level(run, graph, number, level, engine):
    check(run, graph, number, level, engine)


@pytest.mark.long
@pytest.mark.parametrize("engine", crawl.ENGINES)
@pytest.mark.parametrize("number,level", REST)
def test_other_levels(run, graph, number, level, engine):
    check(run, graph, number, level, engine)


@pytest.mark.parametrize("number", (0, 1, 2))
def test_several_loops(run, graph, number):
    """Hosts on different loops: levels are kept across them."""
    _, site, _ = graph(number)
    expected = oracle.crawl(site.seeds, level=4)
    done = run("crawl", *site.seeds, "-l", 4, "--per-host=32", "--loops=3", "--workers=1")
    assert sorted(done.urls) == sorted(expected), str(done)


def test_level_over_resumes(run, graph, tmp_path):
    """A redirect that is committed while the run stops may be the shorter way to what is known: the next run asks for it at that depth."""
    _, site, _ = graph(3)
    pages = oracle.crawl(site.seeds, level=4)
    done = run("crawl", *site.seeds, "-l", 4, "--per-host=32", "--loops=2", "--workers=1", "--max-pages=15", dir=tmp_path / "job")
    for _ in pages:
        if done.status != crawl.BUDGET:
            break
        done = run("resume", done.dir, dir=None)
        done.dir = str(tmp_path / "job")
    assert done.status in (crawl.OK, crawl.SERVER), str(done)
    assert {p["url"]: p["depth"] for p in done.pages} == {u: p.depth for u, p in pages.items()}, str(done)
