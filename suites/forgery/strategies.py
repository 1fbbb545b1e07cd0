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

from mock_idp.edits.symbols import HMAC_ENCODINGS
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
    payload,
    published_key,
    published_key_as_hmac,
    random,
    rogue_jwk,
    rogue_key,
    rogue_x5c,
    signing,
    the_access_token,
    the_logout_token,
    userinfo,
    victim,
    x5c_chain,
)
from suites._core.words import EMBEDDED_HMAC_KEY, hmac_with, subject, subject_with

Edits = st.SearchStrategy[Misbehaviour]
MOST_EDITS = 4
ATTACKER = "https://attacker.example"
_OTHER_TYPES: tuple[Any, ...] = (None, "", [], {}, True, 0, ["a"])
ALMOST_TOO_LONG = "0" * 233
"""Behind the 21 characters of a fresh person's subject: one less than the longest that there may be."""
VICTIMS_LONGEST = subject_with(f"{ALMOST_TOO_LONG}2")
_KIDS = (Misbehaviour(), header("kid").remove())
"""With the kid that belongs there, and without any: libraries have a path for each."""


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
_PAST = (now(hours=-1), now(days=-1), now(days=-365), 1, -1)
_FUTURE = (now(minutes=6), now(hours=1), now(days=1), now(days=365))
_NO_TIMES = ("4102444800", "2100-01-01T00:00:00Z", 4102444800000, 1e300)
_NO_OBJECTS = (payload.set("[]"), payload.set('"x"'), payload.set("null"), payload.set(""), payload.set_hex("7b22ff7d"))


def hostile_claims() -> Source:
    """Honestly signed, and mostly refused for what it says."""
    identifiers = [
        *(trap for name in ("iss", "aud", "nonce") for trap in _misspelled(name)),
        *_each(claim("iss"), [ATTACKER, org_issuer(), [issuer()], *_OTHER_TYPES]),
        *_each(claim("aud"), [*_AUDIENCES, *_OTHER_TYPES]),
        *(subject(value) for value in ([original()], *_OTHER_TYPES)),
        *_each(claim("nonce"), [random(), [original()], *_OTHER_TYPES]),
        claim("sub").remove(),
    ]
    times = [
        *_each(claim("exp"), [*_PAST, *_NO_TIMES, *_OTHER_TYPES]),
        *_each(claim("iat"), [*_NO_TIMES, *_OTHER_TYPES]),
        *(claim("exp").remove(), claim("iat").remove()),
    ]
    # What is right in one of the two ID Tokens of a hybrid flow and wrong in the other.
    halves = [
        edit.where(channel=channel)
        for edit in (claim("nonce").set(random()), claim("sub").set(victim("sub")))
        for channel in ("front", "token")
    ]
    hashes = [edit for name in ("at_hash", "c_hash") for edit in (claim(name).set(random()), claim(name).remove())]
    others = [compact().set(the_access_token()), compact().set(the_logout_token())]
    return _source([*identifiers, *times, *halves, *hashes, *others, *_NO_OBJECTS], _anything())


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
    named = [signing("key").set(key) & kid for key in (rogue_key(), other_server_key()) for kid in _KIDS]
    return [*named, signing("key").set(other_server_key()) & header("kid").set(active_kid())]


def _symmetric() -> list[Misbehaviour]:
    """HMAC with what is public, shared or empty as the key (RFC 8725 3.1)."""
    public = [published_key_as_hmac(form) for form in HMAC_ENCODINGS]
    keys = [*public, client_id(), "", "secret", "null"]
    usual = [hmac_with(key) & kid for key in keys for kid in _KIDS]
    return [*usual, *(signing("alg").set(alg) & signing("key").set(public[0]) for alg in ("HS384", "HS512"))]


def _unsigned() -> list[Misbehaviour]:
    """alg none in its spellings, with an empty signature, with the old one, or with none at all."""
    none = signing("alg").set("none")
    spellings = ("None", "NONE", "nOnE", "none ", "")
    ended = (none, none & compact("signature").drop(), none & compact("signature").set("AA"))
    return [*ended, header("alg").set("none"), *(none & header("alg").set(text) for text in spellings)]


def _keys_in_header() -> list[Misbehaviour]:
    """The forger's key comes along, or is to be fetched (RFC 8725 3.10)."""
    jwk = header("jwk").set(rogue_jwk())
    beside_kid = (
        *(jwk, jwk & header("jwk", "x5c").set(rogue_x5c())),
        *_each(header("x5c"), [rogue_x5c(), x5c_chain("published-first"), x5c_chain("rogue-first")]),
        *(header(name).set(canary_url(name)) for name in ("jku", "x5u", "jwk")),
        *(jwk & header("jwk", name).set(canary_url(name)) for name in ("jku", "x5u")),
    )
    forged = [*(signing("key").set(rogue_key()) & edit for edit in beside_kid), EMBEDDED_HMAC_KEY]
    as_kid = _each(header("kid"), [rogue_jwk(), canary_url("kid")])
    return [
        *(edit & kid for edit in forged for kid in _KIDS),
        *(signing("key").set(rogue_key()) & kid for kid in as_kid),
    ]


