# SPDX-License-Identifier: GPL-3.0-or-later
"""How good is a mirror, whoever made it? Every reference of every page and style sheet, held against the origin's.

	score(files, get, inside) -> Score      files: {URL: file}; get(URL) -> (status, type, bytes) of the origin, redirects followed
	follow(start, file, get, inside) -> {URL: file}     what the references of a mirror lead to, whatever its files are called

Of the references whose target the origin has (status 200), by their place in the page:

	broken       lead to no file, to a directory, to one without the fragment that the origin's page has, or to another picture
	remote       lead to the network though the target was to be saved (`inside`)
	requisites   of these two, what is needed to show the page: pictures, styles, scripts, frames
	changed      pages and style sheets that differ from the origin's in more than the values of references
"""
import collections
import os
import re
import urllib.parse

import offline
import oracle
import whatwg

Score = collections.namedtuple("Score", "files references broken remote requisites changed examples")

REQUISITE = {("img", "src"), ("script", "src"), ("iframe", "src"), ("frame", "src"), ("source", "src"), ("video", "src"),
             ("audio", "src"), ("track", "src"), ("embed", "src"), ("object", "data"), ("input", "src"), ("body", "background"),
             ("video", "poster"), ("image", "href"), ("image", "xlink:href"), ("use", "href"), ("use", "xlink:href")}
LINKS = {("a", "href"), ("area", "href"), ("link", "href"), ("img", "longdesc"), ("blockquote", "cite")}
# What a tool may change in a page: the values of references, and what a file may not have (guards, <base>, policies).
VALUES = re.compile(rb"""(?is)\b(?:href|xlink:href|src|srcset|imagesrcset|data|data-src|data-srcset|action|formaction|poster|background|cite|longdesc|content|style|srcdoc)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""")
CSS_VALUES = re.compile(rb"""(?is)url\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*\)|@import\s+(?:"[^"]*"|'[^']*')""")
GUARDS = re.compile(rb"(?i)\b(?:data-)?(?=(?:integrity|crossorigin|http-equiv|rel)\b)|(?<=serviceWorker\.)(?:register|getRegistration)(?=\()")
CHARSET = re.compile(rb"""(?i)charset=["']?([\w-]+)""")


class Page(oracle.Parser):
    """references: [(value, is a requisite)]; names: what a fragment can lead to."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.references, self.names, self.base, self.style = [], {"", "top"}, "", False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = {k: v or "" for k, v in reversed(attrs)}
        rel = attrs.get("rel", "").lower().split()
        self.names |= {attrs[k] for k in ("id", "name") if k in attrs}
        self.style = tag == "style"
        if tag == "base":
            self.base = self.base or attrs.get("href", "")
            return
        if tag == "link" and {"canonical", "preconnect", "dns-prefetch", "made", "shortlink"} & set(rel):
            return
        for name, value in sorted(attrs.items()):
            if (tag, name) in REQUISITE:
                self.references.append((value, True))
            elif (tag, name) in LINKS:
                self.references.append((value, tag == "link" and bool({"stylesheet", "icon", "manifest"} & set(rel))))
            elif name in ("srcset", "imagesrcset"):
                self.references += [(c.split()[0], True) for c in re.split(r",\s+", value) if c.split()]
            elif name == "style":
                self.references += [(u, True) for u in offline.css_references(value)]

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        self.style = False

    def handle_data(self, data):
        if self.style:
            self.references += [(u, True) for u in offline.css_references(data)]


def charset_of(data):
    """Of a page, as a browser without a header would have it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    m = CHARSET.search(data[:1024])
    return m.group(1).decode() if m else "utf-8"


