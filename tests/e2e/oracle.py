# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent crawler: breadth first, one request at a time, Python's html.parser, its own URL code (whatwg.py), its own
robots.txt matcher and its own table of what is a link. What it finds is what lycosa has to find.

	crawl(seeds, level=None, robots=True, requisites=False) -> {url: Page}

Every URL asked for has a Page, in the order of asking; a redirect hop is one too. Scope: the hosts of the seeds.
"""
import codecs
import html
import html.parser
import http.client
import re
from urllib.parse import unquote_to_bytes

import whatwg

REQUISITE_KINDS = ("requisite", "style", "frame")
FOLLOWED_KINDS = ("page", "frame", "requisite", "style", "alternate", "canonical", "feed")

# (element, attribute) -> kind. srcset, style, rel and content need their own reading.
LINKS = {
    ("a", "href"): "page", ("area", "href"): "page",
    ("frame", "src"): "frame", ("iframe", "src"): "frame",
    ("script", "src"): "requisite", ("img", "src"): "requisite", ("source", "src"): "requisite",
    ("video", "src"): "requisite", ("video", "poster"): "requisite", ("audio", "src"): "requisite",
    ("track", "src"): "requisite", ("embed", "src"): "requisite", ("object", "data"): "requisite",
    ("input", "src"): "requisite", ("body", "background"): "requisite", ("table", "background"): "requisite",
    ("td", "background"): "requisite", ("th", "background"): "requisite",
    ("blockquote", "cite"): "page", ("q", "cite"): "page", ("ins", "cite"): "page", ("del", "cite"): "page",
    ("form", "action"): "form", ("button", "formaction"): "form", ("input", "formaction"): "form",
}
SRCSETS = {("img", "srcset"), ("source", "srcset")}
REL_REQUISITE = {"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "apple-touch-startup-image", "mask-icon",
                 "manifest", "preload", "modulepreload"}
REL_HINT = {"preconnect", "dns-prefetch", "prefetch", "prerender", "pingback", "search", "profile"}
FEED_TYPES = {"application/rss+xml", "application/atom+xml"}
TEXT_ONLY = {"title", "textarea"}  # html.parser reads tags in them; the standard does not
CHARSETS = {"iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}


def _attribute_unescape(value):
    """html.unescape, but for references without ';' before '=' or an alphanumeric, which attributes leave alone."""
    def one(m):
        text = m[0]
        if text.endswith(";") or text[1] == "#":
            return html.unescape(text)
        if m[1] in ("=",) or (m[1] and m[1].isalnum()):
            return text
        return html.unescape(text)
    return re.sub(r"&(?:#[xX]?[0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*;?)(?=(.?))", one, value, flags=re.S)


# Only attribute values go through this name when convert_charrefs is off.
html.parser.unescape = _attribute_unescape


class Parser(html.parser.HTMLParser):
    """html.parser, but tags that say nothing to any of us, most of a page's, are passed over in a tenth of the time; and without positions."""
    PLAIN = re.compile(r'</?(?:span|code|em|strong|b|i|p|li|ul|ol|dl|dt|dd|tr|td|tbody|div|pre|h[1-6])(?:\s+(?:class|id)="[^"<>]*")*\s*>')

    def parse_starttag(self, i):
        plain = self.PLAIN.match(self.rawdata, i)
        return plain.end() if plain else super().parse_starttag(i)

    def parse_endtag(self, i):
        plain = self.cdata_elem is None and self.PLAIN.match(self.rawdata, i)
        return plain.end() if plain else super().parse_endtag(i)

    def updatepos(self, i, j):
        return j


