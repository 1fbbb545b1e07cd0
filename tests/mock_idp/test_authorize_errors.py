"""Every error of the authorization endpoint that okta.md 2.3 and 2.4 list, by its real trigger, in Okta's words.

`key` is the name of the entry in Okta's error catalogue that the answer is compared with, where it has one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from mock_idp.clock import ManualClock
from mock_idp.idp import Idp
from mock_idp.org.app import GroupsClaim
from mock_idp.org.authorization_server import Claim, Policy, Rule, Scope
from mock_idp.org.model import Org, default_org
from mock_idp.store import Document, MemoryStore
from tests.mock_idp import error_catalogue
from tests.mock_idp.assertions import KEY, public
from tests.mock_idp.okta import ADA, CALLBACK, ORIGIN, WEB, Okta, page_of, parameters
from tests.mock_idp.org_parts import change_ada, change_server, switch

SECRET = "s" * 40
OPENID = "openid profile email"


@dataclass(frozen=True)
class Case:
    """`ask` is the request (a parameter that is None is left out) after `given` has changed the org.

    `signs_in`: the error comes only after authentication, so that a person fills in the sign-in page first.
    """

    key: str
    error: str
    description: str
    ask: dict[str, Any] = field(default_factory=dict)
    given: Callable[[Okta], Any] = lambda _okta: None
    signs_in: bool = False
    page: bool = False


def app(**settings: Any) -> Callable[[Okta], None]:
    return lambda okta: okta.register("web", **WEB | settings)


def rule(**members: Any) -> Callable[[Okta], Any]:
    return lambda okta: change_server(
        okta, policies=(Policy("P", id="00p1", rules=(Rule("R", id="0pr1", **members),)),)
    )


def scopes(*added: Scope) -> Callable[[Okta], Any]:
    def change(okta: Okta) -> None:
        known = okta.idp.org.servers.get("default")
        assert known is not None
        change_server(okta, scopes=(*known.scopes, *added))

    return change


def several(*changes: Callable[[Okta], Any]) -> Callable[[Okta], None]:
    def change(okta: Okta) -> None:
        for each in changes:
            each(okta)

    return change


def signed_in(okta: Okta) -> None:
    okta.sign_in(okta.authorize())


def many_groups(okta: Okta) -> None:
    change_ada(okta, groups=tuple(f"Group {i}" for i in range(101)))


def groups_claim_of_the_server(okta: Okta) -> None:
    known = okta.idp.org.servers.get("default")
    assert known is not None
    claim = Claim("groups", id="ocl1", value_type="GROUPS", value=".*", group_filter_type="REGEX")
    change_server(okta, claims=(*known.claims, claim))


def request_object(**claims: Any) -> str:
    now = int(ManualClock().at)
    made = {"iss": "web", "aud": f"{ORIGIN}/oauth2/default", "iat": now, "exp": now + 300} | claims
    made = {name: value for name, value in made.items() if value is not None}
    return jwt.encode({"alg": "HS256"}, made, OctKey.import_key(SECRET))


def spent(okta: Okta) -> None:
    okta.authorize(request=request_object(jti="once"))


SYSTEM_BY_DEFAULT = Scope("email", id="scp1", default=True, system=True)
NOW = int(ManualClock().at)
STATE = "The authentication request has an invalid 'state' parameter."
TYPES = "The response type is not supported by the authorization server. Configured response types: "
MODES = (
    "The response mode is not supported by the authorization server. Valid response modes: "
    "[query, fragment, form_post, okta_post_message]."
)
NOT_QUERY = "'query' response mode cannot be used with either the 'id_token' or 'token' response types."
NOT_POSTED = "'okta_post_message' response mode cannot be used with the 'code' response type."
NONCE = (
    "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types.."
)
NEEDS_OPENID = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."
NO_DEFAULTS = "The authorization server resource does not have any configured default scopes, 'scope' must be provided."
UNKNOWN_SCOPE = "One or more scopes are not configured for the authorization server resource."
CUSTOM_SCOPE = "Custom scopes are not allowed for this request."
PKCE_REQUIRED = "PKCE code challenge is required by the application."
S256_ONLY = "PKCE code challenge method is not supported. Valid values: [S256]"
PROMPT = "Invalid value for 'prompt' parameter. Supported values: [none, login, consent]"
ENROLL = "Authenticator enrollment requires 'none' response_type."
MAX_AGE = "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."
SILENT_AT_ONCE = "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age."
NOT_LOGGED_IN = "The client specified not to prompt, but the user is not logged in."
APP_SIGN_ON = "The client specified not to prompt, but the client app requires re-authentication or MFA."
NOT_ASSIGNED = "User is not assigned to the client application."
NO_POLICY = "Policy evaluation failed for this request, please check the policy configurations."
ALL_REJECTED = "Policy evaluation succeeded, but all the requested scopes were rejected."
SOME_DENIED = "Some of the requested scopes were denied by the policy. Denied scopes: "
GRANTS = "The client is not authorized to use the provided grant type. Configured grant types: "
GROUPS = "The groups claim matched too many groups and must be configured to match fewer groups."
SERVICE = "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint."
UNMET = "Unable to meet the authentication requirements imposed by 'acr_values' parameter."
MAINTENANCE = (
    "The authorization server is currently unable to handle the request due to a temporary overloading or maintenance "
    "of the server."
)
DUPLICATE = "Duplicate parameter provided in request. Duplicated parameters: [state]."
LOGIN_URI = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings"
SETTINGS_URL = "https://dev-1-admin.okta.test/admin/app/oidc_client/instance/web#tab-general"
FRONT = {"response_type": "id_token", "nonce": "n"}
TOKEN = {"response_type": "token", "nonce": "n"}
SIGNED = app(client_secret=SECRET)
PUBLIC = public(KEY)[0]
ONLY_CODE = {"response_types": ["code"], "grant_types": ["authorization_code"]}
NO_CODE: dict[str, Any] = {
    "application_type": "browser",
    "client_secret": "",
    "grant_types": ["interaction_code", "implicit"],
}
ITSELF = {"application_type": "service", "grant_types": ["client_credentials"], "response_types": ["token"]}
READ = Scope("notes:read", id="scp1", consent="REQUIRED")

REQUEST = [
    Case("invalid_state", "invalid_request", STATE, {"state": None}),
    Case(
        "unsupported_response_type",
        "unsupported_response_type",
        f"{TYPES}[code].",
        FRONT,
        app(**ONLY_CODE),
    ),
    Case("unsupported_response_mode", "unsupported_response_mode", MODES, {"response_mode": "jwt"}),
    Case(
        "unsupported_response_mode_query_with_tokens",
        "unsupported_response_mode",
        NOT_QUERY,
        FRONT | {"response_mode": "query"},
    ),
    Case(
        "unsupported_response_mode_okta_post_message_with_code",
        "unsupported_response_mode",
        NOT_POSTED,
        {"response_mode": "okta_post_message"},
        lambda okta: switch(okta, post_message_with_code=False),
    ),
    Case("invalid_nonce", "invalid_request", NONCE, {"response_type": "id_token"}),
    Case("openid_scope_required", "invalid_scope", NEEDS_OPENID, FRONT | {"scope": "profile"}),
    Case("openid_scope_required_access_token", "access_denied", NEEDS_OPENID, TOKEN | {"scope": "profile"}),
    Case("no_default_scopes", "invalid_scope", NO_DEFAULTS, {"scope": None}),
    Case("no_default_scopes", "invalid_scope", NO_DEFAULTS, {"scope": None}, scopes(SYSTEM_BY_DEFAULT)),
    Case("missing_scopes", "invalid_scope", "No scopes were requested.", {"scope": None, "server": "org"}),
    Case("no_matching_scope", "invalid_scope", UNKNOWN_SCOPE, {"scope": "openid orders:read"}),
    Case("no_matching_scope", "invalid_scope", UNKNOWN_SCOPE, {"scope": "openid groups"}),
    Case("illegal_custom_scope", "invalid_scope", CUSTOM_SCOPE, {"scope": "openid orders:read", "server": "org"}),
    Case("pkce_missing_challenge", "invalid_request", PKCE_REQUIRED, {}, app(pkce_required=True)),
    Case("pkce_unsupported_code_challenge_method", "invalid_request", S256_ONLY, {"code_challenge": "c" * 43}),
    Case(
        "pkce_invalid_challenge",
        "invalid_request",
        "PKCE code challenge contains illegal characters.",
        {"code_challenge": "c" * 42 + "=", "code_challenge_method": "S256"},
    ),
    Case("invalid_prompt", "invalid_request", PROMPT, {"prompt": "gladly"}),
    Case("invalid_prompt", "invalid_request", PROMPT, {"prompt": "none login"}),
    Case("invalid_prompt", "invalid_request", PROMPT, {"prompt": "login login"}),
    Case(
        "invalid_response_type_for_authenticator_enrollment",
        "invalid_request",
        ENROLL,
        {"prompt": "enroll_authenticator"},
    ),
    Case("invalid_max_age", "invalid_request", MAX_AGE, {"max_age": "2147483648"}),
    Case("invalid_prompt_for_zero_max_age", "invalid_request", SILENT_AT_ONCE, {"max_age": "0", "prompt": "none"}),
    Case("unknown_idp", "invalid_request", "Identity provider is not valid.", {"idp": "0oaunknown"}),
    Case("illegal_duplicated_parameters", "invalid_request", DUPLICATE, {"state": ["s1", "s2"]}),
    Case("unauthorized_client", "unauthorized_client", f"{GRANTS}[interaction_code, implicit].", {}, app(**NO_CODE)),
    Case(
        "unauthorized_client",
        "unauthorized_client",
        f"{GRANTS}[authorization_code].",
        FRONT,
        app(grant_types=["authorization_code"]),
    ),
    Case("invalid_client_application_type", "invalid_request", SERVICE, {}, app(**ITSELF)),
    Case(
        "temporarily_unavailable",
        "temporarily_unavailable",
        MAINTENANCE,
        {},
        lambda okta: switch(okta, maintenance=True),
    ),
]
LOGIN = [
    Case("login_required", "login_required", NOT_LOGGED_IN, {"prompt": "none"}),
    Case(
        "app_sign_on_required",
        "login_required",
        APP_SIGN_ON,
        {"prompt": "none", "max_age": "60"},
        several(signed_in, lambda okta: okta.clock.advance(61)),
    ),
    Case(
        "app_sign_on_required",
        "login_required",
        APP_SIGN_ON,
        {"prompt": "none"},
        several(signed_in, app(require_mfa=True), lambda okta: change_ada(okta, factors=("otp",))),
    ),
    Case(
        "app_sign_on_required",
        "login_required",
        APP_SIGN_ON,
        {"prompt": "none", "acr_values": "urn:okta:loa:2fa:any"},
        several(signed_in, lambda okta: change_ada(okta, factors=("otp",))),
    ),
    Case(
        "consent_required",
        "consent_required",
        "The following scopes require user consent: [notes:read].",
        {"prompt": "none", "scope": "openid notes:read"},
        several(signed_in, scopes(READ), app(consent_method="REQUIRED")),
    ),
    Case(
        "unmet_authentication_requirements",
        "unmet_authentication_requirements",
        UNMET,
        {"acr_values": "urn:okta:loa:2fa:any"},
        signs_in=True,
    ),
    Case(
        "unmet_authentication_requirements",
        "unmet_authentication_requirements",
        UNMET,
        {"acr_values": "phr"},
        signs_in=True,
    ),
    Case("user_not_assigned", "access_denied", NOT_ASSIGNED, {}, app(users=[]), signs_in=True),
    Case(
        "no_matching_policy",
        "access_denied",
        NO_POLICY,
        {},
        lambda okta: change_server(okta, policies=()),
        signs_in=True,
    ),
    Case("no_matching_policy", "access_denied", NO_POLICY, {}, rule(grant_types=("implicit",)), signs_in=True),
    Case("no_matching_policy", "access_denied", NO_POLICY, {}, rule(groups=("00gothers",)), signs_in=True),
    Case("no_scope_allowed", "access_denied", ALL_REJECTED, {}, rule(scopes=("address",)), signs_in=True),
    Case(
        "scope_denied",
        "access_denied",
        f"{SOME_DENIED}[profile, email].",
        {},
        rule(scopes=("openid",)),
        signs_in=True,
    ),
    Case(
        "too_many_groups_in_groups_claim",
        "server_error",
        GROUPS,
        FRONT | {"scope": "openid groups", "server": "org"},
        several(app(groups_claim=vars(GroupsClaim())), many_groups),
        signs_in=True,
    ),
    Case(
        "too_many_groups_in_groups_claim",
        "server_error",
        GROUPS,
        FRONT,
        several(groups_claim_of_the_server, many_groups),
        signs_in=True,
    ),
]
OBJECTS = [
    Case(
        "request_object_invalid", "invalid_request_object", "The request object cannot be parsed.", {"request": "x.y"}
    ),
    Case(
        "request_object_bad_signature",
        "invalid_request_object",
        "The signature of the request object is invalid.",
        {"request": request_object()[:-8] + "AAAAAAAA"},
    ),
    Case(
        "request_object_invalid_issuer",
        "invalid_client",
        "The issuer of the request object is invalid.",
        {"request": request_object(iss="another")},
    ),
    Case(
        "request_object_audience_mismatch",
        "invalid_request_object",
        "The audience of the request object is invalid.",
        {"request": request_object(aud=ORIGIN)},
    ),
    Case(
        "request_object_jwt_expired",
        "invalid_request_object",
        "The request object is expired.",
        {"request": request_object(exp=NOW)},
    ),
    Case(
        "request_object_jwt_expiration_too_long",
        "invalid_request_object",
        "The request object expires too far in the future.",
        {"request": request_object(exp=NOW + 3601)},
    ),
    Case(
        "request_object_invalid",
        "invalid_request_object",
        "The request object cannot be parsed.",
        {"request": request_object(exp=math.nan)},
    ),
    Case(
        "request_object_issued_in_future",
        "invalid_request_object",
        "The request object is issued in the future.",
        {"request": request_object(iat=NOW + 61)},
    ),
    Case(
        "request_object_before_nbf",
        "invalid_request_object",
        "The request object is issued too early.",
        {"request": request_object(nbf=NOW + 61)},
    ),
    Case(
        "request_object_already_used",
        "invalid_request_object",
        "The request object has already been used.",
        {"request": request_object(jti="once")},
        several(SIGNED, spent),
    ),
    Case(
        "invalid_request_object",
        "invalid_request_object",
        "The authorize request object is invalid.",
        {"request": request_object(client_id="another")},
    ),
    Case(
        "invalid_request_object",
        "invalid_request_object",
        "The authorize request object is invalid.",
        {"request": request_object(request_uri="urn:okta:x")},
    ),
    Case(
        "request_object_invalid_signature_algorithm",
        "invalid_request_object",
        "The JWT signature algorithm of the request object is invalid.",
        {"request": "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ3ZWIifQ."},
    ),
    Case(
        "request_object_header_algo_mismatch",
        "invalid_request_object",
        "The signing algorithm used is not supported by this client.",
        {"request": request_object()},
        app(client_secret=SECRET, request_object_signing_alg="HS512"),
    ),
    Case(
        "request_object_no_client_secret",
        "request_not_supported",
        "The issuer of the request object does not have a client secret.",
        {"request": request_object()},
        app(client_secret="", token_endpoint_auth_method="none"),
    ),
    Case(
        "request_object_invalid_secret_length",
        "invalid_request_object",
        "The JWT signature secret length is too short.",
        {"request": request_object()},
        app(client_secret="short"),
    ),
    Case(
        "request_object_jwks_not_configured",
        "invalid_client",
        "The client does not have a JWKSet configured, but the request object requires one.",
        {"request": "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ3ZWIifQ.AAAA"},
    ),
    Case(
        "request_object_invalid_kid",
        "invalid_request_object",
        "The JWT kid of the request object is invalid.",
        {"request": "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJ3ZWIifQ.AAAA"},
        app(jwks=[PUBLIC | {"kid": "b"}]),
    ),
    Case(
        "request_object_jwt_not_signed_with_signing_key",
        "invalid_request_object",
        "The request object needs to be signed using a signing key.",
        {"request": "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJ3ZWIifQ.AAAA"},
        app(jwks=[PUBLIC | {"kid": "a", "use": "enc"}]),
    ),
]
PAGES = [
    Case(
        "invalid_client_id",
        "invalid_client",
        "Invalid value for 'client_id' parameter.",
        {"client_id": "nobody"},
        page=True,
    ),
    Case(
        "invalid_client_id",
        "invalid_client",
        "Invalid value for 'client_id' parameter.",
        {},
        app(status="INACTIVE"),
        page=True,
    ),
    Case(
        "illegal_redirect_uri_enhanced",
        "invalid_request",
        f"{LOGIN_URI}: {SETTINGS_URL}",
        {"redirect_uri": "https://rp.example/other"},
        page=True,
    ),
    Case(
        "illegal_redirect_uri_enhanced",
        "invalid_request",
        f"{LOGIN_URI}: {SETTINGS_URL}",
        {"redirect_uri": None},
        page=True,
    ),
    Case(
        "illegal_redirect_uri",
        "invalid_request",
        f"{LOGIN_URI}.",
        {"redirect_uri": "https://rp.example/other"},
        lambda okta: switch(okta, error_page_enhanced=False),
        page=True,
    ),
    Case(
        "duplicate_oauth_params",
        "invalid_request",
        "The request contained multiple parameters with the same name.",
        {"redirect_uri": [CALLBACK, "https://evil.example/"]},
        page=True,
    ),
    Case(
        "pkce_missing_challenge",
        "invalid_request",
        PKCE_REQUIRED,
        {},
        several(app(pkce_required=True), lambda okta: switch(okta, pkce_required_error="page")),
        page=True,
    ),
    Case(
        "invalid_client_application_type",
        "invalid_request",
        SERVICE,
        {},
        app(**ITSELF | {"redirect_uris": []}),
        page=True,
    ),
    Case(
        "invalid_request_uri",
        "invalid_request_uri",
        "The authorize request_uri is invalid.",
        {"request_uri": "urn:okta:unknown"},
        page=True,
    ),
    Case(
        "authorize_request_object_and_request_uri_provided",
        "invalid_request",
        "The authorize request must not contain both a request object and a request uri.",
        {"request_uri": "urn:okta:unknown", "request": "x"},
        page=True,
    ),
    Case(
        "request_object_bad_signature",
        "invalid_request_object",
        "The signature of the request object is invalid.",
        {"request": request_object(), "redirect_uri": None},
        app(client_secret="t" * 40),
        page=True,
    ),
]
for index, case in enumerate(OBJECTS):
    if case.given is Case.given:
        OBJECTS[index] = Case(case.key, case.error, case.description, case.ask, SIGNED)


def _name(case: Case) -> str:
    return f"{case.key}-{'+'.join(case.ask) or 'given'}"


def answer_to(okta: Okta, case: Case) -> TestResponse:
    case.given(okta)
    answer = okta.authorize(**case.ask)
    if case.signs_in:
        assert page_of(answer).forms[0].fields["identifier"] == ""  # nothing is refused before
        answer = okta.sign_in(answer, ADA)
    return answer


def refused(answer: TestResponse, page: bool) -> tuple[str, str]:
    """Error and description, of Okta's error page or of an authorization response."""
    if page:
        assert answer.status_code == 400, answer.headers.get("Location")
        lines = [entry.text_content() for entry in page_of(answer).findall(".//ul/li")]
        return lines[1].removeprefix("Error Code: "), lines[2].removeprefix("Description: ")
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(CALLBACK)
    found = dict(parameters(answer))
    return found["error"], found["error_description"]


