"""Hypothesis strategies for misbehaviours that the vocabulary can say."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_idp.edits.app_urls import APP_URLS
from mock_idp.edits.rules import (
    CHANNELS,
    CHECKS,
    ENCRYPTION,
    HTTP_ENDPOINTS,
    RESPONSE_MODES,
    SEAMS,
    SERIALIZATIONS,
    SIGNING,
    SIGNING_SEAMS,
)
from mock_idp.edits.symbols import (
    BULKS,
    CHAINS,
    CLAIMS_JWTS,
    EXTRA_KEYS,
    HMAC_ENCODINGS,
    KEYS,
    MOVABLE,
    OTHER_IDP,
    PERSON,
    PLAIN,
    PUBLISHED_KEYS,
    SYMBOLS,
    UNTRUSTED,
    Symbol,
)
from mock_idp.misbehaviour import Edit, Misbehaviour, Where

# The same examples every time: a test that fails now and then helps nobody.
steady = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
NAMES = st.sampled_from(["iss", "aud", "exp", "nonce", "email", "x", "https://a.example/c.d", "amr"]) | TEXT.filter(
    bool
)
PARAMETERS = ("authorization_response", "logout_response", "frontchannel_logout", "initiate_login")
COUNTS = st.integers(1, 40)

_ARGUMENTS: dict[str, SearchStrategy[Any]] = {
    "now": st.integers(-(10**6), 10**6),
    "victim": st.sampled_from(PERSON),
    "request": st.sampled_from(["nonce", "state", "scope"]),
    "request_hash": st.sampled_from(["state", "nonce"]),
    "canary_url": st.sampled_from(["jku", "x5u", "a.b-c_1"]),
    "canary_elsewhere": st.sampled_from(["redirect", "a.b-c_1"]),
    "claims_jwt": st.sampled_from(CLAIMS_JWTS),
    "other_host_url": st.sampled_from(["redirected", "a.b-c_1"]),
    "published_key": st.sampled_from(PUBLISHED_KEYS),
    "published_key_as_hmac": st.sampled_from(HMAC_ENCODINGS),
    "published_jwk": st.sampled_from(PUBLISHED_KEYS),
    "extra_key": st.sampled_from(EXTRA_KEYS),
    "extra_jwk": st.sampled_from(EXTRA_KEYS),
    "moved": st.sampled_from(MOVABLE),
    "plain": st.sampled_from(PLAIN),
    "untrusted": st.sampled_from(UNTRUSTED),
    "bulk": st.sampled_from(BULKS),
    "pbes2_token": st.integers(1, 2**31 - 1),
    "x5c_chain": st.sampled_from(CHAINS),
    "other_idp": st.sampled_from(OTHER_IDP),
    "app_url": st.sampled_from(sorted(APP_URLS)),
}


_SETTINGS: dict[str, SearchStrategy[Any]] = {
    "pkce_required": st.booleans(),
    "redirect_uris": st.lists(
        TEXT | st.builds(Symbol, st.just("app_url"), st.tuples(st.sampled_from(sorted(APP_URLS))))
    ),
    "refresh_token": st.fixed_dictionaries({"rotation_type": st.sampled_from(["ROTATE", "STATIC"])}),
}


def symbols(names: frozenset[str] | set[str]) -> SearchStrategy[Symbol]:
    return st.one_of(
        *(
            st.builds(Symbol, st.just(name), st.tuples(_ARGUMENTS[name]) if name in _ARGUMENTS else st.just(()))
            for name in sorted(names)
        )
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT | symbols(SYMBOLS - KEYS - {"bulk"}),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(TEXT.filter(lambda t: t != "$symbol"), inner, max_size=2)
    ),
    max_leaves=4,
)

_OF_OP: dict[str, SearchStrategy[Any]] = {
    "append": TEXT,
    "prepend": TEXT | symbols({"random", "issuer"}),
    "truncate": COUNTS,
    "truncate_body": COUNTS,
    "body": TEXT,
    "content_type": ASCII,
    "redirect": ASCII | symbols({"canary_url"}),
    "max_age": COUNTS,
    "retry_after": COUNTS,
    "status": st.integers(200, 599),
    "delay": st.integers(0, 60),
    "serialize": st.sampled_from(SERIALIZATIONS),
    "set_hex": st.binary(max_size=8).map(bytes.hex),
    "pad": COUNTS,
    "error": st.fixed_dictionaries({"error": TEXT, "error_description": TEXT}),
    "mode": st.sampled_from(RESPONSE_MODES),
    "set_return_url": TEXT | symbols({"canary_url"}),
    **{op: st.none() for op in ("remove", "swap_case", "corrupt", "zero", "drop", "off", "percent_encode")},
}


_MEMBERS: dict[str, SearchStrategy[tuple[str | int, ...]]] = {
    "discovery": st.tuples(
        st.sampled_from(["issuer", "jwks_uri", "token_endpoint", "scopes_supported", "x"]) | TEXT.filter(bool)
    ),
    "jwks": st.just(("keys",))
    | st.tuples(st.just("keys"), st.integers(0, 3))
    | st.tuples(st.just("keys"), st.integers(0, 2), st.sampled_from(["kid", "use", "n", "x5c"]) | TEXT.filter(bool)),
}
"""Members that there are, beside those that there are not."""


def _paths(seam: str, op: str) -> SearchStrategy[tuple[str | int, ...]]:
    if seam == "check":
        return st.tuples(st.sampled_from(CHECKS))
    if seam == "app":
        return st.tuples(st.sampled_from(sorted(_SETTINGS)))
    if seam == "http":
        return st.tuples(st.sampled_from(HTTP_ENDPOINTS))
    if op in SEAMS[seam].whole:
        return st.just(())
    if seam in SIGNING_SEAMS:
        return st.tuples(st.sampled_from(SIGNING))
    if seam == "id_token.encryption":
        return st.tuples(st.sampled_from(sorted(ENCRYPTION)))
    if seam.endswith(".compact"):
        claims = st.tuples(st.just("payload"), NAMES)
        if op in ("corrupt", "zero", "drop"):
            return st.just(("signature",))
        return claims if op == "remove" else claims | st.sampled_from([(), ("signature",)])
    if seam in _MEMBERS:
        return _MEMBERS[seam].map(lambda path: path[:1] if op.startswith("duplicate") else path)
    if op.startswith("duplicate") or seam in PARAMETERS:
        return st.tuples(NAMES)
    return st.tuples(NAMES) | st.tuples(NAMES, NAMES | st.integers(0, 2))


def _values(seam: str, op: str, path: tuple[str | int, ...]) -> SearchStrategy[Any]:
    if path == ("alg",) and seam in SIGNING_SEAMS:
        families = [f"{family}{size}" for family in ("HS", "RS", "PS", "ES") for size in (256, 384, 512)]
        return st.sampled_from(["none", "EdDSA", *families])
    if seam in SIGNING_SEAMS and path in (("b64",), ("first_octet",)):
        return st.just(False) if path == ("b64",) else st.integers(0, 255)
    if seam == "id_token.encryption" and op == "set":
        return st.sampled_from(ENCRYPTION[str(path[0])])
    if seam == "id_token.payload" and op == "set":
        return TEXT
    if seam == "app":
        return _SETTINGS[str(path[0])]
    if path == ("key",) and seam in SIGNING_SEAMS:
        return symbols({*KEYS, "published_key_as_hmac", "client_secret", "rogue_jwk"}) | TEXT
    return _OF_OP.get(op, VALUES)


@st.composite
def edits(draw: st.DrawFn, seams: tuple[str, ...] = tuple(SEAMS)) -> Edit:
    seam = draw(st.sampled_from(seams))
    op = draw(st.sampled_from(sorted(SEAMS[seam].ops)))
    path = draw(_paths(seam, op))
    channel = draw(st.sampled_from([None, *CHANNELS])) if SEAMS[seam].channels else None
    nth, times = draw(st.sampled_from([(None, None), (None, None), (1, None), (2, None), (None, 1)]))
    return Edit(seam, op, path, draw(_values(seam, op, path)), Where(channel, nth, times))


def misbehaviours(seams: tuple[str, ...] = tuple(SEAMS), most: int = 4) -> SearchStrategy[Misbehaviour]:
    return st.lists(edits(seams), max_size=most).map(lambda made: Misbehaviour(tuple(made)))


FOR_ONE_LOGIN = tuple(seam for seam in SEAMS if seam not in ("discovery", "jwks", "http", "app"))
