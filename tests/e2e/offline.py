# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a mirror open from disk? A checker of its own: html.parser, regular expressions for CSS, urllib for joining.

	check(done, get) -> Report	done: the finished run; get(url) -> the origin's bytes

Each saved page and style sheet is held against the original, reference by reference: what leads to a saved URL has to be that
file, by a relative reference; all else has to be the absolute URL it was at the origin. urlmap.jsonl has to say the same.
"""
import collections
import os
import re
import urllib.parse
import urllib.request

import oracle
import whatwg

# No proxy of whoever runs the tests.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

URL_ATTRS = {("a", "href"), ("area", "href"), ("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"),
             ("frame", "src"), ("source", "src"), ("video", "src"), ("video", "poster"), ("audio", "src"), ("track", "src"),
             ("embed", "src"), ("object", "data"), ("input", "src"), ("body", "background"), ("img", "longdesc"), ("img", "data-src"),
             ("image", "href"), ("image", "xlink:href"), ("a", "xlink:href"), ("blockquote", "cite")}
TYPES = ("text/html", "text/css", "image/svg+xml", "application/xhtml+xml")
CSS_URL = re.compile(r"""url\(\s*("[^"]*"|'[^']*'|[^)]*?)\s*\)|@import\s+("[^"]*"|'[^']*')""", re.I)
CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?|\\(.)")

Report = collections.namedtuple("Report", "files references local remote problems")


def get(url):
    with OPENER.open(url, timeout=60) as answer:
        return answer.read()


def css_references(text):
    for m in CSS_URL.finditer(re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
        value = (m.group(1) or m.group(2)).strip()
        if value[:1] in "\"'" and value:
            value = value[1:-1]
        yield CSS_ESCAPE.sub(lambda e: chr(int(e.group(1), 16)) if e.group(1) else e.group(2), value)


class Page(oracle.Parser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.references, self.base, self.style = [], None, False
        self.guards = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = {k: v if v is not None else "" for k, v in reversed(attrs)}
        self.style = tag == "style"
        local = any((tag, k) in URL_ATTRS for k in attrs)
        if local and ("integrity" in attrs or "crossorigin" in attrs):
            self.guards.append(next(attrs[k] for k in attrs if (tag, k) in URL_ATTRS))
        if tag == "base" and "href" in attrs and self.base is None:
            self.base = attrs["href"]
        if tag == "link" and "canonical" in attrs.get("rel", "").lower().split():
            return
        for name, value in sorted(attrs.items()):
            if (tag, name) in URL_ATTRS:
                self.references.append(value)
            elif name == "srcdoc":
                self.references += Page(value).references
            elif name in ("srcset", "imagesrcset", "data-srcset"):
                self.references += [c.split()[0] for c in re.split(r",\s+", value) if c.split()]
            elif name == "style":
                self.references += css_references(value)
        if tag == "meta" and attrs.get("http-equiv", "").lower() == "refresh":
            m = re.match(r"\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]*)", attrs.get("content", ""), re.I)
            if m:
                self.references.append(m.group(1))

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        self.style = False

    def handle_data(self, data):
        if self.style:
            self.references += css_references(data)


def read(data, type_, charset):
    text = data.decode(charset or "utf-8", "replace")
    if type_ == "text/css":
        return list(css_references(text)), None, []
    page = Page(text)
    return page.references, page.base, page.guards


def final(url, pages):
    """The saved file of a URL, through its redirects; None."""
    for _ in range(20):
        page = pages.get(url)
        if page is None or page.get("saved"):
            return page and page["saved"]
        url = page.get("redirect_to")
    return None


def is_explained(mine, target):
    """Does it lead to the page that says what is not saved?"""
    where, _, what = mine.strip().partition("?")
    return os.path.basename(where) == "%2Cmissing.html" and what.partition("#")[0] == str(target)


def check_file(root, page, pages, original, problems, counts, explained):
    path = os.path.join(root, page["saved"])
    with open(path, "rb") as f:
        ours, base, guards = read(f.read(), page["type"], page.get("charset"))
    theirs, their_base, _ = read(original, page["type"], page.get("charset"))
    where = urllib.parse.quote(os.path.abspath(path))
    at = whatwg.parse(page["url"])
    if their_base:
        at = whatwg.parse(their_base, at)
    if base:
        problems.append((page["url"], "base", base))
    if len(ours) != len(theirs):
        problems.append((page["url"], "references", len(theirs), len(ours)))
    for mine, their in zip(ours, theirs):
        counts["references"] += 1
        charset = page.get("charset") or "utf-8"
        target = whatwg.parse(their, at, "utf-8" if charset.startswith("UTF-16") else charset)
        if target is None:
            if mine != their:
                problems.append((page["url"], "touched", their, mine))
            continue
        fragment = their.partition("#")[2]
        saved = final(str(target), pages)
        if mine.partition("#")[2] != fragment:
            problems.append((page["url"], "fragment", their, mine))
        if saved is None:
            counts["remote"] += 1
            if explained and is_explained(mine, target):
                counts["explained"] += 1
            elif mine.strip().partition("#")[0] not in (str(target), ""):
                problems.append((page["url"], "not at the origin", their, mine))
            continue
        counts["local"] += 1
        got = urllib.parse.urlsplit(urllib.parse.urljoin("file://" + where, mine.strip()))
        if got.scheme != "file" or got.query or urllib.parse.unquote(got.path) != os.path.abspath(os.path.join(root, saved)):
            problems.append((page["url"], "not the file", their, mine))
        elif mine in guards:
            problems.append((page["url"], "guarded", mine))


def check(done, get, explained=False):
    pages = {p["url"]: p for p in done.pages}
    problems, counts, files = [], collections.Counter(), 0
    for page in done.pages:
        if page["status"] == 200 and not page.get("saved"):
            problems.append((page["url"], "not saved"))
        if not page.get("saved"):
            continue
        files += 1
        if not os.path.isfile(os.path.join(done.dir, page["saved"])):
            problems.append((page["url"], "no file", page["saved"]))
        elif page.get("type") in TYPES:
            check_file(done.dir, page, pages, get(page["url"]), problems, counts, explained)
    if explained != (counts["explained"] > 0):
        problems.append(("explained", counts["explained"]))
    told = sorted((m["url"], m.get("file"), m.get("redirect_to")) for m in done.urlmap)
    if told != sorted((p["url"], p.get("saved"), None if p.get("saved") else p.get("redirect_to"))
                      for p in done.pages if p.get("saved") or p.get("redirect_to")):
        problems.append(("urlmap.jsonl", told))
    return Report(files, counts["references"], counts["local"], counts["remote"], problems)