def _after_signing() -> list[Misbehaviour]:
    """The signature is honest, and over something else."""
    named = [("sub", victim("sub")), ("email", victim("email")), ("nonce", random()), ("x", "1")]
    signature = compact("signature")
    return [
        *(compact("payload", name).set(value) for name, value in named),
        *(signature.corrupt(), signature.zero(), signature.set(""), signature.drop(), signature.truncate(4)),
        *(compact().append(text) for text in (".", ".x", ".x.x", " ", "\n")),
        *(compact().prepend(" "), signature.append("="), signature.append("==")),
        *(compact().serialize(form) for form in ("flattened", "general")),
        *(signing("b64").set(False), signing("b64").set(False) & header("crit").remove()),
    ]


def _headers() -> list[Misbehaviour]:
    return [
        *_each(header("alg"), ["XX256", "rs256", "HS256", "ES256", None, 5, ["RS256"]]),
        header("alg").remove(),
        *_each(header("kid"), ["unknown", "../../../../dev/null", "' OR '1'='1", *_OTHER_TYPES]),
        *_each(header("crit"), [["exp"], ["b64"], ["alg"], [], "exp", ["x-unknown"]]),
        *_each(header("typ"), ["at+jwt", "logout+jwt", "secevent+jwt", "JOSE", 1]),
        *_each(header("b64"), [False, True]),
        header("kid").remove(),
        header("crit").set(["x-unknown"]) & header("x-unknown").set(True),
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
        *_each(signing("alg"), ["PS256", "RS384", "RS512"]),
        signing("alg").set("RS256") & signing("key").set(published_key("active")),
        # Known to the issuer and the client alone; the client has registered something else (Core 3.1.3.7 item 7).
        *(hmac_with(client_secret()) & kid for kid in _KIDS),
    ]
    twice = [claim(name).duplicate(original()) for name in ("iss", "aud", "sub", "nonce", "exp", "email")]
    doubted = [
        *_each(claim("azp"), [other_client(), None, "", []]),
        *(subject(value) for value in ("", " ")),
        *(trap for name in ("iat", "nbf") for trap in _each(claim(name), _FUTURE)),
        *_each(claim("iat"), [now(days=-7), now(days=-365)]),
        *_each(claim("at_hash"), [random(), "", None]),
        claim("s_hash").set(random()),
        subject_with(ALMOST_TOO_LONG * 2),
        *(claim("auth_time").set(now(days=-365)), claim("auth_time").remove()),
        *(claim("acr").set("urn:okta:loa:1fa:any"), claim("acr").remove()),
        claim("exp").set(now(minutes=-6)),
    ]
    return _source([*others, *twice, *doubted], most=2)


def odd(fresh_people: bool) -> Source:
    """Valid, and not what one sees every day. `fresh_people`: the RP lets in whom it has never seen."""
    names = ["x", "https://claims.example/tenant", "roles", "ver", "jti", "idp", "a.b/c", "constructor"]
    extra = st.builds(lambda name, value: claim(name).set(value), st.sampled_from(names), _any_json())
    allowed = [
        *(claim("aud").set([client_id()]), claim("azp").set(client_id())),
        *_each(claim("iat"), [now(seconds=5), now(minutes=-4)]),
        *_each(claim("exp"), [now(minutes=1), now(days=300)]),
        *(claim("nbf").set(now(seconds=-5)), claim("auth_time").remove()),
        *(claim("amr").set(["pwd", "otp", "mfa"]), claim("acr").set("urn:okta:loa:2fa:any")),
        *_each(header("typ"), ["JWT", "jwt"]),
        *(header("x-unknown").set("1"), header("kid").set(random())),
        *(signing("key").set(published_key("next")), signing("first_octet").set(0)),
        *(claim("at_hash").remove().where(channel="token"), _extra_claims()),
        # What is taken out and put in again stands at the end.
        claim("iss").remove() & claim("iss").set(issuer()),
        claim("aud").remove() & claim("aud").set(client_id()),
        # Whoever this is about, it is not about whom the token is.
        reduce(and_, (header(member).set(victim(member)) for member in ("sub", "email", "name"))),
    ]
    return _source([*allowed, *(_subjects() if fresh_people else [])], extra, most=MOST_EDITS + 2)


def _extra_claims() -> Misbehaviour:
    return claim("urn:example:unknown").set({"nested": [1, None, "x"]}) & claim("groups").set(["Everyone"])


def _subjects() -> list[Misbehaviour]:
    """The longest, and such as are almost the victim's, who has signed in before (`logins.log_in`)."""
    like = subject(victim("sub"))
    return [
        subject_with(f"{ALMOST_TOO_LONG}1"),
        *(like & subject_with(f"{ALMOST_TOO_LONG}1"), like & subject_with(" ")),
        like & claim("sub").swap_case() & userinfo("sub").swap_case(),
    ]
