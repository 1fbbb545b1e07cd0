"""Where generated tokens come from: edits over header, claims, signature and serialisation, biased to known traps.

The hostile ones are what a correct RP refuses, mostly; `doubtful` what it had better refuse; `odd` is what it must
take. Which it is in each case, the model says afterwards (`suites.forgery.model`). A `Source` has single traps, which
are tried first, and a strategy that puts several edits together and varies them; it shrinks towards fewer edits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
ATTACKER = "https://attacker.example"
_OTHER_TYPES: tuple[Any, ...] = (None, "", [], {}, True, 0, ["a"])


@dataclass(frozen=True)
class Source:
    """`traps`: one known mistake of verifiers each; `varied`: generated edits, also several at once."""

    traps: tuple[Misbehaviour, ...]
    varied: Edits


def _each(place: Any, values: Iterable[Any]) -> list[Misbehaviour]:
    return [place.set(value) for value in values]


def _source(traps: Iterable[Misbehaviour], *generated: Edits, most: int = MOST_EDITS) -> Source:
    known = tuple(traps)
    one = st.one_of(st.sampled_from(known), *generated)
    return Source(known, st.lists(one, min_size=1, max_size=most).map(lambda edits: reduce(and_, edits)))


# ---- what the token says ------------------------------------------------------------------------------------


def _misspelled(name: str) -> list[Misbehaviour]:
    """An identifier that is nearly right: it has to be compared exactly."""
    place = claim(name)
    endings = [place.append(text) for text in ("/", "1", f" {ATTACKER}", ".attacker.example")]
    beginnings = [place.prepend(text) for text in ("x", f"{ATTACKER},", " ")]
    return [*endings, *beginnings, place.swap_case(), place.truncate(1), place.remove()]


_AUDIENCES = (
    other_client(),
    *([other_client()], [client_id(), other_client()], [other_client(), client_id()], [client_id(), ATTACKER]),
    *([[client_id()]], {"0": client_id()}, {"x": client_id()}),
)
_PAST = (now(minutes=-6), now(hours=-1), now(days=-1), now(days=-365), 1, -1)
_FUTURE = (now(minutes=6), now(hours=1), now(days=1), now(days=365))
_NO_TIMES = ("4102444800", "2100-01-01T00:00:00Z", 4102444800000, 1e300)


def hostile_claims() -> Source:
    """Honestly signed, and mostly refused for what it says."""
    identifiers = [
        *(trap for name in ("iss", "aud", "nonce") for trap in _misspelled(name)),
        *_each(claim("iss"), [ATTACKER, org_issuer(), [issuer()], *_OTHER_TYPES]),
        *_each(claim("aud"), [*_AUDIENCES, *_OTHER_TYPES]),
        *_each(claim("sub"), _OTHER_TYPES),
        *_each(claim("nonce"), [random(), *_OTHER_TYPES]),
        claim("sub").remove(),
    ]
    times = [
        *_each(claim("exp"), [*_PAST, *_NO_TIMES, *_OTHER_TYPES]),
        *_each(claim("iat"), [*_NO_TIMES, *_OTHER_TYPES]),
        *(claim("exp").remove(), claim("iat").remove()),
    ]
    return _source([*identifiers, *times], _anything())


def _any_json() -> st.SearchStrategy[Any]:
    plain = st.one_of(
        st.sampled_from(_OTHER_TYPES), st.integers(-5, 2**53), st.text("ab<\"'.ä", max_size=8), st.booleans()
    )
    return st.recursive(plain, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def _anything() -> Edits:
    names = st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nonce", "azp", "nbf"])
    return st.builds(lambda name, value: claim(name).set(value), names, _any_json())


# ---- how it is signed ---------------------------------------------------------------------------------------


def _by_others() -> list[Misbehaviour]:
    """A key that is not the issuer's, with or without the kid of one that is."""
    named = (header("kid").set(active_kid()), Misbehaviour(), header("kid").remove())
    return [signing("key").set(key) & kid for key in (rogue_key(), other_server_key()) for kid in named]


def _symmetric() -> list[Misbehaviour]:
    """HMAC with what is public, shared or empty as the key (RFC 8725 3.1)."""
    public = [published_key_as_hmac(form) for form in ("spki", "pkcs1", "spki-stripped", "pkcs1-stripped", "jwk")]
    keys = [*public, client_secret(), "", "secret"]
    kids = (header("kid").set(active_kid()), Misbehaviour())
    usual = [signing("alg").set("HS256") & signing("key").set(key) & kid for key in keys for kid in kids]
    return [*usual, *(signing("alg").set(alg) & signing("key").set(public[0]) for alg in ("HS384", "HS512"))]


