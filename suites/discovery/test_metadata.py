"""What the discovery document says is used; what it does not say is not made up."""

from __future__ import annotations

from mock_idp.vocabulary import discovery, elsewhere, http, moved
from suites._core import HARDENING, INFO, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case

MOVED = {
    "authorization": discovery("authorization_endpoint").set(moved("authorize")),
    "token": discovery("token_endpoint").set(moved("token")),
    "userinfo": discovery("userinfo_endpoint").set(moved("userinfo")),
}


@case(
    spec=Ref("OIDC Discovery", "4.2"),
    level=MUST,
    severity=LOW,
    covers="discovery-happy",
    idp=MOVED["authorization"] & MOVED["token"] & MOVED["userinfo"],
)
def test_uses_the_endpoints_of_the_metadata(login: Login) -> None:
    """Requests go where the metadata says, also where no endpoint of this IdP has been before."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "10.1"),
    level=MUST,
    severity=MEDIUM,
    covers="discovery-jwks-uri-used",
    needs=("signature",),
    idp=discovery("jwks_uri").set(moved("keys")),
)
def test_uses_the_jwks_uri_of_the_metadata(login: Login) -> None:
    """The issuer's keys are those at the jwks_uri of its metadata, wherever that is."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Discovery", "3"),
    level=SHOULD,
    severity=LOW,
    cwe=754,
    covers="discovery-missing-required-endpoint",
    idp={
        "authorization": discovery("authorization_endpoint").remove(),
        "token": discovery("token_endpoint").remove(),
    },
)
def test_never_guesses_an_endpoint(login: Login) -> None:
    """An endpoint that the metadata does not name is not guessed."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Discovery", "3"),
    level=SHOULD,
    severity=LOW,
    cwe=754,
    covers="discovery-missing-required-endpoint",
    needs=("signature",),
    idp=discovery("jwks_uri").remove(),
)
def test_never_guesses_where_keys_are(login: Login) -> None:
    """Without a jwks_uri there are no keys, so that no ID Token is good."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Discovery", "3"),
    level=MUST,
    severity=LOW,
    covers="discovery-unknown-members",
    idp={
        "member": discovery("x_of_tomorrow").set({"a": [1, None]}),
        "order": discovery("response_types_supported").set(["id_token", "code id_token", "code"]),
        "algorithm": discovery("id_token_signing_alg_values_supported").set(["XX999", "RS256"]),
    },
)
def test_accepts_metadata_that_says_more(login: Login) -> None:
    """What an RP does not know in the metadata, and the order of what it knows, does not matter."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Discovery", "4.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=601,
    covers="discovery-redirected",
    idp=http("discovery").redirect(elsewhere()),
)
def test_rejects_metadata_of_another_host(login: Login) -> None:
    """A redirect does not make another host's metadata, and its endpoints, those of the issuer."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 9111", "4.2"),
    level=HARDENING,
    severity=INFO,
    covers="discovery-cache-refresh",
    idp=MOVED["token"],
)
def test_accepts_an_endpoint_that_moves(login: Login) -> None:
    """An endpoint that moves between two logins is found where it is now, at the latest after a restart."""
    issuer = login.own_issuer(honest=True)
    issuer.control()
    issuer.misbehave()
    issuer.must_sign_in_after_restart()
