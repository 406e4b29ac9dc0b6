# SPDX-License-Identifier: GPL-3.0-or-later
"""Random sites: graphs of pages on several hosts, with redirects, requisites, frames, dead links and answers that come late.

	with graphs.Graph(number) as g: g.server.url(...); g.seeds

The same number makes the same graph (only the port differs). Late answers shuffle the order of arrival: a long way to a page is
often walked before the short one.
"""
import random
import threading

import hostile

HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
N_SEED_HOSTS = 2  # the third is out of scope, but for requisites with -p


class Graph:
    def __init__(self, number, n_pages=260):
        self.random = random.Random(number)
        self.server = hostile.Server(self._answer, hosts=HOSTS)
        self.nodes = {}  # (host, path) -> (kind, targets)
        self.lag = {}
        self._make(n_pages)

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *exc):
        self.server.__exit__()

    @property
    def seeds(self):
        return [self.server.url("/", h) for h in HOSTS[:N_SEED_HOSTS]]

    def _make(self, n_pages):
        r = self.random
        places = [(h, "/") for h in HOSTS[:N_SEED_HOSTS]]
        places += [(r.choices(HOSTS, (5, 5, 2))[0], "/p%d" % i) for i in range(n_pages)]
        for i, place in enumerate(places):
            # Mostly forward and near: long thin graphs, in which levels matter; now and then a short cut.
            near = [places[min(len(places) - 1, i + r.randint(1, 25))] for _ in range(r.choice((0, 2, 3, 4, 5)))]
            far = [r.choice(places) for _ in range(r.random() < 0.04)]
            if place[1] == "/":
                near += [places[2 + r.randint(0, 8)] for _ in range(3)]
            if place[1] != "/" and r.random() < 0.12:
                # Redirects lead forward only: a circle of them is another test's.
                self.nodes[place] = ("redirect", [places[min(len(places) - 1, i + r.randint(1, 8))]]) \
                    if i + 1 < len(places) else ("page", [])
            else:
                self.nodes[place] = ("page", [("a", t) for t in near + far])
        for place, (kind, targets) in list(self.nodes.items()):
            if kind == "page":
                self._decorate(place, targets)
        # A redirect onto itself (the last one may) is a page.
        for place, (kind, targets) in self.nodes.items():
            if kind == "redirect" and targets[0] == place:
                self.nodes[place] = ("page", [])
        self.lag = {p: r.choice((0, 0, 0, 0.002, 0.008)) for p in self.nodes}

    def _decorate(self, place, targets):
        r = self.random
        pages = [p for p in self.nodes if p[1].startswith("/p")]
        if r.random() < 0.15:
            targets.append(("a", (r.choice(HOSTS), "/missing%d" % r.randint(0, 5))))
        if r.random() < 0.2:
            targets.append(("img", (r.choice(HOSTS), "/i%d.png" % r.randint(0, 30))))
        if r.random() < 0.15:
            targets.append(("iframe", r.choice(pages)))  # a requisite that is a page
        if r.random() < 0.15:
            sheet = (r.choice(HOSTS), "/s%d.css" % r.randint(0, 10))
            self.nodes.setdefault(sheet, ("css", [(r.choice(HOSTS), "/bg%d.png" % r.randint(0, 10))]))
            targets.append(("link", sheet))
        r.shuffle(targets)

    def _url(self, place):
        return self.server.url(place[1], place[0])

    def _answer(self, exchange):
        place = (exchange.request.host, exchange.request.path)
        if place[1].endswith(".png"):
            return hostile.Answer(body=b"\x89PNG", type="image/png")
        if place not in self.nodes:
            return hostile.Answer(404)
        lag = self.lag.get(place, 0)
        if lag:
            threading.Event().wait(lag)  # the latency is the scenario
        kind, targets = self.nodes[place]
        if kind == "redirect":
            return hostile.redirect(self._url(targets[0]))
        if kind == "css":
            return hostile.Answer(body="".join("b{background:url(%s)}" % self._url(t) for t in targets), type="text/css")
        form = {"a": '<a href="%s">x</a>', "img": '<img src="%s">', "iframe": '<iframe src="%s"></iframe>',
                "link": '<link rel="stylesheet" href="%s">'}
        return hostile.Answer(body="<!DOCTYPE html><title>%s</title>\n" % place[1]
                              + "\n".join(form[tag] % self._url(t) for tag, t in targets))