def _unsigned() -> list[Misbehaviour]:
    """alg none in its spellings, with an empty signature, with the old one, or with none at all."""
    none = signing("alg").set("none")
    spellings = ("None", "NONE", "nOnE", "none ", "")
    ended = (none, none & compact("signature").drop(), none & compact("signature").set("AA"))
    return [*ended, header("alg").set("none"), *(none & header("alg").set(text) for text in spellings)]


def _keys_in_header() -> list[Misbehaviour]:
    """The forger's key comes along, or is to be fetched (RFC 8725 3.10)."""
    offered = (
        header("jwk").set(rogue_jwk()),
        header("x5c").set(rogue_x5c()),
        header("jku").set(canary_url("jku")),
        header("x5u").set(canary_url("x5u")),
    )
    return [signing("key").set(rogue_key()) & edit for edit in offered]


def _after_signing() -> list[Misbehaviour]:
    """The signature is honest, and over something else."""
    named = [("sub", victim("sub")), ("email", victim("email")), ("nonce", random()), ("x", "1")]
    signature = compact("signature")
    return [
        *(compact("payload", name).set(value) for name, value in named),
        *(signature.corrupt(), signature.zero(), signature.set(""), signature.drop()),
        *(signature.truncate(4), signature.append("=")),
        *(compact().append(".x"), compact().append("."), compact().prepend(" ")),
    ]


def _headers() -> list[Misbehaviour]:
    return [
        *_each(header("alg"), ["XX256", "rs256", "HS256", "ES256", None, 5]),
        *_each(header("kid"), ["unknown", "../../../../dev/null", "' OR '1'='1", *_OTHER_TYPES]),
        *_each(header("crit"), [["exp"], ["b64"], [], "exp", ["x-unknown"]]),
        *_each(header("typ"), ["at+jwt", "logout+jwt", "secevent+jwt", "JOSE", 1]),
        *_each(header("b64"), [False, True]),
        header("kid").remove(),
    ]


def hostile_signatures() -> Source:
    """Mostly refused for how it is signed, or written down."""
    forged = [*_unsigned(), *_symmetric(), *_by_others(), *_keys_in_header(), *_after_signing(), *_headers()]
    cut = st.integers(1, 80).map(lambda count: compact("signature").truncate(count))
    return _source(forged, cut)


# ---- what is better refused, and what must be taken ----------------------------------------------------------


def doubtful() -> Source:
    """Signed by the issuer, and still nothing that a careful RP takes."""
    others = [
        *_each(signing("key"), [published_key("ES256"), published_key("next")]),
        *_each(signing("alg"), ["PS256", "RS512"]),
    ]
    twice = [claim(name).duplicate(original()) for name in ("iss", "aud", "sub", "nonce", "exp", "email")]
    doubted = [
        *_each(claim("azp"), [other_client(), None, "", []]),
        *_each(claim("sub"), ["", " "]),
        *(trap for name in ("iat", "nbf") for trap in _each(claim(name), _FUTURE)),
        *_each(claim("at_hash"), [random(), "", None]),
    ]
    return _source([*others, *twice, *doubted], most=2)


def odd() -> Source:
    """Valid, and not what one sees every day."""
    names = ["x", "https://claims.example/tenant", "roles", "ver", "jti", "idp", "a.b/c", "constructor"]
    extra = st.builds(lambda name, value: claim(name).set(value), st.sampled_from(names), _any_json())
    allowed = [
        *(claim("aud").set([client_id()]), claim("azp").set(client_id())),
        *_each(claim("iat"), [now(seconds=5), now(minutes=-4)]),
        *_each(claim("exp"), [now(minutes=1), now(days=300)]),
        *(claim("nbf").set(now(seconds=-5)), claim("auth_time").remove()),
        *(claim("amr").set(["pwd", "otp", "mfa"]), claim("acr").set("urn:okta:loa:2fa:any")),
        *_each(header("typ"), ["JWT", "jwt"]),
        header("x-unknown").set("1"),
        # What is taken out and put in again stands at the end.
        claim("iss").remove() & claim("iss").set(issuer()),
        claim("aud").remove() & claim("aud").set(client_id()),
    ]
    return _source(allowed, extra, most=MOST_EDITS + 2)
