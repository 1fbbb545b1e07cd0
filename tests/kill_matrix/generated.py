"""What generated attacks (tests/forgery) are not asked to find in the broken relying parties, and why."""

from __future__ import annotations

from suites._core import load_cases
from suites.engine.preflight import ID_TOKEN_SEAMS
from tests.forgery.finding import ABOUT_ID_TOKENS, NOT_BY_A_TOKEN, WITHIN
from tests.kill_matrix.matrix import FORGERY

OTHER_CASES = {
    "authorization-request.": "an honest token with fewer claims; what is missing is in UserInfo",
    "discovery.": "the metadata are changed as well; generated tokens come with the issuer's own",
    "encryption.": "the model knows no encrypted ID Tokens",
    "hybrid.accepts-": "something is left out of one of two ID Tokens; what generated tokens leave out is in neither",
    "idp-initiated.": "a token that nobody asked for; the generated ones answer a request",
    "jwks.": "it is about the key set, or how often that is fetched; generated tokens leave it alone",
    "mix-up.": "it takes two IdPs; a generated token is that of one",
    "nonce.survives-": "of an RP that sends no nonce the model demands nothing about it",
    "renewal.": "the token of a renewal; the generated ones are those of a login",
    "ssrf.": "no generated token names an address that records who asks there as its issuer",
    "token-response.": "an honest token with fewer claims, because less was granted",
}
"""Beginnings of other cases that change an ID Token → why generated attacks need not find what they name."""


def others() -> dict[str, list[str]]:
    """The cases that change an ID Token and that are not of that kind, by the beginning that has the reason."""
    found: dict[str, list[str]] = {beginning: [] for beginning in ("", *OTHER_CASES)}
    for info in load_cases():
        seams = {edit.seam for member in info.members for edit in info.misbehaviour(member)}
        if seams & set(ID_TOKEN_SEAMS) and info.module != FORGERY and not info.id.startswith(ABOUT_ID_TOKENS):
            found[next(filter(info.id.startswith, OTHER_CASES), "")].append(info.id)
    return found


def section() -> list[str]:
    """For docs/accuracy.md."""
    weaknesses = [f"| `{name}` | {reason} |" for name, reason in sorted(NOT_BY_A_TOKEN.items())]
    cases = [
        f"| {'<br>'.join(f'`{case}`' for case in ids)} | {OTHER_CASES[beginning]} |"
        for beginning, ids in others().items()
        if ids
    ]
    return ["", "## What generated attacks are not asked to find", "", _INTRODUCTION, *weaknesses, "", _CASES, *cases]


_INTRODUCTION = f"""`make forgery` demands that generated ID Tokens find every weakness of the reference and its
variants that a case about the signature or the claims of an ID Token names, in {WITHIN} examples each. Not these:

| Weakness | Why |
|---|---|"""
_CASES = """Nor what is named only by these cases, which change an ID Token, too:

| Case | Why |
|---|---|"""
