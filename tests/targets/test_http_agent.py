"""What only the HTTP user agent has to care about: limits, raw answers, reading pages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from targets.errors import TargetError
from targets.forms import Document
from targets.http_agent import HttpAgent
from targets.shapes import AuthorizationResponse, Page
from targets.target_schema import Login, Session, Target
from tests.targets.server import Reply, Site, redirect


@contextmanager
def raw(answer: Callable[[socket.socket, int], None]) -> Iterator[str]:
    """A server of one function, called with every connection and its number; the URL."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for number in range(100):
                connection, _ = server.accept()
                if stop.is_set():
                    return
                with connection:
                    answer(connection, number)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        stop.set()
        socket.create_connection(server.getsockname()).close()
        thread.join(5)


def opened(url: str, timeout: float = 5.0) -> Page:
    agent = HttpAgent(Target(base_url=url), timeout=timeout)
    try:
        return agent.open(None).start_login()
    finally:
        agent.close()


def test_an_answer_that_does_not_come_is_a_page() -> None:
    with raw(lambda connection, _: print(connection.recv(65536) and connection.recv(1))) as url:
        page = opened(url, timeout=0.3)
    assert (page.status, page.text) == (0, "no complete answer within 0.3 s")


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_drips_is_cut_off(start: bytes) -> None:
    """Every byte comes in time; the whole does not."""
    gone = threading.Event()

    def drip(connection: socket.socket, _: int) -> None:
        connection.recv(65536)
        connection.sendall(start)
        for _ in range(100):
            if gone.wait(0.05):  # the pace of the drip, which is what is under test
                return
            try:
                connection.sendall(b"x")
            except OSError:
                return

    with raw(drip) as url:
        page = opened(url, timeout=0.4)
        gone.set()
    assert page.status == 0
    assert "within 0.4 s" in page.text


def test_an_answer_that_is_no_http_is_a_page() -> None:
    with raw(lambda connection, _: connection.sendall(b"\0" * 10 + connection.recv(65536))) as url:
        page = opened(url)
    assert page.status == 0
    assert "without a proper answer" in page.text


def test_a_kept_connection_that_was_closed_is_opened_again() -> None:
    """As after a restart of the target: the second request finds a dead connection."""
    seen: list[int] = []

    def answer(connection: socket.socket, number: int) -> None:
        connection.recv(65536)
        seen.append(number)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        if number == 0:
            connection.recv(65536)  # takes the second request, and hangs up on it

    with raw(answer) as url:
        agent = HttpAgent(Target(base_url=url), timeout=5)
        profile = agent.open(None)
        assert profile.start_login().text == "ok"
        assert profile.probe().text == "ok"
        agent.close()
    assert seen == [0, 1]


def test_overrides_the_host_of_the_first_request(rp: Site) -> None:
    rp.routes["/"] = lambda _: redirect("/next")
    agent = HttpAgent(Target(base_url=rp.url("/")), timeout=5)
    agent.open(None).start_login(headers={"host": "evil.example"})
    agent.close()
    assert [one.headers["Host"] for one in rp.received] == ["evil.example", f"127.0.0.1:{rp.port}"]


def test_goes_to_nobody_but_the_target_and_the_idp(rp: Site) -> None:
    rp.routes["/"] = lambda _: redirect("https://attacker.example/steal")
    page = opened(rp.url("/"))
    assert (page.url, page.status) == ("https://attacker.example/steal", 0)
    assert "neither the target nor the IdP" in page.text
    rp.routes["/"] = lambda _: redirect("com.example.app:/callback?code=1")
    assert opened(rp.url("/")).url == "com.example.app:/callback?code=1"


def test_reads_what_is_no_page(rp: Site) -> None:
    text = '{"name": "<meta http-equiv=refresh content=0;url=/x>"}'
    rp.routes["/"] = lambda _: Reply(text, kind="application/json; charset=nonsense")
    page = opened(rp.url("/"))
    assert (page.text, page.body, page.title) == (text, text, "")
    rp.routes["/"] = lambda _: Reply("x" * 3_000_000)
    page = opened(rp.url("/"))
    assert (len(page.text), len(page.body)) == (4000, 2_000_000)


