"""An org that Okta's Python SDK set up over TLS: logins through it work as its settings say, and not otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mock_idp.launcher import RunningIdp
from targets.process import StartedTarget, free_port
from targets.target_file import load
from tests.third_party.installed import python_script
from tests.third_party.person import Person

pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("third-party-sdk")]

LOGIN, PASSWORD = "grace@example.com", "Correct-horse-7"


@dataclass
class Org:
    """The mock's org, and what the SDK made in it."""

    idp: RunningIdp
    made: dict[str, Any]

    def call(self, name: str, **arguments: Any) -> Any:
        return call(self.idp, name, **arguments)


def call(idp: RunningIdp, name: str, **arguments: Any) -> Any:
    """What a function of python/manage.py returns."""
    assert idp.ready.ca_file is not None
    given = {"org": idp.ready.public_url, "api_token": idp.ready.api_token, "call": name, "arguments": arguments}
    return python_script("manage.py", given, idp.ready.ca_file)


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    with RunningIdp(["--tls", "--state-dir", str(tmp_path_factory.mktemp("sdk"))]) as idp:
        port = free_port()
        redirect_uri = f"http://127.0.0.1:{port}/callback"
        made = call(idp, "create", redirect_uris=[redirect_uri], login=LOGIN, password=PASSWORD)
        yield Org(idp, {**made, "port": str(port)})


@pytest.fixture(scope="module")
def application(org: Org, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a relying party (Authlib) that is registered as the SDK did it."""
    settings = {name: org.made[name] for name in ("issuer", "client_id", "client_secret", "port")}
    log = tmp_path_factory.mktemp("application") / "application.log"
    with StartedTarget(load("reference"), {**settings, "ca_file": str(org.idp.ready.ca_file)}, log) as started:
        yield started.target.base_url


@pytest.fixture
def person(org: Org) -> Iterator[Person]:
    assert org.idp.ready.ca_file is not None
    person = Person(org.idp.ready.ca_file, LOGIN, PASSWORD)
    yield person
    person.close()


def test_made_what_was_asked_for(org: Org) -> None:
    made = org.made
    prefixes = {"app": "0oa", "group": "00g", "user": "00u", "server": "aus", "policy": "00p", "rule": "0pr"}
    assert {kind: made[kind][:3] for kind in prefixes} == prefixes
    assert made["client_id"] == made["app"]
    assert made["user_status"] == "ACTIVE"
    assert made["issuer"] == f"{org.idp.ready.public_url}/oauth2/{made['server']}"
    assert made["rule_scopes"] == ["openid", "profile", "email", "orders:read"]


def test_reads_it_back(org: Org) -> None:
    made = org.made
    asked = {kind: made[kind] for kind in ("app", "group", "user", "server")}
    found = org.call("read", **asked, missing="0oanosuchapp00000000")
    assert "E0000007" in found["missing"]
    assert "Not found: Resource not found: 0oanosuchapp00000000 (AppInstance)" in found["missing"]
    assert (found["app"], found["user"]) == ("Made by the SDK", LOGIN)
    assert made["app"] in found["apps"]
    assert made["user"] in found["users"]
    assert found["members"] == [made["user"]]
    assert "orders:read" in found["scopes"]
    assert found["policies"] == ["Orders policy"]


def test_login_is_refused_until_the_person_is_assigned(org: Org, application: str, person: Person) -> None:
    """One test, because the assignment is what makes the difference."""
    page = person.signs_in(f"{application}/login")
    assert "User is not assigned to the client application." in page.text
    assert person.opens(f"{application}/me").status_code == 401

    assert org.call("assign", app=org.made["app"], user=org.made["user"])["id"] == org.made["user"]
    page = person.opens(f"{application}/login")
    assert page.status_code == 200
    page = person.opens(f"{application}/me")
    assert page.status_code == 200
    for shown in (org.made["user"], LOGIN, "Grace Hopper"):
        assert shown in page.text
