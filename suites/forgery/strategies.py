"""Where generated tokens come from: edits over header, claims, signature and serialisation, biased to known traps.

The hostile ones are what a correct RP refuses, mostly; `doubtful` what it had better refuse; `odd` is what it must
take. Which it is in each case, the model says afterwards (`suites.forgery.model`). Strategies shrink towards fewer
edits, and towards the first of a list.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from hypothesis import strategies as st

from mock_idp.vocabulary import (
    Misbehaviour,
    active_kid,
    canary_url,
    claim,
    client_id,
    client_secret,
    compact,
    header,
    issuer,
    now,
    org_issuer,
    original,
    other_client,
    other_server_key,
    published_key,
    published_key_as_hmac,
    random,
    rogue_jwk,
    rogue_key,
    rogue_x5c,
    signing,
    victim,
)

Edits = st.SearchStrategy[Misbehaviour]
MOST_EDITS = 4

_NOTHING: list[Any] = [None, "", [], {}, False, 0]
_HMAC_KEYS = [published_key_as_hmac(form) for form in ("spki", "pkcs1", "spki-stripped", "pkcs1-stripped", "jwk")]
_ODD_KEYS = [client_secret(), "", "secret"]
_SPELLINGS = ["none", "None", "NONE", "nOnE", "none ", ""]


def _set(place: Any, values: list[Any]) -> Edits:
    return st.sampled_from(values).map(place.set)


def _signed_by_others() -> Edits:
    """A key that is not the issuer's, with or without the kid of one that is."""
    keys = st.sampled_from([rogue_key(), other_server_key()]).map(signing("key").set)
    named = st.sampled_from([header("kid").set(active_kid()), header("kid").remove(), Misbehaviour()])
    return st.builds(and_, keys, named)


def _signed_symmetrically() -> Edits:
    """HMAC with what is public, or shared, as the key (RFC 8725 3.1)."""
    with_public = st.sampled_from(["HS256", "HS384", "HS512"]).flatmap(
        lambda alg: _set(signing("key"), [*_HMAC_KEYS, *_ODD_KEYS]).map(lambda key: signing("alg").set(alg) & key)
    )
    named = st.sampled_from([Misbehaviour(), header("kid").set(active_kid())])
    return st.builds(and_, with_public, named)


def _unsigned() -> Edits:
    """alg none in its spellings, with an empty signature, an old one, or none at all."""
    plain = st.just(signing("alg").set("none"))
    spelled = _set(header("alg"), _SPELLINGS)
    ended = st.sampled_from([Misbehaviour(), compact("signature").drop(), compact("signature").set("AA")])
    return st.one_of(spelled, st.builds(and_, plain, spelled), st.builds(and_, plain, ended), plain)


def _key_in_header() -> Edits:
    """The forger's key comes along, or is to be fetched (RFC 8725 3.10)."""
    offered = st.sampled_from(
        [
            header("jwk").set(rogue_jwk()),
            header("x5c").set(rogue_x5c()),
            header("jku").set(canary_url("jku")),
            header("x5u").set(canary_url("x5u")),
        ]
    )
    return offered.map(lambda edit: signing("key").set(rogue_key()) & edit)


def _published_but_other() -> Edits:
    return st.sampled_from(
        [
            signing("key").set(published_key("ES256")),
            signing("key").set(published_key("next")),
            signing("alg").set("PS256"),
            signing("alg").set("RS512"),
        ]
    )


def _after_signing() -> Edits:
    """The signature is honest, and over something else."""
    changed = [
        compact("payload", "sub").set(victim("sub")),
        compact("payload", "email").set(victim("email")),
        compact("payload", "nonce").set(random()),
        compact("payload", "x").set("1"),
    ]
    signature = [
        compact("signature").corrupt(),
        compact("signature").set(""),
        compact("signature").drop(),
        compact("signature").append("="),
        compact().append(".x"),
        compact().append("."),
        compact().prepend(" "),
    ]
    cut = st.integers(1, 80).map(lambda count: compact("signature").truncate(count))
    return st.one_of(st.sampled_from(changed), st.sampled_from(signature), cut)


def _header() -> Edits:
    return st.one_of(
        _set(header("alg"), ["XX256", "rs256", "HS256", "ES256", None, 5]),
        _set(header("kid"), ["unknown", "../../../../dev/null", "' OR '1'='1", 7, None, ["a"], {}]),
        _set(header("crit"), [["exp"], ["b64"], [], "exp", ["x-unknown"]]),
        _set(header("typ"), ["at+jwt", "logout+jwt", "secevent+jwt", "JOSE", 1]),
        _set(header("b64"), [False, True]),
        st.just(header("kid").remove()),
    )


