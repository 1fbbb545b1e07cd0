"""ID Tokens and access tokens in the authorization response (OIDC Core 3.2)."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response, claim, front_channel_id_token, random
from suites._core import HARDENING, HIGH, INFO, MEDIUM, MUST, Login, Ref, case
from suites._core.markup import markup

ELEMENT = "gauntlet-markup"


@case(
    spec=Ref("RFC 6749", "4.2.2"),
    level=MUST,
    severity=INFO,
    covers="implicit-id-token-happy",
    needs=("response_type=id_token",),
    idp=authorization_response("unknown_parameter").set("to be ignored"),
)
def test_accepts_id_token(login: Login) -> None:
    """An ID Token in the authorization response signs in, whatever unknown parameter comes along."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.2.2.5"),
    level=MUST,
    severity=INFO,
    covers="implicit-id-token-token-happy",
    needs=("response_type=id_token token",),
    idp=authorization_response("token_type").swap_case(),
)
def test_accepts_id_token_with_access_token(login: Login) -> None:
    """An ID Token and an access token in the authorization response sign in, in whatever case the token type is."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.2.2.9"),
    level=MUST,
    severity=HIGH,
    cwe=354,
    covers="implicit-at-hash-mismatch",
    needs=("front-channel-id-token", "front-channel-access-token"),
    idp=claim("at_hash").set(random()).where(channel="front"),
)
def test_rejects_wrong_at_hash(login: Login) -> None:
    """An ID Token whose at_hash belongs to another access token than the one beside it starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.2.2.10"),
    level=MUST,
    severity=HIGH,
    cwe=354,
    covers="implicit-at-hash-missing",
    needs=("front-channel-id-token", "front-channel-access-token"),
    idp=claim("at_hash").remove().where(channel="front"),
)
def test_rejects_missing_at_hash(login: Login) -> None:
    """An ID Token that comes with an access token, but without at_hash, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "16.11"),
    level=MUST,
    severity=HIGH,
    cwe=345,
    covers="implicit-access-token-injection",
    needs=("front-channel-id-token", "front-channel-access-token"),
)
def test_rejects_injected_access_token(login: Login) -> None:
    """The access token of somebody else beside one's own ID Token starts no session."""
    other, own = login.held(), login.held()
    own.deliver(own.response.replacing("access_token", other.access_token)).must_be_rejected()


@case(
    spec=Ref("RFC 9700", "4.3.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=598,
    covers="implicit-response-in-query",
    needs=("front-channel-id-token",),
    idp=authorization_response.mode("query"),
)
def test_rejects_tokens_in_query(login: Login) -> None:
    """Tokens that come in the query of the redirect URI, where logs and histories keep them, start no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.2.7"),
    level=MUST,
    severity=HIGH,
    cwe=287,
    covers="implicit-response-to-code-client",
    needs=("response_type=code",),
    idp=authorization_response("code").remove() & authorization_response("id_token").set(front_channel_id_token()),
)
def test_rejects_id_token_in_place_of_code(login: Login) -> None:
    """An RP that asked for a code starts no session for an ID Token that comes in its place."""
    login().must_be_rejected()


@case(
    spec=Ref("OWASP ASVS", "1.2.1"),
    level=MUST,
    severity=HIGH,
    cwe=79,
    asvs="1.2.1",
    covers="implicit-fragment-xss",
    needs=("front-channel-id-token",),
    idp={
        "error": authorization_response.error("access_denied", markup(ELEMENT)),
        "id-token": authorization_response("id_token").set(markup(ELEMENT)),
    },
)
def test_never_shows_parameters_as_markup(login: Login) -> None:
    """What the authorization response says, in its error or in place of a token, is shown as text or not at all."""
    login().must_show_no_markup(ELEMENT)
