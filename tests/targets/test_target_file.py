"""Target files: what a good one means, and what a wrong one is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from targets.errors import TargetError
from targets.target_file import load, shipped
from targets.target_schema import Identity, Requirement

Written = Callable[[str], Path]

GOOD = """
description = "an app"
base_url = "http://127.0.0.1:{port}"
ca_file = "ca.pem"
pace = 1

[client]
client_id = "abc"
client_secret = "${RP_SECRET}"
redirect_uris = ["{base_url}/callback", "{base_url}/other"]

[login]
kind = "form"
url = "/login"
fields = { tenant = "t1" }

[session]
probe = "/me"

[identities]
kind = "pool"
pool = [{ email = "a@example.com" }]

[features]
userinfo = false

[start]
command = ["{python}", "-m", "app"]
env = { BACK = "{redirect_uri}", ID = "{client_id}", ISSUER = "{issuer}" }
requires = [{ command = "node", hint = "make third-party" }]

[[waiver]]
case = "id-token.audience.*"
reason = "known"
owner = "us"
expires = 2027-01-31
"""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str) -> Path:
        path = tmp_path / "shop.toml"
        path.write_text(text)
        return path

    return write


def refused(path: Path | str, env: Mapping[str, str] = os.environ) -> str:
    with pytest.raises(TargetError) as caught:
        load(path, env)
    assert caught.value.code == 20
    return str(caught.value)


def test_reads_a_target_file(written: Written) -> None:
    path = written(GOOD)
    target = load(path, {"RP_SECRET": "s3cret"})
    assert (target.name, target.pace, target.source) == ("shop", 1.0, path)
    assert target.ca_file == str(path.parent / "ca.pem")
    assert target.client.client_secret == "s3cret"
    assert "s3cret" not in repr(target)
    assert target.identities.pool == (Identity(email="a@example.com"),)
    assert target.features == {"userinfo": False}
    assert target.waivers[0].expires == date(2027, 1, 31)
    assert target.start is not None
    assert target.start.command[0] == sys.executable
    assert target.start.directory == str(path.parent)
    assert target.start.requires == (Requirement(command="node", hint="make third-party"),)


def test_fills_placeholders(written: Written) -> None:
    target = load(written(GOOD), {"RP_SECRET": "with {port} in it"})
    resolved = target.resolve(port="81", issuer="http://localhost:9/oauth2/default")
    assert resolved.base_url == "http://127.0.0.1:81"
    assert resolved.client.redirect_uris[1] == "http://127.0.0.1:81/other"
    assert resolved.idp.issuer == "http://localhost:9/oauth2/default"
    assert resolved.start is not None
    assert resolved.start.env == {
        "BACK": "http://127.0.0.1:81/callback",
        "ID": "abc",
        "ISSUER": "http://localhost:9/oauth2/default",
    }
    assert (resolved.login_url, resolved.probe_url) == ("http://127.0.0.1:81/login", "http://127.0.0.1:81/me")
    with pytest.raises(ValueError, match="prot"):
        target.resolve(prot="81")


def test_a_generated_client_becomes_the_targets_own(written: Written) -> None:
    target = load(written('base_url = "http://127.0.0.1:1"')).resolve(client_id="new", client_secret="s")
    assert (target.client.client_id, target.client.client_secret) == ("new", "s")


SECOND = """
[second_idp]
redirect_uris = ["{base_url}/callback/second"]
[second_idp.login]
url = "/second"
"""


def test_a_second_idp_has_a_start_and_a_registration_of_its_own(written: Written) -> None:
    target = load(written(GOOD + SECOND), {"RP_SECRET": "s"})
    made = {"second_client_id": "xyz", "second_client_secret": "t"}
    there = target.resolve(port="81", second_issuer="http://localhost:9", **made).at_second_idp
    assert there.login_url == "http://127.0.0.1:81/second"
    assert there.probe_url == "http://127.0.0.1:81/me"
    assert (there.client.client_id, there.client.client_secret) == ("xyz", "t")
    assert there.client.redirect_uris == ("http://127.0.0.1:81/callback/second",)


def test_a_second_idp_may_know_the_target_by_the_same_id(written: Written) -> None:
    same = SECOND.replace("redirect_uris", 'client_id = "{client_id}"\n#')
    made = {"second_client_id": "abc", "second_client_secret": "s"}
    there = load(written(GOOD + same), {"RP_SECRET": "s"}).resolve(port="81", **made).at_second_idp
    assert (there.client.client_id, there.client.client_secret) == ("abc", "s")
    assert there.client.redirect_uris == ("http://127.0.0.1:81/callback", "http://127.0.0.1:81/other")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('base_urll = "http://h"', "unknown key 'base_urll' (did you mean 'base_url'?)"),
        (
            'base_url = "http://h"\n[login]\nbuton = "x"',
            "[login] unknown key 'buton' (did you mean 'button'?)",
        ),
        ('base_url = "http://h"\n[nothing]\nx = 1', "unknown key 'nothing' (known: "),
        ('name = "x"', "base_url is missing"),
        ('base_url = "ftp://h"', "base_url: expected an http or https URL, got 'ftp://h'"),
        ('base_url = "http://h"\njavascript = "yes"', "javascript: expected true or false, got 'yes'"),
        ('base_url = "http://h"\npace = true', "pace: expected a number, got True"),
        ('base_url = "http://h"\npace = inf', "pace: expected seconds, 0 or more, got inf"),
        ('base_url = "http://h"\npace = -1', "pace: expected seconds, 0 or more, got -1"),
        ('base_url = "http://h"\n[client]\nredirect_uris = "x"', "[client] redirect_uris: expected a list"),
        ('base_url = "http://h"\n[client]\nredirect_uris = [1]', "[client] redirect_uris: expected a string"),
        ('base_url = "http://h"\nlogin = "x"', "login: expected a table, got 'x'"),
        ('base_url = "http://h"\n[login]\nkind = "redirct"', "'redirct' is not one of redirect, post"),
        ('base_url = "http://h"\n[login]\nkind = "button"', "[login] button: needed"),
        ('base_url = "http://h"\n[login]\nfields = { a = 1 }', "[login.fields] a: expected a string, got 1"),
        (
            'base_url = "http://h"\n[second_idp]\nserver = "default"\n[second_idp.login]\nurl = "/"',
            "[second_idp] server: 'default' is the first IdP already ([idp] server)",
        ),
        (
            'base_url = "http://h"\n[second_idp.login]\nurl = "/"',
            '[second_idp] client_id: needed for a target that runs already ("{client_id}": as at the first)',
        ),
        (
            'base_url = "http://h"\n[renewal]\nbutton = "x"',
            "[renewal] unknown key 'button' (known: fields, form, kind, token, url)",
        ),
        ('base_url = "http://h"\n[renewal]\nkind = "button"', "'button' is not one of redirect, post, form, json"),
        (
            'base_url = "http://h"\n[logout]\njson_key = "x"',
            "[logout] unknown key 'json_key' (known: button, fields, form, kind, url)",
        ),
        ('base_url = "http://h"\n[second_idp]\nserver = "org"', "[second_idp] login is missing"),
        ('base_url = "http://h:{port}"', "{port} needs a [start] table"),
        (
            'base_url = "http://h"\n[login]\nurl = "{base_ulr}/x"',
            "{base_ulr} in '{base_ulr}/x' (did you mean",
        ),
        ('base_url = "http://h"\n[guide]\nname = "{issuer}"', "unknown placeholder {issuer} in '{issuer}'"),
        ('base_url = "http://h"\nname = "${NOT_SET}"', "environment variable NOT_SET is not set"),
        ('base_url = "http://h"\n[start]\ncommand = []', "[start] command: the list is empty"),
        ('base_url = "http://h"\n[start]\nready = "/"', "[start] command is missing"),
        ('base_url = "http://h"\n[identities]\nkind = "pool"', "[identities] pool: needed"),
        ('base_url = "http://h"\n[identities]\npool = [{}]', "[identities] pool: every entry needs a sub, an email or"),
        (
            'base_url = "http://h"\n[identities]\npool = [{email = "a@h", name = "A"}, {email = "A@h", name = "B"}]',
            "[identities] pool: 'a@h' is in two entries",
        ),
        (
            'base_url = "http://h"\n[identities]\npool = [{name = "A"}, {name = "A"}]',
            "[identities] pool: 'A' is in two entries",
        ),
        ('base_url = "http://h"\n[[waiver]]\ncase = "x"', "[waiver] reason is missing"),
        (
            'base_url = "http://h"\n[[waiver]]\ncase="x"\nreason="r"\nowner="o"\nexpires="soon"',
            "[waiver] expires: expected a date such as 2027-01-31, got 'soon'",
        ),
        (
            'base_url = "http://h"\n[[waiver]]\ncase="x"\nreason="r"\nowner="o"\nexpires=2027-01-31T00:00:00',
            "[waiver] expires: expected a date such as 2027-01-31",
        ),
        ("base_url = ", "this is not TOML"),
    ],
)
def test_says_what_is_wrong(written: Written, text: str, complaint: str) -> None:
    path = written(text)
    message = refused(path, {})
    assert complaint in message
    assert str(path) in message


def test_does_not_show_a_secret_in_an_error(written: Written) -> None:
    text = 'base_url = "http://h"\n[client]\nclient_secret = "${S}"\nclient_idd = "x"'
    assert "hush" not in refused(written(text), {"S": "hush {prot}"})


def test_a_url_is_a_target() -> None:
    target = load("https://shop.example.com/start?x=1")
    assert target.bare
    assert target.name == "shop.example.com"
    assert target.login_url == target.probe_url == "https://shop.example.com/start?x=1"


def test_finds_targets_by_name_and_folder(tmp_path: Path) -> None:
    (tmp_path / "target.toml").write_text('base_url = "http://h"')
    assert load(tmp_path).name == tmp_path.name
    env = {**os.environ, "WEAKNESS": "any"}
    for name in shipped():
        assert load(name, env).source == load(name.replace("-", "_"), env).source
    assert "neither a file, nor a URL, nor a shipped target" in refused("nobody-has-this-name")
    assert "no such target file" in refused(str(tmp_path / "none.toml"))


def test_a_file_stands_upon_another(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "target.toml").write_text(
        'name = "app"\nbase_url = "http://h"\nca_file = "ca.pem"\n[client]\nclient_id = "app"\nscopes = ["a", "b"]\n'
        '[start]\ncommand = ["serve"]\nenv = { A = "1", B = "2" }'
    )
    variant = tmp_path / "variant.toml"
    variant.write_text('extends = "base/target.toml"\n[client]\nscopes = ["c"]\n[start]\nenv = { B = "3" }')
    target = load(variant)
    assert (target.name, target.base_url, target.ca_file) == ("variant", "http://h", str(tmp_path / "base" / "ca.pem"))
    assert (target.client.client_id, target.client.scopes) == ("app", ("c",))
    assert target.start is not None
    assert (target.start.env, target.start.directory) == ({"A": "1", "B": "3"}, str(tmp_path / "base"))


def test_says_which_of_the_files_is_wrong(written: Written, tmp_path: Path) -> None:
    assert "extends 'none.toml': No such file or directory" in refused(written('extends = "none.toml"'))
    assert "extends: expected the path of a target file, got 1" in refused(written("extends = 1"))
    (tmp_path / "broken.toml").write_text("base_url")
    assert f"{tmp_path / 'broken.toml'}: this is not TOML" in refused(written('extends = "broken.toml"'))
    circle = tmp_path / "circle.toml"
    circle.write_text('extends = "circle.toml"')
    assert "more than 5 files stand upon one another" in refused(str(circle))
