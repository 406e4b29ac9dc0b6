# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, HTTP/2, IPv6, proxies, names."""
import os
import re
import shutil
import socket
import ssl
import struct
import threading

import pytest

import conftest
import crawl
import hostile
import origin
import proctree
from hostile import Answer, page
from proxies import HttpProxy


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_self_signed_is_refused(run, nginx, certificate, engine):
    site = nginx(tls=certificate)
    done = run("crawl", site.url("/"), "--waitretry=0", "--engine", engine).expect(crawl.TLS)
    assert {p["outcome"] for p in done.pages} <= {"tls_unverified"}
    assert [r["url"] for r in done.pages + done.skipped] == [site.url("/")], "not even one record of the seed"
    assert "/robots.txt: the server's certificate could not be verified" in done.stderr
    assert "self-signed certificate" in done.stderr, "what is the matter with it"
    site.__exit__()
    assert site.requests() == []


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_ca_certificate_and_http2(run, nginx, certificate, engine):
    site = nginx(tls=certificate)
    done = run("crawl", site.url("/"), "--ca-certificate", certificate[0], "--engine", engine, "--per-host=4").expect(crawl.OK)
    assert len(done.pages) == 31
    site.__exit__()
    assert {r[1] for r in site.requests()} == {"HTTP/2.0"}


def test_http2_off(run, nginx, certificate):
    site = nginx(tls=certificate)
    done = run("crawl", site.url("/"), "--ca-certificate", certificate[0], "--no-http2").expect(crawl.OK)
    site.__exit__()
    assert len(done.pages) == 31 and {r[1] for r in site.requests()} == {"HTTP/1.1"}


def test_no_check_certificate(run, nginx, certificate):
    site = nginx(tls=certificate)
    assert len(run("crawl", site.url("/"), "--no-check-certificate").expect(crawl.OK).pages) == 31


def test_wrong_host_name(run, nginx, certificate):
    """The certificate is trusted, but for 127.0.0.1 and localhost."""
    site = nginx(tls=certificate, hosts=("127.0.0.5",))
    done = run("crawl", site.url("/"), "--ca-certificate", certificate[0], "--waitretry=0").expect(crawl.TLS)
    assert {p["outcome"] for p in done.pages} <= {"tls_unverified"}
    assert "no alternative certificate subject name matches target host name '127.0.0.5'" in done.stderr, done.stderr


