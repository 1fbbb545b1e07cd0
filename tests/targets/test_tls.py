"""Certificates: what is trusted, and what is said when one is not."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from targets.agent import UserAgent
from targets.browser_agent import BrowserAgent
from targets.errors import TargetError
from targets.http_agent import HttpAgent
from targets.shapes import Carrier
from targets.target_schema import Target
from tests.targets.conftest import browser_agent
from tests.targets.server import Reply, Site, redirect, serving

Made = Callable[..., UserAgent]
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def context(ca: trustme.CA, name: str, not_after: datetime | None = None) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name, not_after=not_after).configure_cert(made)
    return made


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
def secure(ca: trustme.CA) -> Iterator[Site]:
    with serving({"/": lambda _: Reply("hello")}, context(ca, "127.0.0.1")) as site:
        yield site


@pytest.fixture(params=["http", pytest.param("chromium", marks=pytest.mark.browser)])
def agent(request: pytest.FixtureRequest) -> Iterator[Made]:
    agents: list[UserAgent] = []

    def make(target: Target, *ca_files: Path) -> UserAgent:
        if request.param == "http":
            agents.append(HttpAgent(target, ca_files=ca_files, timeout=5))
        elif ca_files:
            agents.append(BrowserAgent(target, ca_files=ca_files, timeout=5))
        else:
            agents.append(browser_agent(target))
        return agents[-1]

    yield make
    for one in agents:
        one.close()


def untrusted(agent: UserAgent, carrier: Carrier | None = None) -> str:
    with pytest.raises(TargetError) as caught:
        agent.open(carrier).start_login()
    assert caught.value.code == 25
    return str(caught.value)


def test_trusts_the_ca_that_is_named(agent: Made, secure: Site, ca_file: Path) -> None:
    assert agent(Target(base_url=secure.url()), ca_file).open(None).start_login().text == "hello"
    by_target = Target(base_url=secure.url(), ca_file=str(ca_file))
    assert agent(by_target).open(None).start_login().text == "hello"


def test_an_unknown_ca_is_told(agent: Made, secure: Site) -> None:
    message = untrusted(agent(Target(base_url=secure.url())))
    assert f"the certificate of the target at {secure.url()}" in message
    assert "ca_file" in message


def test_the_idps_certificate_is_told_apart(agent: Made, rp: Site, secure: Site) -> None:
    rp.routes["/"] = lambda _: redirect(secure.url("/"))
    carrier = Carrier(secure.url(), "attempt", "X-Attempt", "a-1")
    message = untrusted(agent(Target(base_url=rp.url("/"))), carrier)
    assert "the certificate of the IdP" in message


def test_an_expired_certificate_is_told(agent: Made, ca: trustme.CA, ca_file: Path) -> None:
    with serving({}, context(ca, "127.0.0.1", not_after=YESTERDAY)) as site:
        assert "has expired" in untrusted(agent(Target(base_url=site.url()), ca_file))


def test_another_hosts_certificate_is_told(agent: Made, ca: trustme.CA, ca_file: Path) -> None:
    with serving({}, context(ca, "other.test")) as site:
        assert "another host name" in untrusted(agent(Target(base_url=site.url()), ca_file))


def test_a_file_that_is_no_ca_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(TargetError, match=r"ca\.pem cannot be used") as caught:
        HttpAgent(Target(base_url="https://127.0.0.1"), ca_files=[tmp_path / "ca.pem"])
    assert caught.value.code == 25
