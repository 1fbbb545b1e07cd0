"""What the setup doctor is shown: one login at the target as it happens, and the settings of its app.

Nothing here is judged, and nothing of the org is changed: a login that fails is what the doctor explains.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mock_idp.client import Control
from mock_idp.doctor.facts import Facts, Guide, RelyingParty, settings_from
from mock_idp.doctor.login import Login
from suites.engine.context import RunContext
from suites.engine.driver import Attempt, Driver
from suites.engine.evidence import Redactor
from suites.engine.oracle import Fingerprint, shown
from suites.engine.verdicts import BAD_INPUT, UNREACHABLE, SetupError
from targets import target_schema
from targets.shapes import Page
from targets.target_schema import Target

QUOTED = 200
"""Characters of the last page that a finding quotes."""


@dataclass(frozen=True)
class Checkup:
    """`facts` for the doctor; `login` says in words how the observed login ended. `redactor` for what is printed."""

    facts: Facts
    login: str
    redactor: Redactor


def check_up(context: RunContext, typed: str, guide: target_schema.Guide | None) -> Checkup:
    """One login and, where the target has one, a renewal. Raises TargetError or SetupError where nobody answers.

    `typed` is what was typed into the application as its issuer, to the letter; empty when nobody knows.
    """
    driver = Driver(context)
    began = time.time()
    try:
        stranger = _stranger(driver)
        attempt = driver.start(role="observation")
        driver.control.close_attempt(attempt.id)
        page = attempt.profile.probe()
        signed_in = _signed_in(context.target, attempt, stranger, page)
        if context.target.renewal is not None and signed_in is not False:
            attempt.profile.renew()
        transcript = attempt.transcript(again=True)
        lately = [one for one in driver.control.unbound() if one["at"] >= began]
        login = Login(transcript, lately)
        settings = settings_from(driver.control.app_settings(_client_id(driver.control, context.target, login)))
        ended = _ended(attempt)
        party = RelyingParty(
            _origin(context.target.base_url), typed, context.target.renewal is not None, signed_in, ended
        )
        facts = Facts(settings, login, party, as_guide(guide))
        redactor = Redactor(context, [attempt])
        driver.release([attempt])
    finally:
        driver.close()
    return Checkup(facts, _in_words(signed_in, ended), redactor)


def as_guide(guide: target_schema.Guide | None) -> Guide | None:
    """A target file's guide in the doctor's own words."""
    return Guide.from_json(dataclasses.asdict(guide)) if guide else None


def guide_of(target: Target, name: str) -> target_schema.Guide:
    """The guide of the target that was named; SetupError(20) when it has none."""
    if target.guide is None:
        raise SetupError(f"--guide {name}: the target file {target.source or name} has no [guide]", BAD_INPUT)
    return target.guide


def _stranger(driver: Driver) -> Page:
    """The probe page before the login; SetupError(21) when the target does not answer."""
    profile = driver.agent.open(None)
    try:
        page = profile.probe()
    finally:
        profile.close()
    target = driver.context.target
    if page.status == 0 and _origin(page.url) == _origin(target.base_url):
        raise SetupError(f"the target {target.name} at {page.url} gives no page: {page.text}", UNREACHABLE)
    return page


def _signed_in(target: Target, attempt: Attempt, before: Page, after: Page) -> bool | None:
    """Whether a page shows the person, or looks otherwise than to a stranger; None where no page was named."""
    if shown(after, attempt.own) or shown(attempt.page, attempt.own):
        return True
    if target.session.probe:
        return Fingerprint.of(before) != Fingerprint.of(after)
    return None if attempt.requests("token") else False


def _client_id(control: Control, target: Target, login: Login) -> str:
    """Which app this is about: the one whose id is sent, else the file's, else the one with such a redirect URI."""
    apps = control.apps()
    known = {app["client_id"] for app in apps}
    sent, uri = login.asked.get("client_id", ""), login.asked.get("redirect_uri", "")
    for wanted in (sent, target.client.client_id):
        if wanted in known:
            return wanted
    alike = [app for app in apps if _fits(app, uri, target)]
    chosen = alike or [app for app in apps if not app["learned"]]
    return str(chosen[0]["client_id"]) if len(chosen) == 1 else sent or target.client.client_id


def _fits(app: Mapping[str, Any], uri: str, target: Target) -> bool:
    places = {_origin(one) for one in app["redirect_uris"]}
    return uri in app["redirect_uris"] or bool(places & {_origin(uri), _origin(target.base_url)})


def _ended(attempt: Attempt) -> str:
    text = " ".join(attempt.page.text.split())[:QUOTED]
    url = attempt.page.url.partition("?")[0]
    return f"the login ended at {url} with status {attempt.page.status}: {text or '(no text)'}"


def _in_words(signed_in: bool | None, ended: str) -> str:
    return "the person is signed in" if signed_in else ended


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
