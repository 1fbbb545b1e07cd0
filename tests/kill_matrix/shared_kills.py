"""Cases without a weakness of their own: whoever fails one of them fails another, and why that cannot be otherwise."""

from __future__ import annotations

from collections.abc import Mapping

_ONE_CHECK = "one check finds both: "
SHARED = {
    **dict.fromkeys(
        ("id-token.signature.rejects-changed-payload", "id-token.signature.rejects-corrupted-signature"),
        _ONE_CHECK + "a signature fits header and payload together, or it does not",
    ),
    **dict.fromkeys(
        ("nonce.rejects-changed-nonce", "nonce.rejects-replayed-id-token"),
        _ONE_CHECK + "a nonce of nobody and one of an earlier login both differ from that of this login",
    ),
    **dict.fromkeys(
        ("implicit.rejects-injected-access-token", "implicit.rejects-wrong-at-hash"),
        _ONE_CHECK + "the hash of the access token and at_hash differ, whichever of the two was changed",
    ),
    **dict.fromkeys(
        ("pkce.binds-verifier-to-browser", "pkce.sends-verifier-of-the-same-login"),
        "two sides of one mistake: the verifier that a browser's code came for is another browser's",
    ),
    **dict.fromkeys(
        ("state.browser-binding.redeems-no-replayed-callback", "token-response.redeems-code-once"),
        "the same steps, judged by two texts (docs/decisions/0006-cases-that-resemble-each-other.md)",
    ),
    **dict.fromkeys(
        (
            "grant-types.authorize.reports-access-token-that-is-not-allowed",
            "grant-types.authorize.reports-id-token-that-is-not-allowed",
        ),
        "two settings of the app for which the IdP has one error, unsupported_response_type",
    ),
    **dict.fromkeys(
        ("grant-types.authorize.keeps-out-at-inactive-app", "redirect-uri.keeps-out-with-another-redirect-uri"),
        "two settings of the app that both end at the IdP, so that the RP hears nothing",
    ),
    **dict.fromkeys(
        (
            "token-request.client-authentication.sends-secret-in-header",
            "token-request.client-authentication.uses-one-method",
        ),
        "an RP that sends its secret elsewhere gets no tokens, and so no verdict; only one that does both is left",
    ),
    "renewal.uses-rotated-refresh-token": "`accepts-refresh-token-behaviour` tries the same in other settings",
}
"""Case → why every weakness that it names is named by another case, too."""


def section() -> list[str]:
    """For docs/accuracy.md."""
    reasons = list(dict.fromkeys(SHARED.values()))
    cases = {reason: [f"`{case}`" for case in sorted(SHARED) if SHARED[case] == reason] for reason in reasons}
    lines = [f"| {'<br>'.join(cases[reason])} | {reason} |" for reason in reasons]
    return ["", "## Cases without a weakness of their own", "", _INTRODUCTION, *lines]


_INTRODUCTION = """Every other case names a weakness that no other case names. Of these, who fails one fails another:

| Case | Why |
|---|---|"""


def own(killers: Mapping[str, list[str]]) -> set[str]:
    """The cases that name a weakness which no other case names."""
    names = [name for found in killers.values() for name in found]
    return {case for case, found in killers.items() if any(names.count(name) == 1 for name in found)}
