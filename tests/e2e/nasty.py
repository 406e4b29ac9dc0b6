# SPDX-License-Identifier: GPL-3.0-or-later
"""A site made of traps: each name that is hard to keep, by each kind of link, on two hosts, with redirects between, in every charset.

	site = serve(serve_fixture); start(site)
	check(site, done) -> problems      whole: of a finished mirror, reference by reference; else only: is it closed?
	tree(dir) -> {file: bytes}
"""
import os
import urllib.parse

import offline
from hostile import Answer, redirect
from offline import get

NAMES = ("a", "a/", "a/b", "a.html", "a.html/b", "A", "A/b", "index.html", "index", "INDEX.html", "index?x=1", "?x=1", "con", "aux.txt",
         "x:y", "x,y", "%2C", "%C3%A9", "e%CC%81", "caf%c3%a9", "q?a=1&b=2", "q?a=1&copy=2", "sp%20ace", "tr%20", "dot./x", "~1/x",
         "...", "y//x", "long" * 60, "d/" * 120 + "end", "per%25cent", "it's", "(x)", "[b]", "back%5Cslash", "%2e%2E%2fup", "nul%00l",
         "a.js/c", "style.css?v=1#x", "pic.png?w=1", "UPPER.PNG", "q?%3F%23", "semi;colon", "plus+plus", "at@at", "eq=eq")

# How a reference is written: kind, form. {} is the URL, escaped for an attribute; {css} for CSS in one.
PAGES = ('<a href="{}">x</a>', "<a href='{}'>x</a>", '<area href=" {} ">', '<iframe src="{}"></iframe>', '<link rel="next" href="{}">',
         '<a href="{}#frag">x</a>', '<svg><a xlink:href="{}"></a></svg>', '<blockquote cite="{}"></blockquote>',
         '<iframe srcdoc="&lt;a href={}>&lt;/a>"></iframe>')
REQUISITES = ('<img src="{}">', "<img srcset='{} 2x'>", '<picture><source srcset="{} 100w"></picture>', '<p style="background: url({css})">',
              "<style>p {{ background: url('{css}') }}</style>", '<video poster="{}"></video>', '<input type="image" src="{}">',
              '<object data="{}"></object>', '<embed src="{}">', '<link rel="icon" href="{}" crossorigin>', '<img data-src="{}">',
              '<link rel="preload" as="image" imagesrcset="{} 1x">', '<svg><image href="{}"/></svg>', '<body background="{}">',
              '<track src="{}">', '<img loading="lazy" data-srcset="{} 1x">', '<audio src="{}"></audio>')
CHARSETS = ("utf-8", "windows-1251", "shift_jis", "gbk", "utf-16le", "utf-16be")
WORDS = {"windows-1251": "\u041f\u0440", "shift_jis": "\u8868\u30bd", "gbk": "\u8868\u8c2d"}


def attribute(url):
    return url.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&quot;")


def in_css(url):
    for c in "\\'()\"":
        url = url.replace(c, "\\%x " % ord(c))
    return url.replace("&", "&amp;")


def write(form, url):
    css = in_css(url) if "style=" in form else in_css(url).replace("&amp;", "&")
    text = attribute(url)
    return form.format(text.replace("&", "&amp;") if "srcdoc" in form else text, css=css)


def page_of(n, other):
    """The n-th page: links to pages and requisites a few names further, of this host, of the other, and by redirects."""
    parts = ["<!DOCTYPE html><html><head><title>%d</title>" % n,
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">" if n % 3 == 0 else "",
             '<link rel="stylesheet" href="/css/%d.css" integrity="sha256-x">' % n,
             '<script>navigator.serviceWorker.register("/sw.js")</script>', "</head><body>"]
    for k, form in enumerate(PAGES):
        name = NAMES[(n + k * 5 + 1) % len(NAMES)]
        parts.append(write(form, ("/moved/" if k % 4 == 3 else "/") + name))
    parts.append(write('<a href="{}">x</a>', "/missing/" + NAMES[n]))
    for k, form in enumerate(REQUISITES):
        name = NAMES[(n + k * 7 + 3) % len(NAMES)].replace("#x", "")
        url = ("/moved/" if k % 5 == 4 else "/") + "r/" + name
        parts.append(write(form, other + url if k % 3 == 2 else url))
    return "\n".join(parts) + "\n</body></html>\n"


def answer_page(n, other):
    charset = CHARSETS[n % len(CHARSETS)]
    word = WORDS.get(charset, "\u00e9\U0001f577")
    text = page_of(n, other).replace("</body>", '<a href="/a?%s#%s">%s</a></body>' % (word, word, word))
    if charset.startswith("utf-16"):
        return Answer(body=("\ufeff" + text).encode(charset), type="text/html")
    return Answer(body=text.replace("<head>", "<head><meta charset=%s>" % charset).encode(charset), type="text/html")