def test_not_tls_at_all(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/").replace("http:", "https:"), "--waitretry=0", "-erobots=off").expect(crawl.TLS)
    assert [p["outcome"] for p in done.pages] == ["tls_failed"]


def test_what_is_the_matter_with_a_server_is_said_once(run, serve):
    """However often it is tried."""
    site = serve({"/": page()})
    done = run("crawl", site.url("/").replace("http:", "https:"), "--waitretry=0", "--tries=3").expect(crawl.TLS)
    assert len(re.findall(r"/robots.txt: TLS handshake failed", done.stderr)) == 1, done


def test_one_try_is_one_try(run):
    """A host that is not there is asked once with -t1, and not again at the end."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(8)
        tries = []
        def hang_up():
            while True:
                try:
                    c, _ = s.accept()
                except OSError:
                    return
                tries.append(c.recv(65536))
                c.close()
        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        where = "http://127.0.0.1:%d/" % s.getsockname()[1]
        for n in (1, 2):
            tries.clear()
            run("crawl", where, "-t", n, "--waitretry=0").expect(crawl.NETWORK)
            # With more tries than one there is a last chance, when nothing else is left.
            assert len(tries) == (1 if n == 1 else 3) and all(b"/robots.txt" in t for t in tries), (n, tries)
        s.shutdown(socket.SHUT_RDWR)


def test_ca_file_missing(run, nginx, certificate):
    site = nginx(tls=certificate)
    done = run("crawl", site.url("/"), "--ca-certificate", "/nonexistent/ca.pem")
    assert done.status in (crawl.USAGE, crawl.FILE_IO, crawl.TLS) and "/nonexistent/ca.pem" in done.stderr, str(done)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_keep_alive(run, serve, engine):
    site = serve({"/": page(*("/%d" % i for i in range(50))), **{"/%d" % i: page() for i in range(50)}})
    run("crawl", site.url("/"), "--per-host=2", "--engine", engine, "--threads=2").expect(crawl.OK)
    assert site.connections <= 4, "%d connections for 52 requests" % site.connections


def has_ipv6():
    try:
        origin.bound_socket("::1").close()
        return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 loopback on this machine")
@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_ipv6(run, serve, engine):
    site = serve({"/": page("/a"), "/a": page()}, hosts=("::1",))
    done = run("crawl", site.url("/"), "--engine", engine).expect(crawl.OK)
    assert sorted(done.urls) == ["http://[::1]:%d/" % site.port, "http://[::1]:%d/a" % site.port]
    assert run("crawl", site.url("/"), "-4", "--waitretry=0").status == crawl.NETWORK


# ---- proxies ----

@pytest.fixture
def proxy(serve):
    """An HTTP proxy that answers for every host by itself and writes down what it was asked for."""
    def script(exchange):
        target = exchange.request.path
        if target.endswith("/robots.txt"):
            return Answer(404)
        if target == "http://behind.proxy.test/":
            return page("/inside", "http://other.proxy.test/x")
        return page()
    return serve(script)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_http_proxy(run, proxy, engine):
    """Names are the proxy's business: nobody here resolves them."""
    done = run("crawl", "http://behind.proxy.test/", "-H", "--engine", engine, "--dns-servers=127.0.0.1:1",
               env={"http_proxy": proxy.url("/")}).expect(crawl.OK)
    assert sorted(done.urls) == ["http://behind.proxy.test/", "http://behind.proxy.test/inside", "http://other.proxy.test/x"]
    assert set(proxy.asked()) >= {"http://behind.proxy.test/inside"}


def test_no_proxy(run, proxy, serve):
    site = serve({"/": page()})
    for no_proxy in ("127.0.0.1", "example.org,127.0.0.1", "*"):
        done = run("crawl", site.url("/"), env={"http_proxy": proxy.url("/"), "no_proxy": no_proxy}).expect(crawl.OK)
        assert len(done.pages) == 1
    assert proxy.asked(robots=True) == []
    run("crawl", site.url("/"), env={"http_proxy": proxy.url("/"), "no_proxy": "example.org"}).expect(crawl.OK)
    assert [u for u in proxy.asked() if not u.endswith("/robots.txt")] == [site.url("/")]


def test_dead_proxy(run):
    s = origin.bound_socket()
    where = "http://127.0.0.1:%d" % s.getsockname()[1]
    s.close()
    done = run("crawl", "http://behind.proxy.test/", "--waitretry=0", env={"http_proxy": where}).expect(crawl.NETWORK)
    assert {p["outcome"] for p in done.pages} <= {"proxy_failed", "connect_failed"}


def test_connect_through_proxy(run, nginx, certificate):
    """https through a proxy: CONNECT, then TLS with the origin, verified against the origin's name."""
    site = nginx(tls=certificate)
    with HttpProxy(site.port) as proxy:
        done = run("crawl", "https://localhost:%d/" % site.port, "--ca-certificate", certificate[0], "--wait=0",
                   env={"https_proxy": proxy.url}).expect(crawl.OK)
    assert len(done.pages) == 31 and set(proxy.log) == {("localhost:%d" % site.port, None)}
    # Once in each request, and the proxy is told who asks, too.
    assert len(proxy.agents) == len(proxy.log) and all(a.startswith("lycosa/") for a in proxy.agents)


# ---- names ----

class Dns:
    """A name server: answers A queries from a dict, NXDOMAIN for the rest; held back while a gate is shut."""

    def __init__(self, names=None, gate=None, silent=False):
        self.names, self.gate, self.silent, self.asked = names or {}, gate, silent, []
        self.changed = threading.Condition()

    def __enter__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.sock.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.sock.close()

    def wait_names(self, n):
        with self.changed:
            return self.changed.wait_for(lambda: len(set(self.asked)) >= n, hostile.PATIENCE)

    def _serve(self):
        held = []
        while True:
            try:
                query, client = self.sock.recvfrom(4096)
            except OSError:
                return
            name, position = self._name(query)
            with self.changed:
                self.asked.append(name)
                self.changed.notify_all()
            if self.silent:
                continue
            if self.gate and not self.gate.is_open:
                held.append((query, client, name, position))
                if len(held) == 1:
                    threading.Thread(target=self._release, args=(held,), daemon=True).start()
                continue
            self._reply(query, client, name, position)

    def _release(self, held):
        self.gate.pass_()
        for item in held:
            self._reply(*item)

    @staticmethod
    def _name(query):
        labels, i = [], 12
        while query[i]:
            labels.append(query[i + 1:i + 1 + query[i]].decode("latin-1"))
            i += 1 + query[i]
        return ".".join(labels).lower(), i + 1

    def _reply(self, query, client, name, position):
        qtype = struct.unpack(">H", query[position:position + 2])[0]
        question = query[12:position + 4]
        known = self.names.get(name)
        answers = [a for a in known or () if (":" in a) == (qtype == 28)] if qtype in (1, 28) else []
        flags = 0x8180 | (0 if known is not None else 3)
        head = query[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0)
        body = b""
        for a in answers:
            data = socket.inet_pton(socket.AF_INET6 if ":" in a else socket.AF_INET, a)
            body += b"\xc0\x0c" + struct.pack(">HHIH", qtype, 1, 60, len(data)) + data
        try:
            self.sock.sendto(head + question + body, client)
        except OSError:
            pass


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_resolved_by_us(run, serve, engine):
    site = serve({"/": page("/a"), "/a": page()}, hosts=("127.0.0.3",))
    with Dns({"site.test": ["127.0.0.3"]}) as dns:
        done = run("crawl", "http://site.test:%d/" % site.port, "--engine", engine, "--dns-servers", dns.address).expect(crawl.OK)
        assert sorted(done.paths) == ["/", "/a"] and {r.headers["host"] for r in site.log} == {"site.test:%d" % site.port}
        assert len([n for n in dns.asked if n == "site.test"]) <= 2, "asked once (A and AAAA), then remembered"


def test_resolve_option_of_a_name_that_is_not_ascii(run, serve):
    site = serve({"/": page()})
    run("crawl", "http://b\u00fccher.test:%d/" % site.port, "--resolve=B\u00dcCHER.test:%d:127.0.0.1" % site.port).expect(crawl.OK)
    assert site.asked() == ["/"]


def test_resolve_option(run, serve):
    site = serve({"/": page()}, hosts=("127.0.0.3",))
    done = run("crawl", "http://pinned.test:%d/" % site.port, "--resolve=pinned.test:%d:127.0.0.3" % site.port,
               "--dns-servers=127.0.0.1:1").expect(crawl.OK)
    assert len(done.pages) == 1


def test_unresolvable_seed(run):
    with Dns() as dns:
        done = run("crawl", "http://nowhere.test/", "--dns-servers", dns.address, "--waitretry=0").expect(crawl.NETWORK)
    assert [r.get("outcome") or r.get("reason") for r in done.pages + done.skipped] == ["dns_not_found"]
    assert "nowhere.test" in done.stderr


def test_address_of_the_wrong_family(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), "-6").expect(crawl.NETWORK)
    assert "has no address of the family that -4 or -6 asks for" in done.stderr and [s["reason"] for s in done.skipped] == ["no_address"]
    done = run("get", site.url("/f"), "-6").expect(crawl.NETWORK)
    assert "has no address of the family that -4 or -6 asks for" in done.stderr and site.log == []


