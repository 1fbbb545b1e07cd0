"""For any misbehaviour: the artefacts differ from honest ones only where the delivery records say so.

Also: whatever the edits are, the mock answers, and what depends on an edited artefact (at_hash, c_hash, signature)
fits it unless the edit is about that.
"""

from __future__ import annotations

import json

from hypothesis import given

from mock_idp.crypto.keys import KeyRing
from mock_idp.misbehaviour import Misbehaviour
from tests.mock_idp.conftest import build_okta
from tests.mock_idp.logins import everything
from tests.mock_idp.okta import half_hash, parts, rsa_signed
from tests.mock_idp.strategies import FOR_ONE_LOGIN, misbehaviours, steady
from tests.mock_idp.undoing import FRESH, duplicates, id_tokens, pruned, records, undone, without

OURS = KeyRing()


@steady
@given(misbehaviours(("id_token.claims", "id_token.header", "access_token")))
def test_tokens_differ_only_where_declared(misbehaviour: Misbehaviour) -> None:
    okta = build_okta(OURS)
    honest, seen = everything(okta), everything(okta, misbehaviour)

    if duplicates(misbehaviour):
        return  # test_deliveries: JSON parsers keep one of the two
    active = honest.body("jwks")["keys"][0]
    for channel, mine, theirs in (
        ("front", honest.front, seen.front),
        ("token", honest.body("token"), seen.body("token")),
        ("refresh", honest.body("refresh"), seen.body("refresh")),
    ):
        head, claims = parts(theirs["id_token"])
        honest_head, honest_claims = parts(mine["id_token"])
        changed = {d["path"][0] for d in records(seen, "id_token.claims", channel)}
        for name, value in (("at_hash", theirs["access_token"]), ("c_hash", theirs.get("code"))):
            if name in honest_claims and name not in changed:
                assert claims[name] == half_hash(str(value))
        assert without(undone(claims, records(seen, "id_token.claims", channel)), *FRESH) == without(
            pruned(honest_claims), *FRESH
        )
        assert undone(head, records(seen, "id_token.header", channel)) == honest_head
        rsa_signed(theirs["id_token"], active)
        at = parts(theirs["access_token"])[1]
        assert without(undone(at, records(seen, "access_token", channel)), "jti") == without(
            pruned(parts(mine["access_token"])[1]), "jti"
        )
        rsa_signed(theirs["access_token"], active)


@steady
@given(misbehaviours(("userinfo", "token_response", "refresh_response", "authorization_response")))
def test_answers_differ_only_where_declared(misbehaviour: Misbehaviour) -> None:
    okta = build_okta(OURS)
    honest, seen = everything(okta), everything(okta, misbehaviour)

    if duplicates(misbehaviour):
        return
    for seam, name in (("userinfo", "userinfo"), ("token_response", "token"), ("refresh_response", "refresh")):
        whole = [d for d in seen.transcript["deliveries"] if d["seam"] == seam and not d["path"]]
        answer = getattr(seen, name)
        if whole or answer is None:
            continue
        assert answer.status_code == 200
        # UserInfo is asked with the access token of the code.
        taken_back = undone(answer.json, records(seen, seam, "token" if seam == "userinfo" else None))
        fresh = ("access_token", "id_token", "refresh_token")
        assert without(taken_back, *fresh) == without(pruned(honest.body(name)), *fresh)
    edited = {d["path"][0] for d in records(seen, "authorization_response", None)}
    if not any(d["op"] == "error" for d in seen.transcript["deliveries"]):
        for parameter in ("state", "token_type", "expires_in", "scope"):
            if parameter not in edited:
                assert seen.front[parameter] == honest.front[parameter]
        assert set(seen.front) - edited == set(honest.front) - edited


@steady
@given(misbehaviours(("discovery", "jwks")))
def test_documents_differ_only_where_declared(misbehaviour: Misbehaviour) -> None:
    """And nothing of the login, which depends on neither; nor are they changed afterwards."""
    okta = build_okta(OURS)
    honest, seen = everything(okta), everything(okta, misbehaviour)

    if duplicates(misbehaviour):
        return
    for name in ("discovery", "jwks"):
        assert undone(seen.body(name), records(seen, name, None)) == pruned(honest.body(name))
    active = honest.body("jwks")["keys"][0]
    for _, mine, theirs in id_tokens(honest, seen):
        (honest_head, honest_claims), (head, claims) = parts(mine), parts(theirs)
        assert (head, without(claims, *FRESH)) == (honest_head, without(honest_claims, *FRESH))
        rsa_signed(theirs, active)
    assert seen.body("userinfo") == honest.body("userinfo")
    assert okta.rp.get(okta.url("keys")).json == honest.body("jwks")


@steady
@given(misbehaviours(FOR_ONE_LOGIN, most=6))
def test_no_misbehaviour_breaks_the_mock(misbehaviour: Misbehaviour) -> None:
    okta = build_okta(OURS)
    seen = everything(okta, misbehaviour)

    declared = {edit.value for edit in misbehaviour if edit.op == "status"}
    for answer in (
        seen.authorization,
        seen.token,
        seen.refresh,
        seen.userinfo,
        seen.launch,
        seen.signout,
        seen.logout,
    ):
        assert answer is None or answer.status_code < 500 or answer.status_code in declared
    # What could not be done is the harness's fault, and says which edit and why.
    assert all(failure["reason"] and failure["text"] for failure in seen.transcript["failures"])
    json.dumps(seen.transcript)
