"""The org as a config file and back, and switches that are flipped while the mock runs."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_idp.__main__ import main
from mock_idp.client import Control, ControlError
from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.launcher import RunningIdp
from mock_idp.org.app import App, AppGroup, AppUser, GroupsClaim, Secret
from mock_idp.org.authorization_server import AuthorizationServer, Claim, Policy, Rule, Scope
from mock_idp.org.file import dump_org, load_org, parse_org
from mock_idp.org.live import LiveOrg
from mock_idp.org.model import Group, Org, Settings, TrustedOrigin, User
from mock_idp.store import MemoryStore
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ORIGIN, WEB, Okta
from tests.mock_idp.strategies import steady

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = TEXT.filter(bool)
JSON: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
TABLES = st.dictionaries(TEXT, JSON, max_size=2)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)


def few(entries: SearchStrategy[Any], unique: str) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(entries, max_size=2, unique_by=lambda entry: getattr(entry, unique)).map(tuple)


IDS = st.integers(0, 10**6).map("id{}".format)
USERS = st.builds(
    User, IDS, NAMES, TEXT, TEXT, password=TEXT, address=TABLES, claims=TABLES, attributes=TABLES, groups=TEXTS
)
APPS = st.builds(
    App,
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=8),
    label=TEXT,
    secrets=st.lists(
        st.builds(Secret, TEXT, TEXT, st.sampled_from(["ACTIVE", "INACTIVE"])), min_size=1, max_size=2
    ).map(tuple),
    groups_claim=st.none() | st.builds(GroupsClaim, TEXT, value=TEXT),
    jwks=st.lists(TABLES, max_size=2).map(tuple),
    implicit_assignment=st.booleans(),
    users=st.lists(st.builds(AppUser, TEXT, TEXT, TABLES), max_size=2).map(tuple),
    groups=st.lists(st.builds(AppGroup, TEXT, st.integers(0, 9), TABLES), max_size=2).map(tuple),
    response_types=st.sampled_from([(), ("code",), ("code", "id_token", "token")]),
    grant_types=TEXTS,
    profile=TABLES,
)
RULES = st.builds(Rule, NAMES, users=TEXTS, groups=TEXTS, scopes=TEXTS, grant_types=TEXTS)
POLICIES = st.builds(Policy, NAMES, description=TEXT, clients=TEXTS, rules=few(RULES, "name"))
SERVERS = st.builds(
    AuthorizationServer,
    st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True).filter(lambda name: name not in ("org", "v1")),
    name=TEXT,
    audiences=st.lists(TEXT, min_size=1, max_size=1).map(tuple),
    scopes=few(st.builds(Scope, NAMES, description=TEXT, default=st.booleans()), "name"),
    claims=few(st.builds(Claim, NAMES, value_type=st.just("SYSTEM"), value=TEXT, scopes=TEXTS), "name"),
    policies=st.none() | few(POLICIES, "name"),
)
HOSTS = st.sampled_from(["", "dev-1-admin.okta.test"])
ORGS = st.builds(
    Org,
    name=TEXT,
    id=TEXT,
    settings=st.builds(Settings, code_ttl=st.integers(1, 10**8), default_as_has_policy=st.booleans(), admin_host=HOSTS),
    users=st.lists(USERS, max_size=2, unique_by=(lambda user: user.id, lambda user: user.login)).map(tuple),
    groups=few(st.builds(Group, NAMES, description=TEXT), "name"),
    apps=few(APPS, "client_id"),
    authorization_servers=few(SERVERS, "id"),
    trusted_origins=few(st.builds(TrustedOrigin, NAMES, TEXT), "origin"),
)


def alive(org: Org) -> Org:
    """The org as it is while a mock runs, with what Okta adds by itself."""
    return LiveOrg(org, MemoryStore()).export()


@steady
@given(ORGS)
def test_export_and_import_make_an_equal_org(org: Org) -> None:
    before = alive(org)
    text = dump_org(before)

    assert alive(parse_org(text, "org")) == before
    assert dump_org(alive(parse_org(text, "org"))) == text


@steady
@given(ORGS, ORGS)
def test_nothing_of_the_old_org_stays(old: Org, new: Org) -> None:
    live = LiveOrg(old, MemoryStore())
    live.replace(new)

    assert live.export() == alive(new)


def test_the_order_is_that_of_the_file() -> None:
    apps = tuple(App(name, secrets=(Secret("s"),)) for name in ("a", "b", "c"))
    live = LiveOrg(Org(apps=apps), MemoryStore())
    live.replace(Org(apps=apps[::-1]))

    assert [app.client_id for app in live.apps.all()] == ["c", "b", "a"]


EMPTIES = Org(
    users=(),
    apps=(App("x", secrets=(Secret("s"),)),),
    authorization_servers=(AuthorizationServer("none", policies=()), AuthorizationServer("some")),
)


def test_empty_is_not_missing() -> None:
    found = parse_org(dump_org(alive(EMPTIES)), "org")

    assert found.users == ()
    assert not found.apps[0].implicit_assignment
    assert [server.policies for server in found.authorization_servers] == [(), None]
    assert parse_org(dump_org(Org()), "org").authorization_servers == ()


def test_a_short_file_for_a_plain_org() -> None:
    """What the mock adds by itself is not in the file."""
    text = dump_org(alive(Org(authorization_servers=(AuthorizationServer("default", "default"),))))

    assert 'id = "default"' in text
    assert not any(word in text for word in ("scopes", "claims", "policies", "preferred_username"))


def test_changed_system_parts_survive() -> None:
    (server,) = alive(Org(authorization_servers=(AuthorizationServer("default"),))).authorization_servers
    changed = dataclasses.replace(
        server, claims=tuple(dataclasses.replace(claim, always_include_in_token=True) for claim in server.claims)
    )

    before = alive(Org(authorization_servers=(changed,)))
    assert before.authorization_servers == (changed,)
    assert alive(parse_org(dump_org(before), "org")) == before


# ---- over the control API -----------------------------------------------------------------------------------


def test_exported_file_starts_a_mock(okta: Okta, tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text((okta.control("GET", "/org").json or {})["toml"], encoding="utf-8")

    assert Idp(ORIGIN, load_org(file)).org.export() == okta.idp.org.export()


def test_import_takes_effect_with_the_next_request(okta: Okta) -> None:
    okta.tokens()
    text = 'name = "Acme"\n[[users]]\nlogin = "grace@example.com"\npassword = "hopper"\n'

    answer = okta.control("PUT", "/org", {"toml": text})
    assert answer.status_code == 200, answer.text
    assert [user.login for user in okta.idp.org.users.all()] == ["grace@example.com"]
    assert "invalid_client" in okta.authorize(okta.attempt()).text
    assert okta.idp.org.name == "Acme"
    assert okta.rp.get(okta.url("keys", "orders")).status_code == 404


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"toml": "name = "}, "org: not a TOML file"),
        ({"toml": "nmae = 'x'"}, "org: unknown key 'nmae'; did you mean 'name'?"),
        (
            {"toml": "[[users]]\nlogin = 'ada@b.c'\n[[apps]]\nclient_id = 'x'"},
            "org: apps[0].client_secret: missing",
        ),
        ({"toml": "[[users]]\nlogin='a'\nid='1'\n[[users]]\nlogin='b'\nid='1'"}, "org: users: id '1' occurs twice"),
        ({"toml": 3}, "toml: expected the text of a config file"),
        ({}, "toml: expected the text of a config file"),
    ],
)
def test_import_is_all_or_nothing(okta: Okta, document: dict[str, Any], complaint: str) -> None:
    before = okta.idp.org.export()

    answer = okta.control("PUT", "/org", document)
    assert answer.status_code == 400
    assert (answer.json or {})["error"].startswith(complaint)
    assert okta.idp.org.export() == before


def test_import_outlives_the_process(tmp_path: Path) -> None:
    idp = Idp(ORIGIN, Org(apps=(App("old", secrets=(Secret("s"),)),)), state_directory=tmp_path)
    idp.org.replace(parse_org("[[apps]]\nclient_id = 'new'\nclient_secret = 's'\n", "org"))

    assert [app.client_id for app in Idp(ORIGIN, Org(), state_directory=tmp_path).org.apps.all()] == ["new"]


# ---- switches -----------------------------------------------------------------------------------------------


def test_a_flipped_switch_counts_from_the_next_request(okta: Okta) -> None:
    attempt = okta.attempt()
    assert "state" in okta.authorize(attempt, state=None).headers["Location"]

    answer = okta.control("PUT", "/settings", {"strictness": "core"})
    assert answer.status_code == 200
    assert "code=" in okta.authorize(attempt, state=None).headers["Location"]
    assert (okta.control("GET", "/settings").json or {}) == dataclasses.asdict(Settings(strictness="core"))
    assert okta.control("PUT", "/settings", {}).json == okta.control("GET", "/settings").json


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"strict": True}, "settings: unknown key 'strict'; did you mean 'strictness'?"),
        ({"engine": "v8"}, "settings.engine: expected 'oie' or 'classic', got 'v8'"),
        ({"code_ttl": 60, "consent": "no"}, "settings.consent: expected bool, got 'no'"),
    ],
)
def test_switches_are_checked(okta: Okta, sent: dict[str, Any], complaint: str) -> None:
    answer = okta.control("PUT", "/settings", sent)

    assert (answer.status_code, answer.json) == (400, {"error": complaint})
    assert okta.idp.org.settings == Settings()


def test_admin_host(make_okta: MakeOkta) -> None:
    okta = make_okta(admin_host="console.okta.test")

    page = okta.authorize(okta.attempt(), redirect_uri="https://rp.example/other").text
    assert ": https://console.okta.test/admin/app/oidc_client/instance/web#tab-general" in page


@pytest.mark.parametrize(
    ("origin", "console"),
    [
        ("https://acme.okta.test:8443", "https://acme-admin.okta.test:8443"),
        ("http://acme.okta.test", "http://acme-admin.okta.test"),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ("http://[::1]:8090", "http://[::1]:8090"),
        ("http://localhost:8090", "http://localhost:8090"),
    ],
)
def test_admin_host_of_the_org_url(keys: KeyRing, origin: str, console: str) -> None:
    idp = Idp(origin, Org(authorization_servers=(AuthorizationServer("default"),)))
    idp.keys = keys
    page = Okta(idp, ManualClock()).authorize(redirect_uri="https://rp.example/other").text
    assert f": {console}/admin/app/oidc_client/instance/web#tab-general" in page


# ---- a mock that runs ---------------------------------------------------------------------------------------


def test_export_that_fails_leaves_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "org.toml"
    file.write_text("name = 'before'")
    monkeypatch.setattr(Control, "export_org", lambda _self: "name = '\ud800'")

    assert main(["export", str(file), "--control-url", "http://127.0.0.1:9", "--control-token", "x"]) == 20
    assert capsys.readouterr().err.startswith("mock_idp: 'utf-8' codec can't encode character")
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("org.toml", "name = 'before'")]


def test_commands_and_client(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "org.toml"
    with RunningIdp([]) as idp:
        control: Control = idp.control()
        where = ["--control-url", idp.ready.control_url, "--control-token", idp.ready.control_token]
        control.register_client("web", WEB)

        assert main(["export", str(file), *where]) == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [app.client_id for app in load_org(file).apps] == ["web"]
        assert main(["export", *where]) == 0
        assert capsys.readouterr().out == file.read_text() == control.export_org()

        control.import_org("")
        assert control.client("web") is None
        assert main(["import", str(file), *where]) == 0
        assert control.client("web") is not None

        file.write_text("nmae = 1")
        assert main(["import", str(file), *where]) == 20
        assert capsys.readouterr().err == "mock_idp: org: unknown key 'nmae'; did you mean 'name'?\n"
        assert main(["import", str(tmp_path / "none"), *where]) == 20
        assert "No such file" in capsys.readouterr().err
        assert main(["export", "--control-url", idp.ready.control_url]) == 20
        assert "GAUNTLET_CONTROL_TOKEN" in capsys.readouterr().err

        assert control.change_settings(engine="classic")["engine"] == "classic"
        assert control.settings()["engine"] == "classic"
        attempt = control.create_attempt()
        assert control.logout("backchannel", attempt=attempt) == []
        with pytest.raises(ControlError, match="no user 'nobody'"):
            control.logout("universal", user="nobody")
