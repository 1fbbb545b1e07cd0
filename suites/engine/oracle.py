"""Who is signed in at the RP? Answered from its probe page, as learned from honest logins."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from suites.engine.identities import Identity
from targets.shapes import Page

SELF, VICTIM, ATTACKER, SOMEBODY, NOBODY = "self", "victim", "attacker", "new user", "nobody"
UNCLEAR = "unclear"


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
    """The answer: `who` is self, victim, attacker, new user, nobody or unclear; `text` is for the reader."""

    who: str
    text: str

    @property
    def anybody(self) -> bool:
        """Somebody is certainly signed in."""
        return self.who not in (NOBODY, UNCLEAR)


@dataclass(frozen=True)
class Oracle:
    """Learned in preflight: how the probe page looks signed in and signed out, and whether it names people.

    `refused` is how it looks after a login that was refused, where that differs from a stranger's. `out_words`
    are words that only the signed-out page has, or pairs of neighbours where the words are the same ("Signed in. Sign
    out", "Signed out. Sign in"): where both look alike, they alone say that nobody is signed in.
    """

    signed_in: Fingerprint
    signed_out: Fingerprint
    names_people: bool
    refused: Fingerprint | None = None
    out_words: frozenset[str] = frozenset()

    def knowing(self, signed_in: Page, signed_out: Page, refused: Page) -> Oracle:
        """The same oracle after it has also seen the page of somebody whose login was refused."""
        only_out = words(signed_out) & words(refused) - words(signed_in)
        only_out = only_out or pairs(signed_out) & pairs(refused) - pairs(signed_in)
        return replace(self, refused=Fingerprint.of(refused), out_words=frozenset(only_out))

    def ask(self, page: Page, own: Identity, others: Mapping[str, Identity]) -> SignedIn:
        """Who the probe page shows. `others`: victim or attacker, looked for first: they matter more."""
        fingerprint = Fingerprint.of(page)
        where = f"{page.status} {urlsplit(page.url).path or '/'}"
        signed_out = (self.signed_out, self.refused or self.signed_out)
        if self.signed_in not in signed_out and fingerprint in signed_out:
            return SignedIn(NOBODY, f"nobody ({where})")
        if self.names_people:
            for who, person in (*others.items(), (SELF, own)):
                if who != SELF and only_mentioned(page, person, own):
                    continue
                if mark := shown(page, person):
                    return SignedIn(who, f"session for {who if who != SELF else 'the user'} {mark!r} ({where})")
        if self.signed_in not in signed_out and fingerprint == self.signed_in:
            if not self.names_people:
                return SignedIn(SELF, f"a session ({where}); the page does not say whose")
            return SignedIn(SOMEBODY, f"a session for somebody unknown ({where})")
        # Only what was learned as signed out is nobody; a page that nobody has seen before says nothing.
        if fingerprint in signed_out and self.out_words <= words(page) | pairs(page):
            return SignedIn(NOBODY, f"nobody ({where})")
        return SignedIn(UNCLEAR, f"a page that looks neither signed in nor signed out ({where})")


def words(page: Page) -> set[str]:
    """The words of a page's visible text."""
    return set(re.findall(r"\w+", page.text))


def pairs(page: Page) -> set[str]:
    """Each two words of the visible text that follow each other."""
    found = re.findall(r"\w+", page.text)
    return {f"{first} {second}" for first, second in itertools.pairwise(found)}


def shown(page: Page, person: Identity) -> str | None:
    """The first mark of this person that the page shows."""
    body = html.unescape(page.body)
    return next((mark for mark in person.marks if mark in body), None)


def only_mentioned(page: Page, other: Identity, own: Identity) -> bool:
    """A list of names, for example: of the other one there is the name alone, of the user name and more."""
    body = html.unescape(page.body)
    found, user = ([mark for mark in person.marks if mark in body] for person in (other, own))
    return found == [other.name] and own.name in user and len(user) > 1