@pytest.mark.parametrize("case", [*REQUEST, *LOGIN, *OBJECTS, *PAGES], ids=_name)
def test_errors_in_oktas_words(okta: Okta, case: Case) -> None:
    assert refused(answer_to(okta, case), case.page) == (case.error, case.description)


@pytest.mark.skipif(not error_catalogue.available(), reason=error_catalogue.MISSING)
@pytest.mark.parametrize("case", [*REQUEST, *LOGIN, *OBJECTS, *PAGES], ids=_name)
def test_errors_as_the_catalogue_has_them(okta: Okta, case: Case) -> None:
    assert error_catalogue.fault(case.key, *refused(answer_to(okta, case), case.page)) == ""


@pytest.mark.parametrize("case", [*REQUEST[1:], *LOGIN], ids=_name)
def test_state_comes_first_and_tokens_errors_in_the_fragment(okta: Okta, case: Case) -> None:
    answer = answer_to(okta, case)

    sent_twice = isinstance(case.ask.get("state"), list)
    assert [name for name, _ in parameters(answer)] == ["state", "error", "error_description"]
    assert dict(parameters(answer))["state"] == "s1" or sent_twice
    front = case.ask.get("response_type") in ("id_token", "token")
    assert f"{CALLBACK}{'#' if front else '?'}state=" in answer.headers["Location"]


