"""DPoP proofs that the token endpoint refuses (RFC 9449 4.3, 5, okta.md 3.3)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.mock_idp import error_catalogue
from tests.mock_idp.assertions import EC_KEYS, KEY, OTHER_KEY
from tests.mock_idp.bound_tokens import (
    BAD_ALG,
    BAD_HTM,
    BAD_HTU,
    BAD_IAT,
    BAD_JTI,
    BAD_SIGNATURE,
    BAD_TYPE,
    EXPIRED,
    IN_FUTURE,
    INVALID,
    NO_HEADER,
    NOT_PARSED,
    OF_RESOURCES,
    SHARED,
    USE_NONCE,
    USED,
    Trigger,
    asked,
    code_form,
    described,
    refreshed,
    tokens,
    with_nonce,
)
from tests.mock_idp.okta import Okta, parts
from tests.mock_idp.proofs import proof
from tests.mock_idp.strategies import steady

pytestmark = pytest.mark.usefixtures("bound_apps")


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