def decode(data):
    try:
        return data.decode(charset_of(data), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def read(data, is_css):
    text = decode(data)
    if not is_css:
        return Page(text)
    page = Page("")
    page.references = [(u, True) for u in offline.css_references(text)]
    return page


def target_of(url, original, page, their):
    """Where a reference of the origin's page leads: (URL, fragment), or None."""
    charset = charset_of(original)
    at = whatwg.parse(page.base, whatwg.parse(url)) if page.base else None
    target = whatwg.parse(their, at or whatwg.parse(url), "utf-8" if charset.startswith("utf-16") else charset)
    return (str(target), their.partition("#")[2]) if target else None


def file_of(path, mine):
    """What a reference of the file at path leads to: (scheme, file, fragment)."""
    got = urllib.parse.urlsplit(urllib.parse.urljoin("file://" + urllib.parse.quote(path), mine.strip()))
    return got.scheme, urllib.parse.unquote(got.path), got.fragment


def follow(start, file, get, inside):
    files, left = {start: os.path.abspath(file)}, [start]
    while left:
        url = left.pop()
        status, type_, original = get(url)
        if status != 200 or type_ not in ("text/html", "text/css"):
            continue
        with open(files[url], "rb") as f:
            ours = read(f.read(), type_ == "text/css")
        theirs = read(original, type_ == "text/css")
        if len(ours.references) != len(theirs.references):
            continue
        for (their, _), (mine, _) in zip(theirs.references, ours.references):
            target = target_of(url, original, theirs, their)
            if target is None or target[0] in files or not inside(target[0]):
                continue
            scheme, path, _ = file_of(files[url], mine)
            if scheme == "file" and os.path.isfile(path):
                files[target[0]] = path
                left.append(target[0])
    return files


def bare(data, is_css):
    data = CSS_VALUES.sub(b"url()", data)
    return data if is_css else GUARDS.sub(b"", VALUES.sub(b"", data))


class Scorer:
    def __init__(self, files, get, inside):
        self.files, self.get, self.inside = files, get, inside
        self.pages, self.originals = {}, {}
        self.counts, self.examples, self.changed = collections.Counter(), collections.defaultdict(list), 0

    def names(self, path):
        if path not in self.pages:
            with open(path, "rb") as f:
                self.pages[path] = read(f.read(), False).names
        return self.pages[path]

    def original_names(self, url):
        if url not in self.originals:
            self.originals[url] = read(self.get(url)[2], False).names
        return self.originals[url]

    def problem(self, mine, path, fragment, target):
        """Why the reference `mine` of the file at `path` does not lead to the target; None: it does."""
        scheme, file, to = file_of(path, mine)
        if scheme in ("http", "https"):
            return "remote" if self.inside(target) else None
        if scheme != "file" or not os.path.isfile(file):
            return "broken"
        if (self.get(target)[1] or "").startswith("image/") and not self.is_same(file, target):
            return "broken"
        if not fragment or not file.endswith((".html", ".htm")) or urllib.parse.unquote(to) in self.names(file):
            return None
        return "broken" if fragment in self.original_names(target) else None

    def is_same(self, path, target):
        """Of what nobody rewrites."""
        if (self.get(target)[1] or "") == "image/svg+xml":
            return True
        with open(path, "rb") as f:
            return f.read() == self.get(target)[2]

    def file(self, url, path):
        status, type_, original = self.get(url)
        is_css = type_ == "text/css"
        if status != 200 or type_ not in ("text/html", "text/css"):
            return
        with open(path, "rb") as f:
            data = f.read()
        ours, theirs = read(data, is_css), read(original, is_css)
        self.pages[path], self.originals[url] = ours.names, theirs.names
        if bare(decode(data).encode(), is_css) != bare(decode(original).encode(), is_css):
            self.changed += 1
            self.examples["changed"].append(url)
        for i, (their, requisite) in enumerate(theirs.references):
            leads = target_of(url, original, theirs, their)
            if leads is None or not self.inside(leads[0]) or self.get(leads[0])[0] != 200:
                continue
            target, fragment = leads
            self.counts["references"] += 1
            mine = ours.references[i][0] if len(ours.references) == len(theirs.references) else ""
            why = self.problem(mine, path, urllib.parse.unquote(fragment), target) if mine or not their else "broken"
            if why:
                self.counts[why] += 1
                self.counts["requisites"] += requisite
                self.examples[why].append((url, their, mine))


def score(files, get, inside):
    s = Scorer(files, get, inside)
    for url, path in sorted(files.items()):
        s.file(url, os.path.abspath(path))
    c = s.counts
    return Score(len(files), c["references"], c["broken"], c["remote"], c["requisites"], s.changed, dict(s.examples))
