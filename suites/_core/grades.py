"""How binding a requirement is, and how bad it is to break it.

Both can depend on the kind of RP: a case's `grade` maps a kind to a `Grade`, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What the cited text says. HARDENING: no text demands it, but it stops or limits an attack."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    HARDENING = "HARDENING"


class Severity(StrEnum):
    """What an attacker gains, or a user loses, when the requirement is broken."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


MUST, SHOULD, HARDENING = Level.MUST, Level.SHOULD, Level.HARDENING
CRITICAL, HIGH, MEDIUM, LOW, INFO = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.INFO,
)

KINDS = ("two-providers", "code", "front-channel", "public", "confidential", "pkce", "nonce")
"""Kinds of RP: whether people sign in at two IdPs, where its ID Token comes from, whether it has a client secret,
whether it uses PKCE and sends a nonce."""


@dataclass(frozen=True)
class Grade:
    """Level and severity for one kind of RP; `why` is the sentence that the finding shows."""

    level: Level
    severity: Severity
    why: str = ""


GradeLike = Grade | tuple[Level, Severity] | tuple[Level, Severity, str]
Grades = Mapping[str, Grade]

IN_CODE_FLOW = Grade(
    HARDENING,
    LOW,
    "In the code flow an RP may rely on TLS to the token endpoint instead of the signature (OIDC Core 3.1.3.7 item 6).",
)

WITH_PKCE = Grade(
    SHOULD,
    MEDIUM,
    "An RP with PKCE may leave the protection of its redirect to that (RFC 9700 2.1); whether the response of another"
    " browser gets in is a case of its own.",
)

WITH_NONCE = Grade(
    SHOULD,
    MEDIUM,
    "In OpenID Connect the nonce protects the redirect as well (RFC 9700 2.1); whether the response of another browser"
    " gets in is a case of its own.",
)

CODE_BOUND_BY_PKCE = Grade(
    HARDENING,
    MEDIUM,
    "PKCE stops an injected code where the IdP checks it (RFC 9700 2.1.1); the mock does not here, to see what the"
    " nonce does.",
)
