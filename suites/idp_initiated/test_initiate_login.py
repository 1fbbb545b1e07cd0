"""Third-party-initiated login: somebody sends the browser to the RP's initiate_login_uri (OIDC Core 4)."""

from __future__ import annotations

from mock_idp.vocabulary import app_url, canary_url, initiate_login
from suites._core import HIGH, INFO, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case

ATTACKER = "attacker.example"


@case(
    spec=Ref("OIDC Core", "4"),
    level=MUST,
    severity=MEDIUM,
    covers="tpil-happy-get",
    needs=("initiate-login",),
    okta=True,
)
def test_accepts_login_from_tile(login: Login) -> None:
    """The tile's redirect, which names the IdP's org as `iss`, begins a login that signs in."""
    login.launched().must_sign_in()


@case(
    spec=Ref("OIDC Core", "4"),
    level=MUST,
    severity=INFO,
    covers="tpil-happy-post",
    idp=initiate_login.mode("form_post"),
)
def test_accepts_login_initiated_by_post(login: Login) -> None:
    """The same parameters by a form that another site posts begin a login, too."""
    login.launched().must_sign_in()


@case(
    spec=Ref("OIDC Core", "4"),
    level=SHOULD,
    severity=INFO,
    covers="tpil-login-hint-forwarded",
    idp=initiate_login("login_hint").set("ada+tile@example.com & co"),
)
def test_sends_login_hint_on(login: Login) -> None:
    """The login_hint of the initiator is in the authorization request, to the letter."""
    login.launched().request.must_have("login_hint", "ada+tile@example.com & co")


@case(
    spec=Ref("OIDC Core", "4"),
    level=MUST,
    severity=HIGH,
    cwe=918,
    covers="tpil-unknown-iss",
    idp=initiate_login("iss").set(canary_url("iss")),
)
def test_never_contacts_unknown_issuer(login: Login) -> None:
    """An `iss` that is no IdP of the RP is not asked for its metadata."""
    login.launched().must_not_fetch("iss", "parameter")


@case(
    spec=Ref("OIDC Core", "4"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=601,
    covers="tpil-unknown-iss",
    idp={
        "foreign": initiate_login("iss").set("https://attacker.example"),
        "look-alike": initiate_login("iss").append("@attacker.example"),
    },
)
def test_rejects_unknown_issuer(login: Login) -> None:
    """Who names an IdP that the RP does not have begins no login."""
    login.launched().must_start_no_login()


@case(
    spec=Ref("OIDC Core", "4"),
    level=SHOULD,
    severity=INFO,
    covers="tpil-iss-missing",
    okta=True,
    idp=initiate_login("iss").remove(),
)
def test_survives_missing_issuer(login: Login) -> None:
    """Without `iss`, as from the links in Okta's e-mails, there is a login at the one IdP or an error, and no crash."""
    login.launched().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "4"),
    level=MUST,
    severity=HIGH,
    cwe=601,
    covers="tpil-target-link-uri-open-redirect",
    idp={
        "address": initiate_login("target_link_uri").set("https://attacker.example/"),
        "without-scheme": initiate_login("target_link_uri").set("//attacker.example/"),
        "backslash": initiate_login("target_link_uri").set("/\\attacker.example/"),
        "scheme-alone": initiate_login("target_link_uri").set("https:attacker.example/"),
        "tab": initiate_login("target_link_uri").set("/\t/attacker.example/"),
        "user-name": initiate_login("target_link_uri").set(app_url("user-at-attacker")),
    },
)
def test_never_follows_foreign_target(login: Login) -> None:
    """After a login the browser stays with the RP, wherever target_link_uri wants it to go."""
    login.launched().must_not_follow(ATTACKER)


@case(
    spec=Ref("OIDC Core", "4"),
    level=SHOULD,
    severity=LOW,
    covers="tpil-target-link-uri-deep-link",
    needs=("deep-link",),
    idp=initiate_login("target_link_uri").set(app_url("deep-link")),
)
def test_accepts_target_of_its_own(login: Login) -> None:
    """A target_link_uri of the RP's own is where the login ends."""
    login.launched().must_land_on("deep-link")


@case(
    spec=Ref("OIDC Core", "4"),
    level=MUST,
    severity=MEDIUM,
    cwe=88,
    covers="tpil-param-injection",
    idp={
        "client-id": initiate_login("client_id").set("somebody-else"),
        "redirect-uri": initiate_login("redirect_uri").set("https://attacker.example/callback"),
        "scope": initiate_login("scope").set("openid offline_access"),
        "prompt": initiate_login("prompt").set("none"),
        "response-mode": initiate_login("response_mode").set("fragment"),
        "state": initiate_login("state").set("chosen-by-the-attacker"),
    },
)
def test_ignores_unknown_parameters(login: Login) -> None:
    """Parameters that Core 4 does not have stay out of the authorization request."""
    login.launched().request.must_not_copy_initiation()


@case(
    spec=Ref("OIDC Core", "4"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=1021,
    covers="tpil-csrf-login-framing",
    needs=("initiate-login",),
)
def test_keeps_session_from_framed_login(login: Login) -> None:
    """A page that has the initiated login in a frame does not change who is signed in."""
    login.framed_beside_session().must_keep_identity()
