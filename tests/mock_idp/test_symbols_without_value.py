"""What happens where a symbol has no value at this point of the login."""

from __future__ import annotations

import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    claim,
    client_secret,
    compact,
    moved,
    plain,
    published_key,
    replayed_id_token,
    request,
    rogue_jwk,
    signing,
    the_access_token,
    token_response,
    untrusted,
    userinfo,
)
from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta, parameters

FAILING: list[tuple[Misbehaviour, str]] = [
    (claim("x").set(client_secret()), "this client has no secret"),
    (signing("key").set(client_secret()), "this client has no secret"),
    (token_response("x").set(the_access_token()), "no access token is issued here"),
    (token_response("x").set(replayed_id_token()), "no ID Token is issued here"),
    (signing("first_octet").set(0), "RS256 makes the same signature each time"),
    (userinfo("x").set(request("login_hint")), "the authorization request of this login has no 'login_hint'"),
    (claim("x").set(moved("keys")), "only an issuer of its own has other paths"),
    (claim("x").set(plain("keys")), "there is no TLS here that could be left out"),
    (claim("x").set(untrusted("expired")), "there is no TLS here that could be wrong"),
    (signing("key").set(published_key("retired")), "this server has retired no key"),
    (userinfo.body(request("login_hint")), "the authorization request of this login has no 'login_hint'"),
    (signing("alg").set("ES256"), "a key of type RSAPrivateKey cannot sign ES256"),
    (signing("alg").set("RS256") & signing("key").set("text"), "a key of type bytes cannot sign RS256"),
    (signing("key").set(rogue_jwk()), "not a key: {'kty': 'RSA'"),
    (compact("signature").drop() & compact("signature").corrupt(), "the token has no three parts any more"),
    (compact().set("a.b.c") & compact("payload", "x").set(1), ""),
    (compact().set("e30.WzFd.c") & compact("payload", "x").set(1), "the token is no JWT any more"),
    (signing("alg").set("none") & compact("signature").corrupt(), "there is no signature to change"),
]


@pytest.mark.parametrize(("misbehaviour", "reason"), FAILING, ids=str)
def test_failures_are_recorded_and_nothing_breaks(okta: Okta, misbehaviour: Misbehaviour, reason: str) -> None:
    okta.register("spa", token_endpoint_auth_method="none", redirect_uris=[CALLBACK])
    attempt = okta.attempt(misbehaviour)
    code = okta.code(attempt, client_id="spa", **PKCE)
    answer = okta.redeem(code, client_id="spa", code_verifier=VERIFIER, headers={})
    assert answer.status_code == 200
    assert okta.userinfo((answer.json or {})["access_token"]).status_code == 200

    failures = okta.transcript(attempt)["failures"]
    if "the_access_token" in str(misbehaviour) or "replayed" in str(misbehaviour):
        assert failures == []  # made by then
        return
    last = len(misbehaviour.edits) - 1
    (failure,) = failures
    edit = misbehaviour.edits[last]
    assert reason in failure.pop("reason")
    assert failure == {
        "edit": last,
        "seam": edit.seam,
        "op": edit.op,
        "path": list(edit.path),
        "channel": "token" if edit.seam.startswith(("id_token", "userinfo")) else None,
        "text": str(edit),
    }
    if last == 0:
        okta.verified((answer.json or {})["id_token"])  # served honestly


def test_failure_in_the_front_channel(okta: Okta) -> None:
    attempt = okta.attempt(compact().set(the_access_token()))
    answer = okta.authorize(attempt, response_type="id_token", nonce="n")

    okta.verified(dict(parameters(answer))["id_token"])
    (failure,) = okta.transcript(attempt)["failures"]
    assert (failure["channel"], failure["reason"]) == ("front", "no access token is issued here")