def test_denied_consent(okta: Okta) -> None:
    several(scopes(READ), app(consent_method="REQUIRED"))(okta)
    page = okta.sign_in(okta.authorize(scope="openid notes:read"))

    answer = okta.submit(page, consent="deny")
    text = "The resource owner or authorization server denied the request."
    assert parameters(answer) == [("state", "s1"), ("error", "access_denied"), ("error_description", text)]


class BrokenStore(MemoryStore):
    """A store that fails when a code is to be kept."""

    def put(self, kind: str, key: str, document: Document) -> None:
        if kind == "code":
            raise OSError("disk full")
        super().put(kind, key, document)


def test_server_error() -> None:
    okta = Okta(Idp(ORIGIN, Org(users=default_org().users), clock=ManualClock(), store=BrokenStore()), ManualClock())
    attempt = okta.attempt()
    text = "The authorization server encountered an unexpected condition that prevented it from fulfilling the request."

    answer = okta.authorize(attempt, server="org")
    assert parameters(answer) == [("state", "s1"), ("error", "server_error"), ("error_description", text)]
    assert okta.transcript(attempt)["failures"] == [{"reason": "OSError: disk full"}]  # not the relying party's fault


def test_post_with_query_parameters(okta: Okta) -> None:
    body = {"client_id": "web", "redirect_uri": CALLBACK, "response_type": "code", "scope": OPENID, "state": "s"}
    answer = okta.browser.post(okta.url("authorize"), data=body, query_string={"nonce": "n"})

    assert refused(answer, page=True) == ("invalid_request", "Invalid request")
    assert okta.browser.post(okta.url("authorize"), data=body).status_code == 200


