"""The OpenMetadata-like public client in a browser of a person who has a password at the mock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_idp.client import Control
from mock_idp.launcher import RunningIdp
from targets.errors import TargetError
from targets.process import StartedTarget
from targets.target_file import load
from tests.third_party.relying_party import INSTALL

CLIENT_ID = "openmetadata"
USER, PASSWORD = "ada@example.com", "correct horse"
LIMIT = 30_000  # milliseconds for one step of the browser
NOBODY, SIGNED_IN = "Nobody is signed in", "Signed in"


@dataclass
class Person:
    """One browser profile, and what it made the mock see."""

    page: Page
    control: Control
    url: str

    def __post_init__(self) -> None:
        self._before = len(self.control.unbound())

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def sees(self, heading: str) -> None:
        expect(self.page.locator("h2")).to_have_text(heading, timeout=LIMIT)

    def clicks_sign_in(self) -> None:
        self.page.click("text=Sign in with Okta")

    def signs_in(self, sees: str = SIGNED_IN) -> None:
        """From the application to Okta's sign-in page and back."""
        self.opens("/signin")
        self.clicks_sign_in()
        self.page.fill("[name=identifier]", USER)
        self.page.fill("[name=credentials]", PASSWORD)
        self.page.click("[type=submit]")
        self.sees(sees)

    def exchanges(self) -> list[dict[str, Any]]:
        """Everything that the mock was asked, without the browser's questions about CORS."""
        return [e for e in self.control.unbound()[self._before :] if e["method"] != "OPTIONS"]

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        return [e for e in self.exchanges() if e["endpoint"] == endpoint]

    def token_requests(self) -> list[dict[str, str]]:
        """The forms for which tokens were given, in order."""
        return [dict(e["request"]["form"]) for e in self.requests("token") if e["status"] == 200]


@dataclass
class Running:
    """The application with a mock of its own."""

    idp: RunningIdp
    url: str


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Running]:
    """The target, with these variables in its environment too. Skips the test where it is not installed."""
    file = folder / "openmetadata.toml"
    env = ", ".join(f'{name} = "{value}"' for name, value in settings.items())
    file.write_text(f'extends = "{load("openmetadata").source}"\n[start]\nenv = {{ {env} }}\n')
    with RunningIdp(["--state-dir", str(folder / "state")]) as idp:
        known = {"issuer": idp.ready.issuers["default"], "client_id": CLIENT_ID, "ca_file": ""}
        process = StartedTarget(load(file), known, folder / "openmetadata.log")
        client = process.target.client
        control = idp.control()
        registered = {
            "application_type": client.application_type,
            "token_endpoint_auth_method": client.token_endpoint_auth_method,
            "grant_types": list(client.grant_types),
            "response_types": list(client.response_types),
            "redirect_uris": list(client.redirect_uris),
        }
        control.register_client(CLIENT_ID, registered)
        control.close()
        try:
            process.start()
        except TargetError as error:
            if INSTALL in error.message:
                pytest.skip(error.message)
            raise
        try:
            yield Running(idp, process.target.base_url)
        finally:
            process.stop()


@contextmanager
def somebody(browser: Browser, application: Running) -> Iterator[Person]:
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(LIMIT)
    control = application.idp.control()
    try:
        yield Person(context.new_page(), control, application.url)
    finally:
        control.close()
        context.close()