def test_says_where_a_request_comes_from(rp: Site) -> None:
    rp.routes["/"] = lambda _: Reply("<body onload='document.forms[0].submit()'><form action=/next method=post>")
    opened(rp.url("/"))
    first, second = rp.received
    assert (first.headers["Sec-Fetch-Site"], first.headers["Origin"]) == ("none", None)
    assert (second.headers["Sec-Fetch-Site"], second.headers["Origin"]) == ("same-origin", rp.url())
    assert second.headers["Referer"] == rp.url("/")


@pytest.mark.parametrize(
    "target",
    [
        Target(base_url="http://h", javascript=True),
        Target(base_url="http://h", login=Login(kind="button", button="x")),
        Target(base_url="http://h", session=Session(kind="storage")),
    ],
)
def test_refuses_what_only_a_browser_can_do(target: Target) -> None:
    with pytest.raises(TargetError, match="only a browser") as caught:
        HttpAgent(target)
    assert caught.value.code == 27


PAGE = "http://rp.test/dir/page?x=1"


@pytest.mark.parametrize(
    ("body", "onward"),
    [
        ("<form action=a></form><script>document.forms[0].submit()</script>", "http://rp.test/dir/a"),
        (
            "<form action=a><input name=n value=v></form><script>f.submit();</script>",
            "http://rp.test/dir/a?n=v",
        ),
        (
            "<form></form><form id=go action=b></form><script>$('#go').submit()</script>",
            "http://rp.test/dir/b",
        ),
        ("<form action=a></form><button onclick='this.form.submit()'>", None),
        ("<form action=a></form><script>b.addEventListener('click', () => f.submit())</script>", None),
        (
            "<form action=a></form><script>addEventListener('load', () => f.submit())</script>",
            "http://rp.test/dir/a",
        ),
        (f"<form action=a></form><script>{'x();' * 500} f.submit()</script>", None),
        ("<meta http-equiv=Refresh content='5; URL=\"/b\"'>", "http://rp.test/b"),
        ("<meta http-equiv=refresh content='6; url=/b'>", None),
        ("<meta http-equiv=refresh content='3'>", None),
        ("<noscript><meta http-equiv=refresh content='0; url=/b'></noscript>", None),
        (
            "<base href='http://rp.test/other/'><form action=a></form><script>f.submit()</script>",
            "http://rp.test/other/a",
        ),
    ],
)
def test_sees_where_a_page_goes_by_itself(body: str, onward: str | None) -> None:
    found = Document(body, PAGE).onward()
    assert (found.url if found else None) == onward


def test_collects_what_a_form_would_send() -> None:
    body = """<form method=post action=/go enctype=multipart/form-data>
      <input name=text value=1><input name=off disabled value=2>
      <fieldset disabled><input name=off2></fieldset><input type=checkbox name=c1 checked>
      <input type=checkbox name=c2><input type=radio name=r value=3 checked>
      <select name=s><option>a<option selected value=b>B</select>
      <select name=first><option>one<option>two</select>
      <textarea name=t>\nlines</textarea><input type=file name=f><button type=button name=b1>no</button>
      <button name=b2 value=yes>go</button><input type=submit name=b3></form><input form=none name=stray>"""
    found = Document(body, PAGE).form("form", {"text": "new"})
    assert found is not None
    assert (found.method, found.url, found.multipart) == ("POST", "http://rp.test/go", True)
    assert dict(found.fields) == {
        "c1": "on", "r": "3", "s": "b", "first": "one", "t": "lines", "b2": "yes", "text": "new"
    }  # fmt: skip
    with pytest.raises(ValueError, match="not a CSS selector"):
        Document(body, PAGE).form("form[", {})


@pytest.mark.parametrize("body", ["", "\0", "<", "<!--", "<div>" * 50_000, "<form><form><select><option>", "&#x0;"])
def test_reads_anything(body: str) -> None:
    document = Document(body, PAGE)
    assert (document.title, document.onward(), document.sign_in()) == ("", None, None)
    assert len(document.text) <= 4000


def test_edits_authorization_responses() -> None:
    response = AuthorizationResponse("http://rp.test/cb", "query", (("code", "1"), ("state", "s"), ("code", "2")))
    assert response.get("code") == "1"
    assert response.get("none") is None
    assert response.replacing("code", "3").parameters == (("code", "3"), ("state", "s"))
    assert response.replacing("iss", "i").parameters[-1] == ("iss", "i")
    assert response.without("code").parameters == (("state", "s"),)
    assert response.adding("state", "t").parameters[-1] == ("state", "t")
