"""The example of docs/org-file.md is a config file that says everything that one can say."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_idp.idp import Idp
from mock_idp.operations.gate import load as load_org
from mock_idp.org.app import App, AppGroup, AppUser, GroupsClaim, Secret
from mock_idp.org.authorization_server import AuthorizationServer, Claim, Policy, Rule, Scope
from mock_idp.org.model import Group, Org, TrustedOrigin, User

PAGE = Path(__file__).parents[2] / "docs" / "org-file.md"
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
TABLES: dict[type[Any], str] = {
    Org: "",
    User: "users",
    Group: "groups",
    App: "apps",
    GroupsClaim: "apps.groups_claim",
    AppUser: "apps.users",
    AppGroup: "apps.groups",
    Secret: "apps.secrets",
    AuthorizationServer: "authorization_servers",
    Scope: "authorization_servers.scopes",
    Claim: "authorization_servers.claims",
    Policy: "authorization_servers.policies",
    Rule: "authorization_servers.policies.rules",
    TrustedOrigin: "trusted_origins",
}


def at(document: Any, path: str) -> Iterator[dict[str, Any]]:
    """Every table at a path, through lists of tables."""
    if isinstance(document, list):
        for entry in document:
            yield from at(entry, path)
    elif not path:
        yield document
    else:
        first, _, rest = path.partition(".")
        if first in document:
            yield from at(document[first], rest)


def test_the_example_is_a_config_file(tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text(EXAMPLE, encoding="utf-8")
    org = load_org(file)
    live = Idp("https://acme.test", org).org

    assert [app.client_id for app in live.apps.all()] == ["0oa1", "0oa2"]
    assert (live.name, live.settings.code_ttl) == ("Acme", 60)


@pytest.mark.parametrize("cls", TABLES, ids=lambda cls: cls.__name__)
def test_every_key_is_in_the_example(cls: type[Any]) -> None:
    known = {spec.name for spec in dataclasses.fields(cls)}
    written = {key for table in at(tomllib.loads(EXAMPLE), TABLES[cls]) for key in table}

    assert known - written == set()
