"""What the engine needs of a user agent. `targets.http_agent` and `targets.browser_agent` provide it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from targets.shapes import AuthorizationResponse, Carrier, Page
from targets.target_schema import Target

NOTHING: Mapping[str, str] = MappingProxyType({})


class Profile(Protocol):
    """One user's browser profile: cookies and storage, shared by everything that is opened in it.

    A page of any status is a result, never an exception. Methods raise TargetError(21) when the target cannot
    be reached, TargetError(25) when a certificate is not trusted, TargetError(27) when only a browser could
    go on by the target file's own word.
    """

    def start_login(self, *, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING) -> Page:
        """Runs the target's start recipe and follows it to the last page.

        `query` is added to the start URL, `headers` to the first request only.
        """
        ...

    def deliver(self, response: AuthorizationResponse) -> Page:
        """Opens the redirect URI with this authorization response and follows it to the last page.

        query and fragment: a GET, as after the IdP's redirect; form_post: a POST from a page of the IdP.
        """
        ...

    def frame(self, url: str) -> Page:
        """Opens the URL in a frame of a page at another site; the page where that ends, or the one with the frame."""
        ...

    def probe(self) -> Page:
        """The page that tells who is signed in, in this profile."""
        ...

    def renew(self) -> Page:
        """Runs the target's renewal recipe; only for a target that has one."""
        ...

    def renew_at_once(self, count: int) -> tuple[Page, ...]:
        """So many renewals of this profile at the same time, as from several tabs."""
        ...

    def reload(self) -> Page:
        """Loads the page at which the login ended anew."""
        ...

    def log_out(self) -> Page:
        """Runs the target's logout recipe; only for a target that has one."""
        ...

    def readable(self) -> str:
        """What a script in the target's pages can read beside them: cookies without HttpOnly, the browser's storage."""
        ...

    def strict_cookies(self) -> list[str]:
        """The names of the cookies that no other site's page, nor a redirect of the IdP, makes the browser send."""
        ...

    def recarry(self, carrier: Carrier) -> None:
        """From now on this profile's requests to the IdP belong to another attempt."""
        ...

    def retarget(self, target: Target) -> None:
        """From now on logins are started, and looked for, as this target says; it is the same but for that."""
        ...

    def evidence(self, directory: Path, stem: str) -> list[str]:
        """Writes what this agent can show (browser: screenshot, console log, trace); names of the files written."""
        ...

    def close(self) -> None: ...


class UserAgent(Protocol):
    """Opens profiles. Belongs to one thread."""

    @property
    def name(self) -> str:
        """ "http", "chromium", "firefox" or "webkit"."""
        ...

    def open(self, carrier: Carrier | None, target: Target | None = None) -> Profile:
        """A fresh profile: no cookies, no storage. Without a carrier the IdP cannot recognise an attempt.

        `target`: another instance of the agent's own target.
        """
        ...

    def close(self) -> None: ...