class Extractor(Parser):
    """links: [(kind, reference as written)], in document order; base: the <base href>, if any; title."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.links, self.base, self.title, self.nofollow = [], None, None, False
        self._inside, self._text = None, []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)  # "/>" closes nothing in HTML

    def handle_starttag(self, tag, attrs):
        if self._inside in TEXT_ONLY or (self._inside == "iframe"):
            return
        first = {}
        for name, value in attrs:
            first.setdefault(name, value or "")
        for name, value in first.items():
            self._attribute(tag, name, value, first)
        if tag == "base" and "href" in first and self.base is None:
            self.base = first["href"]
        if tag in TEXT_ONLY or tag in ("style", "iframe"):
            self._inside, self._text = tag, []

    def _attribute(self, tag, name, value, attrs):
        if name == "style":
            self.links += css_links(value)
        elif (tag, name) in SRCSETS:
            self.links += [("requisite", u) for u in srcset(value)]
        elif tag == "link" and name == "href":
            kind = link_kind(attrs)
            if kind:
                self.links.append((kind, value))
        elif tag == "link" and name == "imagesrcset":
            self.links += [("requisite", u) for u in srcset(value)]
        elif tag == "meta" and name == "content":
            self._meta(attrs)
        elif (tag, name) in LINKS:
            self.links.append((LINKS[tag, name], value))

    def _meta(self, attrs):
        if attrs.get("http-equiv", "").lower() == "refresh":
            m = re.match(r"\s*[0-9.]*\s*[;,]?\s*(?:url\s*=\s*)?(['\"]?)(.*)", attrs["content"], re.I | re.S)
            target = m[2].split(m[1], 1)[0] if m[1] else m[2]
            if target.strip():
                self.links.append(("page", target))
        elif attrs.get("name", "").lower() in ("robots", "lycosa"):
            words = {w.strip().lower() for w in attrs["content"].split(",")}
            self.nofollow |= bool(words & {"nofollow", "none"})

    def handle_data(self, data):
        if self._inside:
            self._text.append(data)

    def handle_entityref(self, name):
        self.handle_data(html.unescape("&%s;" % name))

    def handle_charref(self, name):
        self.handle_data(html.unescape("&#%s;" % name))

    def handle_endtag(self, tag):
        if tag != self._inside:
            return
        text = "".join(self._text)
        if tag == "title" and self.title is None:
            self.title = re.sub(r"[ \t\n\f\r]+", " ", text).strip(" ")
        elif tag == "style":
            self.links += css_links(text)
        self._inside = None


def link_kind(attrs):
    rel = {r.lower() for r in attrs.get("rel", "").split()}
    if "stylesheet" in rel:
        return "style"
    if rel & REL_REQUISITE:
        return "requisite"
    if "canonical" in rel:
        return "canonical"
    if "alternate" in rel:
        return "feed" if attrs.get("type", "").lower() in FEED_TYPES else "alternate"
    if rel & REL_HINT - {"search"}:
        return "hint"
    if "search" in rel:
        return "hint" if attrs.get("type", "").strip().lower() == "application/opensearchdescription+xml" else "page"
    return "page" if rel else None


def srcset(value):
    """The candidates of a srcset (HTML Standard, "parse a srcset attribute"), good values only."""
    urls, rest = [], value
    while True:
        rest = rest.lstrip(" \t\n\f\r,")
        m = re.match(r"[^ \t\n\f\r]+", rest)
        if not m:
            return urls
        url, rest = m[0], rest[m.end():]
        if url.endswith(","):
            urls.append(url.rstrip(","))
            continue
        urls.append(url)
        rest = re.match(r"(?:\([^)]*\)?|[^,(])*,?(.*)", rest, re.S)[1]


CSS_TOKEN = re.compile(r"""
      (?P<comment>/\*.*?(?:\*/|\Z))
    | url\(\s*(?P<url>(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?:\\.|[^\s"'()\\])*))\s*\)
    | (?P<import>@import)(?![\w-])
    | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<other>[^\s])
    """, re.X | re.S | re.I)


def css_links(text):
    links, after_import = [], False
    for m in CSS_TOKEN.finditer(text):
        if m["comment"]:
            continue
        if m["import"]:
            after_import = True
            continue
        value = m["url"] if m["url"] is not None else m["string"] if after_import else None
        if value:
            links.append(("style" if after_import else "requisite", css_unescape(value)))
        after_import = False
    return links


def css_unescape(value):
    if value[:1] in "\"'" and len(value) >= 2:
        value = value[1:-1]
    value = re.sub(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], value, flags=re.S)
    return value


# ---- charset ----

def codec_for(label):
    label = label.strip().strip("\"'").lower()
    try:
        codecs.lookup(CHARSETS.get(label, label))
    except LookupError:
        return None
    return CHARSETS.get(label, label)


def charset_of(content_type, body):
    for bom, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if body.startswith(bom):
            return name
    for source in (content_type, body[:1024].decode("latin-1")):
        m = re.search(r"charset\s*=\s*[\"']?([^\s\"';>/]+)", source, re.I)
        if m and codec_for(m[1]):
            return codec_for(m[1])
    return "cp1252"


# ---- robots.txt ----

def robots_rules(text, agent="lycosa"):
    """[(allow, pattern)] of the groups for the agent, else of those for '*'."""
    mine, any_agent, names, in_rules, found = [], [], [], False, False
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        key, colon, value = line.split("#", 1)[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if in_rules:
                names, in_rules = [], False
            names.append(re.match(r"[A-Za-z_-]*", value)[0].lower() or value)
            found |= names[-1] == agent
        elif key in ("allow", "disallow"):
            in_rules = True
            if value:
                rule = (key == "allow", value)
                mine += [rule] if agent in names else []
                any_agent += [rule] if "*" in names else []
    return mine if found else any_agent


def robots_allowed(rules, path_query):
    if path_query == "/robots.txt":
        return True
    best = (-1, True)
    for allow, pattern in rules:
        end = pattern.endswith("$")
        parts = (pattern[:-1] if end else pattern).split("*")
        regex = ".*".join(re.escape(_robots_norm(p)) for p in parts) + (r"\Z" if end else "")
        if re.match(regex, _robots_norm(path_query), re.S):
            best = max(best, (len(pattern), allow))
    return best[1]


def _robots_norm(text):
    """Percent-encodings of unreserved characters decoded, others upper case; what is not ASCII encoded."""
    text = "".join(c if c.isascii() else "".join("%%%02X" % b for b in c.encode()) for c in text)
    def one(m):
        c = unquote_to_bytes(m[0]).decode("latin-1")
        return c if re.match(r"[A-Za-z0-9._~-]", c) else m[0].upper()
    return re.sub(r"%[0-9A-Fa-f]{2}", one, text)


# ---- the crawl ----

class Page:
    """One URL asked for: url, depth, parent (URL or None), status, redirect_to, title, links (kind -> count)."""

    def __init__(self, url, depth, parent, kind):
        self.url, self.depth, self.parent, self.kind = url, depth, parent, kind
        self.status, self.redirect_to, self.title, self.body, self.type = 0, None, None, b"", ""
        self.links = {}


class Crawl:
    def __init__(self, seeds, level=None, robots=True, requisites=False, keep_bodies=False):
        self.level, self.obey, self.requisites, self.keep_bodies = level, robots, requisites, keep_bodies
        self.pages, self.denied, self.rules, self.connections, self.hosts = {}, set(), {}, {}, set()
        self.now, self.later = [], []
        for seed in seeds:
            url = whatwg.parse(seed)
            self.hosts.add(url.host)
            self.now.append((url, None, "page", True, ()))

    def run(self):
        """Level by level: what a page of depth d refers to waits until all of depth d is done."""
        depth, queued = 0, set()
        while self.now:
            for url, parent, kind, is_seed, chain in self.now:  # grows: a redirect's target has the same depth
                text = str(url)
                if (text in queued and text not in chain) or len(chain) > 20:
                    continue
                queued.add(text)
                self._visit(url, depth, parent, kind, is_seed, chain)
            self.now, self.later = self.later, []
            depth += 1
        return self.pages

    def _visit(self, url, depth, parent, kind, is_seed, chain):
        if self.obey and not robots_allowed(self._robots(url), url.path_query()):
            self.denied.add(str(url))
            return
        page = Page(str(url), depth, parent, kind)
        status, headers, body = self._get(url)
        page.status, page.type = status, headers.get("Content-Type", "")
        self.pages[page.url] = page
        if self.keep_bodies:
            page.body = body
        if status in (301, 302, 303, 307, 308) and headers.get("Location"):
            target = whatwg.parse(headers["Location"], url)
            if target is not None:
                page.redirect_to = str(target)
                if is_seed:
                    self.hosts.add(target.host)
                if is_seed or self._in_scope(target, kind, depth):
                    self.now.append((target, parent, kind, is_seed, chain + (page.url,)))
        elif status == 200:
            self._read(url, page, body, depth)

    def _read(self, url, page, body, depth):
        mime = page.type.split(";")[0].strip().lower()
        encoding = charset_of(page.type, body)
        base, links = url, []
        if mime == "text/css":
            links = css_links(body.decode(encoding, "replace"))
        elif mime in ("text/html", "application/xhtml+xml"):
            reader = Extractor()
            reader.feed(body.decode(encoding, "replace"))
            reader.close()
            page.title = reader.title
            links = reader.links if not reader.nofollow or not self.obey else []
            if reader.base is not None:
                base = whatwg.parse(reader.base, url, encoding) or url
        for kind, reference in links:
            page.links[kind] = page.links.get(kind, 0) + 1
            target = whatwg.parse(reference, base, encoding)
            if target is not None and kind in FOLLOWED_KINDS and self._in_scope(target, kind, depth + 1):
                self.later.append((target, page.url, kind, False, ()))

    def _in_scope(self, url, kind, depth):
        if self.requisites and kind in REQUISITE_KINDS:
            return True
        return url.host in self.hosts and (self.level is None or depth <= self.level)

    def _robots(self, url):
        origin = (url.scheme, url.netloc())
        if origin not in self.rules:
            status, _, body = self._get(whatwg.URL(url.scheme, url.host, url.port, "/robots.txt", None))
            self.rules[origin] = robots_rules(body.decode("utf-8", "replace")) if status == 200 else []
        return self.rules[origin]

    def _get(self, url):
        origin = (url.scheme, url.netloc())
        for attempt in (1, 2):
            if origin not in self.connections:
                self.connections[origin] = http.client.HTTPConnection(
                    url.host.strip("[]"), url.port or whatwg.DEFAULT_PORT[url.scheme], timeout=60)
            connection = self.connections[origin]
            try:
                connection.request("GET", url.path_query(), headers={"Host": url.netloc()})
                answer = connection.getresponse()
                body = answer.read()
                if answer.getheader("Connection", "").lower() == "close":
                    del self.connections[origin]
                return answer.status, answer.headers, body
            except (http.client.HTTPException, OSError):
                del self.connections[origin]
                if attempt == 2:
                    raise


def crawl(seeds, **options):
    return Crawl(seeds, **options).run()


if __name__ == "__main__":
    import sys
    for found in crawl(sys.argv[1:]).values():
        print(found.status, found.depth, found.url)
