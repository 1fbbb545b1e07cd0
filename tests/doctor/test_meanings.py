"""Every refusal that an RP can meet has a meaning: which control it is about, and what to do."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from mock_idp import protocol
from mock_idp.doctor.errors import meaning_of
from mock_idp.doctor.examination import examine
from mock_idp.doctor.login import Refusal
from mock_idp.doctor.meanings import MEANINGS
from mock_idp.protocol.errors import OAuthError, PageError
from tests.doctor.clinic import Clinic

TEXTS = (
    # okta.md 2.3: redirected errors
    ("request.state", "authorize", "invalid_request", "The authentication request has an invalid 'state' parameter."),
    ("grants.response-type", "authorize", "unsupported_response_type",
     "The response type is not supported by the authorization server. Configured response types: [code]."),
    ("request.response-mode", "authorize", "unsupported_response_mode",
     "The response mode is not supported by the authorization server. Valid response modes: [query, fragment]."),
    ("request.response-mode", "authorize", "unsupported_response_mode",
     "'query' response mode cannot be used with either the 'id_token' or 'token' response types."),
    ("request.nonce", "authorize", "invalid_request",
     "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types.."),
    ("scopes.no-openid", "authorize", "invalid_scope",
     "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."),
    ("scopes.none", "authorize", "invalid_scope",
     "The authorization server resource does not have any configured default scopes, 'scope' must be provided."),
    ("scopes.none", "authorize", "invalid_scope", "No scopes were requested."),
    ("scopes.unknown", "authorize", "invalid_scope",
     "One or more scopes are not configured for the authorization server resource."),
    ("scopes.custom-at-org", "authorize", "invalid_scope", "Custom scopes are not allowed for this request."),
    ("pkce.not-sent", "authorize", "invalid_request", "PKCE code challenge is required by the application."),
    ("pkce.not-sent", "authorize", "invalid_request",
     "PKCE code challenge is required when the token endpoint authentication method is 'NONE'."),
    ("pkce.method", "authorize", "invalid_request",
     "PKCE code challenge method is not supported. Valid values: [S256]"),
    ("pkce.challenge", "authorize", "invalid_request", "PKCE code challenge contains illegal characters."),
    ("request.prompt", "authorize", "invalid_request",
     "Invalid value for 'prompt' parameter. Supported values: [none, login, consent]"),
    ("request.max-age", "authorize", "invalid_request",
     "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."),
    ("request.max-age", "authorize", "invalid_request",
     "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age."),
    ("request.no-session", "authorize", "login_required",
     "The client specified not to prompt, but the user is not logged in."),
    ("request.needs-person", "authorize", "login_required",
     "The client specified not to prompt, but the client app requires re-authentication or MFA."),
    ("scopes.consent-silent", "authorize", "consent_required", "The following scopes require user consent: [x]."),
    ("login.declined", "authorize", "access_denied",
     "The resource owner or authorization server denied the request."),
    ("assignment.person", "authorize", "access_denied", "User is not assigned to the client application."),
    ("policy.failed", "authorize", "access_denied",
     "Policy evaluation failed for this request, please check the policy configurations."),
    ("policy.scopes", "authorize", "access_denied",
     "Policy evaluation succeeded, but all the requested scopes were rejected."),
    ("policy.scopes", "authorize", "access_denied",
     "Some of the requested scopes were denied by the policy. Denied scopes: [x]."),
    ("scopes.too-many-groups", "authorize", "server_error",
     "The groups claim matched too many groups and must be configured to match fewer groups."),
    ("grants.not-configured", "authorize", "unauthorized_client",
     "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code]."),
    ("request.object", "authorize", "invalid_request_object", "The signature of the request object is invalid."),
    ("grants.service", "authorize", "invalid_request",
     "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint."),
    ("request.acr", "authorize", "unmet_authentication_requirements",
     "Unable to meet the authentication requirements imposed by 'acr_values' parameter."),
    ("login.idp-failed", "authorize", "server_error",
     "The authorization server encountered an unexpected condition that prevented it from fulfilling the request."),
    ("login.idp-failed", "authorize", "temporarily_unavailable",
     "The authorization server is currently unable to handle the request."),
    # 2.4, 5.4 and 7: pages
    ("redirect-uris.not-registered", "authorize", "invalid_request",
     "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."),
    ("redirect-uris.not-registered", "authorize", "invalid_request",
     "The 'redirect_uri' parameter must be an absolute URI that is whitelisted in the client app settings."),
    ("client.unknown", "authorize", "invalid_client", "Invalid value for 'client_id' parameter."),
    ("sign-out.not-registered", "logout", "invalid_request",
     "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings."),
    ("sign-out.other-session", "logout", "id_token_does_not_match_session",
     "The ID token subject does not match the current session's user."),
    ("tile.disabled", "launch", "idp_initated_flow_disabled", "IdP-initiated login is disabled for this client."),
    ("tile.no-uri", "launch", "missing_initiate_login_uri", "initiate_login_uri is missing."),
    # 3.4: the token endpoint
    ("token.code", "token", "invalid_grant", "The authorization code is invalid or has expired."),
    ("redirect-uris.changed", "token", "invalid_grant",
     "The 'redirect_uri' does not match the redirection URI used in the authorization request."),
    ("token.other-client", "token", "invalid_grant",
     "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize "
     "request."),
    ("token.other-server", "token", "invalid_request", "The grant was issued for another authorization server."),
    ("pkce.failed", "token", "invalid_grant", "PKCE verification failed."),
    ("pkce.no-verifier", "token", "invalid_request", "PKCE code verifier is required by the application."),
    ("pkce.no-challenge", "token", "invalid_request",
     "PKCE code challenge should be specified in the authorize request for code verification."),
    ("refresh.invalid", "refresh", "invalid_grant", "The refresh token is invalid or expired."),
    ("refresh.wider", "refresh", "access_denied",
     "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied "
     "scopes: x."),
    ("token.no-grant-type", "token", "invalid_request",
     "The token request must specify a 'grant_type'. Valid values: [authorization_code]"),
    ("token.parameter", "token", "invalid_request", "The required parameter 'code' is missing."),
    ("grants.not-configured", "token", "unauthorized_client",
     "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code]."),
    ("token.unknown-grant", "token", "unsupported_grant_type",
     "The authorization grant type is not supported by the authorization server. Configured grant types: [x]."),
    ("client.method", "token", "invalid_client", "No client credentials found."),
    ("client.method", "token", "invalid_client",
     "Client authentication failed. Either the client or the client credentials are invalid."),
    ("client.wrong-secret", "token", "invalid_client",
     "The client secret supplied for a confidential client is invalid."),
    ("client.malformed", "token", "invalid_client",
     "Found Authentication header but was not valid client credentials."),
    ("client.twice", "token", "invalid_request",
     "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, "
     "credentials in the post body, or a client_assertion in the post body."),
    ("client.in-url", "token", "invalid_request", "Client credentials cannot be supplied via query parameters."),
    ("request.repeated", "token", "invalid_request", "The request contained multiple parameters with the same name."),
    ("cors.needs-pkce", "token", "invalid_client",
     "Browser requests to the token endpoint must use Proof Key for Code Exchange."),
    ("cors.unknown-origin", "token", "invalid_request",
     "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri."),
    ("cors.unknown-origin", "token", "invalid_request",
     "Browser requests to the token endpoint must be made from one of the registered Trusted Origins."),
    ("cors.grant", "token", "unauthorized_client",
     "Browser requests to the token endpoint may only use the authorization_code grant_type."),
    ("token.password", "token", "invalid_grant", "The credentials provided were invalid."),
    ("token.password", "token", "invalid_grant",
     "Resource owner password credentials cannot be used with MFA enabled."),
    ("client.assertion", "token", "invalid_client",
     "The audience claim for client_assertion must be the endpoint invoked for the request."),
    ("client.assertion", "token", "invalid_client", "The client_assertion token is expired."),
    ("client.assertion", "token", "invalid_client",
     "The client_assertion token has an expiration too far into the future."),
    ("client.assertion", "token", "invalid_client", "The client_assertion token has already been used."),
    ("client.assertion", "token", "invalid_client", "The client_assertion signature is invalid."),
    ("client.assertion", "token", "invalid_client",
     "The issuer claim for client_assertion is not a valid client_id."),
    ("client.assertion", "token", "invalid_client",
     "The client_assertion must contain the 'exp' claim as seconds since epoch."),
    ("client.assertion", "token", "invalid_request", "The client_assertion_type is invalid."),
    ("token.rate-limit", "token", "E0000047", "API call exceeded rate limit due to too many requests."),
    ("client.unknown", "token", "invalid_client", "Invalid value for 'client_id' parameter."),
    # 1.5: UserInfo
    ("userinfo.in-query", "userinfo", "invalid_request",
     "The access token cannot be presented in a query string."),
    ("userinfo.token", "userinfo", "invalid_token", "The access token is invalid."),
    ("userinfo.scope", "userinfo", "insufficient_scope",
     "The access token must provide access to at least one of these scopes - profile, email, address or phone"),
)  # fmt: skip


@pytest.mark.parametrize(("identifier", "at", "error", "text"), TEXTS)
def test_it_knows_what_an_error_means(identifier: str, at: str, error: str, text: str) -> None:
    meaning = meaning_of(Refusal(error, text, {}, at))
    assert meaning is not None
    assert meaning.id == identifier


def test_every_meaning_is_reached_by_one_of_the_texts() -> None:
    others = {"request.idp", "redirect-uris.none", "client.dpop"}
    assert {meaning.id for meaning in MEANINGS} - {identifier for identifier, *_ in TEXTS} == others


def test_every_error_of_the_mock_has_a_meaning() -> None:
    found = dict(_texts_of_the_mock())
    assert len(found) > 50
    assert [text for text, error in found.items() if meaning_of(Refusal(error, text, {}, "token")) is None] == []


def _texts_of_the_mock() -> Iterator[tuple[str, str]]:
    """The errors that are constants of the protocol's modules; `waiting` is for devices, without a browser."""
    for module in pkgutil.walk_packages(protocol.__path__, f"{protocol.__name__}."):
        if ".waiting" in module.name or ".token.direct_grants" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, OAuthError | PageError) and not _meant_for_others(value.description):
                yield value.description, value.error