def test_https_of_a_plain_server(run):
    """What OpenSSL says of it is "wrong version number"."""
    def answer():
        for _ in range(2):
            sock, _ = listener.accept()
            with sock:
                sock.recv(65536)
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = "https://127.0.0.1:%d/" % listener.getsockname()[1]
        done = run("crawl", url, "-t", 1, "--robots=off").expect(crawl.TLS)
        assert done.pages[0]["detail"].startswith("it does not speak TLS there; if it is plain HTTP, write http://: ")
        assert "if it is plain HTTP, write http://" in run("get", url, "-t", 1).expect(crawl.TLS).stderr
        thread.join()


def test_name_server_does_not_answer(run):
    with Dns(silent=True) as dns:
        done = run("crawl", "http://nowhere.test/", "--dns-servers", dns.address, "--dns-timeout=300ms", "-t1", "--waitretry=0").expect(crawl.NETWORK)
    assert [r.get("outcome") or r.get("reason") for r in done.pages + done.skipped] == ["dns_failed"]


def test_second_address_when_the_first_is_dead(run, serve):
    site = serve({"/": page("/a"), "/a": page()}, hosts=("127.0.0.3",))
    with Dns({"two.test": ["127.0.0.8", "127.0.0.3"]}) as dns:
        done = run("crawl", "http://two.test:%d/" % site.port, "--dns-servers", dns.address, "--waitretry=0").expect(crawl.OK)
    assert len(done.pages) == 2


