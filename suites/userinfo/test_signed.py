"""UserInfo as a JWT, for RPs that are registered for it (OIDC Core 5.3.2)."""

from __future__ import annotations

from mock_idp.vocabulary import other_client, rogue_key, userinfo, userinfo_compact, userinfo_signing
from suites._core import HIGH, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case

NAME = "Ada of UserInfo"
OTHER_NAME = userinfo("name").set(NAME)


@case(
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=LOW,
    covers="ui-signed-happy",
    needs=("signed-userinfo", "userinfo-shown"),
    idp=OTHER_NAME,
)
def test_uses_signed_userinfo(login: Login) -> None:
    """What a signed UserInfo response says is used."""
    login().display.must_show(NAME)


@case(
    spec=Ref("OIDC Core", "5.3.4"),
    # "If the response was signed, the Client SHOULD validate the signature": TLS has told already who answers.
    level=SHOULD,
    severity=MEDIUM,
    cwe=347,
    covers="ui-signed-invalid",
    needs=("signed-userinfo",),
    idp={
        "corrupted": OTHER_NAME & userinfo_compact("signature").corrupt(),
        "none": OTHER_NAME & userinfo_signing("alg").set("none"),
        "other-key": OTHER_NAME & userinfo_signing("key").set(rogue_key()),
    },
    baseline=OTHER_NAME,
)
def test_ignores_invalid_signature(login: Login) -> None:
    """A UserInfo response whose signature does not verify is not used."""
    login().display.must_not_show(NAME)


@case(
    spec=Ref("RFC 8725", "3.9"),
    level=MUST,
    severity=HIGH,
    cwe=345,
    covers="ui-signed-wrong-iss-aud",
    needs=("signed-userinfo",),
    idp={
        "issuer": OTHER_NAME & userinfo("iss").set("https://another-issuer.example"),
        "audience": OTHER_NAME & userinfo("aud").set(other_client()),
    },
    baseline=OTHER_NAME,
)
def test_ignores_response_for_another(login: Login) -> None:
    """A signed UserInfo response of another issuer or for another client is not used."""
    login().display.must_not_show(NAME)