XML_CHARSETS = ("utf-8", "utf-8", "iso-8859-1", "windows-1251", "utf-16", "utf-16", "shift_jis", "gbk")


def answer_xml(n):
    """XHTML, or SVG; with a declaration of the charset where that is needed, and in its words."""
    charset, answer = XML_CHARSETS[n % len(XML_CHARSETS)], xml_of(n)
    text = answer.body.decode()
    word = WORDS.get(charset, "\u00e9")
    text = text.replace("&#233;", word).replace("a {", "/* %s */ i &gt; a {" % word).replace('alt="', 'alt="%s" srcset="/r/a?x=1&amp;y=%s 2x,\n/r/a 3x" lang="' % (word, word))
    if charset != "utf-8":
        text = '<?xml version="1.0" encoding="%s"?>' % charset + text.replace('<?xml version="1.0"?>', "")
    answer.body = text.encode(charset)
    return answer


def xml_of(n):
    names = [attribute("/" + NAMES[(n + k) % len(NAMES)].replace("#x", "")) for k in range(6)]
    if n % 2:
        return Answer(type="image/svg+xml", body='<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/'
                      '1999/xlink"><style>a {{ fill: url(/r/a) }}</style><image xlink:href="/r{0}"/><image href=\'/r{1}\'/><a href="{2}"/></svg>'
                      .format(*names))
    return Answer(type="application/xhtml+xml", body='<html xmlns="http://www.w3.org/1999/xhtml"><head><title>&#233;</title></head><body>'
                  '<a href="{0}">&amp;</a><img src=\'/r{1}\' alt="{1}"/><!-- <a href="{2}"/> --><p style="background: url(\'/r/a\')"/></body></html>'
                  .format(*names))


def serve(serve_fixture):
    numbers = {}
    for n, name in enumerate(NAMES):
        numbers.setdefault("/" + name.partition("#")[0], n)

    def script(x):
        path = x.request.path
        other = site.origin("127.0.0.2")
        if path == "/robots.txt" or path.startswith("/missing/"):
            return Answer(status=404)
        if path.startswith("/moved/"):
            return redirect((other if path.startswith("/moved/r/") and len(path) % 2 else site.origin("127.0.0.1")) + path[6:])
        if path.startswith("/css/"):
            return Answer(type="text/css", body='@import "/css2%s?v"; @font-face { src: url(/r/font%s) } b { background: url("%s/r/a") }' % (
                path[4:], path[4:], other))
        if path.startswith("/css2/"):
            return Answer(type="text/css", body="a { background: url( ../r/a%2Ficon ) }")
        if path.startswith("/r/"):
            return Answer(body=x.request.host + path, type="image/png")
        if path.startswith("/x/"):
            return answer_xml(int(path[3:]))
        if path == "/m.webmanifest":
            return Answer(body='{"icons": [{"src": "/r/a"}, {"src": "\\/r\\/it\'s"}]}', type="application/manifest+json")
        if path in ("/", "/start.html"):
            links = "".join(write(PAGES[0], "/" + n) for n in NAMES) + "".join('<a href="/x/%d">x</a>' % n for n in range(8))
            return Answer(body='<link rel="manifest" href="/m.webmanifest">' + links)
        return answer_page(numbers.get(path, len(path)) % len(NAMES), other)
    site = serve_fixture(script, hosts=("127.0.0.1", "127.0.0.2"))
    return site


def start(site):
    return site.url("/")


def tree(job):
    """What can be seen."""
    root = os.path.join(job, "site")
    return {os.path.relpath(os.path.join(where, name), root): open(os.path.join(where, name), "rb").read()
            for where, _, names in os.walk(root) for name in names if not name.startswith((",staged", ",partial")) and ",new" not in os.path.relpath(where, root).split(os.sep)[:1]}


def dangling(job):
    """Relative references of pages and style sheets that lead to no file."""
    bad, root = [], os.path.join(job, "site")
    for name, data in tree(job).items():
        if not name.endswith((".html", ".css", ".svg", ".xhtml")):
            continue
        charset = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
        path = os.path.abspath(os.path.join(root, name))
        for ref in offline.read(data, "text/css" if name.endswith(".css") else "text/html", charset)[0]:
            got = urllib.parse.urlsplit(urllib.parse.urljoin("file://" + urllib.parse.quote(path), ref.strip()))
            if got.scheme == "file" and not os.path.isfile(urllib.parse.unquote(got.path)):
                bad.append((name, ref))
    return bad


def check(site, done, whole=True, explained=False):
    problems = dangling(done.dir)
    if whole:
        report = offline.check(done, get, explained)
        problems += report.problems
        assert report.files > 150 and report.local > 1500, report[:4]
        for name, data in tree(done.dir).items():
            if name.endswith(".html") and b"serviceWorker.register" in data.replace(b"\0", b""):
                problems.append((name, "registers a service worker"))
    return problems[:20]