def _identifiers() -> Edits:
    """iss, aud, azp, sub, nonce: what has to be compared exactly."""
    attacker = "https://attacker.example"
    by_claim = [
        _set(claim("iss"), [attacker, org_issuer(), [issuer()], None, ""]),
        _set(claim("aud"), [other_client(), [other_client()], [client_id(), other_client()], [], None, "", {}, True]),
        _set(claim("aud"), [[client_id(), attacker], [[client_id()]], {"0": client_id()}]),
        _set(claim("sub"), ["", " ", None, 1, True, [], {}, ["a"]]),
        _set(claim("nonce"), [random(), None, "", [], 0, True]),
        _set(claim("azp"), [other_client(), None, "", []]),
    ]
    spelled = st.sampled_from(["iss", "aud", "nonce"]).flatmap(
        lambda name: st.sampled_from(
            [
                claim(name).append("/"),
                claim(name).append("1"),
                claim(name).prepend("x"),
                claim(name).prepend(f"{attacker},"),
                claim(name).append(f" {attacker}"),
                claim(name).swap_case(),
                claim(name).truncate(1),
                claim(name).remove(),
                claim(name).duplicate(attacker),
            ]
        )
    )
    return st.one_of(*by_claim, spelled, st.just(claim("sub").remove()))


def _times() -> Edits:
    past = [now(days=-1), now(days=-365), now(hours=-1), 0, 1, -1, now(minutes=-6)]
    future = [now(days=1), now(days=365), now(hours=1), now(minutes=6)]
    values: list[Any] = ["4102444800", "2100-01-01T00:00:00Z", None, True, [], {}, 1e300, 4102444800000]
    return st.one_of(
        _set(claim("exp"), [*past, *values]),
        _set(claim("iat"), [*values, *future, *past]),
        _set(claim("nbf"), [*future, *values]),
        st.sampled_from([claim("exp").remove(), claim("iat").remove()]),
    )


def _any_json() -> st.SearchStrategy[Any]:
    plain = st.one_of(st.sampled_from(_NOTHING), st.integers(-5, 2**53), st.text("ab<\"'.ä", max_size=8), st.booleans())
    return st.recursive(plain, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def _anything() -> Edits:
    names = st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nonce", "azp", "nbf"])
    return st.builds(lambda name, value: claim(name).set(value), names, _any_json())


def _together(one: Edits, most: int) -> Edits:
    return st.lists(one, min_size=1, max_size=most).map(lambda edits: reduce(and_, edits))


def hostile_claims() -> Edits:
    """Honestly signed, and mostly refused for what it says."""
    return _together(st.one_of(_identifiers(), _times(), _identifiers(), _anything()), MOST_EDITS)


def hostile_signatures() -> Edits:
    """Mostly refused for how it is signed, or written down."""
    forged = (_signed_by_others(), _signed_symmetrically(), _unsigned(), _key_in_header(), _published_but_other())
    return _together(st.one_of(*forged, _after_signing(), _header()), MOST_EDITS)


def doubtful() -> Edits:
    """Signed by the issuer, and still nothing that a careful RP takes."""
    future = [now(days=1), now(days=365), now(hours=1), now(minutes=6)]
    twice = st.sampled_from(["iss", "aud", "sub", "nonce", "exp", "email"]).map(_same_twice)
    return _together(
        st.one_of(
            _published_but_other(),
            _set(claim("azp"), [other_client(), None, "", []]),
            _set(claim("iat"), future),
            _set(claim("at_hash"), [random(), "", None]),
            twice,
        ),
        2,
    )


def _same_twice(name: str) -> Misbehaviour:
    return claim(name).duplicate(original())


def odd() -> Edits:
    """Valid, and not what one sees every day."""
    extra = st.builds(
        lambda name, value: claim(name).set(value),
        st.sampled_from(["x", "https://claims.example/tenant", "roles", "ver", "jti", "idp", "a.b/c", "constructor"]),
        _any_json(),
    )
    allowed = st.sampled_from(
        [
            claim("aud").set([client_id()]),
            claim("azp").set(client_id()),
            claim("iat").set(now(seconds=5)),
            claim("iat").set(now(minutes=-4)),
            claim("exp").set(now(minutes=1)),
            claim("exp").set(now(days=300)),
            claim("nbf").set(now(seconds=-5)),
            claim("auth_time").remove(),
            claim("amr").set(["pwd", "otp", "mfa"]),
            claim("acr").set("urn:okta:loa:2fa:any"),
            header("typ").set("JWT"),
            header("typ").set("jwt"),
            header("x-unknown").set("1"),
        ]
    )
    return _together(st.one_of(extra, allowed, _moved()), MOST_EDITS + 2)


def _moved() -> Edits:
    """A member that is taken out and put in again stands at the end."""
    return st.sampled_from([("iss", issuer()), ("aud", client_id())]).map(
        lambda pair: claim(pair[0]).remove() & claim(pair[0]).set(pair[1])
    )
