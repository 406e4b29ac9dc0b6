# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that belong to a connection or need a ticket: NTLM and Negotiate, against servers that check them."""
import pytest

import crawl
import hostile
import kerberos
import ntlm
import proxies
from hostile import Door, page
from test_session import files_with, sent
from test_transport import authority  # noqa: F401

PASSWORD = "Pa55word-5ca1ab1e"
SITE = {"/": page(*("/%d" % n for n in range(6))), **{"/%d" % n: page() for n in range(6)}}


def steps(door, kind):
    return [number for number, k, _ in door.log if k == kind]


# ---- NTLM ----

@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_ntlm(run, serve, engine):
    """The proof is right, a connection is logged in once, and basic, which is offered beside it, is not used."""
    door = Door(SITE, ntlm.Lock("joe", PASSWORD), also=('Basic realm="x"',))
    site = serve(door)
    done = run("archive", site.url("/"), "--user=joe", "--password", PASSWORD, "--engine", engine, "--warc-request", "--verbose").expect(crawl.OK)
    assert sorted(done.paths) == sorted(SITE) and {p["status"] for p in done.pages} == {200}
    proved = [number for number, kind, good in door.log if kind == 3 and good]
    assert proved and len(proved) == len(set(proved)) == len(steps(door, 3)), "once for each connection, and right at once"
    bare = [r for r in site.log if r.path in SITE and r.connection in proved and "authorization" not in r.headers]
    assert len(bare) >= len(SITE) - len(proved), "what came behind the login needed none"
    assert not any((a or "NTLM").startswith("Basic") for a in sent(site, "Authorization"))
    for secret in (PASSWORD, "NTLM TlRMTVNTUAAD"):
        assert files_with(secret, done.dir) == [] and secret not in done.stderr + done.stdout


def test_ntlm_of_a_domain(run, serve):
    door = Door({"/": page()}, ntlm.Lock("joe", PASSWORD, domain="WEAVERS"))
    site = serve(door)
    run("crawl", site.url("/"), "--user=WEAVERS\\joe", "--password", PASSWORD, "--auth=ntlm").expect(crawl.OK)
    assert [good for _, kind, good in door.log if kind == 3] == [True]


def test_ntlm_with_a_wrong_password(run, serve):
    """One attempt for each page, and none that goes round in circles."""
    door = Door(SITE, ntlm.Lock("joe", PASSWORD))
    site = serve(door)
    done = run("crawl", site.url("/"), "--user=joe", "--password=wrong-5ca1ab1e", "--robots=off").expect(crawl.AUTH)
    assert [(p["status"], p["outcome"]) for p in done.pages] == [(401, "http_client_error")] and "login was refused" in done.page("/")["detail"]
    assert len(steps(door, 3)) == 1 and len(site.log) <= 3 and not any(good for _, _, good in door.log)
    assert files_with("wrong-5ca1ab1e", done.dir) == [] and "wrong-5ca1ab1e" not in done.stderr


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_ntlm_is_for_the_seeds_origin_only(run, serve, engine):
    """Not for another host or port that asks for it too, whether a link or a redirect leads there; not even the first message."""
    door, elsewhere = Door({}, ntlm.Lock("joe", PASSWORD)), Door({}, ntlm.Lock("joe", PASSWORD))
    site = serve(door, hosts=("127.0.0.1", "127.0.0.2"))
    other = serve(elsewhere)
    door.script = {"/": page(site.url("/x", "127.0.0.2"), other.url("/y"), "/there", "/away", "/a"), "/a": page(),
                   "/there": hostile.redirect(site.url("/x2", "127.0.0.2")), "/away": hostile.redirect(other.url("/y2"))}
    done = run("crawl", site.url("/"), "-H", "--user=joe", "--password", PASSWORD, "--auth=ntlm", "--engine", engine, "--threads=2").expect(crawl.AUTH)
    assert {p["url"]: p["status"] for p in done.pages} == {
        site.url("/"): 200, site.url("/a"): 200, site.url("/there"): 302, site.url("/away"): 302,
        **{url: 401 for url in (site.url("/x", "127.0.0.2"), site.url("/x2", "127.0.0.2"), other.url("/y"), other.url("/y2"))}}
    assert set(sent(site, "Authorization", host="127.0.0.2")) | set(sent(other, "Authorization")) == {None} and elsewhere.log == []



