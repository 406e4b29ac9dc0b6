# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites that are measured. Generated ones are the same everywhere and every time, and kept in the tests' cache directory.

	generated()   20,000 pages of about 6 KB with about 60 links each
	dense()       300 pages of 500 KB of markup: tables full of links and attributes
	SlowServer    16 hosts, 100 ms before each answer
	ModelServer   as many hosts, pages as large and answers as late as one likes
"""
import json
import os
import random
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
import debdocs  # noqa: E402
import origin  # noqa: E402

WORDS = ("crawl web page link host queue fetch parse store index table value thread process kernel buffer socket timer header "
         "body state order limit depth level scope robots delay window").split()


def kept(name, make):
    """The directory `name` of the cache, made by make(directory) the first time."""
    path = os.path.join(debdocs.cache_dir(), name)
    if not os.path.isdir(path):
        tmp = "%s.%d" % (path, os.getpid())
        os.makedirs(tmp)
        make(tmp)
        try:
            os.rename(tmp, path)
        except OSError:  # somebody else was faster
            shutil.rmtree(tmp)
    return path


def generated(n=20000, links=60):
    """The document root of n pages: /index.html and /d/NN/P.html. Every page is reachable."""
    def name(i):
        return "/index.html" if i == 0 else "/d/%02d/p%d.html" % (i % 97, i)

    def make(root):
        r = random.Random(20260101)
        for d in range(97):
            os.makedirs("%s/d/%02d" % (root, d))
        for i in range(n):
            # A tree of eight children below everything makes all reachable; the rest leads anywhere, as links do.
            targets = [c for c in range(i * 8 + 1, i * 8 + 9) if c < n]
            targets += [r.randrange(n) for _ in range(links - len(targets) - 6)]
            body = ["<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page %d: %s</title>\n"
                    "<link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body class=\"page\">\n<div id=\"nav\">" % (i, r.choice(WORDS))]
            body += ["<a href=\"%s\" class=\"nav\">%s</a> |\n" % (name(t), w)
                     for t, w in zip((0, 1, 2, i // 8, max(i - 1, 0)), ("Home", "First", "Second", "Up", "Back"))]
            body.append("</div>\n<h1>Page %d</h1>\n" % i)
            for t in targets:
                words = " ".join(r.choices(WORDS, k=6))
                body.append("<p>%s <a href=\"%s\" title=\"%s\">%s</a>.</p>\n" % (words, name(t), r.choice(WORDS), r.choice(WORDS)))
            body.append("</body></html>\n")
            with open(root + name(i), "w") as f:
                f.write("".join(body))
        with open(root + "/style.css", "w") as f:
            f.write("body { font-family: sans-serif }\n.nav { color: #333 }\n")
        with open(root + "/urls", "w") as f:
            f.writelines(name(i) + "\n" for i in range(n))
            f.write("/style.css\n")
    return kept("generated-%d-%d-v1" % (n, links), make)


def dense(n=300, size=500_000):
    def make(root):
        r = random.Random(7)
        for i in range(n):
            out, length = ["<!DOCTYPE html><html><head><title>Dense %d</title></head><body><table>\n" % i], 0
            out += ["<a href='/p%d.html'>%d</a>\n" % (j, j) for j in range(n)]
            row = 0
            while length < size:
                row += 1
                line = ("<tr class=\"row r%d\" id=\"r%d-%d\" data-k='%d'><td><a href=\"/p%d.html#r%d\">%s &amp; %s</a></td>"
                        "<td style='color:red'><b>%d</b><br/><i>%s</i></td></tr>\n" % (
                            row % 2, i, row, r.randrange(10**6), r.randrange(n), row, r.choice(WORDS), r.choice(WORDS),
                            r.randrange(10**6), r.choice(WORDS)))
                out.append(line)
                length += len(line)
            out.append("</table></body></html>\n")
            with open("%s/p%d.html" % (root, i), "w") as f:
                f.write("".join(out))
    return kept("dense-%d-%d-v1" % (n, size), make)


class SlowServer:
    """bench/slow_server; .seeds are its hosts' first pages, .n_pages what there is."""

    def __init__(self, builddir, hosts=16, delay_ms=100, width=200, children=8):
        self.argv = [os.path.join(builddir, "bench", "slow_server"), "-n", str(hosts), "-d", str(delay_ms),
                     "-w", str(width), "-k", str(children)]
        self.hosts, self.n_pages = hosts, hosts * (1 + width * (1 + children))

    def __enter__(self):
        self.process = origin.start(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = int(self.process.stdout.readline())
        self.seeds = ["http://127.0.0.%d:%d/" % (i + 2, port) for i in range(self.hosts)]
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.stats = json.loads(self.process.stdout.readline() or "{}")
        self.process.wait()


class ModelServer:
    """bench/model_server: pages that are made up; .seeds_file names the hosts' first ones."""

    def __init__(self, builddir, latency_ms, size, hosts, links, workdir):
        self.argv = [os.path.join(builddir, "bench", "model_server")] + [str(n) for n in (latency_ms, size, hosts, links)]
        self.hosts, self.seeds_file = hosts, os.path.join(workdir, "seeds")

    def __enter__(self):
        self.process = origin.start(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with open(self.seeds_file, "w") as f:
            f.writelines(self.process.stdout.readline() for _ in range(self.hosts))
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.process.wait()
