"""The misbehaviours that the Test bench offers by name; any other can be given in its data form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    authorization_response,
    claim,
    compact,
    header,
    http,
    initiate_login,
    now,
    other_client,
    published_key_as_hmac,
    random,
    rogue_key,
    signing,
    token_response,
    userinfo,
    victim,
)


@dataclass(frozen=True)
class Ready:
    """`expect`: what a good relying party does, where that is not to refuse the login."""

    name: str
    label: str
    misbehaviour: Misbehaviour
    expect: str = ""


_ANSWERED = "The login fails with a message, without a loop or a crash."
_UNHARMED = "The login succeeds, or fails with a message."
GROUPS: Mapping[str, tuple[Ready, ...]] = {
    "ID Token: claims": (
        Ready("nonce-wrong", "Wrong nonce", claim("nonce").set(random())),
        Ready("nonce-missing", "No nonce", claim("nonce").remove()),
        Ready("aud-wrong", "Audience is another client", claim("aud").set(other_client())),
        Ready("iss-wrong", "Wrong issuer", claim("iss").set("https://attacker.example")),
        Ready("sub-missing", "No subject", claim("sub").remove()),
        Ready("expired", "Expired yesterday", claim("exp").set(now(days=-1))),
        Ready("exp-missing", "No expiry", claim("exp").remove()),
        Ready("iat-future", "Issued tomorrow", claim("iat").set(now(days=1))),
        Ready("at-hash-wrong", "Hash of another access token", claim("at_hash").set("AAAAAAAAAAAAAAAAAAAAAA")),
    ),
    "ID Token: signature": (
        Ready("alg-none", "Unsigned (alg none)", signing("alg").set("none")),
        Ready("key-unknown", "Signed with an unpublished key", signing("key").set(rogue_key())),
        Ready("kid-unknown", "Unknown kid", header("kid").set("unknown-key")),
        Ready("signature-broken", "Some bits of the signature are flipped", compact("signature").corrupt()),
        Ready("signature-missing", "Signature left empty", compact("signature").set("")),
        Ready(
            "key-confusion",
            "Public key used as HMAC secret (HS256)",
            signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("spki")),
        ),
    ),
    "Authorization response": (
        Ready("state-wrong", "Wrong state", authorization_response("state").set(random())),
        Ready("state-missing", "No state", authorization_response("state").remove()),
        Ready("code-missing", "No code", authorization_response("code").remove(), _ANSWERED),
        Ready("code-wrong", "Wrong code", authorization_response("code").set(random()), _ANSWERED),
        Ready(
            "response-iss",
            "iss parameter of another issuer (RFC 9207)",
            authorization_response("iss").set("https://attacker.example"),
        ),
        Ready(
            "access-denied",
            "Error: access_denied",
            authorization_response.error("access_denied", "User is not assigned to the client application."),
            _ANSWERED,
        ),
        Ready(
            "login-required",
            "Error: login_required",
            authorization_response.error(
                "login_required", "The client specified not to prompt, but the user is not logged in."
            ),
            _ANSWERED,
        ),
    ),
    "Token endpoint": (
        Ready("token-500", "Answers 500", http("token").status(500), _ANSWERED),
        Ready("token-429", "Answers 429 (rate limit)", http("token").status(429), _ANSWERED),
        Ready("token-slow", "Answers after 10 seconds", http("token").delay(10), _UNHARMED),
        Ready("token-not-json", "Answers with something that is not JSON", token_response.body("<html>"), _ANSWERED),
        Ready("id-token-missing", "Leaves the ID Token out", token_response("id_token").remove()),
        Ready("token-type-wrong", "Another token type", token_response("token_type").set("mac"), _ANSWERED),
    ),
    "UserInfo": (
        Ready("userinfo-sub", "Is about somebody else", userinfo("sub").set(victim("sub")), "Its claims are not used."),
        Ready("userinfo-500", "Answers 500", http("userinfo").status(500), _UNHARMED),
    ),
    "Tile": (
        Ready("tile-iss", "iss of another issuer", initiate_login("iss").set("https://attacker.example")),
        Ready("tile-no-iss", "No iss", initiate_login("iss").remove(), _UNHARMED),
    ),
}
"""By seam. Discovery and keys are not among them: everybody at the issuer would see them."""


def label(misbehaviour: Misbehaviour) -> str:
    """What the page calls it; empty for one that is not among these."""
    known = ((group, ready) for group, some in GROUPS.items() for ready in some)
    return next((f"{ready.label} ({group})" for group, ready in known if ready.misbehaviour == misbehaviour), "")


def named(name: str) -> Ready | None:
    """The misbehaviour with this name."""
    return next((ready for group in GROUPS.values() for ready in group if ready.name == name), None)
