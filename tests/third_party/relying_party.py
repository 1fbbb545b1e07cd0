"""One of the third-party relying parties, the mock that it trusts, and logins through the two."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from mock_idp.client import Control
from mock_idp.launcher import RunningIdp
from mock_idp.misbehaviour import Misbehaviour
from targets.agent import Profile
from targets.errors import UNREACHABLE, TargetError
from targets.http_agent import HttpAgent
from targets.process import StartedTarget
from targets.shapes import AuthorizationResponse, Carrier, Page
from targets.target_file import load
from targets.target_schema import Target

CLIENT_ID, CLIENT_SECRET = "third-party", "third-party-secret"
INSTALL = "make third-party"
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Canary:
    """Who signs in. No value contains another, and the name tells whether a page escapes it."""

    sub: str
    email: str
    name: str

    @classmethod
    def fresh(cls) -> Canary:
        number = next(NUMBERS)
        return cls(f"canary-{number:03}", f"mail-{number:03}@example.com", f"O'Name & <i>{number:03}</i>")

    def shown_on(self, page: Page) -> bool:
        """Whether the page names exactly this person, escaped."""
        shown = html.unescape(page.body)
        return all(value in shown for value in vars(self).values()) and "<i>" not in page.body


@dataclass
class Login:
    """One attempt in a browser profile of its own."""

    id: str
    canary: Canary
    profile: Profile
    control: Control

    def transcript(self) -> dict[str, Any]:
        return self.control.transcript(self.id)

    def held(self) -> AuthorizationResponse:
        """The authorization response that the mock holds back."""
        held = self.transcript()["authorization_responses"][-1]
        return AuthorizationResponse(
            held["redirect_uri"], held["mode"], tuple((name, value) for name, value in held["parameters"])
        )

    def signed_in_as(self, *others: Canary) -> str:
        """The subject at the probe: one of the known canaries', "nobody", or what the page says instead."""
        page = self.profile.probe()
        if page.status == 401:
            return "nobody"
        known = {canary.sub for canary in (self.canary, *others) if canary.shown_on(page)}
        return known.pop() if len(known) == 1 else f"{page.status}: {page.text}"


@dataclass
class RelyingParty:
    """A started target with its registration at a mock."""

    target: Target
    idp: RunningIdp
    control: Control = field(init=False)

    def __post_init__(self) -> None:
        self.control = self.idp.control()
        self.about = self.control.about()
        ca_file = self.idp.ready.ca_file
        # A page that only a browser can drive is opened by the test itself.
        login = self.target.login
        login = replace(login, kind="redirect") if login.kind == "button" else login
        target = replace(self.target, javascript=False, login=login)
        self.agent = HttpAgent(target, ca_files=[ca_file] if ca_file else [])

    def login(
        self,
        misbehaviour: Misbehaviour | None = None,
        *,
        hold: bool = False,
        canary: Canary | None = None,
        victim: Canary | None = None,
    ) -> Login:
        """An attempt that has not started yet: `login.profile.start_login()`."""
        canary = canary or Canary.fresh()
        attempt = self.control.create_attempt(
            misbehaviour, identity=vars(canary), victim=vars(victim) if victim else None, hold=hold
        )
        names = self.about["carrier"]
        carrier = Carrier(self.about["public_url"], names["cookie"], names["header"], attempt)
        return Login(attempt, canary, self.agent.open(carrier), self.control)

    def close(self) -> None:
        self.agent.close()
        self.control.close()


def register(idp: RunningIdp, target: Target) -> None:
    control = idp.control()
    settings = {
        "client_secret": CLIENT_SECRET,
        "application_type": target.client.application_type,
        "redirect_uris": list(target.client.redirect_uris),
        "post_logout_redirect_uris": list(target.client.post_logout_redirect_uris),
        "grant_types": list(target.client.grant_types),
        "response_types": list(target.client.response_types),
        "initiate_login_uri": target.client.initiate_login_uri,
        "idp_initiated_login_mode": target.client.idp_initiated_login_mode,
        "token_endpoint_auth_method": target.client.token_endpoint_auth_method,
    }
    control.register_client(CLIENT_ID, settings)
    control.close()


@contextmanager
def started(
    reference: str | Path, idp: RunningIdp, folder: Path, *, server: str = "default", **placeholders: str
) -> Iterator[StartedTarget]:
    """The target (see `targets.target_file.load`), registered and running. Skips the test when it is not installed.

    `server`: whose client it is, by the authorization server's id.
    """
    known = {
        "issuer": idp.ready.issuers[server],
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "idp_origin": idp.ready.public_url,
        "ca_file": str(idp.ready.ca_file or ""),
    }
    target = load(reference)
    process = StartedTarget(target, {**known, **placeholders}, folder / f"{target.name}-{server}.log")
    register(idp, process.target)
    try:
        process.start()
    except TargetError as error:
        if error.code == UNREACHABLE and INSTALL in error.message and "is not there" in error.message:
            pytest.skip(error.message)
        raise
    finally:
        if not process.running:
            process.stop()
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def relying_party(
    reference: str | Path, folder: Path, *options: str, server: str = "default", **placeholders: str
) -> Iterator[RelyingParty]:
    """The target with a mock of its own."""
    with (
        RunningIdp(["--state-dir", str(folder / "state"), *options]) as idp,
        started(reference, idp, folder, server=server, **placeholders) as process,
    ):
        rp = RelyingParty(process.target, idp)
        try:
            yield rp
        finally:
            rp.close()