@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_ntlm_to_a_proxy(run, serve, authority, engine):
    """For http and through CONNECT; no server sees it, nor is the proxy logged in to by a wrong one."""
    script = {"/": page("/a", "/b"), "/a": page(), "/b": page()}
    for site, url in ((serve(script), "http://plain.test/"), (serve(script, tls=authority.context(authority.sign("tls.test"))), "https://tls.test/")):
        for password, status in ((PASSWORD, crawl.OK), ("wrong-5ca1ab1e", crawl.NETWORK)):
            lock = ntlm.Lock("joe", PASSWORD)
            with proxies.HttpProxy(site.port, lock=lock) as proxy:
                done = run("crawl", url, "--proxy", proxy.url, "--proxy-auth=ntlm", "--proxy-user=joe", "--proxy-password", password, "--engine", engine,
                           "--ca-certificate", authority.cert, "--waitretry=0", "-t1").expect(status)
            proved = [connection for connection, kind, good in lock.log if kind == 3 and good]
            if status == crawl.OK:
                assert sorted(done.paths) == ["/", "/a", "/b"] and proved and len(proved) == len(set(proved))
            else:
                assert not proved and done.pages + done.skipped and not any(p.get("status") for p in done.pages)
            assert files_with(password, done.dir) == [] and password not in done.stderr
        assert not [r for r in site.log if "proxy-authorization" in r.headers or "authorization" in r.headers]


# ---- Negotiate ----

@pytest.fixture
def realm(tmp_path):
    return kerberos.Realm(tmp_path, "joe")


def negotiated(done, status=crawl.AUTH):
    if done.status == crawl.USAGE and "built without" in done.stderr:
        pytest.skip("the libcurl that is installed was built without GSS-API")
    return done.expect(status)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_negotiate(run, serve, realm, engine):
    """The ticket at hand, and nothing else, opens the door; who else asks for one gets none, though there is one."""
    other = serve(Door({"/": page()}, kerberos.Lock(realm.ticket("other.test"))))
    door = Door(dict(SITE), kerberos.Lock(realm.ticket("www.test")))
    site = serve(door)
    resolve = ["--resolve=%s.test:%d:127.0.0.1" % (name, s.port) for name, s in (("www", site), ("other", other))]
    away = "http://other.test:%d/" % other.port
    door.script["/1"] = page(away)
    door.script["/2"] = hostile.redirect(away + "2")
    args = ("crawl", "http://www.test:%d/" % site.port, "-H", "--engine", engine, "--threads=2", *resolve)
    done = negotiated(run(*args, "--auth=negotiate", env=realm.env))
    assert {p["url"]: p["status"] for p in done.pages if away in p["url"]} == {away: 401, away + "2": 401}
    assert {p["status"] for p in done.pages if away not in p["url"]} == {200, 302} and len(done.pages) == len(SITE) + 2
    assert door.log and set(door.log) == {(kerberos.REALM, "joe")}
    assert set(sent(other, "Authorization")) == {None}
    # Without the option the ticket stays where it is.
    n = len(door.log)
    done = run(*args, env=realm.env).expect(crawl.AUTH)
    assert len(door.log) == n and [p["status"] for p in done.pages] == [401]


def test_negotiate_with_a_ticket_that_is_not_for_it(run, serve, realm):
    """A login that failed, said by the status; the server that would have had another ticket's proof gets nothing of use."""
    door = Door(SITE, kerberos.Lock(kerberos.Ticket("joe", "www.test")))
    realm.ticket("www.test")
    site = serve(door)
    done = negotiated(run("crawl", "http://www.test:%d/" % site.port, "--resolve=www.test:%d:127.0.0.1" % site.port, "--auth=negotiate",
                          env=realm.env))
    assert [p["status"] for p in done.pages] == [401] and set(door.log) <= {None} and len(site.log) <= 8


def test_negotiate_to_a_proxy(run, serve, authority, realm):
    script = {"/": page("/a"), "/a": page()}
    for site, url in ((serve(script), "http://www.test/"), (serve(script, tls=authority.context(authority.sign("www.test"))), "https://www.test/")):
        lock = kerberos.Lock(realm.ticket("proxy%d.test" % site.port))
        with proxies.HttpProxy(site.port, lock=lock) as proxy:
            port = proxy.where.rpartition(":")[2]
            done = negotiated(run(
                "crawl", url, "--proxy=http://proxy%d.test:%s" % (site.port, port), "--resolve=proxy%d.test:%s:127.0.0.1" % (site.port, port),
                "--proxy-auth=negotiate", "--ca-certificate", authority.cert, env=realm.env), crawl.OK)
        assert sorted(done.paths) == ["/", "/a"]
        assert lock.log and set(lock.log) == {(kerberos.REALM, "joe")}
        assert not [r for r in site.log if "proxy-authorization" in r.headers or "authorization" in r.headers]
