"""What the `case` decorator accepts; every function returns the checked value or raises CaseError."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from mock_idp.misbehaviour import Misbehaviour
from suites._core.catalogue import rows
from suites._core.grades import KINDS, Grade, GradeLike, Level, Severity
from suites._core.spec import ASVS_IDS, Ref
from suites.engine.flows import FLOW_FEATURES

METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")

FEATURES = frozenset(
    {"state", "nonce", "pkce", "id-token", "userinfo", "raw-headers", "jwt-access-token", "client-secret", "renewal"}
    | {"userinfo-after-renewal", "signed-userinfo", "userinfo-shown", "bearer-body", "promised-issuer"}
    | {"tokens-without-kid"}
    | {"discovery", "signature", "tls"}
    | {"max-age", "acr-values", "fresh-people", "trusted-audience"}
    | {"alg-rs256", "alg-other", "alg-rsa", "alg-ec", "alg-hmac", "alg-public", "alg-es256", "alg-hs256"}
    | {"encrypted-id-token", "encrypted-to-key", "encrypted-to-secret"}
    | {"no-nonce", "reserved-characters", "client-assertion", *METHODS}
    | {"initiate-login", "deep-link", "okta-simplified", "no-okta-simplified", "no-pkce", "logout"}
    | {"two-providers", "same-client-at-both", "distinct-redirect-uris"}
) | set(FLOW_FEATURES)
"""What a case can need of a target. `raw-headers`: of its user agent. `alg-…`: how its ID Tokens are signed;
`alg-other` is all but RS256, `alg-public` all but HMAC. `trusted-audience`: its ID Tokens may be for `api://default`.
`reserved-characters`: in its client id or secret. The methods of client authentication are those for which it is
registered (`none`: a public client)."""

NEGATIVE = frozenset({"rejects", "keeps", "never", "binds", "redeems", "ignores"})
"""First words of cases in which somebody misbehaves and the RP has to stand it."""

EXPECTATIONS = NEGATIVE | {"accepts", "sends", "reports", "survives", "uses", "asks"}

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADVISORY = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(-[a-z0-9]{4}){3}")
E_ = TypeVar("E_", bound=StrEnum)


class CaseError(ValueError):
    """Metadata of a case that is missing, unknown or contradictory; the message names the case."""


def expectation(where: str, name: str) -> str:
    """The first word of the function's name: what is expected of the RP."""
    word = name.removeprefix("test_").partition("_")[0]
    if not name.startswith("test_") or word not in EXPECTATIONS:
        raise CaseError(f"{where}: a case is named test_<{'|'.join(sorted(EXPECTATIONS))}>_...")
    return word


def title(where: str, docstring: str | None) -> str:
    """The docstring's first line: one sentence that states the requirement."""
    lines = (docstring or "").strip().splitlines()
    if not lines:
        raise CaseError(f"{where}: the docstring states the requirement in one sentence; it is missing")
    if not lines[0].endswith("."):
        raise CaseError(f"{where}: the docstring's first line is not a whole sentence: {lines[0]!r}")
    return lines[0]


def reference(where: str, spec: Ref) -> Ref:
    if not isinstance(spec, Ref):
        raise CaseError(f"{where}: spec is a Ref, not {spec!r}")
    return spec


def member_of(where: str, what: str, value: E_, kind: type[E_]) -> E_:
    if not isinstance(value, kind):
        raise CaseError(f"{where}: {what} is one of {', '.join(m.name for m in kind)}, not {value!r}")
    return value


def covered(where: str, covers: str | tuple[str, ...]) -> tuple[str, ...]:
    ids = (covers,) if isinstance(covers, str) else tuple(covers)
    if not ids:
        raise CaseError(f"{where}: covers is empty")
    unknown = [row for row in ids if row not in rows()]
    if unknown:
        raise CaseError(f"{where}: covers unknown rows of the catalogue: {', '.join(unknown)}")
    return ids


def cwe(where: str, number: int | None) -> int | None:
    if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
        raise CaseError(f"{where}: cwe is a number like 287, not {number!r}")
    return number


def asvs(where: str, requirement: str | None) -> str | None:
    if requirement is not None and requirement not in ASVS_IDS:
        raise CaseError(f"{where}: {requirement!r} is not an OWASP ASVS 5.0 requirement on an RP")
    return requirement


def advisories(where: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    for advisory in ids:
        if not _ADVISORY.fullmatch(advisory):
            raise CaseError(f"{where}: {advisory!r} is no CVE or GHSA id")
    return tuple(ids)


def features(where: str, needs: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in needs if name not in FEATURES]
    if unknown or isinstance(needs, str):
        raise CaseError(f"{where}: needs is a tuple of {', '.join(sorted(FEATURES))}; not {needs!r}")
    return tuple(needs)


def misbehaviours(
    where: str, idp: Misbehaviour | Mapping[str, Misbehaviour] | None
) -> Misbehaviour | Mapping[str, Misbehaviour] | None:
    """One misbehaviour, or a family with members named in lower case and dashes; none of them is empty."""
    if idp is None:
        return None
    family = idp if isinstance(idp, Mapping) else {"": idp}
    if not family:
        raise CaseError(f"{where}: the family has no members")
    for name, misbehaviour in family.items():
        if isinstance(idp, Mapping) and not _SLUG.fullmatch(name):
            raise CaseError(f"{where}: the member {name!r} is not lower case words with dashes")
        if not isinstance(misbehaviour, Misbehaviour) or not misbehaviour:
            raise CaseError(f"{where}: {name or 'idp'} does nothing wrong: {misbehaviour!r}")
    return idp


def grades(where: str, given: Mapping[str, GradeLike]) -> dict[str, Grade]:
    result = {}
    for kind, value in given.items():
        if kind not in KINDS:
            raise CaseError(f"{where}: {kind!r} is no kind of RP; kinds: {', '.join(KINDS)}")
        grade = value if isinstance(value, Grade) else Grade(*value)
        member_of(where, f"grade[{kind!r}]", grade.level, Level)
        member_of(where, f"grade[{kind!r}]", grade.severity, Severity)
        result[kind] = grade
    return result
