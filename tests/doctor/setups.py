"""How to set up an app wrongly, one way at a time, and how to come near to it without being wrong.

`CASES` maps the id of a finding to two functions from a `Clinic` to facts in which it is, and is not, found. The facts
are an org's own, read as the command reads them; `edited` changes what its rules would not let through.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

from mock_idp.doctor.facts import Facts, Settings
from tests.doctor.clinic import Clinic

Make = Callable[[Clinic], Facts]
CASES: dict[str, tuple[Make, Make]] = {}
LAUNCH = "https://rp.example/launch"
SPEC: dict[str, Any] = {"initiate_login_uri": LAUNCH, "idp_initiated_login": {"mode": "SPEC", "default_scope": []}}
SHOWN: dict[str, Any] = {"web": False, "iOS": True}
IMPLICIT: dict[str, Any] = {"grant_types": ["authorization_code", "implicit"], "response_types": ["code", "id_token"]}
REFRESH: dict[str, Any] = {"grant_types": ["authorization_code", "refresh_token"]}
OFFLINE = "openid profile email offline_access"
SPA: dict[str, Any] = {"application_type": "browser", "credentials": {"token_endpoint_auth_method": "none"}}


def case(identifier: str, wrong: Make, near: Make) -> None:
    assert identifier not in CASES
    CASES[identifier] = wrong, near


def app(login: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **app: Any) -> Make:
    """An app as `app` says, after a login as `login` says (None: without one)."""

    def make(clinic: Clinic) -> Facts:
        clinic.app(**app)
        if login is not None:
            clinic.login(**login)
        return clinic.facts(**(facts or {}))

    return make


def edited(make: Make, **changes: Any) -> Make:
    """With other settings: `settings__oauthClient__redirect_uris=[]` is a path into the app."""

    def made(clinic: Clinic) -> Facts:
        facts = make(clinic)
        document = copy.deepcopy(dict(facts.settings.app or {}))
        members = {}
        known = {member.name for member in dataclasses.fields(Settings)}
        for path, value in changes.items():
            *names, last = path.split("__")
            if path in known:
                members[path] = value
                continue
            here: Any = document
            for name in names:
                here = here.setdefault(name, {})
            here[last] = value
        settings = dataclasses.replace(facts.settings, **({"app": document} | members))
        return dataclasses.replace(facts, settings=settings)

    return made


def seen(make: Make, **party: Any) -> Make:
    """With other knowledge of the application."""

    def made(clinic: Clinic) -> Facts:
        facts = make(clinic)
        return dataclasses.replace(facts, party=dataclasses.replace(facts.party, **party))

    return made


GOOD = app(login={})
