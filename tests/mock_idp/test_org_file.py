"""The config file: what it can say, and one clear error for everything that it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_idp.__main__ import main
from mock_idp.operations.gate import load as load_org
from mock_idp.org.model import OrgError

GOOD = """
name = "Acme"

[settings]
strictness = "core"
code_ttl = 60

[[users]]
login = "grace@example.com"
password = "hopper"
groups = ["Everyone", "Navy"]
[users.claims]
tenant = "t1"

[[apps]]
client_id = "0oa1"
client_secret = "s"
redirect_uris = ["http://localhost:8080/callback"]
refresh_token_rotation = "ROTATE"

[[authorization_servers]]
id = "orders"
audiences = ["api://orders"]
scopes = ["orders:read"]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "org.toml"
    path.write_text(text)
    return path


def test_config(tmp_path: Path) -> None:
    org = load_org(written(tmp_path, GOOD))

    assert (org.name, org.settings.strictness, org.settings.code_ttl) == ("Acme", "core", 60)
    user, app, server = org.users[0], org.apps[0], org.authorization_servers[0]
    assert (user.email, user.name, user.groups, user.claims) == (
        "grace@example.com",
        "grace@example.com",
        ("Everyone", "Navy"),
        {"tenant": "t1"},
    )
    assert user.id.startswith("00u")
    assert len(user.id) == 20
    assert (app.client_id, app.refresh_token_rotation) == ("0oa1", "ROTATE")
    assert (server.audiences, [scope.name for scope in server.scopes]) == (("api://orders",), ["orders:read"])


RULE = """[[authorization_servers]]
id = "a"
[[authorization_servers.policies]]
name = "P"
[[authorization_servers.policies.rules]]
name = "R"
{}
"""


