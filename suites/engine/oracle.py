"""Who is signed in at the RP? Answered from its probe page, as learned from honest logins."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from suites.engine.identities import Identity
from targets.shapes import Page

SELF, VICTIM, ATTACKER, SOMEBODY, NOBODY = "self", "victim", "attacker", "new user", "nobody"


@dataclass(frozen=True)
class Fingerprint:
    """What a page looks like without its text: status and where it ended."""

    status: int
    place: str

    @classmethod
    def of(cls, page: Page) -> Fingerprint:
        parts = urlsplit(page.url)
        return cls(page.status, f"{parts.netloc}{parts.path}")


@dataclass(frozen=True)
class SignedIn:
    """The answer: `who` is self, victim, attacker, new user or nobody; `text` is for the reader."""

    who: str
    text: str

    @property
    def anybody(self) -> bool:
        return self.who != NOBODY


@dataclass(frozen=True)
class Oracle:
    """Learned in preflight: how the probe page looks signed in and signed out, and whether it names people."""

    signed_in: Fingerprint
    signed_out: Fingerprint
    names_people: bool

    def ask(self, page: Page, own: Identity, others: Mapping[str, Identity]) -> SignedIn:
        """Who the probe page shows. `others`: victim or attacker, looked for first: they matter more."""
        fingerprint = Fingerprint.of(page)
        where = f"{page.status} {urlsplit(page.url).path or '/'}"
        if self.signed_in != self.signed_out and fingerprint == self.signed_out:
            return SignedIn(NOBODY, f"nobody ({where})")
        if self.names_people:
            for who, person in (*others.items(), (SELF, own)):
                if mark := shown(page, person):
                    return SignedIn(who, f"session for {who if who != SELF else 'the user'} {mark!r} ({where})")
        if self.signed_in != self.signed_out and fingerprint == self.signed_in:
            if not self.names_people:
                return SignedIn(SELF, f"a session ({where}); the page does not say whose")
            return SignedIn(SOMEBODY, f"a session for somebody unknown ({where})")
        return SignedIn(NOBODY, f"nobody ({where})")


def shown(page: Page, person: Identity) -> str | None:
    """The first mark of this person that the page shows."""
    body = html.unescape(page.body)
    return next((mark for mark in person.marks if mark in body), None)
