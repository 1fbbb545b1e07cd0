"""A transcript as the Test bench shows it: exchanges, and the tokens in them with what they say and who signed them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from mock_idp.crypto.jose import decode_unverified
from mock_idp.crypto.keys import INTERNAL, Key
from mock_idp.idp import Idp
from mock_idp.org.model import ORG_SERVER
from mock_idp.store import Document

_JWT = re.compile(r"eyJ[\w-]+(?:\.[\w-]*){2}(?![\w.-])")
_HIDDEN = frozenset({"credentials", "passCode", "password"})
"""Form fields of people's secrets."""
_TIMES = frozenset({"exp", "iat", "nbf", "auth_time", "updated_at"})
GOOD, BAD = "good", "bad"
FAILED, OPEN, HANDED_OUT = "failed", "open", "handed out"
"""What a login has come to."""


@dataclass(frozen=True)
class Token:
    """`signature` says who signed it; `kind` is GOOD or BAD."""

    where: str
    value: str
    header: str
    claims: str
    times: tuple[tuple[str, str], ...]
    signature: str
    kind: str


def clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")


def pretty(text: str) -> str:
    """JSON with line breaks; any other text as it is."""
    try:
        return _dumps(json.loads(text))
    except ValueError:
        return text


def exchange(found: Document) -> dict[str, Any]:
    """One request and its answer; passwords and the values of cookies are left out."""
    form = [(name, "…" if name in _HIDDEN else value) for name, value in found["request"]["form"]]
    response = found["response"]
    sections = (
        ("Query", found["request"]["query"]),
        ("Form", form),
        ("Request headers", list(found["request"]["headers"].items())),
        ("Response headers", [(name, _without_secret(name, value)) for name, value in response["headers"].items()]),
    )
    return {
        "at": clock(found["at"]),
        "endpoint": found["endpoint"],
        "method": found["method"],
        "url": found["url"],
        "path": found["url"].partition("://")[2].partition("/")[2].partition("?")[0],
        "status": found["status"],
        "kind": GOOD if found["status"] < 400 else BAD,
        "sections": [(title, pairs) for title, pairs in sections if pairs],
        "body": pretty(response["body"]),
        "is_page": "html" in response["headers"].get("Content-Type", ""),
    }


def outcome(transcript: Document) -> tuple[str, str]:
    """What a login has come to (FAILED, OPEN or HANDED_OUT), and the rest of it in words."""
    responses = transcript["authorization_responses"]
    sent = dict(responses[-1]["parameters"]) if responses else {}
    if "error" in sent:
        return FAILED, f"{sent['error']}: {sent.get('error_description', '')}"
    if not responses:
        last = next(reversed(transcript["exchanges"]), {"status": 0})
        return (FAILED, "error page") if last["status"] >= 400 else (OPEN, "waits for the person")
    kinds = list(dict.fromkeys(artefact["kind"].replace("_", " ") for artefact in transcript["artefacts"]))
    return HANDED_OUT, "code, not redeemed" if kinds == ["code"] else ", ".join(kinds) or "nothing"


def app_of(transcript: Document) -> str:
    """The client_id of the authorization request, else of the tile: with Okta Simplified no application asks."""
    for one in transcript["exchanges"]:
        if one["asked"]:
            return str(one["asked"].get("client_id", ""))
        if one["endpoint"] == "launch":
            return unquote(urlsplit(one["url"]).path.rpartition("/")[0].rpartition("/")[2])
    return ""


def _without_secret(name: str, value: str) -> str:
    """A cookie is shown without its value."""
    return re.sub(r"=[^;]*", "=…", value, count=1) if name.lower() == "set-cookie" else value


def tokens(idp: Idp, transcript: Document) -> list[Token]:
    """Every JWT in the transcript once, where it was first seen."""
    names = {artefact["value"]: artefact["kind"] for artefact in transcript["artefacts"]}
    found: dict[str, Token] = {}
    for one in transcript["exchanges"]:
        for value in _jwts(one):
            parts = decode_unverified(value)
            if parts and value not in found:
                kind = f"{names[value]} " if value in names else ""
                found[value] = _token(idp, f"{kind}at {one['endpoint']}, {clock(one['at'])}", value, *parts)
    return list(found.values())


def _jwts(found: Document) -> Iterator[str]:
    sent = found["request"]
    texts = [value for _, value in (*sent["query"], *sent["form"])]
    texts += [sent["headers"].get("Authorization", ""), found["response"]["headers"].get("Location", "")]
    for text in (*texts, found["response"]["body"]):
        yield from _JWT.findall(text)


def _token(idp: Idp, where: str, value: str, header: Document, claims: Document) -> Token:
    times = [(name, _moment(claims[name])) for name in claims if name in _TIMES]
    signature, kind = _signature(idp, value, header, claims)
    return Token(where, value, _dumps(header), _dumps(claims), tuple(times), signature, kind)


def _signature(idp: Idp, token: str, header: Document, claims: Document) -> tuple[str, str]:
    alg, kid = str(header.get("alg")), header.get("kid")
    if alg == "none":
        return "Not signed (alg none)", BAD
    if alg.startswith("HS"):
        app = idp.app(str(claims.get("aud")))
        if app and app.client_secret and Key.of_secret(app.client_secret.encode(), alg).verifies(token):
            return f"{alg} with the client secret", GOOD
        return f"{alg}, and not with the client secret", BAD
    for server in (ORG_SERVER, *(server.id for server in idp.org.servers.all())):
        key = next((key for key in idp.keys.published(server) if key.kid == kid), None)
        if key and key.verifies(token):
            return f"{alg}, valid: key {kid} of the authorization server “{server}”", GOOD
        if key:
            return f"{alg}, not valid: key {kid} of the authorization server “{server}” did not make it", BAD
    if idp.keys.key(ORG_SERVER, INTERNAL).verifies(token):
        return (
            f"{alg}, valid: a key that is not published, because only Okta reads the org server's access tokens",
            GOOD,
        )
    return f"{alg}, by no published key of this org (kid: {kid})", BAD


def _moment(value: Any) -> str:
    try:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (TypeError, ValueError, OverflowError, OSError):
        return str(value)


def _dumps(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
