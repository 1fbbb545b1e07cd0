"""What the setup doctor is shown: one login at the target as it happens, and the settings of its app.

Nothing here is judged, and nothing of the org is changed: a login that fails is what the doctor explains.
"""

from __future__ import annotations

import textwrap
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
from suites.engine.learning import stranger
from suites.engine.oracle import Fingerprint, shown
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


def check_up(context: RunContext, typed: str, guide: Guide | None) -> Checkup:
    """One login and, where the target has one, a renewal. Raises TargetError or SetupError where nobody answers.

    `typed` is what was typed into the application as its issuer, to the letter; empty when nobody knows.
    """
    driver = Driver(context)
    began = time.time()
    try:
        unknown = stranger(driver)
        attempt = driver.start(role="observation")
        driver.control.close_attempt(attempt.id)
        page = attempt.profile.probe()
        signed_in = _signed_in(context.target, attempt, unknown, page)
        if context.target.renewal is not None and signed_in is not False:
            attempt.profile.renew()
        transcript = attempt.transcript(again=True)
        # A target that we have started has asked this mock only; another may have been told otherwise long ago.
        began = 0.0 if context.target.start else began
        lately = [one for one in driver.control.unbound() if one["at"] >= began]
        login = Login(transcript, lately)
        settings = settings_from(driver.control.app_settings(_client_id(driver.control, context.target, login)))
        ended = _ended(attempt)
        party = RelyingParty(
            base_url=_origin(context.target.base_url),
            issuer=typed,
            renews=context.target.renewal is not None,
            signed_in=signed_in,
            page=ended,
            strict_cookies=tuple(attempt.profile.strict_cookies()),
        )
        facts = Facts(settings, login, party, guide)
        redactor = Redactor(context, [attempt])
        driver.release([attempt])
    finally:
        driver.close()
    return Checkup(facts, _in_words(signed_in, ended), redactor)


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
    text = textwrap.shorten(attempt.page.text, QUOTED, placeholder=" …")
    url = attempt.page.url.partition("?")[0]
    return f"the login ended at {url} with status {attempt.page.status}: {text or '(no text)'}"


def _in_words(signed_in: bool | None, ended: str) -> str:
    return "the person is signed in" if signed_in else ended


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
