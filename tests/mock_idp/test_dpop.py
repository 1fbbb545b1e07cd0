"""Tokens that are bound to a key (RFC 9449, okta.md 1.5, 3.3): the proof, the nonce, the binding, and every refusal."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.test import TestResponse

from mock_idp.protocol.token.dpop import ALGORITHMS
from tests.mock_idp import assertions, error_catalogue
from tests.mock_idp.assertions import EC_KEYS, KEY, OTHER_KEY
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta, basic, parts
from tests.mock_idp.proofs import HEADER, ath, proof
from tests.mock_idp.strategies import steady

DAY = 86_400
USE_NONCE = {
    "error": "use_dpop_nonce",
    "error_description": "Authorization server requires nonce in DPoP proof.",
}
REUSED = "The DPoP proof JWT has already been used."
SHARED = OctKey.generate_key(256)
GRANTS = ["authorization_code", "refresh_token"]


@pytest.fixture
def okta(okta: Okta) -> Okta:
    """With the apps `spa` and `bff`, public and confidential, whose tokens are bound."""
    members: dict[str, Any] = {"redirect_uris": [CALLBACK], "grant_types": GRANTS, "dpop_bound_access_tokens": True}
    okta.register("spa", token_endpoint_auth_method="none", application_type="browser", **members)
    okta.register("bff", client_secret="s", **members)
    return okta


def asked(okta: Okta, headers: dict[str, str], *, server: str = "default", **form: Any) -> TestResponse:
    """A token request of `spa`."""
    return okta.token(server=server, headers=headers, client_id="spa", **form)


def code_form(okta: Okta, *, server: str = "default", client_id: str = "spa") -> dict[str, Any]:
    code = okta.code(client_id=client_id, server=server, scope="openid email offline_access", **PKCE)
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def nonce_of(okta: Okta, server: str = "default") -> str:
    """What the server gives to somebody who sends a proof without nonce."""
    answer = asked(okta, proof(okta, okta.url("token", server)), server=server, **code_form(okta, server=server))
    assert (answer.status_code, answer.json) == (400, USE_NONCE)
    return answer.headers[HEADER]


def with_nonce(okta: Okta, *, server: str = "default", **how: Any) -> dict[str, str]:
    return proof(okta, okta.url("token", server), **{"nonce": nonce_of(okta, server)} | how)


def tokens(okta: Okta, *, server: str = "default", **how: Any) -> dict[str, Any]:
    """The token response of a login at `spa` whose key is KEY."""
    answer = asked(okta, with_nonce(okta, server=server, **how), server=server, **code_form(okta, server=server))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def refreshed(okta: Okta, token: str, **how: Any) -> TestResponse:
    return asked(okta, with_nonce(okta, **how), grant_type="refresh_token", refresh_token=token)


def userinfo(okta: Okta, token: str, *, scheme: str = "DPoP", server: str = "default", **how: Any) -> TestResponse:
    url = okta.url("userinfo", server)
    sent = proof(okta, url, "GET", token=token, **how)
    return okta.rp.get(url, headers={"Authorization": f"{scheme} {token}", **sent})


def described(answer: TestResponse) -> tuple[int, str, str]:
    body = answer.json or {}
    return answer.status_code, body["error"], body["error_description"]


# ---- tokens -------------------------------------------------------------------------------------------------


def test_the_first_answer_gives_a_nonce_and_keeps_the_code(okta: Okta) -> None:
    form, url = code_form(okta), okta.url("token")
    answer = asked(okta, {**proof(okta, url), "Origin": "https://rp.example"}, **form)
    assert (answer.status_code, answer.json) == (400, USE_NONCE)
    assert answer.headers["Access-Control-Expose-Headers"] == HEADER
    nonce = answer.headers[HEADER]
    assert len(nonce) == 32

    answer = asked(okta, proof(okta, url, nonce=nonce), **form)
    assert (answer.status_code, answer.headers[HEADER]) == (200, nonce)


@pytest.mark.parametrize("server", ["default", "org"])
def test_the_access_token_names_the_key(okta: Okta, server: str) -> None:
    made = tokens(okta, server=server)
    claims = parts(made["access_token"])[1]

    assert made["token_type"] == "DPoP"
    assert claims["cnf"] == {"jkt": KEY.thumbprint()}
    assert list(claims)[list(claims).index("exp") + 1] == "cnf"
    assert "cnf" not in parts(made["id_token"])[1]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_algorithms(okta: Okta, alg: str) -> None:
    key: RSAKey | ECKey = EC_KEYS.get(alg, KEY)
    token = tokens(okta, key=key, alg=alg)["access_token"]

    assert parts(token)[1]["cnf"] == {"jkt": key.thumbprint()}
    assert userinfo(okta, token, key=key, alg=alg).status_code == 200


def test_the_listed_algorithms_are_those(okta: Okta) -> None:
    listed: dict[str, Any] = okta.rp.get("/oauth2/default/.well-known/openid-configuration").json or {}
    assert listed["dpop_signing_alg_values_supported"] == list(ALGORITHMS)


def test_a_nonce_works_for_three_days(okta: Okta) -> None:
    okta.clock.at -= okta.clock.at % DAY
    url, nonce = okta.url("token"), nonce_of(okta)
    okta.clock.advance(DAY - 1)
    assert nonce_of(okta) == nonce
    okta.clock.advance(1)
    assert nonce_of(okta) != nonce

    okta.clock.advance(2 * DAY - 1)
    assert asked(okta, proof(okta, url, nonce=nonce), **code_form(okta)).status_code == 200
    okta.clock.advance(1)
    answer = asked(okta, proof(okta, url, nonce=nonce), **code_form(okta))
    assert answer.json == USE_NONCE
    assert answer.headers[HEADER] == nonce_of(okta)


def test_nonces_of_another_server_or_of_nobody_are_none(okta: Okta) -> None:
    for nonce in (nonce_of(okta, "org"), "made up", 7, ["list"]):
        assert asked(okta, proof(okta, okta.url("token"), nonce=nonce), **code_form(okta)).json == USE_NONCE


def test_the_custom_url_is_another_htu(make_okta: MakeOkta) -> None:
    okta = make_okta(custom_url="https://id.example.com")
    okta.register("spa", token_endpoint_auth_method="none", redirect_uris=[CALLBACK], dpop_bound_access_tokens=True)
    there = "https://id.example.com/oauth2/default/v1/token"
    for htu, error in ((there, "use_dpop_nonce"), (okta.url("token"), "invalid_dpop_proof")):
        sent = {"client_id": "spa", **code_form(okta)}
        answer = okta.rp.post(there, data=sent, headers=proof(okta, htu))
        assert (answer.json or {})["error"] == error


@pytest.mark.parametrize(
    "htu",
    ["https://DEV-1.okta.test:443/oauth2/default/v1/token", "https://dev-1.okta.test/oauth2/default/v1/token?a=b#c"],
)
def test_the_url_is_compared_as_a_url(okta: Okta, htu: str) -> None:
    assert asked(okta, with_nonce(okta, htu=htu), **code_form(okta)).status_code == 200


def test_times_that_are_just_good(okta: Okta) -> None:
    now = int(okta.clock.now())
    good: list[dict[str, Any]] = [{"iat": now - 300}, {"iat": now + 60}, {"exp": now + 1}]
    for claims in good:
        assert asked(okta, with_nonce(okta, **claims), **code_form(okta)).status_code == 200


def test_an_app_without_the_setting_gets_a_bearer_token(okta: Okta) -> None:
    sent = {**basic("web", "web-secret"), "DPoP": "not looked at"}
    answer = okta.redeem(okta.code(), headers=sent)
    token = (answer.json or {})["access_token"]

    assert ((answer.json or {})["token_type"], HEADER in answer.headers) == ("Bearer", False)
    assert "cnf" not in parts(token)[1]
    assert okta.userinfo(token).status_code == 200


# ---- refusals of the token endpoint -------------------------------------------------------------------------

Trigger = Callable[[Okta], TestResponse]


def bad(**how: Any) -> Trigger:
    return lambda okta: asked(okta, with_nonce(okta, **how), **code_form(okta))


def sending(headers: dict[str, str]) -> Trigger:
    return lambda okta: asked(okta, headers, **code_form(okta))


def at(**claims: int) -> Trigger:
    """Claims in seconds from now."""
    return lambda okta: bad(**{name: int(okta.clock.now()) + value for name, value in claims.items()})(okta)


def twice(okta: Okta) -> TestResponse:
    sent = with_nonce(okta)
    assert asked(okta, sent, **code_form(okta)).status_code == 200
    return asked(okta, sent, **code_form(okta))


def same_jti(okta: Okta) -> TestResponse:
    assert bad(jti="j")(okta).status_code == 200
    return bad(jti="j", iat=int(okta.clock.now()) - 1)(okta)


def two_headers(okta: Okta) -> TestResponse:
    first, second = with_nonce(okta)["DPoP"], with_nonce(okta)["DPoP"]
    return sending({"DPoP": f"{first},{second}"})(okta)


def other_key(okta: Okta) -> TestResponse:
    return refreshed(okta, tokens(okta)["refresh_token"], key=OTHER_KEY)


def jwk(value: Any) -> Trigger:
    return bad(header={"jwk": value})


INVALID = ("invalid_dpop_proof", "The DPoP proof JWT is invalid.")
BAD_SIGNATURE = ("invalid_dpop_proof_invalid_signature", "The DPoP proof JWT signature is invalid.")
BAD_ALG = (
    "invalid_dpop_proof_invalid_signature_algorithm",
    "The DPoP proof JWT signature algorithm is invalid.",
)
NOT_PARSED = ("invalid_dpop_proof_invalid_jwt", "The DPoP proof JWT cannot be parsed.")
BAD_TYPE = ("invalid_dpop_proof_invalid_type", "'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
NO_HEADER = ("invalid_dpop_proof_missing_header", "The DPoP proof JWT header is missing.")
BAD_HTU = ("invalid_dpop_proof_invalid_htu", "'htu' claim in the DPoP proof JWT is invalid.")
BAD_HTM = ("invalid_dpop_proof_invalid_htm", "'htm' claim in the DPoP proof JWT is invalid.")
BAD_IAT = ("invalid_dpop_proof_invalid_iat", "'iat' claim in the DPoP proof JWT is invalid.")
BAD_JTI = ("invalid_dpop_proof_invalid_jti", "'jti' claim in the DPoP proof JWT is invalid.")
IN_FUTURE = ("invalid_dpop_proof_jwt_issued_in_future", "The DPoP proof JWT is issued in the future.")
EXPIRED = ("invalid_dpop_proof_jwt_expired", "The DPoP proof JWT is expired.")
USED = ("dpop_proof_already_used", REUSED)
REFUSED: list[tuple[Trigger, tuple[str, str]]] = [
    (sending({}), NO_HEADER),
    (sending({"DPoP": " "}), NO_HEADER),
    (
        two_headers,
        ("invalid_dpop_proof_multiple_headers_not_allowed", "Multiple DPoP proof JWT headers are not allowed."),
    ),
    (sending({"DPoP": "nonsense"}), NOT_PARSED),
    (sending({"DPoP": "e30.e30"}), NOT_PARSED),
    (sending({"DPoP": "e30.W10.x"}), NOT_PARSED),
    (bad(header={"typ": "JWT"}), BAD_TYPE),
    (bad(header={"typ": None}), BAD_TYPE),
    (bad(header={"alg": "HS256"}, signed_with=SHARED), BAD_ALG),
    (bad(alg="PS256"), BAD_ALG),
    (jwk(None), INVALID),
    (jwk(KEY.as_dict(private=True)), INVALID),
    (jwk(SHARED.as_dict(private=True)), INVALID),
    (jwk({"kty": "RSA"}), INVALID),
    (jwk(OTHER_KEY.as_dict(private=False)), BAD_SIGNATURE),
    (jwk(EC_KEYS["ES256"].as_dict(private=False)), BAD_SIGNATURE),
    (bad(method="GET"), BAD_HTM),
    (bad(htm=None), BAD_HTM),
    (bad(htm="post"), BAD_HTM),
    (bad(htu=None), BAD_HTU),
    (bad(htu=7), BAD_HTU),
    (bad(htu="https://dev-1.okta.test/oauth2/default/v1/token/"), BAD_HTU),
    (bad(htu="http://dev-1.okta.test/oauth2/default/v1/token"), BAD_HTU),
    (bad(htu="https://dev-1.okta.test:8443/oauth2/default/v1/token"), BAD_HTU),
    (bad(htu="https://other.test/oauth2/default/v1/token"), BAD_HTU),
    (bad(htu="https://[/oauth2/default/v1/token"), BAD_HTU),
    (bad(htu="https://dev-1.okta.test:x/oauth2/default/v1/token"), BAD_HTU),
    (bad(iat=None), BAD_IAT),
    (bad(iat="now"), BAD_IAT),
    (at(iat=61), IN_FUTURE),
    (
        at(iat=-301),
        (
            "invalid_dpop_proof_jwt_too_old",
            "The DPoP proof JWT is issued more than five minutes in the past.",
        ),
    ),
    (at(exp=0), EXPIRED),
    (bad(exp="never"), EXPIRED),
    (bad(jti=None), BAD_JTI),
    (bad(jti=""), BAD_JTI),
    (bad(jti=7), BAD_JTI),
    (twice, USED),
    (same_jti, USED),
    (
        other_key,
        ("invalid_dpop_proof_invalid_public_key_binding", "Invalid DPoP Public Key binding in refresh token"),
    ),
]


@pytest.mark.parametrize(("trigger", "expected"), REFUSED)
def test_refused_proofs(okta: Okta, trigger: Trigger, expected: tuple[str, str]) -> None:
    assert described(trigger(okta)) == (400, "invalid_dpop_proof", expected[1])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["RSA", "EC", "P-256", "AQAB", "é", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["kty", "n"]), inner, max_size=2),
    max_leaves=4,
)
JWK = st.dictionaries(st.sampled_from(["kty", "crv", "n", "e", "x", "y", "d", "use", "key_ops", "alg"]), JSON)


@settings(steady, max_examples=300)
@given(kty=st.sampled_from(["RSA", "EC", "OKP", "oct"]), jwk=JWK, crit=JSON)
def test_hostile_headers(okta: Okta, kty: str, jwk: dict[str, Any], crit: Any) -> None:
    signed = proof(okta, okta.url("token"))["DPoP"]
    for sent in ({"jwk": {"kty": kty} | jwk}, {"jwk": jwk}, {"crit": crit}):
        head = base64.urlsafe_b64encode(json.dumps(parts(signed)[0] | sent).encode()).rstrip(b"=").decode()
        made = ".".join([head, *signed.split(".")[1:]])
        answer = asked(okta, {"DPoP": made}, grant_type="refresh_token", refresh_token="x")
        assert described(answer)[:2] == (400, "invalid_dpop_proof")


OF_RESOURCES = {
    "dpop_proof_required_for_token": (400, "invalid_request", "The resource request requires a DPoP proof."),
    "dpop_authentication_scheme_required": (
        400,
        "invalid_request",
        "The resource request must use the DPoP authentication scheme when using a DPoP bound token.",
    ),
    "access_token_not_dpop_bound": (401, "invalid_token", "The presented access_token is not DPoP bound."),
    "invalid_access_token_dpop_binding": (
        400,
        "invalid_dpop_proof",
        "The access_token is not bound to the provided DPoP proof.",
    ),
    "dpop_proof_invalid_ath": (
        400,
        "invalid_dpop_proof",
        "'ath' claim in the DPoP proof does not match the presented access_token.",
    ),
}


def test_every_text_as_the_catalogue_has_it() -> None:
    if not error_catalogue.available():
        pytest.skip(error_catalogue.MISSING)
    texts = {key: (400, "invalid_dpop_proof", text) for _, (key, text) in REFUSED} | OF_RESOURCES
    texts["use_dpop_nonce"] = (400, USE_NONCE["error"], USE_NONCE["error_description"])
    for key, (status, error, description) in texts.items():
        assert (key, error_catalogue.fault(key, error, description)) == (key, "")
        assert (key, error_catalogue.entry(key)[0]) == (key, status)
    assert {name for name in error_catalogue.names() if "dpop" in name} - {*texts} == {
        "device_bound_sso_invalid_dpop_public_key"
    }


# ---- refresh ------------------------------------------------------------------------------------------------


def test_a_refresh_token_of_a_public_client_is_bound(okta: Okta) -> None:
    first = tokens(okta)["refresh_token"]
    url = okta.url("token")
    assert described(asked(okta, {}, grant_type="refresh_token", refresh_token=first))[2] == NO_HEADER[1]
    without = asked(okta, proof(okta, url), grant_type="refresh_token", refresh_token=first)
    assert (without.json, HEADER in without.headers) == (USE_NONCE, True)

    assert refreshed(okta, first, key=OTHER_KEY).status_code == 400
    answer: dict[str, Any] = refreshed(okta, first).json or {}
    assert (answer["token_type"], parts(answer["access_token"])[1]["cnf"]) == ("DPoP", {"jkt": KEY.thumbprint()})
    assert userinfo(okta, answer["access_token"]).status_code == 200
    assert refreshed(okta, answer["refresh_token"], key=OTHER_KEY).status_code == 400
    assert refreshed(okta, answer["refresh_token"]).status_code == 200


def test_a_stolen_refresh_token_ends_nothing(okta: Okta) -> None:
    """Without the key it is not even reuse, which would end the tokens of whoever has it."""
    first = tokens(okta)
    newer: dict[str, Any] = refreshed(okta, first["refresh_token"]).json or {}
    okta.clock.advance(61)
    assert refreshed(okta, first["refresh_token"], key=OTHER_KEY).status_code == 400
    assert refreshed(okta, newer["refresh_token"]).status_code == 200


def test_it_stays_bound_without_the_setting(okta: Okta) -> None:
    form, nonce = {"grant_type": "refresh_token", "refresh_token": tokens(okta)["refresh_token"]}, nonce_of(okta)
    okta.register(
        "spa",
        token_endpoint_auth_method="none",
        application_type="browser",
        redirect_uris=[CALLBACK],
        grant_types=GRANTS,
    )
    assert described(asked(okta, {}, **form))[2] == NO_HEADER[1]
    answer = asked(okta, proof(okta, okta.url("token"), nonce=nonce), **form)
    assert (answer.json or {})["token_type"] == "DPoP"


def test_a_confidential_client_may_take_another_key(okta: Okta) -> None:
    secret = basic("bff", "s")
    made = okta.token(headers={**secret, **with_nonce(okta)}, **code_form(okta, client_id="bff")).json or {}
    assert made["token_type"] == "DPoP"

    form = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"]}
    assert described(okta.token(headers=secret, **form))[2] == NO_HEADER[1]
    renewed = okta.token(headers={**secret, **with_nonce(okta, key=OTHER_KEY)}, **form).json or {}
    assert parts(renewed["access_token"])[1]["cnf"] == {"jkt": OTHER_KEY.thumbprint()}
    assert userinfo(okta, renewed["access_token"], key=OTHER_KEY).status_code == 200
    assert userinfo(okta, made["access_token"]).status_code == 200


# ---- resources ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", ["default", "org"])
def test_userinfo_with_the_proof(okta: Okta, server: str) -> None:
    token = tokens(okta, server=server)["access_token"]
    answer = userinfo(okta, token, server=server)
    assert (answer.status_code, HEADER in answer.headers) == (200, False)
    assert (answer.json or {})["email"]


def test_userinfo_by_post(okta: Okta) -> None:
    token, url = tokens(okta)["access_token"], okta.url("userinfo")
    for method, status in (("POST", 200), ("GET", 400)):
        sent = {"Authorization": f"DPoP {token}", **proof(okta, url, method, token=token)}
        assert okta.rp.post(url, headers=sent).status_code == status


def no_proof(scheme: str) -> Trigger:
    def trigger(okta: Okta) -> TestResponse:
        token = tokens(okta)["access_token"]
        return okta.rp.get(okta.url("userinfo"), headers={"Authorization": f"{scheme} {token}"})

    return trigger


def posted(okta: Okta) -> TestResponse:
    return okta.rp.post(okta.url("userinfo"), data={"access_token": tokens(okta)["access_token"]})


def at_userinfo(**how: Any) -> Trigger:
    return lambda okta: userinfo(okta, tokens(okta)["access_token"], **how)


def used_proof(okta: Okta) -> TestResponse:
    token = tokens(okta)["access_token"]
    assert userinfo(okta, token, jti="j").status_code == 200
    return userinfo(okta, token, jti="j")


def half_of_a_pair_as_hash(okta: Okta) -> TestResponse:
    token, url = tokens(okta)["access_token"], okta.url("userinfo")
    header, claims = parts(proof(okta, url, "GET", token=token)["DPoP"])
    registry = jws.JWSRegistry(strict_check_header=False)
    registry.max_header_length = 4096
    made = jws.serialize_compact(header, json.dumps(claims | {"ath": "\ud800"}), KEY, registry=registry)
    return okta.rp.get(url, headers={"Authorization": f"DPoP {token}", "DPoP": made})


RESOURCE_REFUSALS = [
    (no_proof("Bearer"), "Bearer", OF_RESOURCES["dpop_proof_required_for_token"]),
    (no_proof("DPoP"), "DPoP", OF_RESOURCES["dpop_proof_required_for_token"]),
    (posted, "Bearer", OF_RESOURCES["dpop_proof_required_for_token"]),
    (at_userinfo(scheme="Bearer"), "Bearer", OF_RESOURCES["dpop_authentication_scheme_required"]),
    (lambda okta: userinfo(okta, okta.tokens()["access_token"]), "DPoP", OF_RESOURCES["access_token_not_dpop_bound"]),
    (at_userinfo(key=OTHER_KEY), "DPoP", OF_RESOURCES["invalid_access_token_dpop_binding"]),
    (at_userinfo(ath=ath("another token")), "DPoP", OF_RESOURCES["dpop_proof_invalid_ath"]),
    (at_userinfo(ath=7), "DPoP", OF_RESOURCES["dpop_proof_invalid_ath"]),
    (half_of_a_pair_as_hash, "DPoP", OF_RESOURCES["dpop_proof_invalid_ath"]),
    (at_userinfo(htu="https://dev-1.okta.test/oauth2/v1/userinfo"), "DPoP", (400, "invalid_dpop_proof", BAD_HTU[1])),
    (used_proof, "DPoP", (400, "invalid_dpop_proof", REUSED)),
    (lambda okta: userinfo(okta, "nonsense"), "DPoP", (401, "invalid_token", "The access token is invalid.")),
]


@pytest.mark.parametrize(("trigger", "scheme", "expected"), RESOURCE_REFUSALS)
def test_refused_at_userinfo(okta: Okta, trigger: Trigger, scheme: str, expected: tuple[int, str, str]) -> None:
    answer = trigger(okta)
    status, error, description = expected
    begin = 'DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512",' if scheme == "DPoP" else "Bearer"
    assert (answer.status_code, answer.data) == (status, b"")
    assert answer.headers["WWW-Authenticate"] == (
        f'{begin} authorization_uri="http://dev-1.okta.test/oauth2/v1/authorize", realm="http://dev-1.okta.test", '
        f'scope="openid", error="{error}", error_description="{description}", resource="/oauth2/v1/userinfo"'
    )


def test_a_page_may_send_the_proof(okta: Okta) -> None:
    asking = {
        "Origin": "https://rp.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "dpop",
    }
    for endpoint in ("token", "userinfo"):
        answer = okta.rp.options(okta.url(endpoint), headers=asking)
        assert answer.headers["Access-Control-Allow-Headers"] == "dpop"


def test_introspection_says_what_the_token_is_bound_to(okta: Okta) -> None:
    told: dict[str, Any] = okta.introspect(tokens(okta)["access_token"]).json or {}
    assert (told["active"], told["token_type"], told["cnf"]) == (True, "DPoP", {"jkt": KEY.thumbprint()})
    told = okta.introspect(okta.tokens()["access_token"]).json or {}
    assert (told["token_type"], "cnf" in told) == ("Bearer", False)


# ---- apps that act for themselves ---------------------------------------------------------------------------


def service_tokens(okta: Okta) -> dict[str, Any]:
    assertions.register_key_app(
        okta,
        "service",
        application_type="service",
        grant_types=["client_credentials"],
        redirect_uris=[],
        response_types=[],
        implicit_assignment=True,
        dpop_bound_access_tokens=True,
    )
    signed = assertions.form(assertions.assertion(okta, "service", server="org"))
    sent = {"grant_type": "client_credentials", "scope": "okta.users.read okta.universalLogout.manage", **signed}
    answer = okta.token(server="org", headers=with_nonce(okta, server="org"), **sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def test_the_management_api_asks_for_the_proof(okta: Okta) -> None:
    token, url = service_tokens(okta)["access_token"], "https://dev-1.okta.test/api/v1/users"
    sent = {"Authorization": f"DPoP {token}"}
    assert okta.rp.get(f"{url}?limit=1", headers={**sent, **proof(okta, url, "GET", token=token)}).status_code == 200

    answer = okta.rp.get(url, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "invalid_request")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")
    assert 'error_description="The resource request requires a DPoP proof."' in answer.headers["WWW-Authenticate"]
    answer = okta.rp.get(url, headers={**sent, **proof(okta, f"{url}/me", "GET", token=token)})
    assert answer.status_code == 400
    assert answer.headers["WWW-Authenticate"].startswith('DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", ')
    assert (
        f'scope="okta.users.read", error="invalid_dpop_proof", error_description="{BAD_HTU[1]}"'
        in (answer.headers["WWW-Authenticate"])
    )


def test_global_token_revocation_asks_for_the_proof(okta: Okta) -> None:
    token, url = service_tokens(okta)["access_token"], "https://dev-1.okta.test/oauth2/v1/global-token-revocation"
    subject = {"sub_id": {"format": "email", "email": "ada@example.com"}}
    assert okta.rp.post(url, json=subject, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    sent = {"Authorization": f"DPoP {token}", **proof(okta, url, token=token)}
    assert okta.rp.post(url, json=subject, headers=sent).status_code == 204
