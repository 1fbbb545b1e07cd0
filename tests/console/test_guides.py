"""Every place that the vendors' guides name (`[guide]` of the target files) is in the console, under its label."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.console.console import Console
from tests.front_door.running import ROOT
from tests.management.api import Api
from tests.management.apps import create

WIZARD = tuple(f"/admin/apps/{page}" for page in ("active", "add", "new", "new/web", "new/browser"))
FIRST_TIME = frozenset({"Controlled access", "Base URIs"})
"""What the wizard asks for; once the app is there, it is set where the path leads, under other labels."""
BOXES = ("Allow ID Token with implicit grant type", "Allow Access Token with implicit grant type")
SEVERAL = {"Allow ID Token and Access Token with implicit grant type": BOXES}
GUIDES = ("toky", "tooljet", "openmetadata", "upflow")


def steps() -> list[tuple[str, str, str]]:
    """Guide, console path and label of every step that is done in the console."""
    found = []
    for guide in GUIDES:
        text = (ROOT / "targets" / guide / "target.toml").read_text(encoding="utf-8")
        document: dict[str, Any] = tomllib.loads(text)
        places = {(step["where"], step["label"]) for step in document["guide"]["steps"]}
        found += [(guide, *place) for place in sorted(places) if "→" in place[0]]
    return found


def pages(where: str, app: str) -> list[str]:
    """The pages that a console path stands for."""
    parts = where.split(" → ")
    if parts[0] == "Directory":
        return ["/admin/users/new"]
    if parts[0] == "Security":
        if "Trusted Origins" in parts:
            return ["/admin/access/api/trusted_origins"]
        base = "/admin/oauth2/as/default"
        tabs = {
            "Claims": "/claims",
            "Scopes": "/scopes/new",
            "Access Policies": "/policies",
            "Settings": "",
            "Rule": "/policies",
        }
        named = [f"{base}{tabs[part]}" for part in parts if part in tabs]
        return named or ["/admin/oauth2/as", "/admin/oauth2/as/new"]
    if "{label}" not in parts:
        return list(WIZARD)
    tabs = {"General": "general", "Sign On": "sign-on", "Assignments": "assignments"}
    return [f"/admin/app/{app}/{tabs[part]}" for part in parts if part in tabs]


@pytest.mark.parametrize(("guide", "where", "label"), steps())
def test_the_place_is_there(console: Console, api: Api, guide: str, where: str, label: str) -> None:
    del guide
    app, _ = create(api)

    def words_of(*paths: str) -> str:
        return " ".join(console.open(path).words() for path in paths).casefold()

    words = words_of(*pages(where, app))
    place = words_of(*WIZARD) if label in FIRST_TIME else words
    assert all(one.casefold() in place for one in SEVERAL.get(label, (label,)))
    sections = [part for part in where.split(" → ")[2:] if part not in ("{label}", "{server}")]
    missing = [part for part in sections if part.casefold() not in words]
    assert not missing