def test_default_org() -> None:
    org = load_org(None)

    assert [server.id for server in org.authorization_servers] == ["default"]
    assert [user.login for user in org.users] == ["ada@example.com"]
    assert org.apps == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = ", "not a TOML file"),
        ("nmae = 'x'", "unknown key 'nmae'; did you mean 'name'?"),
        ("name = 3", "name: expected str, got 3"),
        ("id = []", "id: expected str, got []"),
        ("settings = 3", "settings: expected a table, got int"),
        ("[settings]\nstrict = true", "settings: unknown key 'strict'; did you mean 'strictness'?"),
        ("[settings]\nstrictness = 'lax'", "settings.strictness: expected 'okta' or 'core', got 'lax'"),
        ("[settings]\ncode_ttl = true", "settings.code_ttl: expected int, got True"),
        ("[settings]\ncode_ttl = 0", "settings.code_ttl: expected 1 to 316224000, got 0"),
        ("[settings]\nsession_ttl = 316224001", "settings.session_ttl: expected 1 to 316224000, got 316224001"),
        ("[settings]\nsession_ttl = 1e30", "settings.session_ttl: expected int, got 1e+30"),
        ("[settings]\nrate_limit = -1", "settings.rate_limit: expected 0 to 1000000, got -1"),
        ("[settings]\ngroups_limit = 0", "settings.groups_limit: expected 1 to 1000000, got 0"),
        ("[settings]\nadmin_host = 'x/y'", "settings.admin_host: expected a host name, got 'x/y'"),
        (
            "[[authorization_servers]]\nid = 'a'\naudiences = ['x', 'y']",
            "audiences: Only one audience is supported.",
        ),
        (
            RULE.format("access_token_lifetime_minutes = 4"),
            "rules[0].access_token_lifetime_minutes: The value must",
        ),
        (
            RULE.format("refresh_token_lifetime_minutes = 59"),
            "minutes: The value must be 0, or between",
        ),
        (
            RULE.format("refresh_token_window_minutes = 9"),
            "minutes: The value must be between 10 and",
        ),
        ("[settings]\norg_code_flow_id_token = 'x'", "settings.org_code_flow_id_token: expected 'thin' or 'fat'"),
        ("[settings]\ncustom_url = 'login.x'", "settings.custom_url: expected a URL without a path, got 'login.x'"),
        (
            "[[authorization_servers]]\nid = 'a'\n[[authorization_servers.claims]]\nname = 'c'\nvalue = 'user.'",
            "authorization_servers[0].claims[0].value: The expression ends where something must follow.",
        ),
        (
            "[[authorization_servers]]\nid = 'a'\n[[authorization_servers.claims]]\nname = 'c'\nvalue_type = 'GROUPS'",
            "authorization_servers[0].claims[0].group_filter_type: expected 'STARTS_WITH' or",
        ),
        (
            "[[authorization_servers]]\nid = 'a'\n[[authorization_servers.claims]]\nname = 'c'\nclaim_type = 'ID'",
            "authorization_servers[0].claims[0].claim_type: expected 'IDENTITY' or 'RESOURCE', got 'ID'",
        ),
        (
            "[[apps]]\nclient_id = 'x'\nclient_secret = 's'\ngroups_claim = {filter_type = 'LIKE'}",
            "apps[0].groups_claim.filter_type: expected 'STARTS_WITH' or",
        ),
        ("users = 'ada'", "users: expected a list of tables ([[users]])"),
        ("users = [3]", "users[0]: expected a table, got int"),
        ("[[users]]\nname = 'x'", "users[0]: missing id, login, email"),
        ("[[users]]\nlogin = 'a'\nstatus = 'ACTVE'", "users[0].status: expected 'STAGED' or 'PROVISIONED' or 'ACTIVE'"),
        ("[[users]]\nlogin = 3", "users[0].login: expected str, got 3"),
        ("[[users]]\nlogin = 'a'\nclaims = 'b'", "users[0].claims: expected a table"),
        ("[[users]]\nlogin = 'a'\n[[users]]\nlogin = 'a'", "users: login 'a' occurs twice"),
        ("[[apps]]\nlabel = 'x'", "apps[0]: missing client_id"),
        ("[[apps]]\nclient_id = 'x'", "apps[0].client_secret: missing"),
        ("[[apps]]\nclient_id = ''\nclient_secret = 's'", "apps[0].client_id: expected printable ASCII characters"),
        ("[[authorization_servers]]\nname = 'x'", "authorization_servers[0]: missing id"),
        ("[[authorization_servers]]\nid = 'v1'", "authorization_servers[0].id: expected letters"),
        ("[[authorization_servers]]\nid = 'a/b'", "authorization_servers[0].id: expected letters"),
        (
            "[[authorization_servers]]\nid = 'a'\naudiences = []",
            "authorization_servers[0].audiences: The field cannot be left blank",
        ),
        ("[[authorization_servers]]\nid = 'a'\nstrictness = 'x'", "authorization_servers[0].strictness: expected"),
    ],
)
def test_one_clear_error(tmp_path: Path, text: str, complaint: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(OrgError) as raised:
        load_org(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert complaint in str(raised.value)


@pytest.mark.parametrize("content", [None, b"name = '\xff'", "directory"])
def test_unreadable_file(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "org.toml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()

    with pytest.raises(OrgError, match=r"cannot read the config file|not a TOML file"):
        load_org(path)


def damaged(tmp_path: Path, name: str, text: str) -> list[str]:
    (tmp_path / name).write_text(text)
    return ["--state-dir", str(tmp_path)]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--config", "/no/such/file.toml"], "/no/such/file.toml: cannot read the config file: No such file"),
        (["--port", "70000"], "port 70000: expected 0 to 65535"),
        (["--control-port", "-1"], "control port -1: expected 0 to 65535"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
        (["--tls"], "TLS needs a state directory"),
        (["--public-url", "dev-1.okta.test"], "public URL 'dev-1.okta.test': expected http(s)://host"),
        (["--public-url", "https://dev-1.okta.test/sub"], "public URL 'https://dev-1.okta.test/sub': expected"),
        (["--public-url", "https://[x"], "public URL 'https://[x': expected"),
        (["--state-dir", "/dev/null/state"], "/dev/null/state: cannot use this state directory"),
    ],
)
def test_exit_20(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 20
    said = capsys.readouterr()
    assert said.err.startswith(f"mock_idp: {complaint}")
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("keys.json", "{"),
        ("keys.json", "[]"),
        ("keys.json", '{"default/active": "no key"}'),
        ("org.json", "[3]"),
        ("org.json", '{"app": [3]}'),
        ("org.json", '{"app": {"x": {"client": "x"}}}'),
    ],
)
def test_damaged_state(tmp_path: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(damaged(tmp_path, name, text)) == 20
    assert capsys.readouterr().err == f"mock_idp: {tmp_path / name}: damaged; delete it and the mock makes a new one\n"


def test_config_error_is_exit_20(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "nmae = 1")

    assert main(["--config", str(path)]) == 20
    assert capsys.readouterr().err == f"mock_idp: {path}: unknown key 'nmae'; did you mean 'name'?\n"