def test_inactive_server_is_not_found(okta: Okta) -> None:
    change_server(okta, status="INACTIVE")

    answer = okta.authorize(okta.attempt())
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (404, "E0000007")
    assert (answer.json or {})["errorSummary"] == "Not found: Resource not found: default (AuthorizationServer)"


@pytest.mark.parametrize(
    "sent",
    [
        {"idp": "0oaunknown"},
        {"scope": "profile", "response_type": "token", "nonce": "n"},
        {"response_type": "id_token", "nonce": "n"},
        {"state": None},
    ],
)
def test_core_refuses_only_what_the_specifications_do(okta: Okta, sent: dict[str, Any]) -> None:
    okta.register("web", **WEB | {"grant_types": ["authorization_code"]})

    answer = dict(parameters(okta.authorize(okta.attempt(strictness="core"), **sent)))
    assert {"code", "id_token", "access_token"} & answer.keys()


@pytest.mark.parametrize("response_type", ["code", "id_token"])
def test_groups_count_at_the_front_channel_only(okta: Okta, response_type: str) -> None:
    several(groups_claim_of_the_server, many_groups, lambda okta: switch(okta, groups_limit=101))(okta)
    at_the_limit = okta.sign_in(okta.authorize(response_type=response_type, nonce="n"))
    assert {"code", "id_token"} & dict(parameters(at_the_limit)).keys()

    switch(okta, groups_limit=100)
    above = okta.authorize(response_type=response_type, nonce="n")
    assert ("error" in dict(parameters(above))) == (response_type == "id_token")
