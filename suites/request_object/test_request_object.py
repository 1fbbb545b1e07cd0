"""Authorization requests as signed JWTs (OIDC Core 6.1, RFC 9101)."""

from __future__ import annotations

from suites._core import HARDENING, INFO, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("RFC 9101", "4"),
    level=SHOULD,
    severity=INFO,
    covers="request-uri-signed-rs256",
    needs=("request-object",),
    okta=True,
)
def test_sends_request_object_for_issuer(login: Login) -> None:
    """The signed request object, which the IdP could verify, says whose it is and for which issuer."""
    login.honest().request_object.must_be_for_client_and_issuer()


@case(
    spec=Ref("RFC 9101", "4"),
    level=MUST,
    severity=MEDIUM,
    cwe=345,
    covers="request-object-hygiene",
    needs=("request-object",),
    okta=True,
)
def test_sends_request_object_without_reference(login: Login) -> None:
    """The request object does not refer to another one."""
    login.honest().request_object.must_not_have("request", "request_uri")


@case(
    spec=Ref("OIDC Core", "6.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=345,
    covers="request-object-hygiene",
    needs=("request-object",),
)
def test_sends_same_parameters_beside_request_object(login: Login) -> None:
    """client_id and response_type stand beside the request object too, and say the same as in it."""
    login.honest().request_object.must_agree_with("client_id", "response_type")


@case(
    spec=Ref("RFC 9101", "10.8"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=345,
    asvs="9.2.2",
    covers="request-object-hygiene",
    needs=("request-object",),
)
def test_sends_request_object_that_is_no_client_assertion(login: Login) -> None:
    """The request object does not name the client as its sub, so that it cannot pass for a client assertion."""
    login.honest().request_object.must_not_name_client_as_subject()


@case(
    spec=Ref("RFC 9101", "10.8"),
    level=HARDENING,
    severity=LOW,
    cwe=294,
    covers="request-object-hygiene",
    needs=("request-object",),
)
def test_sends_request_object_that_ends(login: Login) -> None:
    """The request object expires and has an id, so that nobody can use it again."""
    login.honest().request_object.must_expire()