@pytest.mark.parametrize("family, tried", [("IPv4", 1), ("ipv6", 2)])
def test_prefer_family(run, serve, family, tried):
    """Nobody listens on the other one: what is preferred is asked first, and what answers is asked in the end."""
    site = serve({"/": page()}, hosts=("127.0.0.3",))
    url, both = "http://both.test:%d/" % site.port, ["::1", "127.0.0.3"]
    with Dns({"both.test": both[::-1 if family == "ipv6" else 1]}) as dns:
        for how in (["--dns-servers", dns.address], ["--resolve", "both.test:%d:%s" % (site.port, ",".join(both[::-1 if family == "ipv6" else 1]))]):
            done = run("crawl", url, "--prefer-family", family, "--waitretry=0", "--robots=off", *how).expect(crawl.OK)
            assert [p["attempts"] for p in done.pages] == [tried], done
    run("crawl", url, "--prefer-family=any").expect(crawl.USAGE)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_private_addresses_are_not_led_to(run, serve, engine):
    """A page on one kind of network leads to public ones and its own: by name, as a literal, by a redirect, by robots.txt."""
    names = {"metadata.test": ["169.254.169.254"], "router.test": ["192.168.0.1"], "six.test": ["fd00::1"], "near.test": ["127.0.0.4"]}
    site = serve({"/": page("http://metadata.test/latest/", "http://router.test/", "http://10.0.0.1:8080/x", "http://six.test/", "/go",
                            "http://[::ffff:10.0.0.1]/"), "/go": hostile.redirect("http://0xa9fea9fe/latest/")}, hosts=("127.0.0.3", "127.0.0.4"))
    site.script["/"] = page("http://near.test:%d/near" % site.port, "http://metadata.test/latest/", "http://router.test/",
                            "http://10.0.0.1:8080/x", "http://six.test/", "/go", "http://[::ffff:10.0.0.1]/")
    site.script["/near"] = page()
    with Dns(names) as dns:
        done = run("crawl", site.url("/"), "-H", "--engine", engine, "--dns-servers", dns.address, "--waitretry=0").expect(crawl.OK)
    assert sorted(done.paths) == ["/", "/go", "/near"]
    assert {s["url"]: s["reason"] for s in done.skipped} == dict.fromkeys([
        "http://metadata.test/latest/", "http://router.test/", "http://10.0.0.1:8080/x", "http://six.test/",
        "http://169.254.169.254/latest/", "http://[::ffff:a00:1]/"], "private_address")