def _meant_for_others(text: str) -> bool:
    return any(word in text for word in ("required.", "sign-in request has expired", "device", "well-formed"))


def test_a_refusal_is_told_with_its_words(clinic: Clinic) -> None:
    clinic.app()
    clinic.login(state=None)
    found = clinic.wrong()["request.state"]
    assert found.message == "It has no state, or an empty one."
    assert found.evidence.endswith("invalid_request: The authentication request has an invalid 'state' parameter.")
    assert (found.where, found.label) == ("The application itself", "Authorization request")


def test_a_refusal_is_evidence_of_what_explains_it(clinic: Clinic) -> None:
    clinic.app(assigned=False)
    clinic.login(person=True)
    found = clinic.wrong()
    assert list(found) == ["assignment.nobody"]
    assert "User is not assigned to the client application." in found["assignment.nobody"].evidence
    assert found["assignment.nobody"].where == "Applications → Shop → Assignments"


def test_a_refusal_that_is_in_no_book_is_told_all_the_same(clinic: Clinic) -> None:
    clinic.app()
    clinic.login()
    facts = clinic.facts()
    odd = {**facts.login.at("token")[0], "status": 418, "response": {"headers": {}, "body": '{"error": "teapot"}'}}
    facts.login.exchanges.append(odd)
    assert [(one.id, one.evidence.rpartition(" ")[2]) for one in examine(facts)] == [("login.refused", "teapot")]


def test_a_silent_request_that_fails_is_a_warning(clinic: Clinic) -> None:
    clinic.app()
    clinic.login(prompt="none", person=True)
    assert clinic.wrong()["request.no-session"].severity == "warning"


def test_it_reads_the_page_that_people_see(clinic: Clinic) -> None:
    clinic.app()
    clinic.login(redirect_uri="https://rp.example/other")
    [refusal] = clinic.facts().login.refusals
    assert (refusal.error, refusal.at) == ("invalid_request", "authorize")
    assert refusal.text.startswith(
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings"
    )