def test_a_name_that_is_rebound(run, serve, tmp_path):
    """What was where a page may lead when it was found is where it may not when its turn comes: asked again, and let alone."""
    site = serve({}, hosts=("127.0.0.3", "127.0.0.4"))
    site.script = {"/": page(*("http://near.test:%d/%d" % (site.port, i) for i in range(5))), **{"/%d" % i: page() for i in range(5)}}
    with Dns({"near.test": ["127.0.0.4"]}) as dns:
        args = ("-H", "--dns-servers", dns.address, "--waitretry=0", "--connect-timeout=1s")
        run("crawl", site.url("/"), *args, "--max-pages=2", dir=tmp_path / "job").expect(crawl.BUDGET)
        assert site.asked("127.0.0.4") == ["/0"]
        dns.names["near.test"] = ["169.254.169.254", "10.0.0.1"]
        before = dns.asked.count("near.test")
        done = run("resume", tmp_path / "job", *args, "--max-pages=inf", dir=None)
    assert site.asked("127.0.0.4") == ["/0"] and dns.asked.count("near.test") > before
    skipped = {s["url"]: s["reason"] for s in crawl.read_lines(str(tmp_path / "job" / "skipped.jsonl"))}
    assert skipped == {"http://near.test:%d/%d" % (site.port, i): "private_address" for i in range(1, 5)}, done


def test_robots_txt_leads_nowhere_either(run, serve):
    """A redirect of robots.txt to where pages may not lead is not followed; nothing is known then, and the host left alone."""
    site = serve({"/robots.txt": hostile.redirect("http://169.254.169.254/robots.txt"), "/": page()})
    done = run("crawl", site.url("/"), "--waitretry=0", "--connect-timeout=1s")
    assert site.asked() == [] and [s["reason"] for s in done.skipped] == ["robots_unknown"]


def test_1000_unresolvable_names_start_no_thread(serve, running):
    """While look-ups hang, the process has the threads it had before them."""
    at_seed, names = hostile.Gate(), hostile.Gate()

    def seed(exchange):
        at_seed.pass_()
        return page(*("http://n%d.nowhere.test/" % i for i in range(1000)), "/after")
    site = serve({"/": seed, "/after": page()})
    with Dns(gate=names) as dns:
        r = running("crawl", site.url("/"), "-H", "--waitretry=0", "--workers=1", "--dns-servers", dns.address)
        assert at_seed.count(1)
        # Who starts a thread gives it its name afterwards.
        crawl.eventually(lambda: {"loop/0", "writer"} <= set(proctree.thread_names(r.pid)), lambda: proctree.thread_names(r.pid))
        before = sorted(proctree.thread_names(r.pid))
        at_seed.open()
        assert dns.wait_names(20), "only %d names were asked for" % len(set(dns.asked))
        during = sorted(proctree.thread_names(r.pid))
        names.open()
        done = r.wait()
    assert during == before
    done.expect(crawl.NETWORK)
    ends = [(x["url"], x.get("outcome") or x.get("reason")) for x in done.pages + done.skipped if "nowhere.test" in x["url"]]
    assert len(ends) == 1000 and {o for _, o in ends} == {"dns_not_found"}


def test_unreachable_host(run):
    s = origin.bound_socket()
    port = s.getsockname()[1]
    s.close()
    done = run("crawl", "http://127.0.0.1:%d/" % port, "--waitretry=0").expect(crawl.NETWORK)
    assert [r.get("outcome") or r.get("reason") for r in done.pages + done.skipped] in (
        ["connect_failed"], ["host_dead"], ["robots_unknown"])
    assert "127.0.0.1" in done.stderr


def test_host_that_swallows_connections(run):
    """A full backlog: the connection never comes about."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(0)
    fill = []
    for _ in range(4):
        c = socket.socket()
        c.setblocking(False)
        c.connect_ex(s.getsockname())
        fill.append(c)
    done = run("crawl", "http://127.0.0.1:%d/" % s.getsockname()[1], "--connect-timeout=300ms", "-t1", "--waitretry=0").expect(crawl.NETWORK)
    assert [r.get("outcome") or r.get("reason") for r in done.pages + done.skipped][0] in (
        "connect_timeout", "robots_unknown", "host_dead")
    for c in fill:
        c.close()
    s.close()
